import { isSameJson } from '../model/json-equality.ts';
import type { KubernetesObject } from '../model/kubernetes-object.ts';
import { isRecord } from '../model/object-shape.ts';
import { MANAGED_BY, MANAGED_BY_LABEL } from '../plan/plan.ts';
import { labelOf } from '../plan/target-keys.ts';
import type { WriteProblem } from './write-outcome.ts';

/** Objects of our own beside one target: what has to be made, changed and removed, and whether a name is taken. */
export type OwnedChanges = {
  readonly created: readonly KubernetesObject[];
  readonly updated: readonly OwnedUpdate[];
  readonly deleted: readonly KubernetesObject[];
  readonly problem: WriteProblem | undefined;
};

/** An object of ours as it stands, and as it is to be. */
export type OwnedUpdate = { readonly standing: KubernetesObject; readonly planned: KubernetesObject };

/**
 * Compares objects of our own with those that are planned.
 *
 * @param target uid of the target they belong to
 * @param standing those that stand beside it, and any of a name that is planned
 */
export function ownedChanges(
  target: KubernetesObject,
  planned: readonly KubernetesObject[],
  standing: readonly KubernetesObject[],
): OwnedChanges {
  const byName = new Map(standing.map((object) => [objectKey(object), object]));
  const wanted = new Set(planned.map(objectKey));
  const foreign = planned.map(objectKey).find((key) => isForeign(byName.get(key)));
  const present = planned.flatMap((object): readonly OwnedUpdate[] => {
    const former = byName.get(objectKey(object));
    return former === undefined ? [] : [{ standing: former, planned: object }];
  });
  return {
    created: planned.filter((object) => !byName.has(objectKey(object))),
    updated: present.filter((pair) => isOurs(pair.standing) && !isAsPlanned(pair)),
    deleted: standing.filter((object) => isOurs(object) && isOwnedBy(object, target) && !wanted.has(objectKey(object))),
    problem: foreign === undefined ? undefined : nameTaken(foreign),
  };
}

/** Whether an object carries the label of our own. */
export function isOurs(object: KubernetesObject): boolean {
  return labelOf(object, MANAGED_BY_LABEL) === MANAGED_BY && object.metadata.name.startsWith('cors-operator-');
}

/** Whether an object belongs to a target, by its ownerReference. */
function isOwnedBy(object: KubernetesObject, target: KubernetesObject): boolean {
  return ownerUids(object).includes(target.metadata.uid);
}

/** Kind, namespace and name of an object, `Middleware shop/cors-operator-ingress-web`. */
export function objectKey({ kind, metadata }: KubernetesObject): string {
  return `${kind} ${metadata.namespace ?? ''}/${metadata.name}`;
}

/** Objects with one of them as it stands now; without it where it is gone. */
export function withReplaced(
  objects: readonly KubernetesObject[],
  former: KubernetesObject,
  now: KubernetesObject | undefined,
): readonly KubernetesObject[] {
  const others = objects.filter((each) => objectKey(each) !== objectKey(former));
  return now === undefined ? others : [...others, now];
}

/** Objects of our own by what they belong to, for the tasks of a writer. */
export function indexOwned(
  objects: Iterable<KubernetesObject>,
): (target: KubernetesObject, planned: readonly KubernetesObject[]) => readonly KubernetesObject[] {
  const byOwner = new Map<unknown, KubernetesObject[]>();
  const byName = new Map<string, KubernetesObject>();
  for (const object of objects) {
    byName.set(objectKey(object), object);
    for (const uid of isOurs(object) ? ownerUids(object) : []) {
      const known = byOwner.get(uid);
      if (known === undefined) byOwner.set(uid, [object]);
      else known.push(object);
    }
  }
  return (target, planned) => {
    const named = planned.flatMap((object) => byName.get(objectKey(object)) ?? []);
    return [...new Set([...(byOwner.get(target.metadata.uid) ?? []), ...named])];
  };
}

function isForeign(object: KubernetesObject | undefined): boolean {
  return object !== undefined && !isOurs(object);
}

function isAsPlanned({ standing, planned }: OwnedUpdate): boolean {
  return (
    isSameJson(standing['spec'], planned['spec']) &&
    isSameJson(standing.metadata['ownerReferences'], planned.metadata['ownerReferences'])
  );
}

/** Uids of what an object belongs to. */
export function ownerUids({ metadata }: KubernetesObject): readonly unknown[] {
  const references = metadata['ownerReferences'];
  return Array.isArray(references) ? references.filter(isRecord).map(({ uid }) => uid) : [];
}

function nameTaken(words: string): WriteProblem {
  const message = `${words} exists and is not ours, as its label ${MANAGED_BY_LABEL} would tell: rename or remove it`;
  return { reason: 'NameTaken', message };
}
