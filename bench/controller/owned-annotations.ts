import type { KubernetesObject } from '../../src/model/kubernetes-object.ts';
import { isRecord } from '../../src/model/object-shape.ts';

/** The annotations that a field manager applies on an object, with their values: what it sends as its patch. */
export function ownedAnnotations(object: KubernetesObject, manager: string): Readonly<Record<string, string>> {
  const entries: readonly unknown[] = Array.isArray(object.metadata['managedFields'])
    ? object.metadata['managedFields']
    : [];
  const applied = entries.find(
    (entry) => isRecord(entry) && entry['manager'] === manager && entry['operation'] === 'Apply',
  );
  const fields = fieldOf(fieldOf(fieldOf(applied, 'fieldsV1'), 'f:metadata'), 'f:annotations');
  const keys = isRecord(fields) ? Object.keys(fields).map((key) => key.slice('f:'.length)) : [];
  return Object.fromEntries(keys.map((key) => [key, String(object.metadata.annotations?.[key])]));
}

function fieldOf(value: unknown, field: string): unknown {
  return isRecord(value) ? value[field] : undefined;
}
