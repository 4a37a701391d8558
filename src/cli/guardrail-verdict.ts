import type { Policy } from '../cors/policy.ts';
import type { RouteEvaluation } from '../evaluate.ts';
import type { ObjectRef } from '../model/reference.ts';
import type { Snapshot } from '../model/snapshot.ts';
import type { Ceiling } from '../resolve/confinement.ts';
import { confinePolicy, type PolicyFields, requestPolicy } from '../resolve/effective-policy.ts';
import { compileClusterPolicies, governanceByNamespace } from '../resolve/governance.ts';
import { liveExceptions } from '../resolve/live-exceptions.ts';
import type { EffectivePolicy, GovernedByPolicy } from '../resolve/resolution.ts';
import { createMemory } from '../resolve/snapshot-resolution.ts';

/** What a guardrail has to do with one request, of which the policy by itself would grant it. */
export type GuardrailVerdict = {
  /** `Cut`: it refuses. `Permitted`: it would, but for a live exception. `Reported`: it would, if it were enforced. */
  readonly kind: 'Cut' | 'Permitted' | 'Reported';
  readonly guardrail: Ceiling;
  /** Present for `Permitted`. */
  readonly exception?: NonNullable<Ceiling['exception']>;
  /** The policy without any guardrail. */
  readonly asked: EffectivePolicy;
  /** The policy below this guardrail, and those that are older. */
  readonly confined: Policy;
};

/** Tells whether a policy grants one request. */
export type GrantTest = (policy: Policy) => boolean;

/** Finds the guardrail that decides about a request; undefined where none makes a difference. */
export type GuardrailJudge = (route: RouteEvaluation, grants: GrantTest) => GuardrailVerdict | undefined;

/**
 * Makes a judge: it asks the policy of a route as written, then as each further guardrail leaves it, so that the answer does not
 * depend on how many entries a policy has.
 *
 * @param now milliseconds since 1970, for exceptions
 */
export function createGuardrailJudge(snapshot: Snapshot, now: number): GuardrailJudge {
  const memory = createMemory();
  const lists = { objects: snapshot.originLists, readingsOf: memory.readingsOf };
  const governanceOf = governanceByNamespace(compileClusterPolicies(snapshot, lists, memory.ceilings), snapshot);
  const { ceilingsFor } = liveExceptions(snapshot.exceptions, now, memory.widening);
  return ({ resolution: { governed, route } }, grants) => {
    const source = governed.by === 'Policy' ? policySource(snapshot, governed) : undefined;
    if (source === undefined) {
      return undefined;
    }
    const requested = requestPolicy(source, lists);
    const under = (ceilings: readonly Ceiling[]): EffectivePolicy => confinePolicy(source, requested, ceilings);
    const asked = under([]);
    if (!grants(asked.cors)) {
      return undefined;
    }
    const { ceilings } = governanceOf(route.target.namespace);
    const refuser = (candidates: readonly Ceiling[]): Refuser | undefined => firstRefuser(candidates, under, grants);
    return verdictOf(ceilings, ceilingsFor(source.policy, ceilings), { refuser, asked });
  };
}

type Refuser = { readonly guardrail: Ceiling; readonly confined: Policy };

type Inquiry = {
  readonly refuser: (ceilings: readonly Ceiling[]) => Refuser | undefined;
  readonly asked: EffectivePolicy;
};

/** @param effective the same ceilings, one of them possibly wider by an exception */
function verdictOf(
  ceilings: readonly Ceiling[],
  effective: readonly Ceiling[],
  { refuser, asked }: Inquiry,
): GuardrailVerdict | undefined {
  const cut = refuser(effective.filter(isEnforced));
  if (cut !== undefined) {
    return { kind: 'Cut', ...cut, asked };
  }
  const without = refuser(ceilings.filter(isEnforced));
  const widened = effective.find(({ policy }) => policy.name === without?.guardrail.policy.name);
  if (without !== undefined && widened?.exception !== undefined) {
    return { kind: 'Permitted', ...without, exception: widened.exception, asked };
  }
  const lenient = effective.filter((ceiling) => !isEnforced(ceiling));
  const reported = refuser(lenient.map((ceiling) => ({ ...ceiling, enforcement: 'Enforce' })));
  const guardrail = lenient.find(({ policy }) => policy.name === reported?.guardrail.policy.name);
  return reported && guardrail && { kind: 'Reported', guardrail, confined: reported.confined, asked };
}

/** The first ceiling that takes away what is asked, from what the older ones leave. */
function firstRefuser(
  ceilings: readonly Ceiling[],
  under: (ceilings: readonly Ceiling[]) => EffectivePolicy,
  grants: GrantTest,
): Refuser | undefined {
  for (const [index, guardrail] of ceilings.entries()) {
    const confined = under(ceilings.slice(0, index + 1)).cors;
    if (!grants(confined)) {
      return { guardrail, confined };
    }
  }
  return undefined;
}

function isEnforced({ enforcement }: Ceiling): boolean {
  return enforcement === 'Enforce';
}

/** A governing policy as it is written. */
function policySource(snapshot: Snapshot, { policy, level }: GovernedByPolicy): PolicyFields | undefined {
  if (level === 'Default') {
    const fields = snapshot.clusterPolicies.find(({ ref }) => ref.name === policy.name)?.spec?.default;
    const namespace = snapshot.settings.operatorNamespace;
    return fields && { policy, path: 'spec.default', namespace, fields, strategy: 'Auto', adoption: 'Additive' };
  }
  const spec = snapshot.policies.find(({ ref }) => isSameRef(ref, policy))?.spec;
  if (spec === undefined) {
    return undefined;
  }
  const { strategy, adoption } = spec;
  return { policy, path: 'spec', namespace: policy.namespace ?? '', fields: spec, strategy, adoption };
}

function isSameRef(left: ObjectRef, right: ObjectRef): boolean {
  return left.namespace === right.namespace && left.name === right.name;
}
