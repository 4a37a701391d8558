import { isSameJson } from '../model/json-equality.ts';
import type { KubernetesObject } from '../model/kubernetes-object.ts';
import { firstExcess } from '../plan/containment.ts';
import type { Reading } from '../plan/dialect.ts';
import { noChanges } from '../plan/plan.ts';
import { storedTarget } from '../plan/stored-target.ts';
import type { TargetReader } from '../plan/target-reader.ts';
import type { HoldGoal } from './target-goal.ts';

/** Whether all that one reading grants is granted by another; what is not proven counts as more. */
export function isGrantInside(reading: Reading, other: Reading): boolean {
  if (reading.kind !== 'On' || isSameJson(reading, other)) return true;
  return other.kind === 'On' && firstExcess(reading, other.policy) === undefined;
}

/** What a target grants once it holds a goal. */
export function goalGrant(reader: TargetReader, object: KubernetesObject, goal: HoldGoal): Reading {
  const { annotations, listEntries, owned } = goal;
  return reader.read(storedTarget(object, [{ changes: { ...noChanges, annotations, listEntries } }]), owned);
}
