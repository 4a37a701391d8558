import { type CompiledPolicy, compilePolicy } from '../../cors/compiled-policy.ts';
import type { Policy } from '../../cors/policy.ts';
import type { Evaluation, RouteEvaluation } from '../../evaluate.ts';
import type { ObjectRef } from '../../model/reference.ts';
import { sortBySeniority } from '../../resolve/seniority.ts';
import type { PackedRoute, PackedRouting } from '../../responder/routing-state.ts';

/**
 * Packs an evaluation for the responder: every route, the oldest first, which decides between two for the same host and
 * path; each effective policy once, however many routes it governs.
 *
 * A route whose host belongs to another namespace is left out, as the report says of it.
 */
export function packRouting(evaluation: Evaluation): PackedRouting {
  const policies = new Map<Policy, { readonly index: number; readonly compiled: CompiledPolicy }>();
  const indexOf = (policy: Policy): number => {
    const known = policies.get(policy) ?? { index: policies.size, compiled: compilePolicy(policy) };
    policies.set(policy, known);
    return known.index;
  };
  const served = evaluation.routes.filter(({ plan }) => plan.reason !== 'HostClaimed');
  const routes = bySeniority(served).map((route) => packRoute(route, indexOf));
  return { policies: [...policies.values()].map(({ compiled }) => compiled), routes };
}

/** Name of a policy in metrics and logs: `CorsPolicy shop/storefront`. */
function policyName({ kind, namespace, name }: ObjectRef): string {
  return `${kind} ${namespace === undefined ? name : `${namespace}/${name}`}`;
}

function bySeniority(routes: readonly RouteEvaluation[]): readonly RouteEvaluation[] {
  return sortBySeniority(routes, ({ resolution: { route } }) => ({
    namespace: route.target.namespace,
    name: route.target.name,
    creationTimestamp: route.object.metadata.creationTimestamp,
  }));
}

function packRoute({ resolution, plan }: RouteEvaluation, indexOf: (policy: Policy) => number): PackedRoute {
  const { route, governed } = resolution;
  const { target, matches } = route;
  if (governed.by === 'Nothing') {
    return { target, matches, policyName: '', policy: undefined };
  }
  const grants = governed.by === 'Policy' && plan.outcome !== 'Refused';
  return {
    target,
    matches,
    policyName: policyName(governed.policy),
    policy: grants ? indexOf(governed.effective.cors) : undefined,
  };
}
