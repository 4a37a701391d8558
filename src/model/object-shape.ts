import type { Issue } from './issue.ts';
import type { KubernetesObject } from './kubernetes-object.ts';
import type { ObjectRef } from './reference.ts';

/** A JSON object whose fields are not validated. */
export type Fields = Readonly<Record<string, unknown>>;

/** Collects what has a wrong type while one object is read; the object it names is the one to change. */
export type ShapeReport = { readonly object: KubernetesObject; readonly issues: Issue[] };

/** Whether a value is a JSON object, neither null nor a list. */
export function isRecord(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether a value is a JSON object that holds nothing but strings. */
export function isStringRecord(value: unknown): value is Readonly<Record<string, string>> {
  return isRecord(value) && Object.values(value).every((each) => typeof each === 'string');
}

/** Notes that a field has a wrong type, `ObjectShape`: what it says is left out, the rest of the object is used. */
export function reportShape(report: ShapeReport, path: string, expected: string): void {
  report.issues.push({
    severity: 'error',
    reason: 'ObjectShape',
    path,
    message: `${path} must be ${expected}; it is left out`,
    object: objectRef(report.object),
  });
}

/** Group of an apiVersion: "" for the core group. */
export function apiGroup(apiVersion: string): string {
  const slash = apiVersion.indexOf('/');
  return slash === -1 ? '' : apiVersion.slice(0, slash);
}

/** Namespace of a namespaced object; readers fill it in, and `default` is what Kubernetes would. */
export function objectNamespace(object: KubernetesObject): string {
  return object.metadata.namespace ?? 'default';
}

/** Names an object; without a namespace for a cluster-scoped one. */
export function objectRef(object: KubernetesObject): ObjectRef {
  const { name, namespace } = object.metadata;
  return namespace === undefined ? { kind: object.kind, name } : { kind: object.kind, namespace, name };
}
