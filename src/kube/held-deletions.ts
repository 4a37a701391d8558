import { discoverResources } from './api-discovery.ts';
import { type Clock, pause } from './clock.ts';
import type { KubeClient, KubeResource } from './kube-client.ts';

/** Deletions that wait for the proof that the kind itself is not being deleted. */
export type HeldDeletions = {
  readonly add: (key: string) => void;
  /** The key is there again, or its deletion was handled. */
  readonly drop: (key: string) => void;
  /** All of them are forgotten. */
  readonly clear: () => void;
};

export type HeldDeletionsOptions = {
  readonly client: KubeClient;
  readonly resource: KubeResource;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Milliseconds that a deletion waits at least. */
  readonly delay: number;
  readonly onConfirmed: (keys: readonly string[]) => void;
  /** The kind goes, or is gone. */
  readonly onKindGone: (reason: 'Terminating' | 'NotInstalled') => void;
};

/**
 * When a CustomResourceDefinition is deleted, its objects are deleted first, and each of these deletions looks like any other.
 * Discovery tells the two apart: it stops naming `create` before the first object goes.
 */
export function createHeldDeletions(options: HeldDeletionsOptions): HeldDeletions {
  const { clock, signal, delay } = options;
  const held = new Map<string, number>();
  let checking = false;
  const check = async (): Promise<void> => {
    const asked = clock.now();
    const [availability = 'Unknown'] = await discoverResources(options.client, [options.resource], signal);
    if (signal.aborted || availability === 'Unknown') {
      return;
    }
    if (availability === 'Terminating' || availability === 'NotInstalled') {
      held.clear();
      options.onKindGone(availability);
    } else {
      options.onConfirmed(takeBefore(held, asked - delay));
    }
  };
  const checkAll = async (): Promise<void> => {
    while (held.size > 0 && (await pause(clock, delay, signal))) {
      await check();
    }
  };
  return {
    add(key) {
      held.set(key, clock.now());
      if (!checking) {
        checking = true;
        void checkAll().finally(() => {
          checking = false;
        });
      }
    },
    drop: (key) => held.delete(key),
    clear: () => held.clear(),
  };
}

/** Only what was deleted before the question was asked is answered by it. */
function takeBefore(held: Map<string, number>, time: number): readonly string[] {
  const keys = [...held].filter(([, since]) => since <= time).map(([key]) => key);
  for (const key of keys) {
    held.delete(key);
  }
  return keys;
}
