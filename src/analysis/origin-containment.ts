import { type CharSet, FAIterators, getIntersectionIterator, TooManyNodesError } from 'refa';
import { compileMatcher, matchOrigin, type OriginMatcher } from '../cors/matcher.ts';
import { isOrigin } from '../cors/origin.ts';
import type { OriginSet } from '../cors/policy.ts';
import { type Automaton, accepts } from '../cors/regex-automaton.ts';
import { uniteAutomata } from '../cors/regex-union.ts';
import { likelyWitnesses } from './likely-witness.ts';
import type { OriginEntry } from './origin-entry.ts';

export type { OriginEntry } from './origin-entry.ts';

import {
  accepted,
  automatonOf,
  familiar,
  type Language,
  MAX_CODE,
  quoted,
  refused,
  wellFormed,
  wildcardSource,
} from './origin-language.ts';

/** Whether one set of origins lies inside another. */
export type Containment =
  | { readonly kind: 'Inside' }
  /** A well-formed origin that is in the one and not in the other. */
  | { readonly kind: 'Outside'; readonly witness: string }
  /** It would take more steps than there are: to be treated as outside, without a witness. */
  | { readonly kind: 'NotProven' };

/** Steps that are left: every enforcement point counts alike, whatever its machine's speed. */
export type StepBudget = { left: number };

/** Nodes that one question may visit. */
const QUESTION_STEPS = 50_000;

/** Nodes that all questions about one policy may visit together. */
export const POLICY_STEPS = 500_000;

/** A set of origins that is asked what it contains. */
export type OriginContainer = {
  readonly matcher: OriginMatcher;
  readonly exact: readonly string[];
  /** Of wildcards and regexes; regexes that do not compile contain nothing. */
  readonly patterns: readonly Automaton[];
  /** What could be an origin at all. */
  readonly wellFormed: ReturnType<typeof wellFormed>;
  /** What people know origins to look like. */
  readonly familiar: Language;
  /** What was asked before, with the steps that it took. */
  readonly known: Map<string, { readonly containment: Containment; readonly steps: number }>;
};

/** Prepares a set without `*`: that contains everything. */
export function compileContainer(origins: OriginSet): OriginContainer {
  const sources = [...origins.wildcards.map(wildcardSource), ...origins.regexes];
  return {
    matcher: compileMatcher(origins),
    exact: origins.exact,
    patterns: uniteAutomata(sources.flatMap((source) => automatonOf(source) ?? [])),
    wellFormed: wellFormed(),
    familiar: familiar(),
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

function ask(
  container: OriginContainer,
  entry: OriginEntry,
  source: string,
): { readonly containment: Containment; readonly steps: number } {
  const automaton = automatonOf(source);
  if (automaton === undefined) return { containment: NOT_PROVEN, steps: 1 };
  const isOutside = (origin: string): boolean =>
    isOrigin(origin) && accepts(automaton, origin) && !matchOrigin(container.matcher, origin);
  const likely = likelyWitnesses(entry).find(isOutside);
  if (likely !== undefined) return { containment: { kind: 'Outside', witness: likely }, steps: 1 };
  const steps = { left: QUESTION_STEPS };
  const containment = search(container, automaton, isOutside, steps);
  return { containment, steps: QUESTION_STEPS - Math.max(steps.left, 0) };
}

const INSIDE: Containment = { kind: 'Inside' };
const NOT_PROVEN: Containment = { kind: 'NotProven' };

function containsExact({ matcher }: OriginContainer, origin: string): Containment {
  return matchOrigin(matcher, origin) || !isOrigin(origin) ? INSIDE : { kind: 'Outside', witness: origin };
}

function search(
  container: OriginContainer,
  automaton: Automaton,
  isOutside: (origin: string) => boolean,
  steps: StepBudget,
): Containment {
  try {
    const shown = container.wellFormed.map((shapes) => {
      const rest = difference(container, automaton, shapes);
      return firstWord(intersection(rest, container.familiar), isOutside, steps) || firstWord(rest, isOutside, steps);
    });
    const witness = shown.find((each) => each !== undefined && each !== NO_ORIGIN);
    if (witness !== undefined) return { kind: 'Outside', witness };
    return shown.includes(NO_ORIGIN) ? NOT_PROVEN : INSIDE;
  } catch (error) {
    if (error instanceof TooManyNodesError || error instanceof OutOfSteps) return NOT_PROVEN;
    throw error;
  }
}

/** A language as it is walked, lazily: states are made when they are reached. */
type Walk = ReturnType<typeof getIntersectionIterator>;

/** The words of an automaton that could be origins and that nothing in the container accepts. */
function difference({ exact, patterns }: OriginContainer, automaton: Automaton, shapes: readonly Language[]): Walk {
  const inside = exact
    .filter((origin) => accepts(automaton, origin))
    .flatMap((origin) => automatonOf(quoted(origin)) ?? []);
  const outer = [...uniteAutomata(inside), ...patterns].map(refused);
  const [first = accepted(automaton), ...others] = [...shapes, ...outer];
  let walk = getIntersectionIterator(accepted(automaton), first, QUESTION_STEPS);
  for (const language of others) walk = intersection(walk, language);
  return walk;
}

function intersection(walk: Walk, language: Language): Walk {
  const walked = { maxCharacter: MAX_CODE, transitionIterator: () => walk };
  return getIntersectionIterator(walked, language, QUESTION_STEPS);
}

/** The budget is used up. */
class OutOfSteps extends Error {}

function counted(walk: Walk, steps: StepBudget): Walk {
  return {
    ...walk,
    getOut(state) {
      steps.left -= 1;
      if (steps.left < 0) throw new OutOfSteps();
      return walk.getOut(state);
    },
  };
}

/** There are words, and none of those looked at is a well-formed origin. */
const NO_ORIGIN = '';

/** The most readable of the shortest words; undefined when there are no words at all, which is the proof. */
function firstWord(walk: Walk, isOutside: (origin: string) => boolean, steps: StepBudget): string | undefined {
  const wordSet = FAIterators.shortestWordSet(counted(walk, steps));
  return wordSet === undefined ? undefined : (readable(wordSet).find(isOutside) ?? NO_ORIGIN);
}

/** Words of a set that are looked at. */
const MOST_WORDS = 60;

/** What people would write, best first: letters before digits before the rest. */
const PREFERENCE = 'aetoinsrlcdumpfghbywvkxqjz0123456789-._:/';

/** Some words of a set: the first letter of preference in each place, then variations of single places. */
function readable(wordSet: readonly CharSet[]): readonly string[] {
  const choices = wordSet.map(preferred);
  const first = choices.map(([character = '']) => character).join('');
  const varied = choices.flatMap((each, index) => variations(first, index, each.slice(0, 3)));
  return [first, ...varied].slice(0, MOST_WORDS);
}

function variations(word: string, index: number, choices: readonly string[]): readonly string[] {
  return choices.slice(1).map((character) => `${word.slice(0, index)}${character}${word.slice(index + 1)}`);
}

function preferred(characters: CharSet): readonly string[] {
  const liked = [...PREFERENCE].filter((character) => characters.has(character.charCodeAt(0)));
  if (liked.length > 0) return liked;
  return [...characters.characters()].slice(0, 1).map((code) => String.fromCharCode(code));
}
