import type { Issue } from '../model/issue.ts';
import { matchesSelector, NO_LABELS } from '../model/label-selector.ts';
import type { Route } from '../model/route.ts';
import type { CompiledClusterPolicy } from './compiled-cluster-policy.ts';
import { confinePolicy, type PolicyFields, type RequestedFields, requestPolicy } from './effective-policy.ts';
import type { Governance } from './governance.ts';
import type { OriginLists } from './origin-source.ts';
import type { Contender } from './policy-claims.ts';
import type { EffectivePolicy } from './resolution.ts';

/** The defaults of ClusterCorsPolicies as contenders. */
export type DefaultContenders = {
  /** Those that claim a route, oldest first. */
  readonly claimantsOf: (route: Route, governance: Governance) => readonly Contender[];
  /** What a default grants, for each set of guardrails that a claimed route was under. */
  readonly effectiveOf: (compiled: CompiledClusterPolicy) => readonly EffectivePolicy[];
  /** References of a default that did not resolve, and bad lines, whether it governs a route or not. */
  readonly issuesOf: (compiled: CompiledClusterPolicy) => readonly Issue[];
};

/**
 * Makes defaults contend for routes. A default is confined by the guardrails of the route's namespace, its own among them; it
 * is computed once for all namespaces that are governed alike.
 *
 * @param namespace of the operator: where the ConfigMaps of defaults lie
 */
export function defaultContenders(lists: OriginLists, namespace: string): DefaultContenders {
  const requested = new Map<CompiledClusterPolicy, Requested | undefined>();
  const contenders = new Map<Governance, Map<CompiledClusterPolicy, Contender>>();
  const requestedOf = (compiled: CompiledClusterPolicy): Requested | undefined => {
    if (!requested.has(compiled)) requested.set(compiled, requestDefault(compiled, lists, namespace));
    return requested.get(compiled);
  };
  const contenderOf = (compiled: CompiledClusterPolicy, governance: Governance): Contender => {
    const known = contenders.get(governance) ?? new Map<CompiledClusterPolicy, Contender>();
    contenders.set(governance, known);
    const contender = known.get(compiled) ?? contend(compiled, requestedOf(compiled), governance);
    known.set(compiled, contender);
    return contender;
  };
  return {
    claimantsOf: ({ object }, governance) =>
      governance.defaults
        .filter(
          ({ routeSelector }) => routeSelector && matchesSelector(routeSelector, object.metadata.labels ?? NO_LABELS),
        )
        .map((compiled) => contenderOf(compiled, governance)),
    effectiveOf: (compiled) => [...contenders.values()].flatMap((each) => each.get(compiled)?.effective ?? []),
    issuesOf: (compiled) => requestedOf(compiled)?.fields.issues ?? [],
  };
}

type Requested = { readonly source: PolicyFields; readonly fields: RequestedFields };

function requestDefault(
  { policy }: CompiledClusterPolicy,
  lists: OriginLists,
  namespace: string,
): Requested | undefined {
  const fields = policy.spec?.default;
  if (fields === undefined) return undefined;
  const source: PolicyFields = {
    policy: policy.ref,
    path: 'spec.default',
    namespace,
    fields,
    strategy: 'Auto',
    adoption: 'Additive',
  };
  return { source, fields: requestPolicy(source, lists) };
}

function contend(
  compiled: CompiledClusterPolicy,
  requested: Requested | undefined,
  { ceilings }: Governance,
): Contender {
  return {
    ref: compiled.policy.ref,
    audit: false,
    excess: undefined,
    effective: requested && confinePolicy(requested.source, requested.fields, ceilings),
  };
}
