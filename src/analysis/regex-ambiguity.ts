import { cycleComponents } from './graph-components.ts';
import { LetterSets } from './letter-sets.ts';
import { type LoopReading, MOST_COPIES, type PositionGraph, positionGraph, takesEverything } from './position-graph.ts';
import { nodesOf } from './regex-sample.ts';
import type { RegexNode, RegexSyntax } from './regex-syntax.ts';

/** How the time of an engine that backtracks grows with the length of a text that does not match. */
export type Backtracking =
  | 'Linear'
  /** Alternatives in a loop of which one begins another: some engines keep every choice between them. */
  | 'Overlapping'
  | 'Polynomial'
  | 'Exponential'
  | 'Undecided';

/** Pairs and triples of positions that are looked at; a usual regex needs some hundreds. */
const MOST_STEPS = 20_000;

/**
 * How a regex backtracks, decided by its ambiguity: where one text leads round a loop in two ways, every further round doubles the
 * ways; where it leads round one loop, from there to another, and round that one, every further round adds some.
 *
 * Where everything that follows is taken, an engine does not fail, and does not go back.
 *
 * @see https://arxiv.org/abs/1301.0802 for the criteria, EDA and IDA
 */
export function backtrackingOf(syntax: RegexSyntax): Backtracking {
  const budget = { left: MOST_STEPS };
  const letters = new LetterSets(syntax.flags);
  const search = searchIn(syntax.root, 'Long', letters, budget);
  const endless = searchIn(syntax.root, 'Endless', letters, budget);
  if (search === undefined || endless === undefined) return 'Undecided';
  if (isDoubling(search)) return 'Exponential';
  if (isAdding(endless)) return 'Polynomial';
  const left = { left: MOST_STEPS };
  if (nodesOf(syntax.root).some((node) => isOverlapping(node, letters, left))) return 'Overlapping';
  return budget.left > 0 && left.left > 0 ? 'Linear' : 'Undecided';
}

type Budget = { left: number };

type Search = {
  readonly graph: PositionGraph;
  readonly letters: LetterSets;
  /** Per position: its loop, -1 for none. */
  readonly loops: readonly number[];
  /** Per loop: its positions, none of loops that cannot fail. */
  readonly members: ReadonlyMap<number, readonly number[]>;
  readonly budget: Budget;
};

function searchIn(root: RegexNode, reading: LoopReading, letters: LetterSets, budget: Budget): Search | undefined {
  const graph = positionGraph(root, reading, letters);
  if (graph === undefined) return undefined;
  const loops = cycleComponents(graph.follows.map((targets) => targets.keys()));
  const members = new Map<number, number[]>();
  for (const [position, loop] of loops.entries()) {
    if (loop === -1 || letters.isEmpty(graph.sets[position] ?? 0) || cannotFail(graph, position, letters)) continue;
    const known = members.get(loop) ?? [];
    members.set(loop, known);
    known.push(position);
  }
  return { graph, letters, loops, members, budget };
}

function cannotFail(graph: PositionGraph, position: number, letters: LetterSets): boolean {
  if (takesEverything(graph, position, letters)) return true;
  return nextOf(graph, position).some((next) => takesEverything(graph, next, letters));
}

function nextOf({ follows }: PositionGraph, position: number): readonly number[] {
  return [...(follows[position]?.keys() ?? [])];
}

/** Whether some loop is gone round in two ways by one text. */
function isDoubling(search: Search): boolean {
  return [...search.members.values()].some(
    (members) => hasDoubleEdge(search, members) || hasTwoRounds(search, members),
  );
}

function hasDoubleEdge({ graph, loops }: Search, members: readonly number[]): boolean {
  return members.some((position) =>
    [...(graph.follows[position] ?? [])].some(([next, ways]) => ways > 1 && loops[next] === loops[position]),
  );
}

type Pair = { readonly left: number; readonly right: number; readonly before: Pair[] };

/** Walks two markers over a loop by the same letters: from one position to two, and back to one. */
function hasTwoRounds(search: Search, [start]: readonly number[]): boolean {
  if (start === undefined) return false;
  const pairs = new Map<number, Pair>();
  const met = (left: number, right: number): Pair => {
    const key = Math.min(left, right) * search.loops.length + Math.max(left, right);
    const pair = pairs.get(key) ?? { left, right, before: [] };
    pairs.set(key, pair);
    return pair;
  };
  met(start, start);
  for (const pair of pairs.values()) {
    for (const [left, right] of pairsAfter(search, pair)) met(left, right).before.push(pair);
    if (search.budget.left <= 0) return false;
  }
  const back = new Set([...pairs.values()].filter(({ left, right }) => left === right));
  for (const pair of back) for (const each of pair.before) back.add(each);
  return [...back].some(({ left, right }) => left !== right);
}

