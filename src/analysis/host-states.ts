import type { Automaton } from '../cors/regex-automaton.ts';
import { ReverseAutomaton } from './reverse-automaton.ts';

/** Characters of a label, those first that read best. */
export const LABEL_CODES: readonly number[] = codesOf('abcdefghijklmnopqrstuvwxyz0123456789-_');

/** Characters of a label that browsers resolve for a whole top-level domain. */
export const LETTERS: readonly number[] = codesOf('abcdefghijklmnopqrstuvwxyz');

const PORT_DIGITS = codesOf('0123456789');

/** Where a label of a host can begin: a state, and how it is reached first. */
export type LabelStart = {
  readonly state: number;
  /** From the scheme to the dot. */
  readonly prefix: string;
  /** Whether no label stands before. */
  readonly isFirst: boolean;
};

/** How an automaton goes through the hosts of http and https origins. */
export type HostStates = {
  readonly automaton: Automaton;
  readonly reverse: ReverseAutomaton;
  readonly labelStarts: readonly LabelStart[];
  /** States in which a host may be over: a text may end there, or after a port. */
  readonly ends: ReadonlySet<number>;
};

/** Looks at an automaton's way through hosts. */
export function hostStates(automaton: Automaton): HostStates {
  const reverse = new ReverseAutomaton(automaton);
  const accepting = new Set([...automaton.accepting.keys()].filter((state) => automaton.accepting[state] === 1));
  const ported = reverse.before(reverse.leadingBy(accepting, PORT_DIGITS), ':'.charCodeAt(0));
  return { automaton, reverse, labelStarts: labelStarts(automaton), ends: new Set([...accepting, ...ported]) };
}

/** The state behind a text; 0 where none leads. */
export function follow({ classes, classCount, next }: Automaton, from: number, text: string): number {
  let state = from;
  for (let index = 0; index < text.length; index += 1) {
    state = next[state * classCount + (classes[text.charCodeAt(index)] ?? 0)] ?? 0;
  }
  return state;
}

/** Walks breadth first over what may stand in a host; each state is met at a label's start, and within one. */
function labelStarts(automaton: Automaton): readonly LabelStart[] {
  const firsts = ['https://', 'http://']
    .map((prefix): Place => ({ state: follow(automaton, 1, prefix), prefix, at: 'first' }))
    .filter(({ state }) => state !== 0);
  const places = [...firsts];
  const known = new Set(places.map(keyOf));
  for (const place of places) {
    for (const next of placesAfter(automaton, place)) {
      if (!known.has(keyOf(next))) places.push(next);
      known.add(keyOf(next));
    }
  }
  return places
    .filter(({ at }) => at !== 'within')
    .map(({ state, prefix, at }) => ({ state, prefix, isFirst: at === 'first' }));
}

/** A state in a host: where its first label begins, where another one does, or within a label. */
type Place = { readonly state: number; readonly prefix: string; readonly at: 'first' | 'start' | 'within' };

/** Of characters of a label that lead to the same state, one stands for all. */
function placesAfter(automaton: Automaton, { state, prefix, at }: Place): readonly Place[] {
  const { classes, classCount, next } = automaton;
  const stateAfter = (code: number): number => next[state * classCount + (classes[code] ?? 0)] ?? 0;
  const within = new Map<number, Place>();
  for (const code of LABEL_CODES) {
    const target = stateAfter(code);
    if (target === 0 || within.has(target)) continue;
    within.set(target, { state: target, prefix: prefix + String.fromCharCode(code), at: 'within' });
  }
  const dotted = at === 'within' ? stateAfter(DOT) : 0;
  const start: Place = { state: dotted, prefix: `${prefix}.`, at: 'start' };
  return dotted === 0 ? [...within.values()] : [start, ...within.values()];
}

const DOT = '.'.charCodeAt(0);

function keyOf({ state, at }: Place): number {
  return 3 * state + AT.indexOf(at);
}

const AT: readonly Place['at'][] = ['first', 'start', 'within'];

function codesOf(letters: string): readonly number[] {
  return Array.from(letters, (letter) => letter.charCodeAt(0));
}
