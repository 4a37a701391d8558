import { isSameJson } from '../model/json-equality.ts';
import type { ObjectMetadata } from '../model/kubernetes-object.ts';

/** Prints annotations or a namespace as lines of a YAML map, without indentation, each with its line feed. */
export type EntryPrinter = (entries: Readonly<Record<string, unknown>>) => string;

/**
 * Adds annotations, and a namespace, to the text of a YAML document without parsing it: nine tenths of all manifests have
 * nothing in their metadata but one `key: value` a line, and of those the indentation tells everything.
 *
 * @returns undefined where a line is of another kind, or where more is to change than lines to be added
 */
export function addMetadataLines(
  text: string,
  before: ObjectMetadata,
  after: ObjectMetadata,
  print: EntryPrinter,
): string | undefined {
  const added = addedEntries(before, after);
  const block = added && plainBlock(text);
  if (added === undefined || block === undefined) {
    return undefined;
  }
  const withNamespace = placeNamespace(block, added.namespace, print);
  const lines = withNamespace && placeAnnotations({ ...block, lines: withNamespace }, before, added.annotations, print);
  return lines && text.slice(0, block.start) + lines.join('') + text.slice(block.end);
}

type Added = { readonly namespace: string | undefined; readonly annotations: Readonly<Record<string, string>> };

/** What `after` has more; undefined when anything else differs. */
function addedEntries(before: ObjectMetadata, after: ObjectMetadata): Added | undefined {
  const { annotations: standing = {}, ...others } = before;
  const { annotations: wanted = {}, namespace, ...rest } = after;
  const isNew = before.namespace === undefined && namespace !== undefined;
  const same = isSameJson(others, isNew || namespace === undefined ? rest : { ...rest, namespace });
  if (!same || Object.entries(standing).some(([key, value]) => wanted[key] !== value)) {
    return undefined;
  }
  const annotations = Object.fromEntries(Object.entries(wanted).filter(([key]) => !Object.hasOwn(standing, key)));
  return { namespace: isNew ? namespace : undefined, annotations };
}

/** The lines below `metadata:`, line feeds included, by their offsets in the text. */
type Block = {
  readonly start: number;
  readonly end: number;
  readonly lines: readonly string[];
  readonly indent: string;
};

/** One key with at most one value on its line, and nothing that could go on in the next; or a comment. */
const plainLine =
  /^ +(?:(?:[\w./-]+|"[\w./-]+"):(?: +(?:"[^"\\\n]*"|[\w/.][^\n#:{}[\]]*|\{[^{}\n"'#]*\}))? *|#[^\n]*)\n$/;

/** Nothing above that could still be open where `metadata:` stands. */
const plainLead = /^(?:[ \t]*(?:#[^\n]*)?\n|[A-Za-z]+: [\w./-]+[ \t]*\n)*$/;

function plainBlock(text: string): Block | undefined {
  const head = /(?<=^|\n)metadata:[ \t]*\n/.exec(text);
  if (head === null || !plainLead.test(text.slice(0, head.index))) {
    return undefined;
  }
  const start = head.index + head[0].length;
  const lines: string[] = [];
  let end = start;
  for (let next = text.indexOf('\n', end); text.charAt(end) === ' ' && next !== -1; next = text.indexOf('\n', end)) {
    lines.push(text.slice(end, next + 1));
    end = next + 1;
  }
  const indent = /^ +(?=[^ #])/.exec(lines[0] ?? '')?.[0];
  return indent !== undefined &&
    isEnd(text, end) &&
    lines.every((line) => plainLine.test(line) && line.startsWith(indent))
    ? { start, end, lines, indent }
    : undefined;
}

/** Metadata ends where the next key starts in the first column, or the document does. */
function isEnd(text: string, offset: number): boolean {
  return offset === text.length || /^[A-Za-z]+:/.test(text.slice(offset, offset + 100));
}

function placeNamespace(
  { lines, indent }: Block,
  namespace: string | undefined,
  print: EntryPrinter,
): readonly string[] | undefined {
  if (namespace === undefined) {
    return lines;
  }
  const name = lines.findIndex((line) => line.startsWith(`${indent}name:`));
  return name === -1 ? undefined : lines.toSpliced(name + 1, 0, `${indent}${print({ namespace })}`);
}

function placeAnnotations(
  { lines, indent }: Block,
  before: ObjectMetadata,
  added: Added['annotations'],
  print: EntryPrinter,
): readonly string[] | undefined {
  if (Object.keys(added).length === 0) {
    return lines;
  }
  const head = lines.findIndex((line) => line.startsWith(`${indent}annotations:`));
  if (head !== -1) {
    return extendAnnotations({ lines, indent }, head, print(added));
  }
  return before.annotations === undefined ? [...lines, ...indented(print({ annotations: added }), indent)] : undefined;
}

/** Behind the entries that are there; undefined when they do not stand below their key. */
function extendAnnotations(
  { lines, indent }: Pick<Block, 'lines' | 'indent'>,
  head: number,
  printed: string,
): readonly string[] | undefined {
  const inner = /^ +(?=[^ #])/.exec(lines[head + 1] ?? '')?.[0] ?? '';
  if (!/annotations: *\n$/.test(lines[head] ?? '') || inner.length <= indent.length) {
    return undefined;
  }
  const length = lines.slice(head + 1).findIndex((line) => !line.startsWith(inner));
  return lines.toSpliced(length === -1 ? lines.length : head + 1 + length, 0, ...indented(printed, inner));
}

function indented(printed: string, indent: string): readonly string[] {
  return printed.split(/(?<=\n)/).map((line) => `${indent}${line}`);
}
