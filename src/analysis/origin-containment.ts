import { compileMatcher, matchOrigin, type OriginMatcher } from '../cors/matcher.ts';
import { isOrigin } from '../cors/origin.ts';
import { isWildcard } from '../cors/origin-pattern.ts';
import type { OriginSet } from '../cors/policy.ts';
import { accepts } from '../cors/regex-automaton.ts';
import { uniteAutomata } from '../cors/regex-union.ts';
import { likelyWitnesses } from './likely-witness.ts';
import { once } from './once.ts';
import type { OriginEntry } from './origin-entry.ts';
import {
  automatonOf,
  familiarShapes,
  measuredShapes,
  originShapes,
  roughShapes,
  wildcardSource,
} from './origin-language.ts';
import { type Shape, shapeOf } from './origin-part.ts';
import { OriginTrie } from './origin-trie.ts';
import { type Outer, outerOf, type StepBudget, type WalkResult, walkOutside } from './outside-walk.ts';

export type { OriginEntry } from './origin-entry.ts';
export type { StepBudget } from './outside-walk.ts';

/** Whether one set of origins lies inside another. */
export type Containment =
  | { readonly kind: 'Inside' }
  /** A well-formed origin that is in the one and not in the other. */
  | { readonly kind: 'Outside'; readonly witness: string }
  /** It would take more steps than there are: to be treated as outside, without a witness. */
  | { readonly kind: 'NotProven' };

/** Nodes that one question may visit. */
const QUESTION_STEPS = 50_000;

/** Nodes that all questions about one policy may visit together. */
export const POLICY_STEPS = 500_000;

/** Nodes that are visited for a better looking witness. */
const LOOKS_STEPS = 2_000;

/** A set of origins that is asked what it contains. */
export type OriginContainer = {
  readonly matcher: OriginMatcher;
  /** The exact origins; the trie grows where it is asked. */
  readonly listed: OriginTrie;
  /** Of wildcards and regexes; regexes that do not compile contain nothing. */
  readonly patterns: () => readonly Outer[];
  /** What was asked before, with the steps that it took. */
  readonly known: Map<string, Answer>;
};

type Answer = { readonly containment: Containment; readonly steps: number };

/** Prepares a set without `*`: that contains everything. */
export function compileContainer(origins: OriginSet): OriginContainer {
  const sources = [...origins.wildcards.filter(isWildcard).map(wildcardSource), ...origins.regexes];
  return {
    matcher: compileMatcher(origins),
    listed: new OriginTrie(origins.exact),
    patterns: once(() => uniteAutomata(sources.flatMap((source) => automatonOf(source) ?? [])).map(outerOf)),
    known: new Map(),
  };
}

/**
 * Whether every well-formed origin that an entry stands for is in a container; exact, with a counterexample, as long as the
 * budget lasts.
 *
 * The entry's automaton, without everything that the container's automata accept, is walked breadth first for a word: there is
 * none, or the shortest one shows what lies outside.
 */
export function containsEntry(container: OriginContainer, entry: OriginEntry, budget: StepBudget): Containment {
  if (entry.kind === 'exact') return containsExact(container, entry.origin);
  if (budget.left <= 0) return NOT_PROVEN;
  const source = entry.kind === 'wildcard' ? wildcardSource(entry.wildcard) : entry.source;
  const known = container.known.get(source) ?? ask(container, entry, source);
  container.known.set(source, known);
  // What is remembered is charged all the same: no answer depends on what was asked before.
  budget.left -= known.steps;
  return budget.left < 0 ? NOT_PROVEN : known.containment;
}

const INSIDE: Containment = { kind: 'Inside' };
const NOT_PROVEN: Containment = { kind: 'NotProven' };

function containsExact({ matcher }: OriginContainer, origin: string): Containment {
  return matchOrigin(matcher, origin) || !isOrigin(origin) ? INSIDE : { kind: 'Outside', witness: origin };
}

function ask(container: OriginContainer, entry: OriginEntry, source: string): Answer {
  const automaton = automatonOf(source);
  if (automaton === undefined) return { containment: NOT_PROVEN, steps: 1 };
  const isOutside = (origin: string): boolean =>
    isOrigin(origin) && accepts(automaton, origin) && !matchOrigin(container.matcher, origin);
  const likely = likelyWitnesses(entry, automaton).find(isOutside);
  if (likely !== undefined) return { containment: { kind: 'Outside', witness: likely }, steps: 1 };
  const budget = { left: QUESTION_STEPS };
  const walk: Walk = (shape, limit) =>
    walkOutside({ entry: automaton, shape, outers: container.patterns(), listed: container.listed }, limit, isOutside);
  const containment = decide(walk, budget);
  return { containment, steps: QUESTION_STEPS - Math.max(budget.left, 0) };
}

type Walk = (shape: Shape, budget: StepBudget) => WalkResult;

/** The finer the shape, the more states: the next one is only taken where there are words and none of them is an origin. */
function decide(walk: Walk, budget: StepBudget): Containment {
  let found: WalkResult = { kind: 'Unwanted' };
  for (const shape of [SHAPES.rough, SHAPES.exact, SHAPES.measured]) {
    if (found.kind === 'Unwanted') found = walk(shape(), budget);
  }
  switch (found.kind) {
    case 'Nothing':
      return INSIDE;
    case 'Word':
      return { kind: 'Outside', witness: betterWitness(found.word, walk, budget) };
    case 'Unwanted':
    case 'OutOfSteps':
      return NOT_PROVEN;
  }
}

/** The shortest witness may look like nothing that people know; there may be another one that does. */
function betterWitness(word: string, walk: Walk, budget: StepBudget): string {
  const familiar = SHAPES.familiar();
  if (accepts(familiar.automaton, word)) return word;
  const looks = { left: Math.min(budget.left, LOOKS_STEPS) };
  const allowed = looks.left;
  const found = walk(familiar, looks);
  budget.left -= allowed - Math.max(looks.left, 0);
  return found.kind === 'Word' ? found.word : word;
}

const SHAPES = {
  rough: once(() => shapeOf(roughShapes())),
  exact: once(() => shapeOf(originShapes())),
  measured: once(() => shapeOf(measuredShapes())),
  familiar: once(() => shapeOf(familiarShapes())),
};
