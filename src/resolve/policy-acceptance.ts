import { defaultLimits } from '../model/settings.ts';
import type { PolicyObject, Snapshot } from '../model/snapshot.ts';
import { originSource } from './effective-policy.ts';
import { type OriginLists, originBytes } from './origin-source.ts';
import { sortBySeniority } from './seniority.ts';

/** A CorsPolicy with its place in the order of precedence and why it is one too many, if it is. */
export type RankedPolicy = {
  readonly policy: PolicyObject;
  /** Among all policies of the snapshot, oldest first. */
  readonly rank: number;
  /** `TooMany`: one sentence; undefined when the policy is within the limits of its namespace. */
  readonly excess: string | undefined;
};

/**
 * Ranks policies by precedence and marks those beyond the limits of their namespace. The oldest stay: a policy counts when it
 * still fits beside all older ones that do.
 */
export function rankPolicies(snapshot: Snapshot, lists: OriginLists): readonly RankedPolicy[] {
  const limits = snapshot.settings.limits ?? defaultLimits;
  const used = new Map<string, { policies: number; bytes: number }>();
  const sorted = sortBySeniority(snapshot.policies, ({ ref, creationTimestamp }) => ({
    namespace: ref.namespace ?? '',
    name: ref.name,
    creationTimestamp,
  }));
  return sorted.map((policy, rank) => {
    const namespace = policy.ref.namespace ?? '';
    const usage = used.get(namespace) ?? { policies: 0, bytes: 0 };
    used.set(namespace, usage);
    const bytes = policyBytes(policy, lists);
    if (usage.policies >= limits.policiesPerNamespace) {
      return {
        policy,
        rank,
        excess: `namespace ${namespace} has ${limits.policiesPerNamespace} older policies, which is the limit`,
      };
    }
    if (usage.bytes + bytes > limits.originBytesPerNamespace) {
      return {
        policy,
        rank,
        excess: `with it namespace ${namespace} holds more than ${limits.originBytesPerNamespace} bytes of origins, which is the limit`,
      };
    }
    usage.policies++;
    usage.bytes += bytes;
    return { policy, rank, excess: undefined };
  });
}

function policyBytes(policy: PolicyObject, lists: OriginLists): number {
  const { spec, ref } = policy;
  if (spec === undefined) return 0;
  return originBytes(originSource({ policy: ref, path: 'spec', namespace: ref.namespace ?? '', fields: spec }), lists);
}
