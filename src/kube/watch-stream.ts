import type { Clock } from './clock.ts';
import type { KubeCall, KubeClient } from './kube-client.ts';
import { KubeError } from './kube-error.ts';

/** How a stream is watched over. */
export type WatchOptions = {
  readonly client: KubeClient;
  readonly clock: Clock;
  /** Ends it. */
  readonly signal: AbortSignal;
  /** Milliseconds without a line after which the connection is taken for dead, now. */
  readonly idle: () => number;
  /** Called when the server accepted, then for each line, before it is handled. */
  readonly onContact: () => void;
};

/**
 * Opens a stream and hands on its values one by one; settled at its end.
 *
 * @param handle what it throws ends the stream
 * @throws KubeError, `Timeout` when the server was silent for too long
 */
export async function readStream(
  call: KubeCall,
  options: WatchOptions,
  handle: (value: unknown) => void | Promise<void>,
): Promise<void> {
  const { client, signal, onContact } = options;
  const own = new AbortController();
  const onAbort = () => own.abort(signal.reason);
  signal.addEventListener('abort', onAbort);
  const watchdog = startWatchdog(options, own);
  try {
    signal.throwIfAborted();
    const stream = await client.stream({ ...call, signal: own.signal });
    onContact();
    watchdog.feed();
    for await (const value of stream) {
      if (signal.aborted) {
        return;
      }
      onContact();
      watchdog.feed();
      await handle(value);
    }
  } finally {
    watchdog.stop();
    signal.removeEventListener('abort', onAbort);
    own.abort(new KubeError('Aborted', 'the stream is not read any more'));
  }
}

type Watchdog = { readonly feed: () => void; readonly stop: () => void };

/** One timer that looks at the time of the last line: a timer for each of them would cost more than reading it. */
function startWatchdog({ clock, idle }: WatchOptions, controller: AbortController): Watchdog {
  let fed = clock.now();
  let cancel = (): void => undefined;
  const look = () => {
    const left = fed + idle() - clock.now();
    if (left <= 0) {
      const seconds = Math.round(idle() / 1000);
      controller.abort(
        new KubeError('Timeout', `the server said nothing for ${seconds} s; the connection is given up`),
      );
    } else {
      cancel = clock.setTimeout(look, left);
    }
  };
  cancel = clock.setTimeout(look, idle());
  return {
    feed: () => {
      fed = clock.now();
    },
    stop: () => cancel(),
  };
}
