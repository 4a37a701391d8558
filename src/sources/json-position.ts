import { splitLine, stepIntoList, stepIntoMap } from './field-path.ts';
import { jsonTokens } from './json-tokens.ts';

/** Tells the offset of the field that a path names in a JSON text, or of the nearest field around it that exists. */
export type JsonOffsets = (path: string) => number;

/**
 * Makes a finder for one well-formed JSON text. It remembers what stands in the objects and lists that it has gone
 * through, so that a list of ten thousand objects is not read again for each of them.
 */
export function createJsonOffsets(text: string): JsonOffsets {
  const fieldsAt = remembered((object) => fieldsOf(text, object));
  const itemsAt = remembered((list) => itemStarts(text, list));
  const stepFrom = (at: number, path: string): Step | undefined => {
    switch (text.charAt(at)) {
      case '[':
        return stepIntoItems(itemsAt(at), path);
      case '{':
        return stepIntoFields(fieldsAt(at), path);
      default:
        return undefined;
    }
  };
  return (path) => {
    const root = valueStart(text, 0);
    let reached: Step = { offset: root, value: root, rest: splitLine(path).field };
    while (reached.rest !== '') {
      const next = stepFrom(reached.value, reached.rest);
      if (next === undefined) {
        break;
      }
      reached = next;
    }
    return reached.offset;
  };
}

/** Where a path leads next: a key or an item, its value, and what remains of the path. */
type Step = { readonly offset: number; readonly value: number; readonly rest: string };

type Field = { readonly offset: number; readonly value: number };

function remembered<T>(read: (offset: number) => T): (offset: number) => T {
  const known = new Map<number, T>();
  return (offset) => {
    const found = known.get(offset) ?? read(offset);
    known.set(offset, found);
    return found;
  };
}

function stepIntoFields(fields: ReadonlyMap<string, Field>, path: string): Step | undefined {
  const found = stepIntoMap(fields.keys(), path);
  const field = found && fields.get(found.key);
  return found === undefined || field === undefined ? undefined : { ...field, rest: found.rest };
}

function stepIntoItems(starts: readonly number[], path: string): Step | undefined {
  const found = stepIntoList(path);
  const offset = found && starts[found.index];
  return found === undefined || offset === undefined ? undefined : { offset, value: offset, rest: found.rest };
}

function fieldsOf(text: string, object: number): ReadonlyMap<string, Field> {
  const fields = new Map<string, Field>();
  let depth = 0;
  for (const { kind, start, end } of jsonTokens(text, object)) {
    depth += depthChange(kind);
    if (depth === 0) {
      break;
    }
    if (depth === 1 && kind === 'key') {
      const value = valueStart(text, text.indexOf(':', end) + 1);
      fields.set(String(JSON.parse(text.slice(start, end))), { offset: start, value });
    }
  }
  return fields;
}

/** Offsets of a list's items: a comma on the list's own level ends the one before. */
function itemStarts(text: string, list: number): readonly number[] {
  const starts: number[] = [];
  let start = valueStart(text, list + 1);
  while (start < text.length && text.charAt(start) !== ']') {
    starts.push(start);
    const behind = valueStart(text, valueEnd(text, start));
    start = text.charAt(behind) === ',' ? valueStart(text, behind + 1) : text.length;
  }
  return starts;
}

function valueEnd(text: string, start: number): number {
  let depth = 0;
  for (const token of jsonTokens(text, start)) {
    if (token.start > start && depth === 0) {
      break;
    }
    depth += depthChange(token.kind);
    if (depth === 0) {
      return token.end;
    }
  }
  const end = text.slice(start).search(/[,\]}\s]/);
  return end === -1 ? text.length : start + end;
}

function depthChange(kind: string): -1 | 0 | 1 {
  if (kind === 'open') {
    return 1;
  }
  return kind === 'close' ? -1 : 0;
}

function valueStart(text: string, from: number): number {
  let index = from;
  while (/\s/.test(text.charAt(index))) {
    index += 1;
  }
  return index;
}
