import type { LetterSets } from './letter-sets.ts';
import type { RegexNode } from './regex-syntax.ts';

/** Which repetitions are taken for loops: long ones too, or only those without an end. */
export type LoopReading = 'Long' | 'Endless';

/**
 * Where an engine that backtracks can stand in a regex: behind each of its letters and classes, repetitions written out. Between
 * two places there are as many ways as the regex gives.
 *
 * @see https://en.wikipedia.org/wiki/Glushkov%27s_construction_algorithm
 */
export type PositionGraph = {
  /** Per position: the set of letters that leads to it, a number of {@link LetterSets}. */
  readonly sets: readonly number[];
  /** Per position: the next ones, with the number of ways there. */
  readonly follows: readonly ReadonlyMap<number, number>[];
  /** Positions at which the regex may begin. */
  readonly firsts: readonly number[];
  /** Positions at which the regex may be over. */
  readonly lasts: ReadonlySet<number>;
};

/** Longest repetition that is written out. */
export const MOST_COPIES = 8;

const MOST_POSITIONS = 2_000;
const MOST_EDGES = 100_000;

/** Builds the graph; undefined when it would be too large. */
export function positionGraph(root: RegexNode, reading: LoopReading, letters: LetterSets): PositionGraph | undefined {
  const building: Building = { reading, letters, sets: [], follows: [], edges: 0 };
  const whole = fragment(root, building);
  if (isTooLarge(building)) return undefined;
  return { sets: building.sets, follows: building.follows, firsts: whole.firsts, lasts: new Set(whole.lasts) };
}

type Building = {
  readonly reading: LoopReading;
  readonly letters: LetterSets;
  readonly sets: number[];
  readonly follows: Map<number, number>[];
  edges: number;
};

/** A part of a regex: where it can begin and end, and whether it can be nothing. */
type Fragment = { readonly firsts: readonly number[]; readonly lasts: readonly number[]; readonly isEmpty: boolean };

const EMPTY: Fragment = { firsts: [], lasts: [], isEmpty: true };

function isTooLarge({ sets, edges }: Building): boolean {
  return sets.length > MOST_POSITIONS || edges > MOST_EDGES;
}

function fragment(node: RegexNode, building: Building): Fragment {
  if (isTooLarge(building)) return EMPTY;
  switch (node.kind) {
    case 'literal':
      return sequence(
        Array.from(node.text, (letter) => position(building.letters.ofLetter(letter), building)),
        building,
      );
    case 'any':
      return position(building.letters.all, building);
    case 'class':
      return position(building.letters.ofClass(node.source), building);
    case 'assertion':
      return EMPTY;
    case 'concat':
      return sequence(
        node.parts.map((part) => fragment(part, building)),
        building,
      );
    case 'alternation':
      return choice(node.branches.map((branch) => fragment(branch, building)));
    case 'repeat':
      return repeated(node, building);
  }
}

function position(set: number, { sets, follows }: Building): Fragment {
  const number = sets.push(set) - 1;
  follows.push(new Map());
  return { firsts: [number], lasts: [number], isEmpty: false };
}

function sequence(parts: readonly Fragment[], building: Building): Fragment {
  let whole = EMPTY;
  for (const part of parts) {
    connect(whole.lasts, part.firsts, building);
    whole = {
      firsts: whole.isEmpty ? [...whole.firsts, ...part.firsts] : whole.firsts,
      lasts: part.isEmpty ? [...whole.lasts, ...part.lasts] : part.lasts,
      isEmpty: whole.isEmpty && part.isEmpty,
    };
  }
  return whole;
}

function choice(branches: readonly Fragment[]): Fragment {
  return {
    firsts: branches.flatMap(({ firsts }) => firsts),
    lasts: branches.flatMap(({ lasts }) => lasts),
    isEmpty: branches.some(({ isEmpty }) => isEmpty),
  };
}

function connect(lasts: readonly number[], firsts: readonly number[], building: Building): void {
  building.edges += lasts.length * firsts.length;
  if (isTooLarge(building)) return;
  for (const last of lasts) {
    const follows = building.follows[last];
    for (const first of firsts) follows?.set(first, (follows.get(first) ?? 0) + 1);
  }
}

type Repeat = Extract<RegexNode, { kind: 'repeat' }>;

function repeated(node: Repeat, building: Building): Fragment {
  const { min, max } = node;
  if (max === 0) return EMPTY;
  if (max <= MOST_COPIES) return copies(node, building);
  const once = fragment(node.node, building);
  const isLoop = node.isEndless || (building.reading === 'Long' && max > min);
  if (isLoop) connect(once.lasts, once.firsts, building);
  return min === 0 ? { ...once, isEmpty: true } : once;
}

/** `a{2,4}` as `aa(a(a)?)?`, so that there is one way for each number. */
function copies({ node, min, max }: Repeat, building: Building): Fragment {
  let rest = EMPTY;
  for (let count = max; count > min; count -= 1) {
    const more = sequence([fragment(node, building), rest], building);
    rest = { ...more, isEmpty: true };
  }
  const required = Array.from({ length: min }, () => fragment(node, building));
  return sequence([...required, rest], building);
}

/** Whether a position takes every letter, as often as it likes, and may be the last: from there on nothing fails. */
export function takesEverything(
  { sets, follows, lasts }: PositionGraph,
  position: number,
  letters: LetterSets,
): boolean {
  return sets[position] === letters.all && lasts.has(position) && follows[position]?.has(position) === true;
}
