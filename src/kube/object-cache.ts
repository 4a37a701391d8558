import { isOlder } from './resource-version.ts';

/** What became of one object since the handler was called last. `key` is `namespace/name`, or `name` without namespace. */
export type ObjectChange<T> =
  | { readonly type: 'Added'; readonly key: string; readonly object: T }
  | { readonly type: 'Modified'; readonly key: string; readonly object: T; readonly previous: T }
  | { readonly type: 'Deleted'; readonly key: string; readonly previous: T };

/** What is kept of an object, and which of its states that is. */
export type CacheEntry<T> = { readonly uid: string; readonly resourceVersion: string; readonly object: T };

/** Objects by key; tells what each step changed. */
export type ObjectCache<T> = {
  readonly get: (key: string) => CacheEntry<T> | undefined;
  readonly entries: () => MapIterator<[string, CacheEntry<T>]>;
  readonly size: () => number;
  /** Another uid under a key that is known is another object: the former one is deleted. */
  readonly put: (key: string, entry: CacheEntry<T>) => readonly ObjectChange<T>[];
  readonly remove: (key: string) => readonly ObjectChange<T>[];
};

/** An empty cache. */
export function createObjectCache<T>(): ObjectCache<T> {
  const map = new Map<string, CacheEntry<T>>();
  return {
    get: (key) => map.get(key),
    entries: () => map.entries(),
    size: () => map.size,
    put(key, entry) {
      const previous = map.get(key);
      map.set(key, entry);
      const { object } = entry;
      if (previous === undefined) {
        return [{ type: 'Added', key, object }];
      }
      return previous.uid === entry.uid
        ? [{ type: 'Modified', key, object, previous: previous.object }]
        : [
            { type: 'Deleted', key, previous: previous.object },
            { type: 'Added', key, object },
          ];
    },
    remove(key) {
      const previous = map.get(key);
      map.delete(key);
      return previous === undefined ? [] : [{ type: 'Deleted', key, previous: previous.object }];
    },
  };
}

/** Whether an object's state is already known, or older than what is. */
export function isKnown<T>(
  known: CacheEntry<T> | undefined,
  found: { readonly uid: string; readonly resourceVersion: string },
): boolean {
  return (
    known !== undefined &&
    known.uid === found.uid &&
    (known.resourceVersion === found.resourceVersion || isOlder(found.resourceVersion, known.resourceVersion))
  );
}
