import type { Evaluation } from '../evaluate.ts';
import type { KubernetesObject } from '../model/kubernetes-object.ts';
import { objectRef } from '../model/object-shape.ts';
import type { Manifests, SourceDocument, SourceFile } from '../sources/manifests.ts';
import { appliedObject } from './applied-object.ts';
import type { EditTools } from './metadata-edit.ts';
import { createEditTools, objectText } from './object-text.ts';
import { objectWords } from './object-words.ts';
import { createReconciler, type Reconciled, routeObjects } from './reconciled-objects.ts';
import { createYamlPrinter } from './yaml-text.ts';

/** A file as it would be once everything is reconciled. */
export type RenderedFile = {
  /** As it was named; `-` is standard input. */
  readonly path: string;
  /** Path below the folder that holds all of the input. */
  readonly name: string;
  /** What stands before and after, piece by piece; all of them together are the file. */
  readonly pieces: readonly RenderedPiece[];
};

/** A piece of a file: a document, a separator, or new objects of ours. */
export type RenderedPiece = {
  readonly before: string;
  /** Equal to `before` when nothing changes. */
  readonly after: string;
  /** The objects that change or are new, in words. */
  readonly title: string;
};

/**
 * The reconciled manifests, one output per input file. What does not change is the author's text byte for byte; objects of
 * ours stand behind their target, in its file. Documents that could not be read stay as they are; a List that changes is
 * written without the items that could not be read.
 */
export function renderManifests(manifests: Manifests, evaluation: Evaluation): readonly RenderedFile[] {
  const rendering = { reconcile: createReconciler(manifests, evaluation), tools: createEditTools() };
  return manifests.sources.map((source) => {
    const { path, name } = source;
    return { path, name, pieces: renderFile(source, rendering) };
  });
}

/** The whole text of a rendered file. */
export function renderedText(file: RenderedFile): string {
  return file.pieces.map(({ after }) => after).join('');
}

/**
 * The reconciled objects as YAML documents, in the order of the input, each with the objects of ours that belong to it.
 * Each text is a piece of one stream, separators included.
 */
export function* renderObjects(manifests: Manifests, evaluation: Evaluation): Generator<string, void> {
  const reconcile = createReconciler(manifests, evaluation);
  const tools = createEditTools();
  let separator = '';
  for (const loaded of manifests.objects) {
    const reconciled = reconcile(loaded);
    const own = objectText(loaded, reconciled, tools).replace(/^(?:[ \t]*\r?\n)+/, '');
    for (const text of [own, ...reconciled.added.map(tools.print)]) {
      yield separator + withLineFeed(text);
      separator = '---\n';
    }
  }
}

/** Routes as they would be stored, ready for `kubectl apply`, each once with the objects of ours that belong to it. */
export function* renderClusterObjects(evaluation: Evaluation): Generator<string, void> {
  const objects = routeObjects(evaluation);
  const print = createYamlPrinter();
  const seen = new Set<KubernetesObject>();
  let separator = '';
  for (const route of evaluation.routes) {
    const [target, ...owned] = objects(route);
    const isNew = !seen.has(route.resolution.route.object);
    seen.add(route.resolution.route.object);
    for (const object of target !== undefined && isNew ? [target, ...owned] : owned) {
      yield separator + print(appliedObject(object));
      separator = '---\n';
    }
  }
}

type Rendering = {
  readonly reconcile: ReturnType<typeof createReconciler>;
  readonly tools: EditTools;
};

/** A document's separator belongs to its piece, so that each piece begins a line. */
function renderFile(source: SourceFile, rendering: Rendering): readonly RenderedPiece[] {
  const pieces: RenderedPiece[] = [];
  let passed = 0;
  for (const document of source.documents) {
    const lead = source.text.slice(passed, document.start);
    const [own, ...added] = renderDocument(source, document, rendering);
    pieces.push({ ...own, before: lead + own.before, after: lead + own.after }, ...added);
    passed = document.end;
  }
  const rest = source.text.slice(passed);
  return [...pieces, { before: rest, after: rest, title: '' }].filter(
    (piece) => piece.before !== '' || piece.after !== '',
  );
}

function renderDocument(
  source: SourceFile,
  document: SourceDocument,
  rendering: Rendering,
): readonly [RenderedPiece, ...RenderedPiece[]] {
  const before = source.text.slice(document.start, document.end);
  const reconciled = document.objects.map((loaded) => rendering.reconcile(loaded));
  const changed = reconciled.filter((each) => each.before !== each.after).map(({ after }) => after);
  const added = reconciled.flatMap((each) => each.added);
  if (document.objects[0]?.text.format === 'json') {
    const after = changed.length + added.length === 0 ? before : jsonText(document, reconciled);
    return [{ before, after, title: titleOf([...changed, ...added]) }];
  }
  const after = changed.length === 0 ? before : yamlText(document, reconciled, { before, rendering });
  const addition = added.map((each) => `---\n${rendering.tools.print(each)}`).join('');
  return [
    { before, after: addition === '' ? after : withLineFeed(after), title: titleOf(changed) },
    { before: '', after: addition, title: titleOf(added) },
  ];
}

function titleOf(objects: readonly KubernetesObject[]): string {
  return objects.map((object) => objectWords(objectRef(object))).join(', ');
}

/** A List becomes the documents it holds. What stood behind a line of dashes stands behind it again. */
function yamlText(
  { objects, list }: SourceDocument,
  reconciled: readonly Reconciled[],
  { before, rendering }: { readonly before: string; readonly rendering: Rendering },
): string {
  const texts = objects.flatMap((loaded, index) => {
    const each = reconciled[index];
    return each === undefined ? [] : [objectText(loaded, each, rendering.tools)];
  });
  const after = list ? texts.map(withLineFeed).join('---\n') : texts.join('');
  return /^\s/.test(before) && !/^\s/.test(after) ? `\n${after}` : after;
}

/** A JSON file holds one value, so several objects become a List. */
function jsonText({ list }: SourceDocument, reconciled: readonly Reconciled[]): string {
  const objects = reconciled.flatMap(({ after, added }) => [after, ...added]);
  const [only] = objects;
  const value = !list && objects.length === 1 ? only : { apiVersion: 'v1', kind: 'List', items: objects };
  return `${JSON.stringify(value, null, 2)}\n`;
}

function withLineFeed(text: string): string {
  return text.endsWith('\n') ? text : `${text}\n`;
}
