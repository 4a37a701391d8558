/** When and how the program is told to end. */
export type StopSignal = {
  /** Resolved once the program is to end. */
  readonly requested: Promise<void>;
  /** Resolved by a second signal: at once, whatever is under way. */
  readonly insisted: Promise<void>;
  /** Gives the signals back to Node. */
  readonly release: () => void;
};

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** @param abort the same as a first signal, for callers that are no terminal */
export function listenForStop(abort: AbortSignal | undefined): StopSignal {
  const requested = Promise.withResolvers<void>();
  const insisted = Promise.withResolvers<void>();
  let isRequested = false;
  const onSignal = (): void => {
    if (isRequested) {
      insisted.resolve();
    }
    isRequested = true;
    requested.resolve();
  };
  for (const signal of SIGNALS) {
    process.on(signal, onSignal);
  }
  abort?.addEventListener('abort', onSignal);
  if (abort?.aborted === true) {
    onSignal();
  }
  return {
    requested: requested.promise,
    insisted: insisted.promise,
    release() {
      for (const signal of SIGNALS) {
        process.off(signal, onSignal);
      }
      abort?.removeEventListener('abort', onSignal);
    },
  };
}
