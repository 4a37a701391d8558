import type { Automaton } from '../cors/regex-automaton.ts';

/** Per state: 1 if some text leads from it to one that accepts. */
export function livingStates(automaton: Automaton): Uint8Array {
  const known = living.get(automaton) ?? leadingTo(automaton, (state) => automaton.accepting[state] === 1);
  living.set(automaton, known);
  return known;
}

/** Asked by every walk; it goes with its automaton. */
const living = new WeakMap<Automaton, Uint8Array>();

/** Per state: 1 if whatever follows is accepted, as long as it is made of characters that origins hold. */
export function universalStates(automaton: Automaton): Uint8Array {
  const fallible = leadingTo(automaton, (state) => automaton.accepting[state] !== 1);
  return fallible.map((each) => 1 - each);
}

/** Per state: 1 if a text leads from it through one of the given classes. */
export function statesBefore(automaton: Automaton, isWanted: (characterClass: number) => boolean): Uint8Array {
  const isLiving = livingStates(automaton);
  const { classCount, next } = automaton;
  return leadingTo(automaton, (state) => {
    for (let name = 1; name < classCount; name += 1) {
      if (isWanted(name) && isLiving[next[state * classCount + name] ?? 0] === 1) return true;
    }
    return false;
  });
}

/** Walks back from the goals, class 0 left out: no origin holds its characters. */
function leadingTo(automaton: Automaton, isGoal: (state: number) => boolean): Uint8Array {
  const { sources, starts } = incoming(automaton);
  const found: number[] = [];
  for (let state = 0; state < automaton.accepting.length; state += 1) if (isGoal(state)) found.push(state);
  const leading = new Uint8Array(automaton.accepting.length);
  for (const state of found) leading[state] = 1;
  for (const target of found) {
    for (const source of sources.subarray(starts[target], starts[target + 1])) {
      if (leading[source] === 0) found.push(source);
      leading[source] = 1;
    }
  }
  return leading;
}

type Incoming = {
  /** States with an edge to state 0, then those with one to state 1, and so on. */
  readonly sources: Uint16Array;
  /** Where in `sources` those of a state begin. */
  readonly starts: Uint32Array;
};

function incoming({ classCount, next, accepting }: Automaton): Incoming {
  const starts = new Uint32Array(accepting.length + 1);
  for (let edge = 0; edge < next.length; edge += 1) {
    const slot = (next[edge] ?? 0) + 1;
    starts[slot] = (starts[slot] ?? 0) + Math.sign(edge % classCount);
  }
  for (let slot = 1; slot < starts.length; slot += 1) starts[slot] = (starts[slot] ?? 0) + (starts[slot - 1] ?? 0);
  return { starts, sources: sortedSources(next, classCount, starts.slice()) };
}

/** @param free where the next state that leads to each state goes; it is moved on */
function sortedSources(next: Uint16Array, classCount: number, free: Uint32Array): Uint16Array {
  const sources = new Uint16Array(next.length);
  for (let edge = 0; edge < next.length; edge += 1) {
    if (edge % classCount === 0) continue;
    const target = next[edge] ?? 0;
    sources[free[target] ?? 0] = Math.floor(edge / classCount);
    free[target] = (free[target] ?? 0) + 1;
  }
  return sources;
}
