import type { StoredObject } from '../kube/stored-object.ts';
import type { KubernetesObject, ObjectMetadata } from '../model/kubernetes-object.ts';
import { type Fields, isRecord } from '../model/object-shape.ts';
import { keptObject } from './kept-object.ts';

/** Makes of an object what a cache keeps of it. */
export type ObjectKeeper = (object: StoredObject) => KubernetesObject;

/**
 * Makes a keeper for a cache that lasts: what {@link keptObject} leaves, less what only a print of the whole would show, with
 * one value in place of equal ones. The objects of a cluster resemble each other, and each comes with strings of its own.
 */
export function createObjectKeeper(): ObjectKeeper {
  const shareText = createPool((text: string) => text);
  const shareEntry = createPool((entry: unknown) => JSON.stringify(entry));
  const shareTexts = (fields: unknown): unknown => mapTexts(fields, shareText);
  return (stored) => {
    const { apiVersion, kind, metadata, ...rest } = keptObject(stored);
    const { namespace, creationTimestamp, labels, annotations, managedFields } = metadata;
    const shared = {
      namespace: shareTexts(namespace),
      creationTimestamp: shareTexts(creationTimestamp),
      labels: shareTexts(labels),
      annotations: shareTexts(annotations),
      managedFields: Array.isArray(managedFields) ? managedFields.map(shareEntry) : undefined,
    };
    const present = Object.entries(shared).filter(([, value]) => value !== undefined);
    const kept = { ...metadata, ...Object.fromEntries(present) } as ObjectMetadata;
    const { status, ...input } = withoutTls(kind, rest);
    const standing = status === undefined ? {} : { status: shareTexts(status) };
    return { apiVersion: shareText(apiVersion), kind: shareText(kind), metadata: kept, ...input, ...standing };
  };
}

/** Values that a pool knows at once; a full one begins anew, and holds what is common again soon after. */
const POOL_SIZE = 4096;

/** Longer texts are hardly ever equal. */
const MAX_LENGTH = 128;

/** Gives for equal values the first of them. */
function createPool<T>(textOf: (value: T) => string): (value: T) => T {
  const known = new Map<string, T>();
  return (value) => {
    const text = textOf(value);
    const first = known.get(text);
    if (first !== undefined) return first;
    if (known.size >= POOL_SIZE) known.clear();
    known.set(text, value);
    return value;
  };
}

function mapTexts(value: unknown, share: (text: string) => string): unknown {
  if (typeof value === 'string') return value.length > MAX_LENGTH ? value : share(value);
  if (Array.isArray(value)) return value.map((each) => mapTexts(each, share));
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, mapTexts(each, share)]));
}

/** Certificates decide nothing about CORS. */
function withoutTls(kind: string, fields: Fields): Fields {
  const { spec } = fields;
  if (kind !== 'Ingress' || !isRecord(spec)) return fields;
  const { tls: _, ...kept } = spec;
  return { ...fields, spec: kept };
}
