import type { CorsPolicySpec } from './cors-policy-spec.ts';
import { corsPolicySpecSchema } from './cors-policy-spec.ts';
import type { KubernetesObject } from './kubernetes-object.ts';
import { type Fields, isRecord, objectNamespace } from './object-shape.ts';
import type { PolicyObject } from './policy-object.ts';
import { type TargetClaim, type TargetRefSpec, targetSelectorSchema } from './target-claim.ts';
import { boundedJson } from './validation/bounded-json.ts';
import { corsFieldsIssues } from './validation/cors-fields-issues.ts';
import { readOwnObject } from './validation/own-object.ts';
import { targetIssues } from './validation/target-issues.ts';

export type { CorsFields, OriginsFrom } from './cors-fields.ts';
export type { LabelSelector } from './target-claim.ts';
export type { CorsPolicySpec };

/**
 * Reads a CorsPolicy, all its problems at once. An invalid one still claims its targets, as far as those can be read.
 *
 * @param object a CorsPolicy of our version; one without a namespace is in `default`, as for Kubernetes
 */
export function parseCorsPolicy(object: KubernetesObject): PolicyObject {
  const own = readOwnObject(object, {
    schema: corsPolicySpecSchema,
    judge: (spec, path) => [...targetIssues(spec, path), ...corsFieldsIssues(spec, path, 'Grant')],
    ref: { kind: 'CorsPolicy', namespace: objectNamespace(object), name: object.metadata.name },
  });
  return { ...own, claim: own.spec === undefined ? readableClaim(object['spec']) : claimOf(own.spec) };
}

function claimOf({ targetRefs, targetSelector }: CorsPolicySpec): TargetClaim {
  return { refs: targetRefs ?? [], selector: targetSelector };
}

/** Most targets of one policy. */
const MAX_REFS = 16;

/** Whoever wrote both meant both: what either means is kept from wider policies. */
function readableClaim(spec: unknown): TargetClaim {
  if (!isRecord(spec)) return { refs: [], selector: undefined };
  const { targetRefs, targetSelector } = spec;
  const refs = Array.isArray(targetRefs) ? targetRefs.slice(0, MAX_REFS).flatMap(readableRef) : [];
  const selector = targetSelectorSchema.safeParse(boundedJson(targetSelector));
  return { refs, selector: selector.success ? selector.data : undefined };
}

/** A section that cannot be read claims the whole route: rather too much is kept from others than too little. */
function readableRef(ref: unknown): readonly TargetRefSpec[] {
  if (!isRecord(ref) || !hasNames(ref)) return [];
  const { group, kind, name, sectionName } = ref;
  return [{ group, kind, name, ...(typeof sectionName === 'string' && { sectionName }) }];
}

function hasNames(ref: Fields): ref is Fields & Pick<TargetRefSpec, 'group' | 'kind' | 'name'> {
  return typeof ref['group'] === 'string' && typeof ref['kind'] === 'string' && typeof ref['name'] === 'string';
}
