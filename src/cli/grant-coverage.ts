import { once } from '../analysis/once.ts';
import { compileContainer, containsEntry, type OriginEntry, type StepBudget } from '../analysis/origin-containment.ts';
import { isSafelistedResponseHeaderName, lowerCaseName } from '../cors/header-name.ts';
import { compileMatcher, matchOrigin } from '../cors/matcher.ts';
import { isSafelistedMethod, normalizeMethod } from '../cors/method.ts';
import type { OriginSet } from '../cors/policy.ts';
import type { Grant } from '../plan/containment.ts';
import { DEFAULT_MAX_AGE } from '../plan/plain-policy.ts';
import { indexWildcards, isInsideWildcards } from '../resolve/wildcard-containment.ts';

/** What something that is granted covers, field by field. */
export type Coverage = {
  readonly anyOrigin: boolean;
  readonly nullOrigin: boolean;
  readonly exact: (origin: string) => boolean;
  /** What automata have to decide counts against a budget. */
  readonly pattern: (entry: PatternEntry, budget: StepBudget) => PatternCoverage;
  readonly method: (method: string) => boolean;
  readonly header: (name: string) => boolean;
  readonly exposed: (name: string) => boolean;
  readonly credentials: boolean;
  /** Seconds; undefined where nothing is granted. */
  readonly maxAge: number | undefined;
};

/** An entry that stands for many origins. */
export type PatternEntry = Exclude<OriginEntry, { readonly kind: 'exact' }>;

/** Whether all origins of an entry are covered; one that is not, where one is known. */
export type PatternCoverage = { readonly isCovered: true } | { readonly isCovered: false; readonly witness?: string };

/** Prepares a grant for the question what it covers. What is not proven to be covered is not. */
export function coverageOf(ceiling: Grant): Coverage {
  const { policy } = ceiling;
  return {
    ...originCoverage(ceiling),
    method: methodCoverage(policy.allowMethods),
    header: headerCoverage(policy),
    exposed: exposedCoverage(policy.exposeHeaders),
    credentials: policy.allowCredentials,
    maxAge: policy.maxAge ?? DEFAULT_MAX_AGE,
  };
}

type OriginCoverage = Pick<Coverage, 'anyOrigin' | 'nullOrigin' | 'exact' | 'pattern'>;

function originCoverage({ policy: { origins }, anyOrigin, nullOrigin }: Grant): OriginCoverage {
  const isAny = origins.any || anyOrigin !== 'No';
  const matcher = compileMatcher(origins);
  return {
    anyOrigin: isAny,
    nullOrigin: isAny || nullOrigin,
    exact: (origin) => isAny || matchOrigin(matcher, origin),
    pattern: isAny ? () => COVERED : patternCoverage(origins),
  };
}

/** Entries are compared with entries first; what that does not show, automata decide. */
function patternCoverage(origins: OriginSet): Coverage['pattern'] {
  const wildcards = indexWildcards(origins.wildcards);
  const regexes = new Set(origins.regexes);
  const container = once(() => compileContainer(origins));
  const isListed = (entry: PatternEntry): boolean =>
    entry.kind === 'wildcard' ? isInsideWildcards(wildcards, entry.wildcard) : regexes.has(entry.source);
  return (entry, budget) => {
    if (isListed(entry)) {
      return COVERED;
    }
    const containment = containsEntry(container(), entry, budget);
    switch (containment.kind) {
      case 'Inside':
        return COVERED;
      case 'Outside':
        return { isCovered: false, witness: containment.witness };
      case 'NotProven':
        return UNCOVERED;
    }
  };
}

function methodCoverage(methods: readonly string[]): Coverage['method'] {
  const allowed = new Set(methods.map(normalizeMethod));
  return (method) => allowed.has('*') || isSafelistedMethod(method) || allowed.has(normalizeMethod(method));
}

/** Without credentials `*` leaves Authorization out; with them it does not. */
function headerCoverage({ allowHeaders, allowCredentials }: Grant['policy']): Coverage['header'] {
  const allowed = new Set(allowHeaders.map(lowerCaseName));
  return (written) => {
    const name = lowerCaseName(written);
    return allowed.has(name) || (allowed.has('*') && (name !== 'authorization' || allowCredentials));
  };
}

function exposedCoverage(names: readonly string[]): Coverage['exposed'] {
  const allowed = new Set(names.map(lowerCaseName));
  return (written) => {
    const name = lowerCaseName(written);
    return allowed.has('*') || allowed.has(name) || isSafelistedResponseHeaderName(name);
  };
}

const COVERED: PatternCoverage = { isCovered: true };
const UNCOVERED: PatternCoverage = { isCovered: false };

const never = (): boolean => false;

/** What nothing covers: no witness is needed there. */
export const nothingCovered: Coverage = {
  anyOrigin: false,
  nullOrigin: false,
  exact: never,
  pattern: () => UNCOVERED,
  method: never,
  header: never,
  exposed: never,
  credentials: false,
  maxAge: undefined,
};
