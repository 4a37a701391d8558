import { isSafelistedResponseHeaderName, lowerCaseName } from '../cors/header-name.ts';
import { compileMatcher, matchOrigin } from '../cors/matcher.ts';
import { isSafelistedMethod, normalizeMethod } from '../cors/method.ts';
import { printWildcard } from '../cors/origin-pattern.ts';
import type { OriginSet } from '../cors/policy.ts';
import type { Grant } from '../plan/containment.ts';
import { DEFAULT_MAX_AGE } from '../plan/plain-policy.ts';
import { indexWildcards, isInsideWildcards } from '../resolve/wildcard-containment.ts';

/** One entry of what a route grants: a field of a policy, and one of its values as it is written. */
export type GrantEntry = { readonly field: string; readonly value: string | number | boolean };

/** What browsers may do no more, and what they may do besides. */
export type GrantDifference = { readonly narrowed: readonly GrantEntry[]; readonly widened: readonly GrantEntry[] };

/**
 * Compares what a route grants before and after: `narrowed` are entries of `before` that `after` does not cover, `widened`
 * entries of `after` that `before` does not cover, each in the order of the policy. What is not proven to be covered is not;
 * of a regex only the same one is.
 *
 * @param before undefined: nothing is granted
 */
export function grantDifference(before: Grant | undefined, after: Grant | undefined): GrantDifference {
  return { narrowed: entriesBeyond(before, after), widened: entriesBeyond(after, before) };
}

function entriesBeyond(grant: Grant | undefined, ceiling: Grant | undefined): readonly GrantEntry[] {
  if (grant === undefined || grant === ceiling) {
    return [];
  }
  const covers = ceiling === undefined ? nothing : coverage(ceiling);
  return [
    ...originEntries(grant, covers),
    ...listEntries('allowMethods', grant.policy.allowMethods, covers.method),
    ...listEntries('allowHeaders', grant.policy.allowHeaders, covers.header),
    ...listEntries('exposeHeaders', grant.policy.exposeHeaders, covers.exposed),
    ...(grant.policy.allowCredentials && !covers.credentials ? [{ field: 'allowCredentials', value: true }] : []),
    ...ageEntries(grant, covers),
  ];
}

/** What something that is granted covers, field by field. */
type Coverage = {
  readonly anyOrigin: boolean;
  readonly nullOrigin: boolean;
  readonly exact: (origin: string) => boolean;
  readonly wildcard: (wildcard: OriginSet['wildcards'][number]) => boolean;
  readonly regex: (regex: string) => boolean;
  readonly method: (method: string) => boolean;
  readonly header: (name: string) => boolean;
  readonly exposed: (name: string) => boolean;
  readonly credentials: boolean;
  /** Seconds; undefined where nothing is granted. */
  readonly maxAge: number | undefined;
};

const never = (): boolean => false;

const nothing: Coverage = {
  anyOrigin: false,
  nullOrigin: false,
  exact: never,
  wildcard: never,
  regex: never,
  method: never,
  header: never,
  exposed: never,
  credentials: false,
  maxAge: undefined,
};

function coverage(ceiling: Grant): Coverage {
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

function originCoverage({
  policy: { origins },
  anyOrigin,
  nullOrigin,
}: Grant): Pick<Coverage, 'anyOrigin' | 'nullOrigin' | 'exact' | 'wildcard' | 'regex'> {
  const isAny = origins.any || anyOrigin !== 'No';
  const matcher = compileMatcher(origins);
  const wildcards = indexWildcards(origins.wildcards);
  const regexes = new Set(origins.regexes);
  return {
    anyOrigin: isAny,
    nullOrigin: isAny || nullOrigin,
    exact: (origin) => isAny || matchOrigin(matcher, origin),
    wildcard: (wildcard) => isAny || isInsideWildcards(wildcards, wildcard),
    regex: (regex) => isAny || regexes.has(regex),
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

function originEntries(grant: Grant, covers: Coverage): readonly GrantEntry[] {
  const { any, exact, wildcards, regexes } = grant.policy.origins;
  const isAny = any || grant.anyOrigin !== 'No';
  return [
    ...(isAny && !covers.anyOrigin ? [{ field: 'allowOrigins', value: '*' }] : []),
    ...(grant.nullOrigin && !covers.nullOrigin ? [{ field: 'allowOrigins', value: 'null' }] : []),
    ...listEntries('allowOrigins', exact, covers.exact),
    ...listEntries('allowOrigins', wildcards.filter((each) => !covers.wildcard(each)).map(printWildcard), never),
    ...listEntries('allowOriginRegexes', regexes, covers.regex),
  ];
}

function listEntries(
  field: string,
  values: readonly string[],
  isCovered: (value: string) => boolean,
): readonly GrantEntry[] {
  return values.filter((value) => !isCovered(value)).map((value) => ({ field, value }));
}

/** A time that nobody wrote is the browsers' own, and no entry. */
function ageEntries({ policy: { maxAge } }: Grant, covers: Coverage): readonly GrantEntry[] {
  const isCovered = maxAge === undefined || (covers.maxAge !== undefined && maxAge <= covers.maxAge);
  return isCovered ? [] : [{ field: 'maxAge', value: maxAge }];
}
