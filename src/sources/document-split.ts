import { MAX_DOCUMENTS } from './input-limits.ts';

/** A part of a text, by offsets, and the line (from 1) on which it starts. */
export type TextRange = { readonly start: number; readonly end: number; readonly line: number };

/**
 * The documents of a YAML stream: what stands between lines of three dashes, which no document can hold in its first
 * column. Parts with nothing but comments and directives are among them; at most one part more than a file may have.
 *
 * @see https://yaml.org/spec/1.2.2/#9-document-stream-productions
 */
export function splitDocuments(text: string): readonly TextRange[] {
  const ranges: TextRange[] = [];
  let start = 0;
  let line = 1;
  for (const marker of text.matchAll(/(?<=^|\n)---(?=[ \t\r\n]|$)/g)) {
    ranges.push({ start, end: marker.index, line });
    line += countLines(text, start, marker.index);
    start = marker.index + marker[0].length;
    if (ranges.length > MAX_DOCUMENTS) {
      return ranges;
    }
  }
  ranges.push({ start, end: text.length, line });
  return ranges.filter((range) => range.start < range.end || ranges.length === 1);
}

/** A list that is indented further is left to the parser: the indent becomes part of a regex, which has a largest size. */
const MAX_INDENT = 100;

/** A YAML List taken apart: the document without its items, and the items as texts of documents of their own. */
export type SplitList = {
  readonly envelope: string;
  readonly items: readonly { readonly text: string; readonly line: number }[];
};

/**
 * Takes a List in the form that kubectl prints apart without parsing it, so that ten thousand objects are not held as one
 * tree; undefined when the document looks otherwise, and is to be parsed as a whole.
 *
 * @param line line (from 1) of the document's start
 */
export function splitList(text: string, line: number): SplitList | undefined {
  const head = /(?<=^|\n)items:[ \t]*\r?\n(?=( *)- )/.exec(text);
  const indent = head?.[1] ?? '';
  if (
    head === null ||
    indent.length > MAX_INDENT ||
    !/(?<=^|\n)kind:[ \t]*["']?\w*List["']?[ \t]*(?:\r?\n|$)/.test(text)
  ) {
    return undefined;
  }
  const start = head.index + head[0].length;
  const end = start + listLength(text.slice(start), indent.length);
  const items = splitItems(text.slice(start, end), indent, line + countLines(text, 0, start));
  return items === undefined
    ? undefined
    : { envelope: `${text.slice(0, head.index)}items: []\n${text.slice(end)}`, items };
}

/** Length of the lines that belong to a list whose dashes stand in a given column. */
function listLength(text: string, indent: number): number {
  const behind = new RegExp(`(?<=^|\\n) {0,${indent}}(?![ \\r\\n#-])|(?<=^|\\n) {0,${indent - 1}}-`);
  const match = (indent === 0 ? /(?<=^|\n)(?![ \r\n#-]|$)/ : behind).exec(text);
  return match === null ? text.length : match.index;
}

/** Undefined where an item starts below its dash, or where there are more than a file may have. */
function splitItems(text: string, indent: string, line: number): SplitList['items'] | undefined {
  const starts: number[] = [];
  for (const dash of text.matchAll(new RegExp(`(?<=^|\\n)${indent}-(?=[ \\t\\r\\n]|$)`, 'g'))) {
    starts.push(dash.index);
    if (starts.length > MAX_DOCUMENTS || text.charAt(dash.index + indent.length + 1) !== ' ') {
      return undefined;
    }
  }
  let passed = 0;
  let current = line;
  return starts.map((start, index) => {
    current += countLines(text, passed, start);
    passed = start;
    const body = text.slice(start + indent.length + 2, starts[index + 1]);
    return { text: `${indent}  ${body}`, line: current };
  });
}

/** How many line ends lie between two offsets. */
export function countLines(text: string, from: number, to: number): number {
  const part = text.slice(from, to);
  let lines = 0;
  for (let index = part.indexOf('\n'); index !== -1; index = part.indexOf('\n', index + 1)) {
    lines += 1;
  }
  return lines;
}
