import type { KubernetesObject } from '../model/kubernetes-object.ts';
import type { TargetRef } from '../model/reference.ts';
import type { TargetReader } from '../plan/target-reader.ts';
import type { TargetGoal } from './target-goal.ts';
import type { LeftAlone, TargetEvent, WriteOutcome } from './write-outcome.ts';

/** One target, and what is to become of it. */
export type TargetTask = {
  readonly target: TargetRef;
  /** As the cache has it, with uid, resourceVersion, annotations and the managedFields of our keys. */
  readonly object: KubernetesObject;
  /** Objects beside it as the cache has them: those of ours that belong to it, and any of a name that the goal plans. */
  readonly owned: readonly KubernetesObject[];
  readonly goal: TargetGoal;
  /** What its controller makes of what stands on it; undefined when its class is not known. */
  readonly reader: TargetReader | undefined;
  /** Whether a target, as it would stand, is wider than a guardrail that is enforced; absent: never. */
  readonly isBeyondCeiling?: (object: KubernetesObject) => boolean;
};

/** How one pass over a target went. */
export type TargetResult = {
  readonly outcome: WriteOutcome;
  readonly events: readonly TargetEvent[];
  /** Keys that were not put back, as of the last look. */
  readonly leftAlone: readonly LeftAlone[];
  /** Requests that changed something. */
  readonly writes: number;
  /** {@link standingVersions} of what it left. */
  readonly versions: string;
  readonly next: NextPass;
};

/** The states of a target and of the objects beside it, in one text. */
export function standingVersions(object: KubernetesObject, owned: readonly KubernetesObject[]): string {
  const versions = [object, ...owned].map(({ metadata }) => String(metadata['resourceVersion']));
  return versions.sort().join();
}

/** When to come again. */
export type NextPass =
  /** Nothing is left to do until something changes. */
  | { readonly kind: 'Done' }
  /** After some seconds: a step has to be known to the ingress controller before the next, or a key is tried again. */
  | { readonly kind: 'After'; readonly seconds: number }
  /** It failed and may succeed: with the queue's back-off, at least `retryAfter` seconds. */
  | { readonly kind: 'Retry'; readonly retryAfter?: number }
  /** The lease is lost: nothing more may be written. */
  | { readonly kind: 'NotLeader' };
