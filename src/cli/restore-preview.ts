import type { Installation } from '../apply/installation.ts';
import { indexOwned, isOurs, ownerUids } from '../apply/owned-objects.ts';
import type { RestoreInput, RestoreReport } from '../apply/restore.ts';
import { settled } from '../apply/target-memory.ts';
import { planSteps } from '../apply/target-steps.ts';
import type { KubernetesObject } from '../model/kubernetes-object.ts';
import { apiGroup, objectNamespace, objectRef } from '../model/object-shape.ts';
import { believedRecord } from '../plan/record.ts';

/** What a restore would do, as it would report it, without writing anything. */
export function previewRestore({ targets, owned }: RestoreInput, installation: Installation): readonly RestoreReport[] {
  const ownedOf = indexOwned(owned);
  const uids = new Set<unknown>(targets.map(({ metadata }) => metadata.uid));
  const orphans = owned.filter((object) => isOurs(object) && !ownerUids(object).some((uid) => uids.has(uid)));
  return [
    ...targets.flatMap((object) => previewTarget(object, ownedOf(object, []), installation)),
    ...orphans.map(deletion),
  ];
}

function previewTarget(
  object: KubernetesObject,
  owned: readonly KubernetesObject[],
  installation: Installation,
): readonly RestoreReport[] {
  const record = believedRecord(object);
  if (record !== undefined && record.instance !== installation.instance) {
    return [{ object: objectRef(object), result: 'OtherInstallation', leftAlone: [], message: '' }];
  }
  const { kind, metadata } = object;
  const target = { group: apiGroup(object.apiVersion), kind, namespace: objectNamespace(object), name: metadata.name };
  const { steps, leftAlone } = planSteps(
    { target, object, owned, settling: settled },
    { kind: 'Restore' },
    { installation, settleSeconds: 0, reader: undefined, isBeyondCeiling: () => false },
  );
  const result = steps.length === 0 ? 'Nothing' : 'Restored';
  return [{ object: objectRef(object), result, leftAlone, message: '' }, ...owned.filter(isOurs).map(deletion)];
}

function deletion(object: KubernetesObject): RestoreReport {
  return { object: objectRef(object), result: 'Deleted', leftAlone: [], message: '' };
}
