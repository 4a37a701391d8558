import type { ResolvedPolicy } from '../resolve/snapshot-resolution.ts';
import { acceptance } from './acceptance.ts';
import { ancestorsOf, type PolicyAncestorStatus } from './ancestors.ts';
import { type Condition, conditionsOf } from './condition.ts';
import type { PolicyTally } from './policy-tally.ts';
import { countRoutes, programming, type RouteCounts } from './programming.ts';
import { readiness } from './readiness.ts';
import { resolvedReferences } from './references.ts';
import type { MissingTarget } from './target-presence.ts';

/** `status` of a CorsPolicy, without transition times. */
export type CorsPolicyStatus = {
  readonly observedGeneration: number;
  readonly conditions: readonly Condition[];
  readonly counts: RouteCounts;
  readonly ancestors: readonly PolicyAncestorStatus[];
};

/** What the status of a CorsPolicy says once all that is planned is written. */
export function corsPolicyStatus(
  resolved: ResolvedPolicy,
  tally: PolicyTally,
  missing: readonly MissingTarget[],
): CorsPolicyStatus {
  const { policy, effective } = resolved;
  const mode = policy.spec?.mode ?? policy.mode ?? 'Enforce';
  const findings = [
    acceptance(resolved, tally, missing),
    ...(effective === undefined ? [] : [resolvedReferences(effective.issues)]),
    programming(tally, mode),
  ];
  return {
    observedGeneration: policy.generation,
    conditions: conditionsOf(policy.generation, [...findings, readiness(findings)]),
    counts: countRoutes(tally.routes),
    ancestors: ancestorsOf(tally, policy.generation),
  };
}
