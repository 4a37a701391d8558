import { type HostStates, LABEL_CODES } from './host-states.ts';
import { type SuffixNode, suffixRules } from './public-suffix.ts';

/** A public suffix that hosts of an automaton end in, and the states from which nothing but the suffix is left. */
export type SuffixStates = { readonly suffix: string; readonly states: ReadonlySet<number> };

/** Most states that are walked back from; a usual regex needs some hundreds. */
const MOST_STEPS = 20_000;

/** The rules of the public suffix list that hosts of an automaton end in; `*.` stands for any label before a rule's rest. */
export function suffixStates({ reverse, ends }: HostStates): readonly SuffixStates[] {
  const search: Search = { reverse, found: [], left: MOST_STEPS };
  visit(search, suffixRules(), '', ends);
  return search.found;
}

type Search = { readonly reverse: HostStates['reverse']; readonly found: SuffixStates[]; left: number };

/** @param after states behind the label that comes next, from the right */
function visit(search: Search, node: SuffixNode, suffix: string, after: ReadonlySet<number>): void {
  for (const [label, child] of node.children) {
    const states = search.left > 0 ? beforeLabel(search.reverse, after, label) : NONE;
    search.left -= states.size;
    if (states.size > 0) enter(search, child, suffix === '' ? label : `${label}.${suffix}`, states);
  }
}

function enter(search: Search, node: SuffixNode, suffix: string, states: ReadonlySet<number>): void {
  // Where every label below is a suffix, nobody registers names right there.
  if (node.isRule && !node.children.has('*')) search.found.push({ suffix, states });
  if (node.children.size > 0) visit(search, node, suffix, search.reverse.before(states, DOT));
}

const NONE: ReadonlySet<number> = new Set();

function beforeLabel(reverse: HostStates['reverse'], after: ReadonlySet<number>, label: string): ReadonlySet<number> {
  return label === '*' ? anyLabel(reverse, after) : reverse.beforeText(after, label);
}

const DOT = '.'.charCodeAt(0);

function anyLabel(reverse: HostStates['reverse'], after: ReadonlySet<number>): ReadonlySet<number> {
  const lastCharacter = new Set(LABEL_CODES.flatMap((code) => [...reverse.before(after, code)]));
  return reverse.leadingBy(lastCharacter, LABEL_CODES);
}
