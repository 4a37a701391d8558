import type { KubernetesObject } from '../model/kubernetes-object.ts';
import { annotationOwners, annotationsOwnedBy } from '../model/managed-fields.ts';
import type { TargetRef } from '../model/reference.ts';
import { isRestorable } from '../plan/dialects/index.ts';
import { POLICY_ANNOTATION, RECORD_ANNOTATION, type TargetChanges } from '../plan/plan.ts';
import { believedRecord, isAsWritten, type RecordedKey, readRecord, type TargetRecord } from '../plan/record.ts';
import { annotationOf } from '../plan/target-keys.ts';
import { decideHold } from './hold-write.ts';
import type { Installation } from './installation.ts';
import { type GivenBack, patchMetadata, type TargetWrite } from './target-write.ts';
import { isStanding, wantedAnnotations, withAnnotations } from './wanted-annotations.ts';
import type { LeftAlone } from './write-outcome.ts';

/** What has to be written so that a target is as if we had never been there. */
export type RestoreDecision = {
  readonly write: TargetWrite | undefined;
  readonly leftAlone: readonly LeftAlone[];
  /** Another installation holds it: nothing of it is ours to touch. */
  readonly isOthers: boolean;
};

/** A target of which nothing is governed any more. */
export type RestoreRequest = {
  readonly target: TargetRef;
  readonly object: KubernetesObject;
  readonly installation: Installation;
  /** Objects of our own stand beside it. */
  readonly hasOwned: boolean;
  /** Judges what would come back; absent: everything does. */
  readonly guard?: RestoreGuard;
};

/** Keeps what a guardrail forbids from coming back: CORS is switched off instead. */
export type RestoreGuard = {
  readonly isBeyondCeiling: (object: KubernetesObject) => boolean;
  readonly off: (object: KubernetesObject) => TargetChanges;
};

/** Compares a target with what stood there before us. */
export function decideRestore(request: RestoreRequest): RestoreDecision {
  const { object, installation } = request;
  const record = believedRecord(object);
  if (record !== undefined && record.instance !== installation.instance) return OTHERS;
  const former = record === undefined ? strayValues(request) : formerValues(object, record);
  const isTouched = record !== undefined || former.size > 0 || request.hasOwned;
  const values = changedValues(request, former, isTouched);
  const leftAlone = record === undefined ? [] : keysLeftAlone(object, record);
  if (Object.keys(values).length === 0) return { write: undefined, leftAlone, isOthers: false };
  const after = withAnnotations(object, values);
  if (record !== undefined && isComingBackWider(request, values, after)) return switchedOff(request, record, leftAlone);
  const metadata = { ...patchMetadata(object), annotations: values };
  const givenBack = record === undefined ? [] : keysGivenBack(object, record);
  const patch = { kind: 'Restore', body: { metadata }, force: false } as const;
  const write: TargetWrite = { ...patch, after, changed: Object.keys(values), changedBack: [], givenBack };
  return { write, leftAlone, isOthers: false };
}

const OTHERS: RestoreDecision = { write: undefined, leftAlone: [], isOthers: true };

type Values = ReadonlyMap<string, string | null>;

/** A record with a value that is never written back was not written by us: then nothing of it comes back. */
function formerValues(object: KubernetesObject, record: TargetRecord): Values {
  const written = writtenKeys(object, record);
  const isTrusted = written.every(([annotation, { original }]) => isRestorable(annotation, original));
  return new Map(written.map(([annotation, { original }]) => [annotation, isTrusted ? (original ?? null) : null]));
}

/** Keys of dialects that still hold what we wrote. */
function writtenKeys(object: KubernetesObject, { keys }: TargetRecord): readonly (readonly [string, RecordedKey])[] {
  return Object.entries(keys).filter(
    ([annotation, entry]) => isRestorable(annotation, undefined) && isAsWritten(object, annotation, entry),
  );
}

/**
 * Without a record, as when somebody deleted it, the keys that our server-side apply alone owns; what stood there before is
 * lost. A restore that was cut short leaves no annotation that names a policy, and its values are not touched again.
 */
