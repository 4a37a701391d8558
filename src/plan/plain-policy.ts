import { isForbiddenRequestHeaderName, isForbiddenResponseHeaderName, lowerCaseName } from '../cors/header-name.ts';
import { isToken, normalizeMethod } from '../cors/method.ts';
import { isOrigin } from '../cors/origin.ts';
import { isWildcard, printWildcard, type Wildcard } from '../cors/origin-pattern.ts';
import type { OriginSet, Policy } from '../cors/policy.ts';
import { compileRegex } from '../cors/regex.ts';
import { compareText } from '../model/text-order.ts';
import { indexWildcards, isInsideWildcards } from '../resolve/wildcard-containment.ts';

/** The seven methods that a page may send; what `*` is written as where a controller has no `*` for methods. */
export const BROWSER_METHODS: readonly string[] = ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT'];

/** Seconds that browsers keep a preflight's answer when nothing is said. */
export const DEFAULT_MAX_AGE = 5;

/** Longest time in seconds that any browser keeps a preflight's answer, and the longest that a policy may say. */
export const LONGEST_MAX_AGE = 86_400;

/**
 * Most origins that are looked at one by one: more fit in no annotation and in no object that an API server stores, and sorting a
 * million would keep everything else waiting.
 */
export const MOST_WRITTEN_ORIGINS = 65_536;

/** Whether a policy lists more origins than any controller could hold. */
export function isBeyondWriting({ origins }: Policy): boolean {
  return !origins.any && origins.exact.length + origins.wildcards.length > MOST_WRITTEN_ORIGINS;
}

/**
 * A policy that means the same and is ready to be written: what counts for nothing is gone, every list is sorted and without
 * duplicates, methods are as browsers send them, and what a `*` makes redundant is left out (Authorization beside an anonymous
 * one is not). Plain policies are equal when they mean the same but for redundant entries.
 *
 * `*` for origins together with credentials grants nothing, so that no origin is left; neither is one of a policy beyond
 * writing, of which nothing could be written.
 */
export function plainPolicy(policy: Policy): Policy {
  const { allowCredentials, maxAge } = policy;
  const isMaxAge = maxAge !== undefined && Number.isInteger(maxAge) && maxAge >= 0 && maxAge <= LONGEST_MAX_AGE;
  return {
    origins: policy.origins.any ? starOrigins(allowCredentials) : plainOrigins(writtenOrigins(policy)),
    allowMethods: plainMethods(policy.allowMethods),
    allowHeaders: plainRequestHeaders(policy.allowHeaders, allowCredentials),
    exposeHeaders: plainExposedHeaders(policy.exposeHeaders),
    allowCredentials,
    ...(isMaxAge ? { maxAge } : {}),
  };
}

/** Texts without duplicates, sorted by code unit. */
export function sortedUnique(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)].sort(compareText);
}

const NO_ORIGINS: OriginSet = { any: false, exact: [], wildcards: [], regexes: [] };

function writtenOrigins(policy: Policy): OriginSet {
  return isBeyondWriting(policy) ? NO_ORIGINS : policy.origins;
}

function starOrigins(allowCredentials: boolean): OriginSet {
  return { any: !allowCredentials, exact: [], wildcards: [], regexes: [] };
}

function plainOrigins(origins: OriginSet): OriginSet {
  return {
    any: false,
    exact: sortedUnique(origins.exact.filter(isOrigin)),
    wildcards: plainWildcards(origins.wildcards.filter(isWildcard)),
    regexes: sortedUnique(origins.regexes).filter((regex) => compileRegex(regex).ok),
  };
}

/** One label is left out where any depth covers it. */
function plainWildcards(wildcards: readonly Wildcard[]): readonly Wildcard[] {
  const anyDepth = indexWildcards(wildcards.filter((each) => each.depth === 'Any'));
  const byText = new Map<string, Wildcard>();
  for (const wildcard of wildcards) {
    if (wildcard.depth === 'Any' || !isInsideWildcards(anyDepth, wildcard))
      byText.set(printWildcard(wildcard), wildcard);
  }
  return [...byText].sort(([left], [right]) => compareText(left, right)).map(([, wildcard]) => wildcard);
}

function plainMethods(methods: readonly string[]): readonly string[] {
  const normalized = methods.filter(isToken).map(normalizeMethod);
  return normalized.includes('*') ? ['*'] : sortedUnique(normalized);
}

function plainRequestHeaders(names: readonly string[], allowCredentials: boolean): readonly string[] {
  const listed = plainNames(names.filter((name) => !isForbiddenRequestHeaderName(name)));
  if (!listed.includes('*')) return listed;
  const authorization = listed.find((name) => lowerCaseName(name) === 'authorization');
  return authorization === undefined || allowCredentials ? ['*'] : ['*', authorization];
}

function plainExposedHeaders(names: readonly string[]): readonly string[] {
  const listed = plainNames(names.filter((name) => !isForbiddenResponseHeaderName(name)));
  return listed.includes('*') ? ['*'] : listed;
}

/** Case means nothing: of several spellings the first is kept. */
function plainNames(names: readonly string[]): readonly string[] {
  const bySpelling = new Map<string, string>();
  for (const name of sortedUnique(names.filter(isToken))) {
    const lower = lowerCaseName(name);
    if (!bySpelling.has(lower)) bySpelling.set(lower, name);
  }
  return [...bySpelling].sort(([left], [right]) => compareText(left, right)).map(([, name]) => name);
}
