import type { KubernetesObject } from './kubernetes-object.ts';
import { type Fields, isRecord } from './object-shape.ts';

/** Who wrote a field last, as the API server keeps book. */
export type FieldOwner = {
  readonly manager: string;
  /** `Apply`: by server-side apply, so that it goes with the manager's next apply without it. */
  readonly operation: 'Apply' | 'Update';
};

/**
 * Who owns an annotation: several when they agree on its value, none when it is not there or the object tells no managers.
 *
 * @see https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management
 */
export function annotationOwners(object: KubernetesObject, annotation: string): readonly FieldOwner[] {
  const field = `f:${annotation}`;
  return managedEntries(object).flatMap((entry) => {
    const annotations = ownedAnnotations(entry);
    return annotations !== undefined && Object.hasOwn(annotations, field) ? ownerOf(entry) : [];
  });
}

/** Annotations that one manager owns by one operation. */
export function annotationsOwnedBy(object: KubernetesObject, owner: FieldOwner): readonly string[] {
  return managedEntries(object).flatMap((entry) => {
    if (!isEntryOf(entry, owner)) return [];
    const names = Object.keys(ownedAnnotations(entry) ?? {});
    return names.filter((name) => name.startsWith('f:')).map((name) => name.slice('f:'.length));
  });
}

/** Entries of `metadata.managedFields`; of what is no list or no entry nothing is left. */
export function managedEntries(object: KubernetesObject): readonly Fields[] {
  const entries = object.metadata['managedFields'];
  return Array.isArray(entries) ? entries.filter(isRecord) : NO_ENTRIES;
}

/** Whether an entry is one manager's by one operation, on the object itself and not on its status. */
export function isEntryOf(entry: Fields, { manager, operation }: FieldOwner): boolean {
  return entry['manager'] === manager && entry['operation'] === operation && isOfObject(entry);
}

/** `f:annotations` of an entry; undefined when it owns none. */
export function ownedAnnotations(entry: Fields): Fields | undefined {
  const fields = entry['fieldsV1'];
  const metadata = isRecord(fields) ? fields['f:metadata'] : undefined;
  const annotations = isRecord(metadata) ? metadata['f:annotations'] : undefined;
  return isRecord(annotations) ? annotations : undefined;
}

const NO_ENTRIES: readonly Fields[] = [];

function isOfObject(entry: Fields): boolean {
  return entry['subresource'] === undefined || entry['subresource'] === '';
}

/** Whoever writes a status may write metadata with it, so that entries of subresources count as well. */
function ownerOf(entry: Fields): readonly FieldOwner[] {
  const { manager, operation } = entry;
  if (typeof manager !== 'string' || (operation !== 'Apply' && operation !== 'Update')) return [];
  return [{ manager, operation }];
}