function strayValues({ object, installation }: RestoreRequest): Values {
  const owner = { manager: installation.fieldManager, operation: 'Apply' } as const;
  const applied = annotationsOwnedBy(object, owner);
  if (!applied.includes(POLICY_ANNOTATION)) return new Map();
  const ours = applied.filter((annotation) => annotationOwners(object, annotation).length === 1);
  return new Map(ours.filter((annotation) => isRestorable(annotation, undefined)).map((key) => [key, null]));
}

/** All that differs, our own annotations among them. */
function changedValues(
  request: RestoreRequest,
  former: Values,
  isTouched: boolean,
): Readonly<Record<string, string | null>> {
  if (!isTouched && readRecord(request.object).kind !== 'Unreadable') return {};
  const { object, target } = request;
  const lists = wantedAnnotations({ annotations: {}, listEntries: [] }, object, target).filter(
    (key) => !isStanding(key),
  );
  const own = [POLICY_ANNOTATION, RECORD_ANNOTATION].map((key): [string, null] => [key, null]);
  const wanted = [
    ...former,
    ...lists.map(({ annotation, value }): [string, string | null] => [annotation, value]),
    ...own,
  ];
  return Object.fromEntries(
    wanted.filter(([annotation, value]) => (annotationOf(object, annotation) ?? null) !== value),
  );
}

function keysLeftAlone(object: KubernetesObject, record: TargetRecord): readonly LeftAlone[] {
  const former = formerValues(object, record);
  return Object.entries(record.keys).flatMap(([annotation, entry]): readonly LeftAlone[] => {
    if (entry.entries !== undefined) return [];
    if (!isRestorable(annotation, undefined)) return [{ annotation, reason: 'NotOurs' }];
    if (!isAsWritten(object, annotation, entry)) return [{ annotation, reason: 'Edited' }];
    const isLost = entry.original !== undefined && former.get(annotation) === null;
    return isLost ? [{ annotation, reason: 'NotRestorable' }] : [];
  });
}

function keysGivenBack(object: KubernetesObject, record: TargetRecord): readonly GivenBack[] {
  const former = formerValues(object, record);
  return Object.entries(record.keys).flatMap(([annotation, { manager }]) =>
    typeof former.get(annotation) === 'string' && manager?.operation === 'Apply'
      ? [{ annotation, manager: manager.manager }]
      : [],
  );
}

/** What others wrote there meanwhile is theirs: only what we would bring back ourselves is judged. */
function isComingBackWider(
  { guard }: RestoreRequest,
  values: Readonly<Record<string, string | null>>,
  after: KubernetesObject,
): boolean {
  const isBringing = Object.entries(values).some(
    ([annotation, value]) => value !== null && isRestorable(annotation, value),
  );
  return isBringing && guard?.isBeyondCeiling(after) === true;
}

/** The record stays, since an uninstall brings back what a guardrail forbids. */
function switchedOff(request: RestoreRequest, record: TargetRecord, leftAlone: readonly LeftAlone[]): RestoreDecision {
  const { object, target, installation, guard } = request;
  const off = guard?.off(object) ?? { annotations: {}, listEntries: [] };
  const edited = new Set(leftAlone.map(({ annotation }) => annotation));
  const annotations = Object.fromEntries(Object.entries(off.annotations).filter(([key]) => !edited.has(key)));
  const goal = {
    annotations: { ...annotations, [POLICY_ANNOTATION]: null },
    listEntries: off.listEntries,
    policy: record.policy,
    adoption: 'Own',
  } as const;
  const decision = decideHold({ target, object, installation, goal });
  const wider = Object.entries(record.keys).filter(([, { original }]) => original !== undefined);
  const left = wider.map(([annotation]): LeftAlone => ({ annotation, reason: 'Wider' }));
  return {
    write: decision.kind === 'Write' ? decision.write : undefined,
    leftAlone: [...leftAlone, ...left],
    isOthers: false,
  };
}
