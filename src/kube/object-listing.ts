import { type CacheEntry, isKnown, type ObjectCache } from './object-cache.ts';
import { keyOf, type StoredObject } from './stored-object.ts';

/** Gives what is kept of an object, undefined when nothing is; or `Failed`, when what was kept before stays. */
export type SafeTransform<T> = (object: StoredObject) => { readonly kept: T | undefined } | 'Failed';

/** A list that is being read: what it changes is kept apart until it is complete, so that a broken one changes nothing. */
export type ObjectListing<T> = {
  readonly believe: 'Newer' | 'Older';
  /** An object of the list, or a later state of one while it is read. */
  readonly add: (object: StoredObject) => void;
  /** The object was deleted while the list was read. */
  readonly remove: (object: StoredObject) => void;
  /** What differs from the cache. */
  readonly changed: () => ReadonlyMap<string, CacheEntry<T>>;
  /** Keys of the cache that the complete list does not have. */
  readonly gone: () => readonly string[];
  /** It was taken over: whoever still holds it holds no objects by it. */
  readonly clear: () => void;
};

export type ListingOptions<T> = {
  readonly cache: ObjectCache<T>;
  readonly transform: SafeTransform<T>;
  /** `Older` takes every state as it is listed, since the server was set back. */
  readonly believe: 'Newer' | 'Older';
};

/** Begins to read a list. */
export function beginListing<T>({ cache, transform, believe }: ListingOptions<T>): ObjectListing<T> {
  const changed = new Map<string, CacheEntry<T>>();
  const unchanged = new Set<string>();
  const addChanged = (key: string, object: StoredObject): void => {
    const result = transform(object);
    if (result === 'Failed') {
      if (cache.get(key) !== undefined) {
        unchanged.add(key);
      }
    } else if (result.kept !== undefined) {
      const { uid, resourceVersion } = object.metadata;
      changed.set(key, { uid, resourceVersion, object: result.kept });
    }
  };
  return {
    believe,
    add(object) {
      const key = keyOf(object);
      if (isKnown(changed.get(key), object.metadata)) {
        return;
      }
      changed.delete(key);
      unchanged.delete(key);
      if (isUnchanged(cache.get(key), object, believe)) {
        unchanged.add(key);
      } else {
        addChanged(key, object);
      }
    },
    remove(object) {
      const key = keyOf(object);
      unchanged.delete(key);
      changed.delete(key);
    },
    changed: () => changed,
    gone: () => {
      const keys: string[] = [];
      for (const [key] of cache.entries()) {
        if (!(unchanged.has(key) || changed.has(key))) {
          keys.push(key);
        }
      }
      return keys;
    },
    clear() {
      changed.clear();
      unchanged.clear();
    },
  };
}

function isUnchanged<T>(
  known: CacheEntry<T> | undefined,
  { metadata }: StoredObject,
  believe: 'Newer' | 'Older',
): boolean {
  return believe === 'Newer'
    ? isKnown(known, metadata)
    : known?.uid === metadata.uid && known.resourceVersion === metadata.resourceVersion;
}
