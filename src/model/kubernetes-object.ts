import type { Issue, Parsed } from './issue.ts';
import { pathBelow } from './validation/field-path.ts';

/** Any value that JSON can say. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** A Kubernetes object as it was read, nothing validated but these fields' types. */
export type KubernetesObject = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMetadata;
  readonly [field: string]: unknown;
};

/** The metadata that resolution and planning read; wrong types were dropped with an issue. */
export type ObjectMetadata = {
  readonly name: string;
  readonly namespace?: string;
  readonly uid?: string;
  readonly generation?: number;
  /** RFC 3339; "" when the input has none (files), which sorts before every date. */
  readonly creationTimestamp?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly [field: string]: unknown;
};

/** Deeper values are refused: no Kubernetes object needs that. */
const MAX_DEPTH = 100;

/** Keys that programs may take for more than data. */
const UNSAFE_KEYS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * Takes any value for a Kubernetes object, if apiVersion, kind and metadata have the right types.
 *
 * The result is the value itself, but for `null` in the metadata (`creationTimestamp: null`), which is left out as the API
 * server would.
 * `ObjectShape` for a wrong type, `ObjectKey` for a key such as `__proto__` at any depth; an object that has only a
 * `generateName` yet is an info: it does not exist.
 */
export function parseObject(value: unknown): Parsed<KubernetesObject> {
  if (!isPlain(value))
    return refused([shapeIssue('', 'the document is no object; write apiVersion, kind and metadata')]);
  const metadata = value['metadata'];
  const [first, ...rest] = [...topIssues(value), ...metadataIssues(metadata), ...keyIssues(value, 0)];
  if (first !== undefined) return refused([first, ...rest]);
  return { ok: true, value: withoutNulls(value, metadata) };
}

type Plain = Readonly<Record<string, unknown>>;

function isPlain(value: unknown): value is Plain {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function refused(issues: readonly [Issue, ...Issue[]]): Parsed<KubernetesObject> {
  return { ok: false, issues };
}

function shapeIssue(path: string, message: string, severity: Issue['severity'] = 'error'): Issue {
  return { severity, reason: 'ObjectShape', path, message };
}

function topIssues(object: Plain): readonly Issue[] {
  return ['apiVersion', 'kind'].flatMap((field) => {
    const value = object[field];
    return typeof value === 'string' && value !== '' ? [] : [shapeIssue(field, `${field} must be a text; write it`)];
  });
}

function metadataIssues(metadata: unknown): readonly Issue[] {
  if (!isPlain(metadata)) return [shapeIssue('metadata', 'metadata must be an object; write at least its name')];
  const { name, generateName } = metadata;
  const texts = ['namespace', 'uid', 'creationTimestamp'].flatMap((field) =>
    typeIssue(metadata, field, 'string', 'a text'),
  );
  return [
    ...nameIssues(name, generateName),
    ...texts,
    ...typeIssue(metadata, 'generation', 'number', 'a number'),
    ...['labels', 'annotations'].flatMap((field) => recordIssues(metadata[field], `metadata.${field}`)),
  ];
}

function nameIssues(name: unknown, generateName: unknown): readonly Issue[] {
  if (typeof name === 'string' && name !== '') return [];
  if (name === undefined && typeof generateName === 'string') {
    return [shapeIssue('metadata.name', 'the object gets its name when it is created; it is left out', 'info')];
  }
  return [shapeIssue('metadata.name', 'metadata.name must be a text that is not empty; write it')];
}

function typeIssue(metadata: Plain, field: string, type: 'string' | 'number', wanted: string): readonly Issue[] {
  const value = metadata[field];
  if (value === undefined || value === null || typeof value === type) return [];
  return [shapeIssue(`metadata.${field}`, `metadata.${field} must be ${wanted}; mend it`)];
}

/** Most wrong entries of one record that are reported one by one. */
const MAX_REPORTED = 32;

function recordIssues(value: unknown, path: string): readonly Issue[] {
  if (value === undefined || value === null) return [];
  if (!isPlain(value)) return [shapeIssue(path, `${path} must be an object of texts; mend it`)];
  const wrong = Object.keys(value).filter((key) => typeof (value[key] ?? '') !== 'string');
  return wrong
    .slice(0, MAX_REPORTED)
    .map((key) => shapeIssue(pathBelow(path, key), 'the value must be a text; put it in quotes'));
}

/** One bad key is enough to refuse an object; paths are only made for it. */
function keyIssues(value: unknown, depth: number): readonly Issue[] {
  if (typeof value !== 'object' || value === null) return [];
  if (depth > MAX_DEPTH) return [shapeIssue('', `the object is nested more than ${MAX_DEPTH} deep; flatten it`)];
  if (Array.isArray(value)) return firstIssues(value.entries(), depth);
  const unsafe = Object.keys(value).find((key) => UNSAFE_KEYS.has(key));
  return unsafe === undefined ? firstIssues(Object.entries(value), depth) : [unsafeKey(unsafe)];
}

function firstIssues(entries: Iterable<readonly [number | string, unknown]>, depth: number): readonly Issue[] {
  for (const [key, value] of entries) {
    const found = keyIssues(value, depth + 1);
    if (found.length > 0) return found.map((issue) => ({ ...issue, path: pathBelow('', key) + joint(issue.path) }));
  }
  return [];
}

function joint(path: string): string {
  return path === '' || path.startsWith('[') ? path : `.${path}`;
}

function unsafeKey(key: string): Issue {
  const message = `a key named ${key} is not taken, because programs may read it as more than data; rename it`;
  return { severity: 'error', reason: 'ObjectKey', path: pathBelow('', key), message };
}

/** Tools write `creationTimestamp: null`. The API server takes null for absent, and among labels for an empty text. */
function withoutNulls(value: Plain, metadata: unknown): KubernetesObject {
  const object = value as KubernetesObject;
  if (!isPlain(metadata)) return object;
  const { labels, annotations } = metadata;
  if (![metadata, labels, annotations].some(holdsNull)) return object;
  const present = Object.entries(metadata).filter(([, entry]) => entry !== null);
  const texts = present.map(([key, entry]) => [
    key,
    entry === labels || entry === annotations ? textsOf(entry) : entry,
  ]);
  return { ...object, metadata: Object.fromEntries(texts) as ObjectMetadata };
}

function holdsNull(value: unknown): boolean {
  return isPlain(value) && Object.values(value).includes(null);
}

function textsOf(value: unknown): unknown {
  return isPlain(value) ? Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, entry ?? ''])) : value;
}
