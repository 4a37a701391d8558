import type { Clock } from './clock.ts';
import { KubeError } from './kube-error.ts';
import type { ObjectCache } from './object-cache.ts';
import { followCluster } from './reflector-loop.ts';
import type { ReflectorOptions, ReflectorState } from './reflector-options.ts';
import { createReflectorRun, type ReflectorCounts } from './reflector-run.ts';

export type { ObjectChange } from './object-cache.ts';
export type { ReflectorOptions, ReflectorState, ReflectorTiming, UnknownReason } from './reflector-options.ts';
export type { ReflectorCounts } from './reflector-run.ts';

/** A cache of one kind's objects that follows the cluster. */
export type Reflector<T> = {
  /** Does nothing when it runs or was stopped. */
  readonly start: () => void;
  /** Ends it for good; no handler is called any more, not even while this promise is pending. */
  readonly stop: () => Promise<void>;
  /** `key` is `namespace/name`, or `name` without namespace. */
  readonly get: (key: string) => T | undefined;
  readonly has: (key: string) => boolean;
  /** In no particular order; not to be held across waits, since the cache goes on. */
  readonly list: () => Iterable<T>;
  readonly size: () => number;
  readonly state: () => ReflectorState;
  /** Settled when it is known for the first time whether there are objects: Synced, Unknown or Stopped. */
  readonly settled: Promise<ReflectorState>;
  /** Settled when the first list is complete: Synced, or Stopped. */
  readonly synced: Promise<ReflectorState>;
  /** Seconds since the server last said something; undefined when it never did. */
  readonly lastContact: () => number | undefined;
  /** The cluster's state that the cache stands for; "" before the first list. */
  readonly resourceVersion: () => string;
  readonly counts: () => ReflectorCounts;
};

/**
 * Lists and watches one kind, for ever.
 *
 * @see https://kubernetes.io/docs/reference/using-api/api-concepts/#streaming-lists
 */
export function createReflector<T>(options: ReflectorOptions<T>): Reflector<T> {
  const run = createReflectorRun(options);
  let loop: Promise<void> | undefined;
  return {
    start() {
      if (!run.stopping.signal.aborted) {
        loop ??= followCluster(run);
      }
    },
    async stop() {
      run.stopping.abort(new KubeError('Aborted', 'the reflector was stopped'));
      run.batch.stop();
      run.status.set({ status: 'Stopped' });
      await loop;
    },
    get: (key) => run.cache.get(key)?.object,
    has: (key) => run.cache.get(key) !== undefined,
    list: () => objectsOf(run.cache),
    size: run.cache.size,
    state: run.status.state,
    settled: run.status.settled,
    synced: run.status.synced,
    lastContact: () => secondsSince(run.clock, run.memory.contact),
    resourceVersion: run.intake.resourceVersion,
    counts: () => ({ ...run.memory.counts }),
  };
}

function* objectsOf<T>(cache: ObjectCache<T>): Generator<T> {
  for (const [, { object }] of cache.entries()) {
    yield object;
  }
}

function secondsSince(clock: Clock, time: number | undefined): number | undefined {
  return time === undefined ? undefined : (clock.now() - time) / 1000;
}
