import type { KubernetesObject } from '../model/kubernetes-object.ts';
import { annotationOwners, managedEntries, ownedAnnotations } from '../model/managed-fields.ts';
import type { TargetRef } from '../model/reference.ts';
import { annotationsLength, MAX_ANNOTATIONS_LENGTH } from '../plan/annotation-size.ts';
import { isRestorable } from '../plan/dialects/index.ts';
import { RECORD_ANNOTATION } from '../plan/plan.ts';
import { believedRecord, readRecord, recordText, type TargetRecord } from '../plan/record.ts';
import { annotationOf } from '../plan/target-keys.ts';
import type { Installation } from './installation.ts';
import { isChangedBack, leadingOwner, type StandingKey, standingKey } from './key-standing.ts';
import type { HoldGoal } from './target-goal.ts';
import { isSameRecord, nextRecord } from './target-record.ts';
import { type ChangedKey, patchMetadata, type TargetWrite } from './target-write.ts';
import { isStanding, wantedAnnotations, withAnnotations } from './wanted-annotations.ts';
import type { WriteProblem } from './write-outcome.ts';

/** What has to be written so that a target holds a goal. */
export type HoldDecision =
  /** It holds it. */
  | { readonly kind: 'Nothing' }
  | { readonly kind: 'Write'; readonly write: TargetWrite }
  /** Nothing is written. */
  | { readonly kind: 'Blocked'; readonly problem: WriteProblem }
  /** Half of theirs with half of ours would be neither: what we wrote goes. */
  | { readonly kind: 'Withdraw'; readonly problem: WriteProblem };

/** A target as it stands and what it is to hold. */
export type HoldRequest = {
  readonly target: TargetRef;
  readonly object: KubernetesObject;
  readonly goal: Pick<HoldGoal, 'annotations' | 'listEntries' | 'policy' | 'adoption'>;
  readonly installation: Installation;
};

/** Compares a target with what it is to hold: all of it in one request, or nothing. */
export function decideHold(request: HoldRequest): HoldDecision {
  const { object, goal, installation, target } = request;
  const record = believedRecord(object);
  if (record !== undefined && record.instance !== installation.instance) return blocked(otherInstallation(record));
  const keys = wantedAnnotations(goal, object, target).map((wanted) =>
    standingKey(wanted, object, record, installation.fieldManager),
  );
  const differing = keys.filter((key) => !isStanding(key));
  const obstacle = findObstacle(differing, goal.adoption);
  if (obstacle !== undefined) return record === undefined ? blocked(obstacle) : { kind: 'Withdraw', problem: obstacle };
  const next = nextRecord(object, keys, { instance: installation.instance, policy: goal.policy });
  if (differing.length === 0 && isRecorded(object, next)) return { kind: 'Nothing' };
  const write = holdWrite({ object, keys, differing, fieldManager: installation.fieldManager }, recordText(next));
  const full = fullTarget(write.after);
  return full === undefined ? { kind: 'Write', write } : blocked(full);
}

function blocked(problem: WriteProblem): HoldDecision {
  return { kind: 'Blocked', problem };
}

function otherInstallation({ instance }: TargetRecord): WriteProblem {
  const name = instance === '' ? 'without a name' : instance;
  const message = `another installation of the operator (${name}) holds this target: let only one of them govern it, or run its restore`;
  return { reason: 'ForeignCors', message };
}

function findObstacle(differing: readonly StandingKey[], adoption: HoldGoal['adoption']): WriteProblem | undefined {
  const list = differing.find(({ role, standing }) => role === 'ListPut' && standing === 'Foreign');
  if (list !== undefined) return sharedList(list);
  const foreign = differing.filter(({ standing }) => standing === 'Foreign' || standing === 'Taken');
  if (adoption === 'Additive') return foreign.length === 0 ? undefined : foreignKeys(foreign);
  const kept = foreign.find(({ annotation, live }) => !isRestorable(annotation, live));
  return kept === undefined ? undefined : notRestorable(kept);
}

function sharedList({ annotation, entries, others }: StandingKey): WriteProblem {
  const message = `${managerWords(others)} wrote the list ${annotation}, in which ${entries.join(', ')} would have to stand first; this version adds nothing to lists that others write: take the annotation out there, or let the responder answer`;
  return { reason: 'ForeignCors', message };
}

function foreignKeys(keys: readonly StandingKey[]): WriteProblem {
  const words = keys.map(({ annotation, others }) => `${managerWords(others)} wrote ${annotation}`).join(', ');
  const message = `${words}: remove ${keys.length === 1 ? 'it' : 'them'} there, or set adoption: Own to take over`;
  return { reason: 'ForeignCors', message };
}

