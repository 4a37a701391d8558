import { isMap, isScalar, type Pair, type Schema, type YAMLMap } from 'yaml';
import { isSameJson } from '../model/json-equality.ts';
import type { ObjectMetadata } from '../model/kubernetes-object.ts';
import { composeYamlDocument, parseYamlDocument } from '../sources/yaml-document.ts';
import type { EntryPrinter } from './metadata-lines.ts';
import type { YamlPrinter } from './yaml-text.ts';

/** What an edit needs to read and print. */
export type EditTools = {
  readonly schema: Schema;
  readonly print: YamlPrinter;
  /** Prints the entries that many objects get alike; what it printed was read again once. */
  readonly printEntries: EntryPrinter;
};

/**
 * Changes annotations, and adds a namespace, in the text of a YAML document, and leaves every other byte alone: comments,
 * order, quotes and blank lines are the author's.
 *
 * @returns undefined where that cannot be done, or where reading the result does not give `after`
 */
export function editMetadata(text: string, after: ObjectMetadata, tools: EditTools): string | undefined {
  const range = metadataRange(text);
  if (range === undefined) {
    return undefined;
  }
  const block = text.slice(range.start, range.end);
  const metadata = fieldOf(composeYamlDocument(block, tools.schema).contents, 'metadata')?.value;
  if (!isMap(metadata) || metadata.flow === true) {
    return undefined;
  }
  const edits = [...namespaceEdits(block, metadata, after, tools), ...annotationEdits(block, metadata, after, tools)];
  const edited = applyEdits(block, edits);
  const reading = parseYamlDocument(edited, tools.schema);
  return reading.ok && isSameJson(reading.value, { metadata: after })
    ? text.slice(0, range.start) + edited + text.slice(range.end)
    : undefined;
}

/** Replaces a range of the text. */
type Edit = { readonly start: number; readonly end: number; readonly text: string };

/** From `metadata:` in the first column to the last line that belongs to it. */
function metadataRange(text: string): { readonly start: number; readonly end: number } | undefined {
  const head = /(?<=^|\n)metadata:[ \t]*(?:#[^\n]*)?\n/.exec(text);
  if (head === null) {
    return undefined;
  }
  const below = text.slice(head.index + head[0].length);
  const next = /(?:^|\n)(?=[^\s#])/.exec(below);
  const lines = (next === null ? below : below.slice(0, next.index)).replace(/(?:\n[ \t]*(?:#[^\n]*)?)*$/, '');
  return { start: head.index, end: head.index + head[0].length + lines.length };
}

function fieldOf(node: unknown, key: string): Pair | undefined {
  return isMap(node) ? node.items.find((pair) => isScalar(pair.key) && pair.key.value === key) : undefined;
}

function namespaceEdits(
  block: string,
  metadata: YAMLMap,
  after: ObjectMetadata,
  { print }: EditTools,
): readonly Edit[] {
  if (after.namespace === undefined || fieldOf(metadata, 'namespace') !== undefined) {
    return [];
  }
  const name = fieldOf(metadata, 'name') ?? metadata.items.at(-1);
  return name === undefined ? [] : [insertBelow(block, name, print({ namespace: after.namespace }))];
}

function annotationEdits(block: string, metadata: YAMLMap, after: ObjectMetadata, tools: EditTools): readonly Edit[] {
  const { annotations } = after;
  const pair = fieldOf(metadata, 'annotations');
  if (annotations === undefined) {
    return pair === undefined ? [] : [removeLines(block, pair)];
  }
  if (pair !== undefined && isMap(pair.value) && pair.value.flow !== true) {
    return entryEdits(block, pair.value, annotations, tools);
  }
  const last = metadata.items.at(-1);
  const added = last === undefined ? [] : [insertBelow(block, last, tools.print({ annotations }))];
  return pair === undefined ? added : [replacePair(block, pair, tools.print({ annotations }))];
}

type Annotations = Readonly<Record<string, string>>;

function entryEdits(block: string, entries: YAMLMap, annotations: Annotations, { print }: EditTools): readonly Edit[] {
  const edits = entries.items.flatMap((pair) => entryEdit(block, pair, annotations, print));
  const added = Object.entries(annotations).filter(([key]) => fieldOf(entries, key) === undefined);
  const last = entries.items.at(-1);
  return added.length === 0 || last === undefined
    ? edits
    : [...edits, insertBelow(block, last, print(Object.fromEntries(added)))];
}

function entryEdit(block: string, pair: Pair, annotations: Annotations, print: YamlPrinter): readonly Edit[] {
  const key = isScalar(pair.key) ? String(pair.key.value) : '';
  const value = Object.hasOwn(annotations, key) ? annotations[key] : undefined;
  if (value === undefined) {
    return [removeLines(block, pair)];
  }
  const same = isScalar(pair.value) && pair.value.value === value;
  return same ? [] : [replacePair(block, pair, print({ [key]: value }))];
}

/** @param printed ends with a line feed */
function insertBelow(block: string, pair: Pair, printed: string): Edit {
  const end = lineEnd(block, pairEnd(pair));
  const indent = indentOf(block, pair);
  return {
    start: end,
    end,
    text: printed
      .trimEnd()
      .replaceAll(/^(?=.)/gm, indent)
      .replace(/^/, '\n'),
  };
}

function replacePair(block: string, pair: Pair, printed: string): Edit {
  const indent = indentOf(block, pair);
  const text = printed.trimEnd().replaceAll(/\n(?=.)/g, `\n${indent}`);
  return { start: pairStart(pair), end: contentEnd(block, pairEnd(pair)), text };
}

function removeLines(block: string, pair: Pair): Edit {
  const start = pairStart(pair);
  return { start: block.lastIndexOf('\n', start), end: lineEnd(block, pairEnd(pair)), text: '' };
}

/** Offset of the line feed that ends the line, or of the text's end; a block scalar's range lies behind its own. */
function lineEnd(block: string, offset: number): number {
  const end = block.indexOf('\n', contentEnd(block, offset));
  return end === -1 ? block.length : end;
}

function contentEnd(block: string, offset: number): number {
  return block.charAt(offset - 1) === '\n' ? offset - 1 : offset;
}

function indentOf(block: string, pair: Pair): string {
  const start = pairStart(pair);
  return ' '.repeat(start - block.lastIndexOf('\n', start) - 1);
}

function pairStart({ key }: Pair): number {
  return rangeOf(key)?.[0] ?? 0;
}

function pairEnd({ key, value }: Pair): number {
  return rangeOf(value)?.[1] ?? (rangeOf(key)?.[1] ?? 0) + 1;
}

function rangeOf(node: unknown): readonly [number, number] | undefined {
  const range: unknown = typeof node === 'object' && node !== null ? Reflect.get(node, 'range') : undefined;
  const [start, end]: readonly unknown[] = Array.isArray(range) ? range : [];
  return typeof start === 'number' && typeof end === 'number' ? [start, end] : undefined;
}

function applyEdits(block: string, edits: readonly Edit[]): string {
  let text = block;
  for (const edit of [...edits].sort((left, right) => right.start - left.start)) {
    text = text.slice(0, edit.start) + edit.text + text.slice(edit.end);
  }
  return text;
}
