import { normalizeMethod } from '../cors/method.ts';
import type { Guardrail } from '../model/cluster-cors-policy.ts';
import type { Issue } from '../model/issue.ts';
import { isEmptySelector } from '../model/label-selector.ts';
import type { ClusterPolicyObject } from '../model/snapshot.ts';
import type { LabelSelector } from '../model/target-claim.ts';
import type { Ceiling } from './confinement.ts';
import { compileOriginCeiling } from './origin-ceiling.ts';
import { originSet } from './origin-entries.ts';
import { type GatheredOrigins, gatherOrigins, type OriginLists } from './origin-source.ts';

/** A ClusterCorsPolicy, ready to be asked about namespaces and policies. */
export type CompiledClusterPolicy = {
  readonly policy: ClusterPolicyObject;
  /** Undefined: all but `kube-system` and the operator's own namespace. */
  readonly namespaceSelector: LabelSelector | undefined;
  /** Its selector cannot be read: it governs every namespace. */
  readonly anyNamespace: boolean;
  readonly ceiling: Ceiling | undefined;
  /** Which routes its default claims; undefined when it has none, or none that can be read. */
  readonly routeSelector: LabelSelector | undefined;
  /** References of its guardrail that did not resolve, and bad lines. */
  readonly issues: readonly Issue[];
};

/**
 * Compiles a ClusterCorsPolicy. An invalid one keeps a ceiling below which nothing lies, and its default's claim.
 *
 * @param namespace of the operator: where the ConfigMaps of guardrails lie
 */
export function compileClusterPolicy(
  policy: ClusterPolicyObject,
  lists: OriginLists,
  namespace: string,
): CompiledClusterPolicy {
  const { spec } = policy;
  if (spec === undefined) return compileInvalid(policy);
  const { guardrail, namespaceSelector } = spec;
  const gathered = guardrail === undefined ? undefined : gatherCeiling(policy, guardrail, lists, namespace);
  return {
    policy,
    namespaceSelector,
    anyNamespace: false,
    ceiling: guardrail && compileCeiling(policy, guardrail, gathered, spec.enforcement),
    routeSelector: readableClaim(spec.default?.routeSelector),
    issues: gathered?.issues ?? [],
  };
}

function compileInvalid(policy: ClusterPolicyObject): CompiledClusterPolicy {
  const { reach } = policy;
  const ceiling: Ceiling = {
    policy: policy.ref,
    enforcement: reach?.enforcement ?? 'Enforce',
    origins: { kind: 'Nothing' },
    allowCredentials: true,
  };
  return {
    policy,
    namespaceSelector: reach?.namespaceSelector,
    anyNamespace: reach?.anyNamespace ?? true,
    ceiling: (reach?.guardrail ?? true) ? ceiling : undefined,
    routeSelector: readableClaim(reach?.routeSelector),
    issues: [],
  };
}

/** A selector that selects everything is not valid for a default, and claims nothing. */
function readableClaim(selector: LabelSelector | undefined): LabelSelector | undefined {
  return selector === undefined || isEmptySelector(selector) ? undefined : selector;
}

/** Undefined when the guardrail names no origins at all, which is not the same as naming some that come to nothing. */
function gatherCeiling(
  policy: ClusterPolicyObject,
  guardrail: Guardrail,
  lists: OriginLists,
  namespace: string,
): GatheredOrigins | undefined {
  const { allowOrigins, allowOriginRegexes, allowOriginsFrom, wildcardDepth } = guardrail;
  if (allowOrigins === undefined && allowOriginRegexes === undefined && allowOriginsFrom === undefined)
    return undefined;
  const source = {
    allowOrigins: allowOrigins ?? [],
    allowOriginRegexes: allowOriginRegexes ?? [],
    allowOriginsFrom: allowOriginsFrom ?? [],
    wildcardDepth,
    allowCredentials: false,
    role: 'Ceiling',
    from: policy.ref,
    path: 'spec.guardrail',
    namespace,
  } as const;
  return gatherOrigins(source, lists);
}

function compileCeiling(
  policy: ClusterPolicyObject,
  guardrail: Guardrail,
  gathered: GatheredOrigins | undefined,
  enforcement: Ceiling['enforcement'],
): Ceiling {
  return {
    policy: policy.ref,
    enforcement,
    origins: compileOriginCeiling(gathered && originSet(gathered.entries)),
    allowMethods: guardrail.allowMethods?.map(normalizeMethod),
    allowHeaders: guardrail.allowHeaders,
    exposeHeaders: guardrail.exposeHeaders,
    allowCredentials: guardrail.allowCredentials,
    maxAge: guardrail.maxAge,
  };
}
