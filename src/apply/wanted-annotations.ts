import type { KubernetesObject } from '../model/kubernetes-object.ts';
import type { TargetRef } from '../model/reference.ts';
import { ownEntries } from '../plan/dialects/index.ts';
import { type ListEntry, POLICY_ANNOTATION, RECORD_ANNOTATION } from '../plan/plan.ts';
import { changeList } from '../plan/stored-target.ts';
import { annotationOf, listEntriesOf } from '../plan/target-keys.ts';
import type { HoldGoal } from './target-goal.ts';

/** One annotation as it is to stand. */
export type WantedAnnotation = {
  readonly annotation: string;
  /** null: must be absent. */
  readonly value: string | null;
  readonly live: string | undefined;
  /** `Name` tells the policy and is always ours. */
  readonly role: 'Key' | 'Name' | ListRole;
  /** Entries of ours that are to stand in a list; empty for any other annotation. */
  readonly entries: readonly string[];
};

/** A comma list that others share: entries of ours are put in front, or only taken out. */
export type ListRole = 'ListPut' | 'ListTake';

/** Everything that a goal says about the annotations of a target, the record aside, sorted as the goal is. */
export function wantedAnnotations(
  goal: Pick<HoldGoal, 'annotations' | 'listEntries'>,
  object: KubernetesObject,
  target: TargetRef,
): readonly WantedAnnotation[] {
  const keys = Object.entries(goal.annotations).filter(([annotation]) => annotation !== RECORD_ANNOTATION);
  return [
    ...keys.map(([annotation, value]): WantedAnnotation => {
      const role = annotation === POLICY_ANNOTATION ? 'Name' : 'Key';
      return { annotation, value, live: annotationOf(object, annotation), role, entries: NONE };
    }),
    ...wantedLists(goal.listEntries, object, target),
  ];
}

/** Whether an annotation stands as it is wanted. */
export function isStanding({ live, value }: WantedAnnotation): boolean {
  return (live ?? null) === value;
}

/** A target with some of its annotations changed; null takes one away. */
export function withAnnotations(
  object: KubernetesObject,
  values: Readonly<Record<string, string | null>>,
): KubernetesObject {
  const merged = Object.entries({ ...object.metadata.annotations, ...values });
  const annotations = merged.filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  const { annotations: _, ...others } = object.metadata;
  const metadata = annotations.length === 0 ? others : { ...others, annotations: Object.fromEntries(annotations) };
  return { ...object, metadata: { ...metadata, name: object.metadata.name } };
}

/** Entries of ours that are not wanted have no business in any list, whatever brought them there. */
function wantedLists(
  wanted: readonly ListEntry[],
  object: KubernetesObject,
  target: TargetRef,
): readonly WantedAnnotation[] {
  const known = new Set(wanted.map(({ annotation, entry }) => `${annotation} ${entry}`));
  const strays = ownEntries(target)
    .filter(({ annotation, entry }) => !known.has(`${annotation} ${entry}`))
    .map((entry): ListEntry => ({ ...entry, presence: 'Absent' }));
  const byList = Map.groupBy([...wanted, ...strays], ({ annotation }) => annotation);
  return [...byList].map(([annotation, entries]) => {
    const live = annotationOf(object, annotation);
    const value = changeList(live, entries);
    const first = entries.filter(({ presence }) => presence === 'First').map(({ entry }) => entry);
    return { annotation, value, live, role: isPutting(first, live) ? 'ListPut' : 'ListTake', entries: first };
  });
}

const NONE: readonly string[] = [];

/** An entry that only has to come to the front is put there as well: the whole list is written anew. */
function isPutting(first: readonly string[], live: string | undefined): boolean {
  const standing = listEntriesOf(live).slice(0, first.length);
  return first.some((entry) => !standing.includes(entry));
}
