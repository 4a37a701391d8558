import type { KubeClient, KubeResource } from '../kube/kube-client.ts';
import type { KubernetesObject } from '../model/kubernetes-object.ts';
import type { Installation } from './installation.ts';
import { createOwnEchoes, type SeenChange } from './own-echoes.ts';
import { createTargetMemories } from './target-memory.ts';
import { createPass } from './target-pass.ts';
import { createTargetRequests } from './target-requests.ts';
import type { TargetResult, TargetTask } from './target-task.ts';

export type { TargetResult, TargetTask };

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

/** Brings targets to what is planned for them, one request after another, each after the API server confirmed the last. */
export type TargetWriter = {
  /**
   * One pass: every step that can be done now. Waits for nothing but the API server; what fails there is a result.
   *
   * At most one pass over a target at a time.
   */
  readonly write: (task: TargetTask) => Promise<TargetResult>;
  /** Whether a change is just what a request of ours was about to make; each is told once. */
  readonly isEcho: (change: SeenChange) => boolean;
  /** The cache has a target in the state in which the last pass left it: what was kept in its place is not needed any more. */
  readonly confirm: (object: KubernetesObject) => void;
  /** Forgets what it remembers of a target that is gone. */
  readonly forget: (uid: string) => void;
};

/** Seconds, at least twice the time for which Traefik's providers gather changes by default. */
const DEFAULT_SETTLE_SECONDS = 5;

/** Makes a writer. */
export function createTargetWriter(options: TargetWriterOptions): TargetWriter {
  const { client, installation, resourceOf, isLeader, now, settleSeconds = DEFAULT_SETTLE_SECONDS } = options;
  const memories = createTargetMemories(now);
  const echoes = createOwnEchoes();
  const sender = createTargetRequests({ client, fieldManager: installation.fieldManager, resourceOf, isLeader });
  const requests = echoes.expecting(sender);
  const pass = createPass({ requests, installation, isLeader, now, settleSeconds, memories });
  return { write: pass, isEcho: echoes.isEcho, confirm: memories.confirm, forget: memories.forget };
}
