import type { EventSubject, RecordedEvent } from '../kube/event-recorder.ts';
import type { KubernetesObject } from '../model/kubernetes-object.ts';
import { OWN_GROUP } from '../model/object-role.ts';
import { isRecord } from '../model/object-shape.ts';
import type { ObjectRef } from '../model/reference.ts';
import type { ClusterParts } from '../sources/cluster-parts.ts';
import type { PartState } from './part-state.ts';
import type { TargetReport } from './target-reconciler.ts';

/** Events of what happened to a target: one on the target, and the same on the policy that governs it. */
export function targetEvents(
  { key, object, result }: TargetReport,
  state: PartState | undefined,
  parts: ClusterParts,
): readonly RecordedEvent[] {
  if (result.events.length === 0) return [];
  const governed = state?.targets.get(key)?.[0]?.resolution.governed;
  const policy = governed === undefined || governed.by === 'Nothing' ? undefined : findPolicy(parts, governed.policy);
  const target = subjectOf(object);
  return result.events.flatMap(({ type, reason, message }): readonly RecordedEvent[] => {
    const event = { type, reason, action: reason === 'Restored' ? 'Restore' : 'Apply', note: message };
    if (policy === undefined) return [{ ...event, regarding: target }];
    return [
      { ...event, regarding: target, related: policy },
      { ...event, regarding: policy, related: target },
    ];
  });
}

/** Reasons of conditions that people should hear of, when they become true of a policy. */
const TOLD: ReadonlySet<unknown> = new Set(['Conflicted', 'Narrowed', 'NotExpressible']);

/**
 * Events of a policy whose status changed.
 *
 * @param object with the status that stood before
 */
export function policyEvents(
  object: KubernetesObject,
  status: Readonly<Record<string, unknown>>,
): readonly RecordedEvent[] {
  const former = new Set(conditionsOf(object['status']).map(({ reason }) => reason));
  return conditionsOf(status)
    .filter(({ type, reason }) => type !== 'Ready' && TOLD.has(reason) && !former.has(reason))
    .map(({ reason, message }) => ({
      regarding: subjectOf(object),
      type: 'Warning',
      reason: String(reason),
      action: 'Evaluate',
      note: String(message),
    }));
}

function conditionsOf(status: unknown): readonly Readonly<Record<string, unknown>>[] {
  const conditions = isRecord(status) ? status['conditions'] : undefined;
  return Array.isArray(conditions) ? conditions.filter(isRecord) : [];
}

function findPolicy(parts: ClusterParts, ref: ObjectRef): EventSubject | undefined {
  const object = parts.find({ group: OWN_GROUP, ...ref });
  return object === undefined ? undefined : subjectOf(object);
}

function subjectOf({ apiVersion, kind, metadata: { namespace, name, uid = '' } }: KubernetesObject): EventSubject {
  return { apiVersion, kind, name, uid, ...(namespace === undefined ? {} : { namespace }) };
}
