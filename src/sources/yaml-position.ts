import { isMap, isScalar, isSeq, type Node } from 'yaml';
import { splitLine, stepIntoList, stepIntoMap } from './field-path.ts';

/**
 * Offset of the field that a path names, of its key where it has one; of the nearest field around it that exists
 * otherwise.
 *
 * @param root of the document, with positions
 */
export function yamlOffset(text: string, root: Node | null, path: string): number {
  const { field, line } = splitLine(path);
  const position = nodePosition(root, field);
  return line === undefined ? position.offset : valueLineOffset(text, position, line);
}

type Position = { readonly offset: number; readonly value: unknown };

function nodePosition(root: Node | null, path: string): Position {
  let position: Position = { offset: startOf(root), value: root };
  let rest = path;
  while (rest !== '') {
    const next = step(position.value, rest);
    if (next === undefined) {
      return position;
    }
    position = next.position;
    rest = next.rest;
  }
  return position;
}

function step(node: unknown, path: string): { readonly position: Position; readonly rest: string } | undefined {
  if (isMap(node)) {
    const found = stepIntoMap(
      node.items.map(({ key }) => keyText(key)),
      path,
    );
    const pair = found && node.items.find(({ key }) => keyText(key) === found.key);
    return pair && { position: { offset: startOf(pair.key), value: pair.value }, rest: found.rest };
  }
  if (isSeq(node)) {
    const found = stepIntoList(path);
    const item = found && node.items[found.index];
    return item === undefined
      ? undefined
      : { position: { offset: startOf(item), value: item }, rest: found?.rest ?? '' };
  }
  return undefined;
}

/** A block scalar begins on the line below its key's; of any other value no line can be told. */
function valueLineOffset(text: string, position: Position, line: number): number {
  const { value } = position;
  if (!isScalar(value) || (value.type !== 'BLOCK_LITERAL' && value.type !== 'BLOCK_FOLDED')) {
    return position.offset;
  }
  let offset = startOf(value);
  for (let passed = 0; passed < line; passed += 1) {
    const next = text.indexOf('\n', offset) + 1;
    if (next === 0) {
      return offset;
    }
    offset = next;
  }
  return offset;
}

function keyText(key: unknown): string {
  return isScalar(key) ? String(key.value) : '';
}

function startOf(node: unknown): number {
  const range: unknown = typeof node === 'object' && node !== null ? Reflect.get(node, 'range') : undefined;
  const start: unknown = Array.isArray(range) ? range[0] : 0;
  return typeof start === 'number' ? start : 0;
}
