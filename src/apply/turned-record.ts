import type { KubernetesObject } from '../model/kubernetes-object.ts';
import { annotationOwners } from '../model/managed-fields.ts';
import { RECORD_ANNOTATION } from '../plan/plan.ts';
import { readRecord } from '../plan/record.ts';
import type { Installation } from './installation.ts';
import { leadingOwner } from './key-standing.ts';
import type { TargetGoal } from './target-goal.ts';
import type { LastWrite } from './target-memory.ts';
import type { ChangedKey, TargetWrite } from './target-write.ts';

/** A write that is about to be made, and what our last one left. */
export type TurnedRecordQuestion = {
  readonly write: TargetWrite;
  readonly goal: TargetGoal;
  readonly left: LastWrite | undefined;
  readonly installation: Installation;
};

/**
 * The record, when somebody took it away or brought it back since our last write: whoever replaces the whole object takes it along
 * with the keys; whoever applies a copy of the object brings it back, and under a policy of other values makes us withdraw.
 */
export function turnedRecord(object: KubernetesObject, question: TurnedRecordQuestion): readonly ChangedKey[] {
  const { write, goal, left, installation } = question;
  const isLost = readRecord(object).kind === 'None';
  const isBack = !isLost && (goal.kind === 'Hold' || left === 'NoRecord');
  const isTurned = write.kind === 'Restore' ? isBack : isLost && left === 'Record';
  if (!isTurned) return [];
  const owners = annotationOwners(object, RECORD_ANNOTATION);
  const others = owners.filter(({ manager }) => manager !== installation.fieldManager);
  return [{ annotation: RECORD_ANNOTATION, manager: leadingOwner(others)?.manager ?? 'unknown' }];
}
