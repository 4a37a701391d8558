import type { KubernetesObject, ObjectMetadata } from '../model/kubernetes-object.ts';
import { managedEntries, ownedAnnotations } from '../model/managed-fields.ts';
import { apiGroup, type Fields, isRecord } from '../model/object-shape.ts';
import { POLICY_ANNOTATION, RECORD_ANNOTATION } from '../plan/plan.ts';
import { recordedKeys } from '../plan/record.ts';
import { annotationOf } from '../plan/target-keys.ts';

/**
 * The objects of a cluster as they would be once proposed ones are applied: those take the place of the ones of their name,
 * as the API server would let them, and join the others as the youngest.
 *
 * Of a replaced object stay its identity and age, its status, and the keys that the operator wrote, since no manifest names
 * those.
 *
 * @param now RFC 3339
 */
export function proposeObjects(
  standing: readonly KubernetesObject[],
  proposed: readonly KubernetesObject[],
  now: string,
): readonly KubernetesObject[] {
  const byKey = new Map(standing.map((object) => [keyOf(object), object]));
  for (const object of proposed) {
    const former = byKey.get(keyOf(object));
    byKey.set(keyOf(object), former === undefined ? created(object, now) : replaced(former, object));
  }
  return [...byKey.values()];
}

function keyOf({ apiVersion, kind, metadata: { namespace, name } }: KubernetesObject): string {
  return `${apiGroup(apiVersion)}/${kind}/${namespace ?? ''}/${name}`;
}

function created(object: KubernetesObject, now: string): KubernetesObject {
  return { ...object, metadata: { ...object.metadata, creationTimestamp: now } };
}

function replaced(former: KubernetesObject, object: KubernetesObject): KubernetesObject {
  const { uid, resourceVersion, generation, creationTimestamp, ownerReferences } = former.metadata;
  const kept = { uid, resourceVersion, generation, creationTimestamp, ownerReferences };
  const annotations = { ...operatorKeys(former), ...object.metadata.annotations };
  const written = { ...kept, ...object.metadata, uid, creationTimestamp, resourceVersion };
  const metadata = { ...written, annotations, managedFields: managersAfter(former, object) };
  const { status } = former;
  return {
    ...object,
    ...(status === undefined ? {} : { status }),
    metadata: present(metadata, object.metadata.name),
  };
}

function present(metadata: Fields, name: string): ObjectMetadata {
  return { ...Object.fromEntries(Object.entries(metadata).filter(([, value]) => value !== undefined)), name };
}

function operatorKeys(object: KubernetesObject): Readonly<Record<string, string>> {
  const keys = [...recordedKeys(object), POLICY_ANNOTATION, RECORD_ANNOTATION];
  return Object.fromEntries(
    keys.flatMap((key) => {
      const value = annotationOf(object, key);
      return value === undefined ? [] : [[key, value]];
    }),
  );
}

/** Manager in whose name the proposal would be applied; which one it will be makes no difference. */
const PROPOSER = 'proposed';

/** Whoever applies a manifest owns what it names; others go on owning what they agree on. */
function managersAfter(former: KubernetesObject, object: KubernetesObject): readonly Fields[] | undefined {
  if (former.metadata['managedFields'] === undefined) {
    return undefined;
  }
  const names = Object.keys(object.metadata.annotations ?? {});
  const changed = new Set(
    names.filter((name) => annotationOf(former, name) !== annotationOf(object, name)).map((name) => `f:${name}`),
  );
  const owned = Object.fromEntries(names.map((name) => [`f:${name}`, {}]));
  const others = managedEntries(former).map((entry) => withoutAnnotations(entry, changed));
  return [...others, { manager: PROPOSER, operation: 'Apply', fieldsV1: { 'f:metadata': { 'f:annotations': owned } } }];
}

function withoutAnnotations(entry: Fields, names: ReadonlySet<string>): Fields {
  const annotations = ownedAnnotations(entry);
  const { fieldsV1 } = entry;
  if (annotations === undefined || !isRecord(fieldsV1)) {
    return entry;
  }
  const kept = Object.fromEntries(Object.entries(annotations).filter(([name]) => !names.has(name)));
  return { ...entry, fieldsV1: { ...fieldsV1, 'f:metadata': { 'f:annotations': kept } } };
}
