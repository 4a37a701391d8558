import type { Evaluation } from '../evaluate.ts';
import { isSameJson } from '../model/json-equality.ts';
import type { KubernetesObject } from '../model/kubernetes-object.ts';
import { apiGroup, isRecord } from '../model/object-shape.ts';
import { type Plan, RECORD_ANNOTATION } from '../plan/plan.ts';
import { storedTarget } from '../plan/stored-target.ts';
import type { LoadedObject, Manifests } from '../sources/manifests.ts';

/** An object as it would be stored once everything is reconciled. */
export type Reconciled = {
  /** As its text says it. */
  readonly before: KubernetesObject;
  /** The same object as `before` when nothing changes. */
  readonly after: KubernetesObject;
  /** Objects of ours that belong to it and that the input does not hold yet. */
  readonly added: readonly KubernetesObject[];
};

/** Tells what becomes of each object of the input. Objects of ours that the input already holds are brought up to date. */
export function createReconciler(manifests: Manifests, evaluation: Evaluation): (loaded: LoadedObject) => Reconciled {
  const held = new Set(manifests.objects.map(({ object }) => objectKey(object)));
  const targets = plansByTarget(evaluation);
  const ours = new Map(
    [...targets.values()].flat().flatMap(({ owned }) => owned.map((each) => [objectKey(each), storableObject(each)])),
  );
  const added = new Set<string>();
  return (loaded) => {
    const key = objectKey(loaded.object);
    const plans = targets.get(key) ?? [];
    const after = ours.get(key) ?? storableObject(storedTarget(loaded.object, plans));
    const before = asWritten(loaded);
    const fresh = plans
      .flatMap(({ owned }) => owned)
      .filter((each) => !held.has(objectKey(each)) && !added.has(objectKey(each)));
    for (const each of fresh) {
      added.add(objectKey(each));
    }
    return { before, after: isSameJson(before, after) ? before : after, added: fresh.map(storableObject) };
  };
}

/** The objects of one route, complete: the target as it would be stored, and everything of ours that belongs to it. */
export function routeObjects(
  evaluation: Evaluation,
): (route: Evaluation['routes'][number]) => readonly KubernetesObject[] {
  const targets = plansByTarget(evaluation);
  return ({ resolution, plan }) => {
    const { object } = resolution.route;
    return [
      storableObject(storedTarget(object, targets.get(objectKey(object)) ?? [plan])),
      ...plan.owned.map(storableObject),
    ];
  };
}

function plansByTarget(evaluation: Evaluation): ReadonlyMap<string, readonly Plan[]> {
  const targets = new Map<string, Plan[]>();
  for (const { resolution, plan } of evaluation.routes) {
    const key = objectKey(resolution.route.object);
    const plans = targets.get(key);
    if (plans === undefined) {
      targets.set(key, [plan]);
    } else {
      plans.push(plan);
    }
  }
  return targets;
}

function objectKey({ apiVersion, kind, metadata }: KubernetesObject): string {
  return `${apiGroup(apiVersion)}/${kind}/${metadata.namespace ?? ''}/${metadata.name}`;
}

function asWritten({ object, text }: LoadedObject): KubernetesObject {
  if (!text.addedNamespace) {
    return object;
  }
  const { namespace: _, ...metadata } = object.metadata;
  return { ...object, metadata: { ...metadata, name: object.metadata.name } };
}

/** An object without the controller's record, and without references to owners that have no uid: an API server refuses those. */
export function storableObject(object: KubernetesObject): KubernetesObject {
  const withoutOwners = removeOwners(object);
  const { annotations } = withoutOwners.metadata;
  if (!isRecord(annotations) || !Object.hasOwn(annotations, RECORD_ANNOTATION)) {
    return withoutOwners;
  }
  const { [RECORD_ANNOTATION]: _, ...kept } = annotations;
  const { annotations: __, ...metadata } = withoutOwners.metadata;
  const rest = Object.keys(kept).length === 0 ? {} : { annotations: kept };
  return { ...withoutOwners, metadata: { ...metadata, name: object.metadata.name, ...rest } };
}

function removeOwners(object: KubernetesObject): KubernetesObject {
  const owners: unknown = object.metadata['ownerReferences'];
  if (!Array.isArray(owners)) {
    return object;
  }
  const kept = owners.filter(
    (owner: unknown) => isRecord(owner) && typeof owner['uid'] === 'string' && owner['uid'] !== '',
  );
  if (kept.length === owners.length) {
    return object;
  }
  const { ownerReferences: _, ...metadata } = object.metadata;
  const rest = kept.length === 0 ? {} : { ownerReferences: kept };
  return { ...object, metadata: { ...metadata, name: object.metadata.name, ...rest } };
}
