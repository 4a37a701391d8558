import type { ChangeBatch } from './change-batch.ts';
import type { Clock } from './clock.ts';
import { createTurn } from './event-loop-turn.ts';
import type { HeldDeletions } from './held-deletions.ts';
import { KubeError } from './kube-error.ts';
import { isKnown, type ObjectCache } from './object-cache.ts';
import { beginListing, type ObjectListing, type SafeTransform } from './object-listing.ts';
import { compareResourceVersions, isOlder } from './resource-version.ts';
import { keyOf, type StoredObject } from './stored-object.ts';
import type { WatchEvent } from './watch-event.ts';

/** Takes lists and events into the cache, in an order that never goes back. */
export type ObjectIntake<T> = {
  /** The newest state that the cache stands for; "" before the first list. */
  readonly resourceVersion: () => string;
  readonly beginList: () => ObjectListing<T>;
  /**
   * The list is complete: the cache becomes what it says.
   *
   * @throws KubeError `BadAnswer` when it is older than what was seen
   */
  readonly finishList: (listing: ObjectListing<T>, resourceVersion: string) => Promise<void>;
  /**
   * An event after the list.
   *
   * @throws KubeError of an ERROR event, and `Expired` when the server was set back
   */
  readonly apply: (event: WatchEvent) => void;
};

export type ObjectIntakeOptions<T> = {
  readonly cache: ObjectCache<T>;
  readonly batch: ChangeBatch<T>;
  readonly transform: SafeTransform<T>;
  /** Deletions wait here, if they are to be confirmed. */
  readonly held: HeldDeletions | undefined;
  readonly clock: Clock;
  /** Milliseconds for which older lists are refused. */
  readonly distrustOlder: number;
  readonly isStopped: () => boolean;
};

/** Begins with an empty cache and no resourceVersion. */
export function createObjectIntake<T>(options: ObjectIntakeOptions<T>): ObjectIntake<T> {
  const { cache, clock, held } = options;
  let newest = '';
  let olderSince: number | undefined;
  return {
    resourceVersion: () => newest,
    beginList() {
      const believe = olderSince !== undefined && clock.now() - olderSince >= options.distrustOlder ? 'Older' : 'Newer';
      return beginListing({ cache, transform: options.transform, believe });
    },
    async finishList(listing, resourceVersion) {
      if (listing.believe === 'Newer' && isOlder(resourceVersion, newest)) {
        olderSince ??= clock.now();
        throw new KubeError('BadAnswer', `the list is older (${resourceVersion}) than what was seen (${newest})`);
      }
      olderSince = undefined;
      newest = resourceVersion;
      held?.clear();
      await takeList(options, listing);
      listing.clear();
    },
    apply(event) {
      if (event.type === 'ERROR') {
        throw event.error;
      }
      if (event.type === 'BOOKMARK') {
        newest = checkBookmark(event.resourceVersion, newest);
        return;
      }
      const { resourceVersion } = event.object.metadata;
      // Not newer: sent again, as after a reconnection to a server that lags behind.
      if ((compareResourceVersions(resourceVersion, newest) ?? 1) > 0) {
        newest = resourceVersion;
        takeEvent(options, event.type, event.object);
      }
    },
  };
}

async function takeList<T>(options: ObjectIntakeOptions<T>, listing: ObjectListing<T>): Promise<void> {
  const { cache, batch, isStopped } = options;
  await inTurns(listing.gone(), (key) => remove(options, key), isStopped);
  await inTurns(listing.changed(), ([key, entry]) => batch.add(cache.put(key, entry)), isStopped);
  batch.flush();
}

function takeEvent<T>(
  options: ObjectIntakeOptions<T>,
  type: 'ADDED' | 'MODIFIED' | 'DELETED',
  object: StoredObject,
): void {
  if (type === 'DELETED') {
    remove(options, keyOf(object));
  } else if (!isKnown(options.cache.get(keyOf(object)), object.metadata)) {
    put(options, object);
  }
}

function remove<T>({ cache, batch, held }: ObjectIntakeOptions<T>, key: string): void {
  if (held === undefined) {
    batch.add(cache.remove(key));
  } else if (cache.get(key) !== undefined) {
    held.add(key);
  }
}

function put<T>({ cache, batch, held, transform }: ObjectIntakeOptions<T>, object: StoredObject): void {
  const key = keyOf(object);
  const { uid, resourceVersion } = object.metadata;
  const result = transform(object);
  if (result !== 'Failed') {
    held?.drop(key);
    const { kept } = result;
    batch.add(kept === undefined ? cache.remove(key) : cache.put(key, { uid, resourceVersion, object: kept }));
  }
}

async function inTurns<V>(values: Iterable<V>, handle: (value: V) => void, isStopped: () => boolean): Promise<void> {
  const turn = createTurn();
  for (const value of values) {
    if (turn.isSpent()) {
      await turn.next();
    }
    if (isStopped()) {
      return;
    }
    handle(value);
  }
}

function checkBookmark(resourceVersion: string, newest: string): string {
  if (isOlder(resourceVersion, newest)) {
    throw new KubeError('Expired', `the server is at ${resourceVersion}, older than what was seen (${newest})`);
  }
  return resourceVersion;
}
