import type { KubernetesObject } from '../model/kubernetes-object.ts';
import { isRecord } from '../model/object-shape.ts';

/** What the API server fills in, and refuses or ignores in what is applied. */
const SERVER_FIELDS: ReadonlySet<string> = new Set([
  'creationTimestamp',
  'generation',
  'managedFields',
  'resourceVersion',
  'selfLink',
  'uid',
]);

/** An object of a cluster as its author would write it for `kubectl apply`: without what the API server fills in. */
export function appliedObject({ status: _, ...object }: KubernetesObject): KubernetesObject {
  const kept = Object.entries(object.metadata).filter(([field, value]) => !SERVER_FIELDS.has(field) && !isEmpty(value));
  return { ...object, metadata: { ...Object.fromEntries(kept), name: object.metadata.name } };
}

/** Annotations of which nothing is left. */
function isEmpty(value: unknown): boolean {
  return isRecord(value) && Object.keys(value).length === 0;
}
