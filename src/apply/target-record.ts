import { isSameJson } from '../model/json-equality.ts';
import type { KubernetesObject } from '../model/kubernetes-object.ts';
import { isRestorable } from '../plan/dialects/index.ts';
import { believedRecord, type RecordedKey, type TargetRecord, valueHash } from '../plan/record.ts';
import { leadingOwner, type StandingKey } from './key-standing.ts';
import type { PolicyIdentity } from './target-goal.ts';

/**
 * The record of a target once some keys are written: for each what stood there before anybody of us came, and who owned it.
 *
 * @param held every key that is held, the annotation that names the policy aside
 */
export function nextRecord(
  object: KubernetesObject,
  held: readonly StandingKey[],
  { instance, policy }: { readonly instance: string; readonly policy: PolicyIdentity },
): TargetRecord {
  const recorded = held.flatMap((key): readonly (readonly [string, RecordedKey])[] => {
    if (key.role === 'Name') return [];
    if (key.role === 'Key') return [[key.annotation, { ...formerValue(key), hash: valueHash(key.value) }]];
    return key.entries.length === 0 ? [] : [[key.annotation, { entries: key.entries }]];
  });
  const keys = { ...Object.fromEntries(carriedOver(object, held)), ...Object.fromEntries(recorded) };
  return { instance, uid: object.metadata.uid ?? '', policy, keys };
}

/** Whether two records say the same, the policy's generation aside: an edit that changes no key is no reason to write. */
export function isSameRecord(left: TargetRecord, right: TargetRecord): boolean {
  const { uid, instance, policy, keys } = left;
  const isSamePlace = uid === right.uid && instance === right.instance && policy.uid === right.policy.uid;
  return isSamePlace && isSameJson(keys, right.keys);
}

/** Keys that are not held for now: somebody keeps changing them back, or a guardrail keeps what stood there away. */
function carriedOver(
  object: KubernetesObject,
  held: readonly StandingKey[],
): readonly (readonly [string, RecordedKey])[] {
  const known = new Set(held.map(({ annotation }) => annotation));
  const former = Object.entries(believedRecord(object)?.keys ?? {});
  return former.filter(([annotation]) => !known.has(annotation) && isRestorable(annotation, undefined));
}

type FormerValue = Pick<RecordedKey, 'original' | 'manager'>;

/**
 * Once recorded it stays, but for a manager that applies its own manifest: what it wants now is what would stand there
 * without us. A value that we alone own and no record tells about was lost with the record.
 */
function formerValue(key: StandingKey): FormerValue {
  const { recorded, standing, live } = key;
  if (recorded !== undefined && standing !== 'Taken') {
    const { original, manager } = recorded;
    return { ...(original === undefined ? {} : { original }), ...(manager === undefined ? {} : { manager }) };
  }
  if (live === undefined || standing === 'Ours') return {};
  const manager = leadingOwner(key.others);
  return { original: live, ...(manager === undefined ? {} : { manager }) };
}
