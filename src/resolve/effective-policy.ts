import { normalizeMethod } from '../cors/method.ts';
import type { CorsFields, CorsPolicySpec } from '../model/cors-policy.ts';
import type { Issue } from '../model/issue.ts';
import type { ObjectRef } from '../model/reference.ts';
import { confineToAll } from './all-ceilings.ts';
import type { Ceiling, RequestedPolicy } from './confinement.ts';
import { isEmpty, type OriginEntries, originProvenance, originSet } from './origin-entries.ts';
import { gatherOrigins, type OriginLists, type OriginSource } from './origin-source.ts';
import { permitIssues, permitsOf } from './permits.ts';
import type { EffectivePolicy, Refusal } from './resolution.ts';

/** Where CORS fields stand and what they refer to. */
export type PolicyFields = {
  readonly policy: ObjectRef;
  /** `spec` or `spec.default`. */
  readonly path: string;
  /** Where the ConfigMaps lie. */
  readonly namespace: string;
  readonly fields: CorsFields;
  readonly strategy: CorsPolicySpec['strategy'];
  readonly adoption: CorsPolicySpec['adoption'];
};

/** A policy before guardrails, and what its references brought. */
export type RequestedFields = { readonly request: RequestedPolicy; readonly issues: readonly Issue[] };

/** Reads the fields of a policy and the lists it names. Methods are written as browsers send them. */
export function requestPolicy(source: PolicyFields, lists: OriginLists): RequestedFields {
  const { policy, path, fields } = source;
  const gathered = gatherOrigins(originSource(source), lists);
  const { allowHeaders, exposeHeaders, allowCredentials, maxAge } = fields;
  const request = {
    policy,
    path,
    // `*` with credentials is no valid policy; if it comes here all the same, it grants nothing.
    origins: allowCredentials ? { ...gathered.entries, any: [] } : gathered.entries,
    fields: {
      allowMethods: [...new Set(fields.allowMethods.map(normalizeMethod))],
      allowHeaders,
      exposeHeaders,
      allowCredentials,
      ...(maxAge === undefined ? {} : { maxAge }),
    },
  };
  return { request, issues: gathered.issues };
}

/** The fields of a policy that name origins. */
export function originSource(source: Omit<PolicyFields, 'strategy' | 'adoption'>): OriginSource {
  const { allowOrigins, allowOriginRegexes, allowOriginsFrom, wildcardDepth, allowCredentials } = source.fields;
  return {
    allowOrigins,
    allowOriginRegexes,
    allowOriginsFrom,
    wildcardDepth,
    allowCredentials,
    role: 'Grant',
    from: source.policy,
    path: source.path,
    namespace: source.namespace,
  };
}

/**
 * The effective policy: what is requested, cut down to every ceiling that is enforced. Each entry beyond a ceiling is an issue
 * (`ExceedsGuardrail`), also where it is only reported.
 *
 * @param ceilings that govern the policy's namespace, oldest first; that of one guardrail may be wider by an exception
 */
export function confinePolicy(
  source: PolicyFields,
  requested: RequestedFields,
  ceilings: readonly Ceiling[],
): EffectivePolicy {
  const { request } = requested;
  const { final, retained, cuts, issues } = confineToAll(request, ceilings);
  const refusal = refusalOf(request.origins, final.origins, ceilings);
  const permits = permitsOf(final, ceilings);
  return {
    policy: source.policy,
    cors: policyOf(final),
    provenance: originProvenance(final.origins),
    strategy: source.strategy,
    adoption: source.adoption,
    issues: [...requested.issues, ...issues, ...permitIssues(permits, ceilings)],
    ...(refusal === undefined ? {} : { refusal }),
    ...(retained === undefined || isEmpty(retained.origins) ? {} : { retained: policyOf(retained) }),
    ...(cuts.length === 0 ? {} : { cuts }),
    ...(permits.length === 0 ? {} : { permits }),
  };
}

function policyOf({ origins, fields }: RequestedPolicy): EffectivePolicy['cors'] {
  return { origins: originSet(origins), ...fields };
}

function refusalOf(asked: OriginEntries, left: OriginEntries, ceilings: readonly Ceiling[]): Refusal | undefined {
  if (!isEmpty(left)) return undefined;
  if (isEmpty(asked)) {
    return { reason: 'NoOrigins', message: 'the policy comes to no origin at all: name one, or mend its references' };
  }
  const enforced = ceilings.filter(({ enforcement }) => enforcement === 'Enforce');
  const broken = enforced.find(({ origins }) => origins.kind === 'Nothing');
  const names = enforced.map(({ policy }) => policy.name).join(', ');
  const message =
    broken === undefined
      ? `no origin of the policy lies inside the guardrail ${names}`
      : `the guardrail ${broken.policy.name} is not valid, so that nothing new is allowed below it`;
  return { reason: 'ExceedsGuardrail', message };
}