function pairsAfter(search: Search, { left, right }: Pair): readonly (readonly [number, number])[] {
  const { graph, letters } = search;
  const [ones, others] = [inLoop(search, left), inLoop(search, right)];
  search.budget.left -= ones.length * others.length;
  if (search.budget.left <= 0) return [];
  return pairsOf(ones, others).filter(([one, other]) => meet(graph, letters, one, other));
}

function meet({ sets }: PositionGraph, letters: LetterSets, left: number, right: number): boolean {
  return !letters.isEmpty(letters.meeting(sets[left] ?? 0, sets[right] ?? 0));
}

/** The positions behind one that are in the same loop. */
function inLoop({ graph, loops }: Search, position: number): readonly number[] {
  return nextOf(graph, position).filter((next) => loops[next] === loops[position]);
}

function pairsOf(lefts: readonly number[], rights: readonly number[]): readonly (readonly [number, number])[] {
  return lefts.flatMap((left) => rights.map((right) => [left, right] as const));
}

/** Whether one text leads round a loop, from there to another loop, and round that one. */
function isAdding(search: Search): boolean {
  const loops = [...search.members];
  return loops.some(([loop, members]) =>
    loops.some(
      ([other, others]) => loop !== other && pairsOf(members, others).some(([from, to]) => leadsOver(search, from, to)),
    ),
  );
}

type Triple = { readonly first: number; readonly middle: number; readonly last: number };

/** Walks three markers by the same letters: one round the first loop, one on to the second, one round that. */
function leadsOver(search: Search, from: number, to: number): boolean {
  const triples = new Map<string, Triple>();
  const meetTriple = (triple: Triple): void => {
    triples.set(`${triple.first},${triple.middle},${triple.last}`, triple);
  };
  meetTriple({ first: from, middle: from, last: to });
  for (const triple of triples.values()) {
    if (triple.first === from && triple.middle === to && triple.last === to) return true;
    if (search.budget.left <= 0) return false;
    for (const next of triplesAfter(search, triple)) meetTriple(next);
  }
  return false;
}

function triplesAfter(search: Search, { first, middle, last }: Triple): readonly Triple[] {
  const { graph, letters, budget } = search;
  const middles = nextOf(graph, middle);
  const rounds = pairsOf(inLoop(search, first), inLoop(search, last));
  budget.left -= rounds.length * middles.length + 1;
  return rounds.flatMap(([one, three]) => {
    const common = letters.meeting(graph.sets[one] ?? 0, graph.sets[three] ?? 0);
    return middles
      .filter((two) => !letters.isEmpty(letters.meeting(common, graph.sets[two] ?? 0)))
      .map((two) => ({ first: one, middle: two, last: three }));
  });
}

/** Whether a node repeats alternatives of which one can be the beginning of another. */
function isOverlapping(node: RegexNode, letters: LetterSets, budget: Budget): boolean {
  if (node.kind !== 'repeat' || node.max <= MOST_COPIES) return false;
  const body = only(node.node);
  const graph = body.kind === 'alternation' ? positionGraph(body, 'Long', letters) : undefined;
  return graph !== undefined && hasPrefix(graph, letters, budget);
}

/** Looks through groups. */
function only(node: RegexNode): RegexNode {
  const [part] = node.kind === 'concat' && node.parts.length === 1 ? node.parts : [];
  return part === undefined ? node : only(part);
}

/** Walks two markers from different beginnings by the same letters, until one is at its end. */
function hasPrefix(graph: PositionGraph, letters: LetterSets, budget: Budget): boolean {
  const pairs = new Map<number, readonly [number, number]>();
  const add = (lefts: readonly number[], rights: readonly number[]): void => {
    budget.left -= lefts.length * rights.length;
    if (budget.left <= 0) return;
    for (const [left, right] of pairsOf(lefts, rights)) {
      const key = Math.min(left, right) * graph.sets.length + Math.max(left, right);
      if (left !== right && meet(graph, letters, left, right)) pairs.set(key, [left, right]);
    }
  };
  add(graph.firsts, graph.firsts);
  for (const [left, right] of pairs.values()) {
    if (graph.lasts.has(left) || graph.lasts.has(right)) return true;
    add(nextOf(graph, left), nextOf(graph, right));
  }
  return false;
}
