import type { KubernetesObject } from '../model/kubernetes-object.ts';
import { annotationOwners, isEntryOf, managedEntries, ownedAnnotations } from '../model/managed-fields.ts';
import { type Fields, isRecord } from '../model/object-shape.ts';
import type { GivenBack } from './target-write.ts';

/** One operation of a JSON patch. */
export type PatchOperation = {
  readonly op: 'test' | 'add' | 'remove';
  readonly path: string;
  readonly value?: unknown;
};

/**
 * Puts right who owns what on a target that was restored: keys go back to the managers that apply them, and no entry of ours
 * is left. Without the first a key that its manager drops in its very next apply would stay for ever, since nobody owns it.
 *
 * @param object as the API server answered the restore
 * @returns undefined when there is nothing to put right
 * @see https://kubernetes.io/docs/reference/using-api/server-side-apply/#clearing-managedfields
 */
export function managedFieldsPatch(
  object: KubernetesObject,
  fieldManager: string,
  givenBack: readonly GivenBack[],
): readonly PatchOperation[] | undefined {
  const entries = managedEntries(object);
  const orphans = Map.groupBy(
    givenBack.filter((each) => isOrphan(object, each)),
    ({ manager }) => manager,
  );
  const additions = [...orphans].flatMap(([manager, keys]) => additionsFor(object, manager, keys));
  const removals = ownEntries(entries, fieldManager);
  const isEmptied = removals.length === entries.length && additions.length === 0;
  if (additions.length + removals.length === 0 || isEmptied) return undefined;
  const { uid, resourceVersion } = object.metadata;
  return [
    { op: 'test', path: '/metadata/uid', value: uid },
    { op: 'test', path: '/metadata/resourceVersion', value: resourceVersion },
    ...additions,
    ...removals.flatMap((index): readonly PatchOperation[] => [
      { op: 'test', path: `${ENTRIES}/${index}/manager`, value: fieldManager },
      { op: 'remove', path: `${ENTRIES}/${index}` },
    ]),
  ];
}

/** Whether a target has entries of ours although nothing on it is held. */
export function hasOwnEntries(object: KubernetesObject, fieldManager: string): boolean {
  return ownEntries(managedEntries(object), fieldManager).length > 0;
}

/** A name as a segment of a JSON pointer. @see https://www.rfc-editor.org/rfc/rfc6901#section-3 */
export function pointerSegment(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}

const ENTRIES = '/metadata/managedFields';

/** Somebody may have applied it again meanwhile. */
function isOrphan(object: KubernetesObject, { annotation, manager }: GivenBack): boolean {
  return !annotationOwners(object, annotation).some(
    (owner) => owner.manager === manager && owner.operation === 'Apply',
  );
}

/** From the last one, so that those before keep their place. */
function ownEntries(entries: readonly Fields[], manager: string): readonly number[] {
  const isOurs = (entry: Fields): boolean =>
    isEntryOf(entry, { manager, operation: 'Apply' }) || isEntryOf(entry, { manager, operation: 'Update' });
  return entries.flatMap((entry, index) => (isOurs(entry) ? [index] : [])).reverse();
}

function additionsFor(
  object: KubernetesObject,
  manager: string,
  keys: readonly GivenBack[],
): readonly PatchOperation[] {
  const entries = managedEntries(object);
  const index = entries.findIndex((entry) => isEntryOf(entry, { manager, operation: 'Apply' }));
  const entry = entries[index];
  const owned = Object.fromEntries(keys.map(({ annotation }) => [`f:${annotation}`, {}]));
  if (entry === undefined) return [{ op: 'add', path: `${ENTRIES}/-`, value: newEntry(object, manager, owned) }];
  const fields = `${ENTRIES}/${index}/fieldsV1`;
  if (ownedAnnotations(entry) !== undefined) {
    const path = `${fields}/f:metadata/f:annotations`;
    return Object.keys(owned).map((field) => ({ op: 'add', path: `${path}/${pointerSegment(field)}`, value: {} }));
  }
  const metadata = isRecord(entry['fieldsV1']) ? entry['fieldsV1']['f:metadata'] : undefined;
  if (isRecord(metadata)) return [{ op: 'add', path: `${fields}/f:metadata/f:annotations`, value: owned }];
  return [{ op: 'add', path: `${fields}/f:metadata`, value: { 'f:annotations': owned } }];
}

/** The manager owned nothing but what was taken from it. */
function newEntry({ apiVersion }: KubernetesObject, manager: string, owned: Fields): Fields {
  const fieldsV1 = { 'f:metadata': { 'f:annotations': owned } };
  return { manager, operation: 'Apply', apiVersion, fieldsType: 'FieldsV1', fieldsV1 };
}
