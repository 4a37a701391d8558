import { type Backoff, createBackoff } from './backoff.ts';
import { type ChangeBatch, createChangeBatch } from './change-batch.ts';
import { type Clock, systemClock } from './clock.ts';
import { createHeldDeletions, type HeldDeletions } from './held-deletions.ts';
import { createObjectCache, type ObjectCache } from './object-cache.ts';
import { createObjectIntake, type ObjectIntake } from './object-intake.ts';
import type { SafeTransform } from './object-listing.ts';
import { defaultReflectorTiming, type ReflectorOptions, type ReflectorTiming } from './reflector-options.ts';
import { createReflectorStatus, type ReflectorStatus } from './reflector-status.ts';

/** Numbers for metrics. */
export type ReflectorCounts = {
  /** Complete lists, the first included. */
  readonly lists: number;
  /** Watches that the server accepted. */
  readonly watches: number;
  /** Lists and watches that failed. */
  readonly failures: number;
};

/** What a reflector remembers from one connection to the next. */
export type ReflectorMemory = {
  /** When the server last said something. */
  contact: number | undefined;
  /** The cache is not known to be what the cluster holds: list before watching. */
  needsList: boolean;
  /** `Refused` by the server for good; `Paused` until the next list is complete. */
  streaming: 'Usable' | 'Paused' | 'Refused';
  /** When a list was last made at once because a resourceVersion had expired. */
  expired: number;
  /** Answers that could not be taken in since the last one that could. */
  inARow: number;
  readonly counts: { lists: number; watches: number; failures: number };
};

/** The parts of one reflector. */
export type ReflectorRun<T> = {
  readonly options: ReflectorOptions<T>;
  readonly clock: Clock;
  readonly timing: ReflectorTiming;
  readonly cache: ObjectCache<T>;
  readonly batch: ChangeBatch<T>;
  readonly intake: ObjectIntake<T>;
  readonly status: ReflectorStatus;
  readonly backoff: Backoff;
  readonly stopping: AbortController;
  readonly memory: ReflectorMemory;
  /** Never throws, and tells nobody once it is stopped. */
  readonly report: (problem: unknown) => void;
};

/** Puts the parts together; nothing is sent yet. */
export function createReflectorRun<T>(options: ReflectorOptions<T>): ReflectorRun<T> {
  const clock = options.clock ?? systemClock;
  const timing = { ...defaultReflectorTiming, ...options.timing };
  const stopping = new AbortController();
  const report = createReport(options, stopping.signal);
  const guard = createGuard(stopping.signal, report);
  const cache = createObjectCache<T>();
  const batch = createChangeBatch<T>(guard(options.onChanges));
  const status = createReflectorStatus(guard(options.onState));
  const memory: ReflectorMemory = {
    contact: undefined,
    needsList: true,
    streaming: 'Usable',
    expired: Number.NEGATIVE_INFINITY,
    inARow: 0,
    counts: { lists: 0, watches: 0, failures: 0 },
  };
  const parts = { options, clock, timing, cache, batch, status, stopping, memory, report };
  const intake = createObjectIntake({
    cache,
    batch,
    clock,
    transform: createSafeTransform(options, report),
    held: options.deletions === 'Confirmed' ? holdDeletions(parts) : undefined,
    distrustOlder: timing.distrustOlder * 1000,
    isStopped: () => stopping.signal.aborted,
  });
  const limits = { min: timing.minBackoff * 1000, max: timing.maxBackoff * 1000 };
  return { ...parts, intake, backoff: createBackoff(clock, limits) };
}

function createReport<T>(options: ReflectorOptions<T>, stopping: AbortSignal): (problem: unknown) => void {
  return (problem) => {
    if (!stopping.aborted) {
      try {
        options.onProblem?.(problem instanceof Error ? problem : new Error(String(problem)));
      } catch {
        // Who is told of problems has one: there is nobody left to tell.
      }
    }
  };
}

/** Makes a handler harmless: what it throws is reported. */
function createGuard(stopping: AbortSignal, report: (problem: unknown) => void) {
  return <V>(handler: ((value: V) => void) | undefined) =>
    (value: V): void => {
      if (!stopping.aborted) {
        try {
          handler?.(value);
        } catch (error) {
          report(error);
        }
      }
    };
}

function createSafeTransform<T>(options: ReflectorOptions<T>, report: (problem: unknown) => void): SafeTransform<T> {
  return (object) => {
    try {
      return { kept: options.transform(object) };
    } catch (error) {
      report(error);
      return 'Failed';
    }
  };
}

function holdDeletions<T>(parts: Omit<ReflectorRun<T>, 'intake' | 'backoff'>): HeldDeletions {
  const { options, clock, cache, batch, status, memory, timing, stopping } = parts;
  return createHeldDeletions({
    client: options.client,
    resource: options.resource,
    clock,
    signal: stopping.signal,
    delay: timing.confirmDeletions * 1000,
    onConfirmed(keys) {
      for (const key of keys) {
        batch.add(cache.remove(key));
      }
    },
    onKindGone(reason) {
      memory.needsList = true;
      status.set({ status: 'Unknown', reason, message: 'the definition of this kind is being deleted, or is gone' });
    },
  });
}
