import { isAlias, isMap, isScalar, isSeq, type Node, type Pair, type YAMLMap } from 'yaml';
import { type DocumentProblem, DocumentRefused, prototypeKeys } from './document-problem.ts';
import { MAX_DEPTH } from './input-limits.ts';

/**
 * Plain data of a YAML node, as kubectl would turn it into JSON; undefined for nothing at all, also where the document
 * says `null`.
 *
 * @throws DocumentRefused at aliases, anchors, merge keys, duplicate keys, keys that are not text, and deep nesting
 */
export function plainValue(root: Node | null): unknown {
  return root === null || (isScalar(root) && root.value === null) ? undefined : nodeValue(root, 0);
}

function nodeValue(node: unknown, depth: number): unknown {
  if (isScalar(node)) {
    refuseAnchor(node);
    if (typeof node.value === 'number' && !Number.isFinite(node.value)) {
      refuse('YamlSyntax', `JSON has no number ${shown(String(node.source))}: quote it if it is text`, node);
    }
    return node.value;
  }
  if (depth >= MAX_DEPTH) {
    refuse('YamlDepth', `the document is nested over ${MAX_DEPTH} levels deep`, node);
  }
  if (isMap(node)) {
    return mapValue(node, depth);
  }
  if (isSeq(node)) {
    refuseAnchor(node);
    refuseTag(node);
    return node.items.map((item) => nodeValue(item, depth + 1));
  }
  return isAlias(node) ? refuse('YamlAlias', 'aliases are not read: write the value out', node) : null;
}

function mapValue(map: YAMLMap, depth: number): Readonly<Record<string, unknown>> {
  refuseAnchor(map);
  refuseTag(map);
  const value: Record<string, unknown> = {};
  for (const pair of map.items) {
    const key = keyText(pair);
    if (Object.hasOwn(value, key)) {
      refuse('YamlDuplicateKey', `the key ${shown(key)} stands here twice: remove one of the two`, pair.key);
    }
    value[key] = nodeValue(pair.value, depth + 1);
  }
  return value;
}

/** Numbers and booleans as keys become text, as in kubectl. */
function keyText(pair: Pair): string {
  const { key } = pair;
  if (!isScalar(key) || key.value === null || key.value === undefined) {
    return refuse('ObjectKey', 'a key must be text: quote it', key ?? pair.value);
  }
  refuseAnchor(key);
  if (key.value === '<<' && key.type === 'PLAIN') {
    refuse('YamlAlias', 'merge keys (<<) are not read: write the fields out', key);
  }
  const text = String(key.value);
  if (prototypeKeys.has(text)) {
    refuse('ObjectKey', `the key ${text} is not taken, because programs may read it as more than data: rename it`, key);
  }
  return text;
}

function refuseAnchor(node: Node): void {
  if ('anchor' in node && node.anchor !== undefined) {
    refuse('YamlAlias', 'anchors are not read: remove it, and write values out where an alias names it', node);
  }
}

/** Scalars with foreign tags do not resolve; maps and lists keep theirs. */
function refuseTag(node: Node): void {
  if (node.tag !== undefined && !/^(?:!|tag:yaml\.org,2002:(?:map|seq))$/.test(node.tag)) {
    refuse('YamlTag', `the tag ${shown(node.tag)} is not read: write the value without a tag`, node);
  }
}

function shown(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
}

function refuse(reason: DocumentProblem['reason'], message: string, node: unknown): never {
  throw new DocumentRefused({ reason, message, offset: offsetOf(node) });
}

function offsetOf(node: unknown): number {
  const range: unknown = typeof node === 'object' && node !== null ? Reflect.get(node, 'range') : undefined;
  const start: unknown = Array.isArray(range) ? range[0] : 0;
  return typeof start === 'number' ? start : 0;
}
