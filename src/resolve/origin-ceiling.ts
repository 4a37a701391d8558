import { once } from '../analysis/once.ts';
import {
  type Containment,
  compileContainer,
  containsEntry,
  type OriginContainer,
  type OriginEntry,
  type StepBudget,
} from '../analysis/origin-containment.ts';
import { compileMatcher, matchOrigin, type OriginMatcher } from '../cors/matcher.ts';
import { printWildcard, type Wildcard } from '../cors/origin-pattern.ts';
import type { OriginSet } from '../cors/policy.ts';
import { indexWildcards, isInsideWildcards, type WildcardIndex, wildcardText } from './wildcard-containment.ts';

/** Which origins a guardrail leaves to policies. */
export type OriginCeiling =
  /** It names no origins: every well-formed origin, which is less than `*`. */
  | { readonly kind: 'AnyOrigin' }
  /** It names `*`. */
  | { readonly kind: 'Star' }
  /** Exactly what it names. */
  | ListedCeiling;

/** A ceiling of listed origins, with what it was asked before. */
export type ListedCeiling = {
  readonly kind: 'Listed';
  /** What the guardrail lists, and what an exception does. */
  readonly parts: readonly CeilingPart[];
  /** The guardrail alone, where an exception made it wider. */
  readonly base?: ListedCeiling;
  /** Of all parts; made when something is asked that needs automata. */
  readonly container: () => OriginContainer;
  readonly inside: Map<string, CeilingEntries>;
};

/** Listed origins, ready to be asked. */
export type CeilingPart = {
  readonly origins: OriginSet;
  readonly matcher: OriginMatcher;
  readonly wildcards: WildcardIndex;
};

/** Entries of a ceiling that can stand in the place of a wider one of a policy. */
export type CeilingEntries = { readonly exact: readonly string[]; readonly wildcards: readonly Wildcard[] };

/** Compiles the origins that a guardrail names; undefined when it names none. */
export function compileOriginCeiling(origins: OriginSet | undefined): OriginCeiling {
  if (origins === undefined) return { kind: 'AnyOrigin' };
  if (origins.any) return { kind: 'Star' };
  return listed([compilePart(origins)]);
}

/** A ceiling together with further origins. One that leaves every origin open is wider only by a `*`. */
export function widenOriginCeiling(ceiling: OriginCeiling, origins: OriginSet): OriginCeiling {
  if (origins.any) return { kind: 'Star' };
  return ceiling.kind === 'Listed' ? listed([...ceiling.parts, compilePart(origins)], ceiling) : ceiling;
}

/** Whether `*` lies inside: only below a ceiling that says `*` itself. */
export function containsStar(ceiling: OriginCeiling): boolean {
  return ceiling.kind === 'Star';
}

/** Whether one origin lies inside. */
export function containsOrigin(ceiling: OriginCeiling, origin: string): boolean {
  return ceiling.kind !== 'Listed' || isListed(ceiling, origin);
}

/** Whether a wildcard lies inside, with a witness where it does not. */
export function containsWildcard(ceiling: OriginCeiling, wildcard: Wildcard, budget: StepBudget): Containment {
  if (ceiling.kind !== 'Listed') return INSIDE;
  if (ceiling.parts.some(({ wildcards }) => isInsideWildcards(wildcards, wildcard))) return INSIDE;
  return containsPattern(ceiling, { kind: 'wildcard', wildcard }, budget);
}

/** Whether a regex lies inside, with a witness where it does not. */
export function containsRegex(ceiling: OriginCeiling, source: string, budget: StepBudget): Containment {
  if (ceiling.kind !== 'Listed') return INSIDE;
  if (ceiling.parts.some(({ origins }) => origins.regexes.includes(source))) return INSIDE;
  return containsPattern(ceiling, { kind: 'regex', source }, budget);
}

const INSIDE: Containment = { kind: 'Inside' };

/** What a `*` becomes below a narrower ceiling: its exact and wildcard entries. */
export function entriesOfCeiling(ceiling: OriginCeiling): CeilingEntries {
  return ceiling.kind === 'Listed' ? entriesOf(ceiling.parts.map(({ origins }) => origins)) : NOTHING;
}

/** What a wildcard becomes that meets the ceiling partly: the ceiling's entries inside the wildcard. */
export function entriesInside(ceiling: OriginCeiling, wildcard: Wildcard): CeilingEntries {
  if (ceiling.kind !== 'Listed') return NOTHING;
  const key = wildcardText(wildcard);
  const known = ceiling.inside.get(key);
  if (known !== undefined) return known;
  const entries = entriesOf(ceiling.parts.map(({ origins }) => selectInside(origins, wildcard)));
  ceiling.inside.set(key, entries);
  return entries;
}

/** An origin that `*` covers and the ceiling does not. */
export function witnessOfStar(ceiling: OriginCeiling): string | undefined {
  if (ceiling.kind !== 'Listed') return 'null';
  return STRANGERS.find((origin) => !isListed(ceiling, origin));
}

const NOTHING: CeilingEntries = { exact: [], wildcards: [] };
const STRANGERS = ['https://www.example.com', 'https://evil.example', 'http://localhost', 'https://example.org'];

function listed(parts: readonly CeilingPart[], base?: ListedCeiling): ListedCeiling {
  const container = once(() => compileContainer(unitedOrigins(parts)));
  return { kind: 'Listed', parts, container, inside: new Map(), ...(base === undefined ? {} : { base }) };
}

/** What the guardrail alone contains needs no proof about both together, which may take more steps than there are. */
function containsPattern(ceiling: ListedCeiling, entry: OriginEntry, budget: StepBudget): Containment {
  const { base, container } = ceiling;
  if (base !== undefined && containsEntry(base.container(), entry, budget).kind === 'Inside') return INSIDE;
  return containsEntry(container(), entry, budget);
}

function compilePart(origins: OriginSet): CeilingPart {
  return { origins, matcher: compileMatcher(origins), wildcards: indexWildcards(origins.wildcards) };
}

function unitedOrigins(parts: readonly CeilingPart[]): OriginSet {
  const [first, ...others] = parts;
  if (first !== undefined && others.length === 0) return first.origins;
  const all = parts.map(({ origins }) => origins);
  return {
    any: all.some(({ any }) => any),
    exact: all.flatMap(({ exact }) => exact),
    wildcards: all.flatMap(({ wildcards }) => wildcards),
    regexes: all.flatMap(({ regexes }) => regexes),
  };
}

function isListed({ parts }: ListedCeiling, origin: string): boolean {
  return parts.some(({ matcher }) => matchOrigin(matcher, origin));
}

function entriesOf(all: readonly CeilingEntries[]): CeilingEntries {
  const [first = NOTHING, ...others] = all;
  if (others.length === 0) return first;
  return { exact: all.flatMap(({ exact }) => exact), wildcards: all.flatMap(({ wildcards }) => wildcards) };
}

function selectInside(origins: OriginSet, wildcard: Wildcard): CeilingEntries {
  const end = originBelow(wildcard, '').slice(wildcard.scheme.length + '://'.length);
  const matcher = compileMatcher(only(wildcard));
  const index = indexWildcards([wildcard]);
  return {
    exact: origins.exact.filter((origin) => origin.endsWith(end) && matchOrigin(matcher, origin)),
    wildcards: origins.wildcards.filter((each) => isInsideWildcards(index, each)),
  };
}

function only(wildcard: Wildcard): OriginSet {
  return { any: false, exact: [], wildcards: [wildcard], regexes: [] };
}

function originBelow(wildcard: Wildcard, labels: string): string {
  return printWildcard(wildcard).replace('://*.', `://${labels}.`);
}
