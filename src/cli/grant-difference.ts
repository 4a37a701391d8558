import { POLICY_STEPS, type StepBudget } from '../analysis/origin-containment.ts';
import { printWildcard } from '../cors/origin-pattern.ts';
import { remembered } from '../model/remembered.ts';
import type { Grant } from '../plan/containment.ts';
import { type Coverage, coverageOf, nothingCovered, type PatternEntry } from './grant-coverage.ts';

/** One entry of what a route grants: a field of a policy, and one of its values as it is written. */
export type GrantEntry = {
  readonly field: string;
  readonly value: string | number | boolean;
  /** An origin of the entry that the other side does not grant, where the entry stands for many and one is known. */
  readonly witness?: string;
};

/** What browsers may do no more, and what they may do besides. */
export type GrantDifference = { readonly narrowed: readonly GrantEntry[]; readonly widened: readonly GrantEntry[] };

/**
 * Compares what a route grants before and after: `narrowed` are entries of `before` that `after` does not cover, `widened`
 * entries of `after` that `before` does not cover, each in the order of the policy. An entry is covered when all of its
 * origins are, by whatever entries of the other side; what is not proven to be covered is not.
 *
 * @param before undefined: nothing is granted
 */
export function grantDifference(before: Grant | undefined, after: Grant | undefined): GrantDifference {
  return createGrantComparison()(before, after);
}

/** Makes {@link grantDifference} for many routes: grants that are the same object are compared once. */
export function createGrantComparison(): typeof grantDifference {
  const coverage = remembered(coverageOf);
  const beyond = remembered((grant: Grant) => {
    const beyondCeiling = remembered((ceiling: Grant) => entriesBeyond(grant, coverage(ceiling)));
    return (ceiling: Grant | undefined): readonly GrantEntry[] =>
      ceiling === undefined ? entriesBeyond(grant, nothingCovered) : beyondCeiling(ceiling);
  });
  const difference = (grant: Grant | undefined, ceiling: Grant | undefined): readonly GrantEntry[] =>
    grant === undefined || grant === ceiling ? [] : beyond(grant)(ceiling);
  return (before, after) => ({ narrowed: difference(before, after), widened: difference(after, before) });
}

function entriesBeyond(grant: Grant, covers: Coverage): readonly GrantEntry[] {
  return [
    ...originEntries(grant, covers),
    ...listEntries('allowMethods', grant.policy.allowMethods, covers.method),
    ...listEntries('allowHeaders', grant.policy.allowHeaders, covers.header),
    ...listEntries('exposeHeaders', grant.policy.exposeHeaders, covers.exposed),
    ...(grant.policy.allowCredentials && !covers.credentials ? [{ field: 'allowCredentials', value: true }] : []),
    ...ageEntries(grant, covers),
  ];
}

function originEntries(grant: Grant, covers: Coverage): readonly GrantEntry[] {
  const { any, exact, wildcards, regexes } = grant.policy.origins;
  const isAny = any || grant.anyOrigin !== 'No';
  const budget = { left: POLICY_STEPS };
  return [
    ...(isAny && !covers.anyOrigin ? [{ field: 'allowOrigins', value: '*' }] : []),
    ...(grant.nullOrigin && !covers.nullOrigin ? [{ field: 'allowOrigins', value: 'null' }] : []),
    ...listEntries('allowOrigins', exact, covers.exact),
    ...wildcards.flatMap((wildcard) => patternEntry({ kind: 'wildcard', wildcard }, covers, budget)),
    ...regexes.flatMap((source) => patternEntry({ kind: 'regex', source }, covers, budget)),
  ];
}

function patternEntry(entry: PatternEntry, covers: Coverage, budget: StepBudget): readonly GrantEntry[] {
  const coverage = covers.pattern(entry, budget);
  if (coverage.isCovered) {
    return [];
  }
  const { witness } = coverage;
  const shown = witness === undefined ? {} : { witness };
  return entry.kind === 'wildcard'
    ? [{ field: 'allowOrigins', value: printWildcard(entry.wildcard), ...shown }]
    : [{ field: 'allowOriginRegexes', value: entry.source, ...shown }];
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
