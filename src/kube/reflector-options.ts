import type { Clock } from './clock.ts';
import type { KubeClient, KubeResource } from './kube-client.ts';
import type { ObjectChange } from './object-cache.ts';
import type { StoredObject } from './stored-object.ts';

/** How much a reflector knows. Unknown is never deletion: what was known last stays in the cache. */
export type ReflectorState =
  /** The first list is not complete. */
  | { readonly status: 'Starting' }
  /** All objects were listed; a server that is away does not change that, see `lastContact`. */
  | { readonly status: 'Synced' }
  | {
      readonly status: 'Unknown';
      /** Not installed (404), hidden by RBAC (403), or its definition is being deleted. */
      readonly reason: UnknownReason;
      readonly message: string;
    }
  | { readonly status: 'Stopped' };

/** Why nothing is known of a kind. */
export type UnknownReason = 'NotInstalled' | 'Hidden' | 'Terminating';

/** Durations, in seconds. */
export type ReflectorTiming = {
  /** A watch is ended by the server after this time; the real one is drawn between once and twice. Default 300. */
  readonly watch: number;
  /** A stream without a line for so long is given up; servers send a bookmark a minute. Default 120. */
  readonly idle: number;
  /** First delay after a failure. Default 0.2. */
  readonly minBackoff: number;
  /** Longest delay after failures. Default 10. */
  readonly maxBackoff: number;
  /** How often a kind that is unknown is looked for. Default 4. */
  readonly unknownPoll: number;
  /** How long deletions wait for the check that the kind itself is not being deleted. Default 1. */
  readonly confirmDeletions: number;
  /** Lists older than what was seen are refused for so long, then believed (etcd restored from a backup). Default 120. */
  readonly distrustOlder: number;
};

/** What a reflector follows, and whom it tells. */
export type ReflectorOptions<T> = {
  readonly client: KubeClient;
  readonly resource: KubeResource;
  /** All namespaces when absent. */
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  /** What is kept of an object; undefined keeps nothing, as if there were no such object. */
  readonly transform: (object: StoredObject) => T | undefined;
  /**
   * Called with what changed, in the cluster's order, never empty, after the cache holds it; some hundred
   * at once. What it throws goes to `onProblem`.
   */
  readonly onChanges?: (changes: readonly ObjectChange<T>[]) => void;
  /** Called when it changes, after all changes that led to it. */
  readonly onState?: (state: ReflectorState) => void;
  /** Told of each failure, for logs; the reflector goes on by itself. */
  readonly onProblem?: (problem: Error) => void;
  /**
   * `Confirmed` holds deletions back until discovery says that the kind itself is not being deleted, for kinds that a
   * CustomResourceDefinition defines. Default `AsTold`.
   */
  readonly deletions?: 'AsTold' | 'Confirmed';
  readonly clock?: Clock;
  readonly timing?: Partial<ReflectorTiming>;
};

/** Used where nothing else is said. */
export const defaultReflectorTiming: ReflectorTiming = {
  watch: 300,
  idle: 120,
  minBackoff: 0.2,
  maxBackoff: 10,
  unknownPoll: 4,
  confirmDeletions: 1,
  distrustOlder: 120,
};