function notRestorable({ annotation, others }: StandingKey): WriteProblem {
  const message = `${managerWords(others)} wrote a value to ${annotation} that could not be put back, so it is not taken over: mend or remove it`;
  return { reason: 'ForeignCors', message };
}

function managerWords(others: StandingKey['others']): string {
  return leadingOwner(others)?.manager ?? 'somebody else';
}

function isRecorded(object: KubernetesObject, next: TargetRecord): boolean {
  const reading = readRecord(object);
  return reading.kind === 'Own' && isSameRecord(reading.record, next);
}

type Change = {
  readonly object: KubernetesObject;
  readonly keys: readonly StandingKey[];
  readonly differing: readonly StandingKey[];
  readonly fieldManager: string;
};

function holdWrite(change: Change, record: string): TargetWrite {
  const { object, differing } = change;
  const changed = Object.fromEntries(differing.map(({ annotation, value }) => [annotation, value]));
  const after = withAnnotations(object, { ...changed, [RECORD_ANNOTATION]: record });
  const rest = { after, changed: Object.keys(changed), changedBack: changedKeys(change), givenBack: [] };
  if (differing.some(isBeyondApply)) {
    const metadata = {
      ...patchMetadata(object),
      annotations: { ...changed, [RECORD_ANNOTATION]: record },
    };
    return { ...rest, kind: 'Merge', force: false, body: { metadata } };
  }
  const force = isTaking(change, record);
  const annotations = { ...heldValues(change), [RECORD_ANNOTATION]: record };
  const { name, namespace } = object.metadata;
  const metadata = { name, namespace, ...patchMetadata(object), annotations };
  return { ...rest, kind: 'Apply', force, body: { apiVersion: object.apiVersion, kind: object.kind, metadata } };
}

/** Leaving a key out of an apply takes it away only where nobody else owns it. */
function isBeyondApply({ role, live, value, isApplied, others }: StandingKey): boolean {
  if (role === 'ListTake' && others.length > 0) return true;
  return value === null && live !== undefined && !(isApplied && others.length === 0);
}

/** Everything that is to stand, but for lists that hold our entry by the word of others. */
function heldValues({ keys }: Change): Readonly<Record<string, string>> {
  const held = keys.filter((key) => key.entries.length > 0 || key.role === 'Key' || key.role === 'Name');
  const ours = held.filter((key) => !isStanding(key) || key.isApplied || key.role === 'Key' || key.role === 'Name');
  return Object.fromEntries(ours.flatMap(({ annotation, value }) => (value === null ? [] : [[annotation, value]])));
}

/** Whether a key has to be taken from an owner, which another operation of our own is as well. */
function isTaking({ object, differing, fieldManager }: Change, record: string): boolean {
  const isOwnedOtherwise = (annotation: string): boolean =>
    annotationOwners(object, annotation).some(
      ({ manager, operation }) => manager !== fieldManager || operation !== 'Apply',
    );
  const isRecordTaken = annotationOf(object, RECORD_ANNOTATION) !== record && isOwnedOtherwise(RECORD_ANNOTATION);
  if (isRecordTaken || isEmptyMapOwned(object, fieldManager)) return true;
  return differing.some(({ annotation, value }) => value !== null && isOwnedOtherwise(annotation));
}

/** A manifest with `annotations: {}` owns the map itself as long as nothing is in it: the first key in it is a conflict. */
function isEmptyMapOwned(object: KubernetesObject, fieldManager: string): boolean {
  if (Object.keys(object.metadata.annotations ?? {}).length > 0) return false;
  return managedEntries(object).some(
    (entry) => entry['manager'] !== fieldManager && ownedAnnotations(entry) !== undefined,
  );
}

function changedKeys({ differing, object }: Change): readonly ChangedKey[] {
  return differing
    .filter((key) => isChangedBack(key, object))
    .map(({ annotation, others }) => ({ annotation, manager: leadingOwner(others)?.manager ?? 'unknown' }));
}

function fullTarget({ metadata }: KubernetesObject): WriteProblem | undefined {
  const length = annotationsLength(metadata.annotations ?? {});
  if (length <= MAX_ANNOTATIONS_LENGTH) return undefined;
  const message = `its annotations would be ${length} bytes with ours and the record of what stands there, and Kubernetes stores ${MAX_ANNOTATIONS_LENGTH}: remove some`;
  return { reason: 'TargetFull', message };
}
