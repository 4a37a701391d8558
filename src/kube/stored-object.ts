import { isFields } from './json-fields.ts';

/** An object as the API server gives it, with what every stored object has. */
export type StoredObject = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: StoredMetadata;
  readonly [field: string]: unknown;
};

/** Metadata of a stored object. */
export type StoredMetadata = {
  readonly name: string;
  readonly namespace?: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly [field: string]: unknown;
};

/** Whether it is an object as a watch sends it. */
export function isStoredObject(value: unknown): value is StoredObject {
  return (
    isFields(value) && typeof value['apiVersion'] === 'string' && typeof value['kind'] === 'string' && isStored(value)
  );
}

/** An item of a list, which leaves out what the list says about all of them; undefined when it is no object. */
export function storedItem(item: unknown, apiVersion: string, kind: string): StoredObject | undefined {
  const whole: unknown = isFields(item) ? { apiVersion, kind, ...item } : undefined;
  return isStoredObject(whole) ? whole : undefined;
}

/** `namespace/name`, or `name` without namespace. */
export function keyOf({ metadata: { namespace, name } }: StoredObject): string {
  // Joined, since the parts of a template would all be kept along with each of many thousand keys.
  return namespace === undefined || namespace === '' ? name : [namespace, name].join('/');
}

function isStored(value: Readonly<Record<string, unknown>>): boolean {
  const metadata = value['metadata'];
  return (
    isFields(metadata) &&
    typeof metadata['name'] === 'string' &&
    typeof metadata['uid'] === 'string' &&
    typeof metadata['resourceVersion'] === 'string' &&
    (metadata['namespace'] === undefined || typeof metadata['namespace'] === 'string')
  );
}
