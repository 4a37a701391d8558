import type { KubernetesObject } from '../model/kubernetes-object.ts';
import { isRecord } from '../model/object-shape.ts';

/** Value of an annotation; undefined when there is none, or no text. */
export function annotationOf(object: KubernetesObject, key: string): string | undefined {
  const annotations: unknown = object.metadata.annotations;
  if (!isRecord(annotations) || !Object.hasOwn(annotations, key)) return undefined;
  const value = annotations[key];
  return typeof value === 'string' ? value : undefined;
}

/** Label of an object; undefined when there is none, or no text. */
export function labelOf(object: KubernetesObject, key: string): string | undefined {
  const labels: unknown = object.metadata.labels;
  if (!isRecord(labels) || !Object.hasOwn(labels, key)) return undefined;
  const value = labels[key];
  return typeof value === 'string' ? value : undefined;
}

const NO_FILTERS: readonly unknown[] = [];

/** Filters of one rule of an HTTPRoute, by index in `spec.rules`; entries that are no objects included. */
export function ruleFilters(object: KubernetesObject, rule: number): readonly unknown[] {
  const filters = ruleOf(object, rule)?.['filters'];
  return Array.isArray(filters) ? filters : NO_FILTERS;
}

/** One rule of an HTTPRoute, by index in `spec.rules`; undefined when it is not there, or no object. */
export function ruleOf(object: KubernetesObject, rule: number): Readonly<Record<string, unknown>> | undefined {
  const spec = object['spec'];
  const rules = isRecord(spec) ? spec['rules'] : undefined;
  const found: unknown = Array.isArray(rules) ? rules[rule] : undefined;
  return isRecord(found) ? found : undefined;
}

/** Whether a filter of an HTTPRoute rule is the CORS filter. */
export function isCorsFilter(filter: unknown): filter is Readonly<Record<string, unknown>> {
  return isRecord(filter) && filter['type'] === 'CORS';
}

/** Entries of an annotation that holds a comma list, as written but for surrounding spaces; empty ones are left out. */
export function listEntriesOf(value: string | undefined): readonly string[] {
  if (value === undefined) return [];
  return value
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
}
