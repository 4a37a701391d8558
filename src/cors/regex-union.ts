import { type Automaton, MAX_STATES } from './regex-automaton.ts';

/**
 * Joins automata so that fewer have to be walked: each of the results accepts what some of the given ones accept, and
 * together they accept what all of those do.
 *
 * Neighbours are joined two by two as long as the union stays small; where it would not, both remain.
 */
export function uniteAutomata(automata: readonly Automaton[]): readonly Automaton[] {
  if (automata.length < 2) return automata;
  const middle = automata.length >> 1;
  const left = uniteAutomata(automata.slice(0, middle));
  const right = uniteAutomata(automata.slice(middle));
  const [first, second] = [left[0], right[0]];
  if (left.length > 1 || right.length > 1 || first === undefined || second === undefined) return [...left, ...right];
  const union = unite(first, second);
  return union === undefined ? [first, second] : [union];
}

/** Pairs of states, numbered as they are found. */
type Pairs = { readonly known: Map<number, number>; readonly list: [number, number][] };

function unite(left: Automaton, right: Automaton): Automaton | undefined {
  const classes = uniteClasses(left, right);
  const pairs: Pairs = { known: new Map(), list: [] };
  addPair(pairs, 0, 0);
  addPair(pairs, 1, 1);
  const next: number[] = [];
  for (let index = 0; index < pairs.list.length; index += 1) {
    const [leftState, rightState] = pairs.list[index] ?? [0, 0];
    for (const [leftClass, rightClass] of classes.members) {
      const leftNext = left.next[leftState * left.classCount + leftClass] ?? 0;
      const rightNext = right.next[rightState * right.classCount + rightClass] ?? 0;
      next.push(addPair(pairs, leftNext, rightNext));
    }
    if (pairs.list.length > MAX_STATES) return undefined;
  }
  const accepting = pairs.list.map(([a, b]) => left.accepting[a] || right.accepting[b] || 0);
  return {
    classes: classes.byCode,
    classCount: classes.members.length,
    next: Uint16Array.from(next),
    accepting: Uint8Array.from(accepting),
  };
}

function addPair(pairs: Pairs, left: number, right: number): number {
  const key = left * 0x10000 + right;
  const known = pairs.known.get(key);
  if (known !== undefined) return known;
  pairs.known.set(key, pairs.list.length);
  return pairs.list.push([left, right]) - 1;
}

type Classes = { readonly byCode: Uint8Array<ArrayBuffer>; readonly members: readonly (readonly [number, number])[] };

/** A class of the union is a class of the left one within a class of the right one; class 0 stays what no origin holds. */
function uniteClasses(left: Automaton, right: Automaton): Classes {
  const byCode = new Uint8Array(128);
  const members: [number, number][] = [[0, 0]];
  const known = new Map<number, number>([[0, 0]]);
  for (let code = 0; code < 128; code += 1) {
    const [leftClass, rightClass] = [left.classes[code] ?? 0, right.classes[code] ?? 0];
    const key = leftClass * 128 + rightClass;
    const name = known.get(key) ?? members.push([leftClass, rightClass]) - 1;
    known.set(key, name);
    byCode[code] = name;
  }
  return { byCode, members };
}
