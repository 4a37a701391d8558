import type { Issue } from '../model/issue.ts';
import { type KubernetesObject, parseObject } from '../model/kubernetes-object.ts';
import { isRecord } from '../model/object-shape.ts';
import { objectScope } from './object-scope.ts';

/** An object that a document holds. */
export type DocumentObject = {
  readonly object: KubernetesObject;
  /** Where it is inside of the document: "" or `items[3]`. */
  readonly within: string;
  readonly addedNamespace: boolean;
};

/** The objects of one document, and what is wrong with those that are none. */
export type DocumentObjects = {
  readonly objects: readonly DocumentObject[];
  /** `path` is inside of the document. */
  readonly issues: readonly Issue[];
  readonly list: boolean;
};

/** Lists in lists deeper than this are taken for objects without a name. */
const MAX_LIST_DEPTH = 4;

/**
 * Takes the objects out of a document: itself, or the items of a List of any kind. Items of a typed list, as an
 * IngressList is, may leave out what the list says about them.
 *
 * @param namespace of namespaced objects that have none
 */
export function documentObjects(value: unknown, namespace: string): DocumentObjects {
  const found = unwrap(value, '', 0);
  const objects: DocumentObject[] = [];
  const issues: Issue[] = [];
  for (const { value: candidate, within } of found) {
    const parsed = parseObject(candidate);
    if (parsed.ok) {
      objects.push({ within, ...settle(parsed.value, namespace) });
    } else {
      issues.push(...parsed.issues.map((issue) => ({ ...issue, path: joinPath(within, issue.path) })));
    }
  }
  return { objects, issues, list: found.some(({ within }) => within !== '') || found.length === 0 };
}

/** A field path inside of another; either may be "". */
export function joinPath(outer: string, inner: string): string {
  return outer === '' || inner === '' || inner.startsWith('[') ? `${outer}${inner}` : `${outer}.${inner}`;
}

type Candidate = { readonly value: unknown; readonly within: string };

function unwrap(value: unknown, within: string, depth: number): readonly Candidate[] {
  if (!isRecord(value) || depth > MAX_LIST_DEPTH || !isList(value)) {
    return [{ value, within }];
  }
  const { items } = value;
  return (Array.isArray(items) ? items : []).flatMap((item: unknown, index) =>
    unwrap(typedItem(value, item), joinPath(within, `items[${index}]`), depth + 1),
  );
}

function isList(value: Readonly<Record<string, unknown>>): boolean {
  return typeof value['kind'] === 'string' && value['kind'].endsWith('List') && Array.isArray(value['items']);
}

function typedItem(list: Readonly<Record<string, unknown>>, item: unknown): unknown {
  const kind = String(list['kind']).slice(0, -'List'.length);
  if (kind === '' || !isRecord(item) || ('apiVersion' in item && 'kind' in item)) {
    return item;
  }
  return { apiVersion: list['apiVersion'], kind, ...item };
}

/** Gives an object the namespace that it would have once it is stored, and takes one away that would be ignored. */
function settle(object: KubernetesObject, namespace: string): Omit<DocumentObject, 'within'> {
  const scope = objectScope(object.apiVersion, object.kind);
  const { name, namespace: own, ...rest } = object.metadata;
  if (scope === 'Cluster') {
    return { object: own === undefined ? object : { ...object, metadata: { name, ...rest } }, addedNamespace: false };
  }
  if (own !== undefined && own !== '') {
    return { object, addedNamespace: false };
  }
  return { object: { ...object, metadata: { name, namespace, ...rest } }, addedNamespace: scope === 'Namespaced' };
}
