import type { KubernetesObject } from '../model/kubernetes-object.ts';
import { isRecord } from '../model/object-shape.ts';
import { RECORD_ANNOTATION } from './plan.ts';
import { annotationOf } from './target-keys.ts';

/**
 * Keys of a target that its record names as written by the operator: annotation keys, and {@link filterKey} for filters.
 *
 * The record is JSON with an object `keys`; one that cannot be read names nothing, so that every key counts as somebody
 * else's. Whoever may edit the target may forge it: it decides who owns a key, never what may be granted.
 */
export function recordedKeys(object: KubernetesObject): ReadonlySet<string> {
  const text = annotationOf(object, RECORD_ANNOTATION);
  const record = text === undefined ? undefined : parseJson(text);
  const keys = isRecord(record) ? record['keys'] : undefined;
  return new Set(isRecord(keys) ? Object.keys(keys) : []);
}

/** How a record names the CORS filter of one rule. */
export function filterKey(rule: number): string {
  return `spec.rules[${rule}].filters[CORS]`;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
