import type { Issue } from '../model/issue.ts';
import type { KubernetesObject } from '../model/kubernetes-object.ts';

/** Everything that was read from files. */
export type Manifests = {
  /** In the order of the input. */
  readonly objects: readonly LoadedObject[];
  /** What could not be read or taken, each with its `source`. */
  readonly issues: readonly Issue[];
  /** Paths of the files that were read, as they were named; `-` is standard input. */
  readonly files: readonly string[];
  /** The same files with their documents; a file that could not be read at all is not among them. */
  readonly sources: readonly SourceFile[];
  readonly settings: FileSettings;
};

/** An object, and where it stands. */
export type LoadedObject = {
  /** As it was read; a namespaced object without a namespace has the default one. */
  readonly object: KubernetesObject;
  readonly file: string;
  /** Index of its document in the file. */
  readonly document: number;
  /** Line (from 1) of its first field. */
  readonly line: number;
  readonly text: ObjectText;
};

/** The text that an object was read from. */
export type ObjectText = {
  readonly format: 'yaml' | 'json';
  /** A document of its own, also where the file holds it as an item of a List. */
  readonly text: string;
  /** Line (from 1) of the file on which `text` starts. */
  readonly line: number;
  /** Where the object is inside of `text`: "" when it is all of it, else `items[3]`. */
  readonly within: string;
  /** The object has a namespace that the text does not say. */
  readonly addedNamespace: boolean;
  /** The text says all of the object, but for its namespace; an item of a typed list leaves its kind to the list. */
  readonly whole: boolean;
};

/** A file that was read. */
export type SourceFile = {
  /** As it was named; `-` is standard input. */
  readonly path: string;
  /** Path below the folder that holds all of the input: where the file goes in a folder of results. */
  readonly name: string;
  readonly format: 'yaml' | 'json';
  readonly text: string;
  readonly documents: readonly SourceDocument[];
};

/** A document of a file, by its offsets in the file's text. */
export type SourceDocument = {
  readonly start: number;
  readonly end: number;
  /** Whether its objects are the items of a List. */
  readonly list: boolean;
  /** Empty for a document without objects, and for one that was refused. */
  readonly objects: readonly LoadedObject[];
};

/** The settings of all files beside the input. */
export type FileSettings = {
  readonly classes: Readonly<Record<string, string>>;
  readonly responder?: 'Disabled' | 'Standalone';
  readonly operatorNamespace?: string;
  /** `file:line` of each value, by its path: `classes.nginx`. */
  readonly sources: Readonly<Record<string, string>>;
};
