import {
  edgeChild,
  edgeLength,
  edgeStart,
  exceptionsRoot,
  labelText,
  nodeFlags,
  rulesRoot,
} from 'tldts/dist/cjs/src/data/trie.js';
import tldts from 'tldts/package.json' with { type: 'json' };

/** Which public suffix list this build holds: the package that ships it. */
export const PUBLIC_SUFFIX_VERSION: string = `tldts ${tldts.version}`;

/** Names below one name of the list, by label; `*` stands for every label. */
export type SuffixNode = {
  /** The name is a rule itself, of the ICANN or of the private part. */
  readonly isRule: boolean;
  readonly children: ReadonlyMap<string, SuffixNode>;
};

type SuffixIndex = { readonly rules: SuffixNode; readonly exceptions: SuffixNode };

const WILDCARD = '*';

/** Built when it is first asked: most runs see no wildcard. Derived from constants, so it holds no state. */
let builtIndex: SuffixIndex | undefined;

/**
 * The public suffix a name ends in.
 *
 * @param name ASCII, lower case; a trailing dot counts for nothing
 * @returns the whole name if it is a public suffix itself; undefined when no rule of the list matches (an intranet name)
 * @see https://github.com/publicsuffix/list/wiki/Format
 */
export function publicSuffix(name: string): string | undefined {
  const labels = labelsOf(name);
  const exception = matchedLabels(suffixIndex().exceptions, labels);
  const length = exception > 0 ? exception - 1 : matchedLabels(suffixIndex().rules, labels);
  return length === 0 ? undefined : labels.slice(labels.length - length).join('.');
}

/** Whether anybody can register names right below a name. */
export function isPublicSuffix(name: string): boolean {
  return publicSuffix(name) === withoutRoot(name);
}

/**
 * The part of a name that its owner registered: one label more than the public suffix.
 *
 * @returns undefined when the name is a public suffix, or when no rule of the list matches
 */
export function registrableDomain(name: string): string | undefined {
  const suffix = publicSuffix(name);
  const labels = labelsOf(name);
  const length = suffix === undefined ? 0 : suffix.split('.').length;
  return length === 0 || labels.length === length ? undefined : labels.slice(labels.length - length - 1).join('.');
}

/**
 * A public suffix that lies below a name: one right below it if there is one, the first in byte order.
 *
 * @returns `*.name` for a rule that makes every label below a suffix; undefined when there is none
 */
export function suffixBelow(name: string): string | undefined {
  let node: SuffixNode | undefined = suffixIndex().rules;
  for (const label of labelsOf(name).reverse()) node = node?.children.get(label);
  const below = node === undefined ? undefined : firstRuleBelow(node);
  return below === undefined ? undefined : `${below}.${withoutRoot(name)}`;
}

/** All rules of the list but the exceptions, by label from the right. */
export function suffixRules(): SuffixNode {
  return suffixIndex().rules;
}

function labelsOf(name: string): string[] {
  return withoutRoot(name).split('.');
}

function withoutRoot(name: string): string {
  return name.endsWith('.') ? name.slice(0, -1) : name;
}

/** @returns how many labels, counted from the right, the longest matching rule has; 0 for none */
function matchedLabels(root: SuffixNode, labels: readonly string[]): number {
  let longest = 0;
  let nodes: readonly SuffixNode[] = [root];
  for (let length = 1; length <= labels.length && nodes.length > 0; length += 1) {
    const label = labels[labels.length - length] ?? '';
    nodes = nodes.flatMap((node) => children(node, label));
    if (nodes.some((node) => node.isRule)) longest = length;
  }
  return longest;
}

function children(node: SuffixNode, label: string): readonly SuffixNode[] {
  const named = node.children.get(label);
  const any = label === '' ? undefined : node.children.get(WILDCARD);
  return [named, any].filter((child) => child !== undefined);
}

function firstRuleBelow(node: SuffixNode): string | undefined {
  const labels = [...node.children.keys()].sort();
  const own = labels.find((label) => node.children.get(label)?.isRule);
  if (own !== undefined) return own;
  for (const label of labels) {
    const child = node.children.get(label);
    const below = child === undefined ? undefined : firstRuleBelow(child);
    if (below !== undefined) return `${below}.${label}`;
  }
  return undefined;
}

function suffixIndex(): SuffixIndex {
  builtIndex ??= buildIndex();
  return builtIndex;
}

function buildIndex(): SuffixIndex {
  const labels = edgeLabels();
  const built: SuffixNode[] = [];
  return { rules: buildNode(rulesRoot, labels, built), exceptions: buildNode(exceptionsRoot, labels, built) };
}

/** The list's labels stand in one text, one after the other. */
function edgeLabels(): readonly string[] {
  const labels: string[] = [];
  let offset = 0;
  for (const length of edgeLength) {
    labels.push(labelText.slice(offset, offset + length));
    offset += length;
  }
  return labels;
}

/** Names with the same names below share one node, in the data as well as here. */
function buildNode(node: number, labels: readonly string[], built: SuffixNode[]): SuffixNode {
  const known = built[node];
  if (known !== undefined) return known;
  const below = new Map<string, SuffixNode>();
  for (let edge = edgeStart[node] ?? 0; edge < (edgeStart[node + 1] ?? 0); edge += 1) {
    below.set(labels[edge] ?? '', buildNode(edgeChild[edge] ?? 0, labels, built));
  }
  const suffix: SuffixNode = { isRule: nodeFlags[node] !== 0, children: below };
  built[node] = suffix;
  return suffix;
}
