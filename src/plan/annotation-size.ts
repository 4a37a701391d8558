import type { KubernetesObject } from '../model/kubernetes-object.ts';
import type { TargetChanges } from './plan.ts';
import { storedTarget } from './stored-target.ts';

/**
 * Most bytes that the keys and values of all annotations may have together.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.36.3/staging/src/k8s.io/apimachinery/pkg/api/validation/objectmeta.go#L36
 */
export const MAX_ANNOTATIONS_LENGTH = 256 * 1024;

/** UTF-8 needs at most three bytes for one UTF-16 code unit. */
const MAX_BYTES_PER_UNIT = 3;

/** Room for the annotations that every plan adds. */
const RESERVE = 1024;

/** Whether the annotations of a target still fit once changes are made. */
export function isAnnotationsFitting(object: KubernetesObject, changes: TargetChanges): boolean {
  const annotations = object.metadata.annotations ?? {};
  let units = RESERVE;
  for (const key in annotations) units += key.length + (annotations[key]?.length ?? 0);
  for (const key in changes.annotations) units += key.length + (changes.annotations[key]?.length ?? 0);
  for (const { entry } of changes.listEntries) units += entry.length;
  if (units * MAX_BYTES_PER_UNIT <= MAX_ANNOTATIONS_LENGTH) return true;
  const stored = storedTarget(object, [{ changes }]).metadata.annotations ?? {};
  return annotationsLength(stored) + RESERVE <= MAX_ANNOTATIONS_LENGTH;
}

/** Bytes of the keys and values of annotations. */
export function annotationsLength(annotations: Readonly<Record<string, string>>): number {
  let bytes = 0;
  for (const [key, value] of Object.entries(annotations)) bytes += byteLength(key) + byteLength(value);
  return bytes;
}

function byteLength(text: string): number {
  let bytes = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (code < 0x80) bytes += 1;
    else if (code < 0x800) bytes += 2;
    else bytes += code < 0x10000 ? 3 : 4;
  }
  return bytes;
}
