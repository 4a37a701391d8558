import type { KubernetesObject } from '../model/kubernetes-object.ts';
import { annotationOwners, type FieldOwner } from '../model/managed-fields.ts';
import { isAsWritten, type RecordedKey, type TargetRecord } from '../plan/record.ts';
import { listEntriesOf } from '../plan/target-keys.ts';
import { isStanding, type WantedAnnotation } from './wanted-annotations.ts';

/** Whose an annotation is that does not stand as it is wanted. */
export type KeyStanding =
  /** Nothing stands there. */
  | 'Free'
  /** We wrote what stands there. */
  | 'Ours'
  /** We wrote it, and somebody changed it since by hand. */
  | 'Drifted'
  /** We wrote it, and a manager that applies its own manifest took it since. */
  | 'Taken'
  /** Somebody else wrote it. */
  | 'Foreign';

/** An annotation with whose it is. */
export type StandingKey = WantedAnnotation & {
  readonly standing: KeyStanding;
  readonly recorded: RecordedKey | undefined;
  /** Owners other than us. */
  readonly others: readonly FieldOwner[];
  /** Whether our own server-side apply owns it. */
  readonly isApplied: boolean;
};

/** Looks up whose an annotation is. */
export function standingKey(
  wanted: WantedAnnotation,
  object: KubernetesObject,
  record: TargetRecord | undefined,
  fieldManager: string,
): StandingKey {
  const owners = annotationOwners(object, wanted.annotation);
  const others = owners.filter(({ manager }) => manager !== fieldManager);
  const isApplied = owners.some(({ manager, operation }) => manager === fieldManager && operation === 'Apply');
  const recorded = recordedKey(record, wanted.annotation);
  const known = { ...wanted, recorded, others, isApplied };
  return { ...known, standing: standingOf(known, owners.length - others.length > 0) };
}

/** The entry of a record for an annotation. */
function recordedKey(record: TargetRecord | undefined, annotation: string): RecordedKey | undefined {
  return record !== undefined && Object.hasOwn(record.keys, annotation) ? record.keys[annotation] : undefined;
}

/** Whether somebody changed a recorded key since we wrote it. */
export function isChangedBack(key: StandingKey, object: KubernetesObject): boolean {
  return !isStanding(key) && key.recorded !== undefined && !isAsWritten(object, key.annotation, key.recorded);
}

/** Of several owners the one that applies, since it goes on naming its keys; then by name. */
export function leadingOwner(owners: readonly FieldOwner[]): FieldOwner | undefined {
  const rank = ({ operation, manager }: FieldOwner): string => `${operation} ${manager}`;
  return owners.toSorted((left, right) => (rank(left) < rank(right) ? -1 : 1))[0];
}

type Known = Omit<StandingKey, 'standing'>;

function standingOf(key: Known, isOurs: boolean): KeyStanding {
  if (key.live === undefined) return 'Free';
  switch (key.role) {
    case 'Name':
    case 'ListTake':
      return 'Ours';
    case 'ListPut':
      return isSharedList(key, isOurs) ? 'Foreign' : 'Ours';
    case 'Key':
      return key.recorded === undefined ? unrecordedStanding(key, isOurs) : recordedStanding(key);
  }
}

/** Records get lost; what nobody but us owns was written by us. */
function unrecordedStanding({ others }: Known, isOurs: boolean): KeyStanding {
  return isOurs && others.length === 0 ? 'Ours' : 'Foreign';
}

function recordedStanding({ others }: Known): KeyStanding {
  if (others.length === 0) return 'Ours';
  return others.some(({ operation }) => operation === 'Apply') ? 'Taken' : 'Drifted';
}

/** A list that somebody else wrote is theirs as a whole, also an empty one; one that holds entries of ours alone is not. */
function isSharedList({ value, live, entries, others }: Known, isOurs: boolean): boolean {
  if (isOurs && others.length === 0) return false;
  return listEntriesOf(live).length === 0 || listEntriesOf(value ?? undefined).length > entries.length;
}
