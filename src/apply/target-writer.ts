import type { KubeClient, KubeResource } from '../kube/kube-client.ts';
import type { KubernetesObject } from '../model/kubernetes-object.ts';
import type { TargetRef } from '../model/reference.ts';
import type { TargetReader } from '../plan/target-reader.ts';
import type { Installation } from './installation.ts';
import type { TargetGoal } from './target-goal.ts';
import { createTargetMemories } from './target-memory.ts';
import { createPass } from './target-pass.ts';
import { createTargetRequests } from './target-requests.ts';
import type { LeftAlone, TargetEvent, WriteOutcome } from './write-outcome.ts';

export type TargetWriterOptions = {
  readonly client: KubeClient;
  readonly installation: Installation;
  /** Asked before every single write. */
  readonly isLeader: () => boolean;
  /** The resource of a target or of an object of our own; undefined when the server does not have it. */
  readonly resourceOf: (object: KubernetesObject) => KubeResource | undefined;
  /** Milliseconds on a clock that only goes forward. */
  readonly now: () => number;
  /** Seconds between creating and naming a Middleware, and between un-naming and deleting it. Default 5. */
  readonly settleSeconds?: number;
};

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
  readonly next: NextPass;
};

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

/** Brings targets to what is planned for them, one request after another, each after the API server confirmed the last. */
export type TargetWriter = {
  /**
   * One pass: every step that can be done now. Waits for nothing but the API server; what fails there is a result.
   *
   * At most one pass over a target at a time.
   */
  readonly write: (task: TargetTask) => Promise<TargetResult>;
  /** Forgets what it remembers of a target that is gone. */
  readonly forget: (uid: string) => void;
};

/** Seconds, at least twice the time for which Traefik's providers gather changes by default. */
export const DEFAULT_SETTLE_SECONDS = 5;

/** Makes a writer. */
export function createTargetWriter(options: TargetWriterOptions): TargetWriter {
  const { client, installation, resourceOf, isLeader, now, settleSeconds = DEFAULT_SETTLE_SECONDS } = options;
  const memories = createTargetMemories(now);
  const requests = createTargetRequests({ client, fieldManager: installation.fieldManager, resourceOf, isLeader });
  const pass = createPass({ requests, installation, isLeader, now, settleSeconds, memories });
  return { write: pass, forget: memories.forget };
}
