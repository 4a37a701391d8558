import type { Schema } from 'yaml';
import type { ObjectRef } from '../model/reference.ts';
import { joinPath } from './document-objects.ts';
import { DocumentRefused } from './document-problem.ts';
import { createJsonOffsets } from './json-position.ts';
import { kubectlSchema } from './kubectl-scalars.ts';
import { createLineIndex } from './line-index.ts';
import type { LoadedObject, Manifests, ObjectText } from './manifests.ts';
import { composeYamlDocument } from './yaml-document.ts';
import { yamlOffset } from './yaml-position.ts';

/** Tells where a field of an object stands: `file:line`; undefined for an object that the input does not hold. */
export type Locator = (object: ObjectRef, path: string) => string | undefined;

/**
 * Makes a locator for everything that was read. It parses a document again when it is asked for a field of it, so that
 * positions cost nothing where nobody asks; questions about one object are best asked one after the other.
 */
export function createLocator(manifests: Manifests): Locator {
  const linesAbove = createLineFinder(kubectlSchema());
  const loaded = new Map(manifests.objects.map((each) => [keyOf(each.object.kind, each.object.metadata), each]));
  return (object, path) => {
    const found = loaded.get(keyOf(object.kind, object));
    return found && `${found.file}:${lineOf(found, path, linesAbove)}`;
  };
}

/** Where a field of an object stands, `file:line`; the nearest field around it when it is not there; "" without the object. */
export function locate(manifests: Manifests, object: ObjectRef, path: string): string {
  return createLocator(manifests)(object, path) ?? '';
}

/** Tells how many lines of a text that was parsed for itself stand in front of a field. */
export type LineFinder = (text: Pick<ObjectText, 'format' | 'text'>, path: string) => number;

/** Makes a finder, which keeps what it learned of the last text. */
export function createLineFinder(schema: Schema): LineFinder {
  let last: { readonly text: string; readonly linesAbove: (path: string) => number } | undefined;
  return ({ format, text }, path) => {
    if (last?.text !== text) {
      last = { text, linesAbove: format === 'json' ? jsonLines(text) : yamlLines(text, schema) };
    }
    return last.linesAbove(path);
  };
}

function jsonLines(text: string): (path: string) => number {
  const offsetOf = createJsonOffsets(text);
  const linesBefore = createLineIndex(text);
  return (path) => linesBefore(offsetOf(path));
}

function yamlLines(text: string, schema: Schema): (path: string) => number {
  const root = composeYamlDocument(text, schema).contents;
  const linesBefore = createLineIndex(text);
  return (path) => linesBefore(yamlOffset(text, root, path));
}

function keyOf(kind: string, { namespace, name }: { readonly namespace?: string; readonly name: string }): string {
  return `${kind}/${namespace ?? ''}/${name}`;
}

function lineOf({ text, line }: LoadedObject, path: string, linesAbove: LineFinder): number {
  if (path === '') {
    return line;
  }
  try {
    return text.line + linesAbove(text, joinPath(text.within, path));
  } catch (error) {
    if (error instanceof DocumentRefused) {
      return line;
    }
    throw error;
  }
}
