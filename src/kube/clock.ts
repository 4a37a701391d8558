/** Time and chance as the parts of the client take them, so that tests need not wait. */
export type Clock = {
  /** Milliseconds on a clock that only goes forward, from any beginning. */
  readonly now: () => number;
  /** Milliseconds since 1970 as this machine believes: for what people read, never to measure. */
  readonly date: () => number;
  /** Calls back once, not before so many milliseconds have passed by `now`; what it returns cancels that. */
  readonly setTimeout: (action: () => void, milliseconds: number) => () => void;
  /** From 0 (included) to 1 (excluded), for jitter. */
  readonly random: () => number;
};

/** The machine's own. */
export const systemClock: Clock = {
  now: () => performance.now(),
  date: () => Date.now(),
  setTimeout: (action, milliseconds) => {
    // Node leaves fractions out, and counts from the beginning of a turn of the event loop: it may call up to 2 ms early.
    const timer = setTimeout(action, Math.ceil(milliseconds) + 1);
    return () => clearTimeout(timer);
  },
  random: () => Math.random(),
};

/**
 * Waits, at most until the signal ends it; never throws.
 *
 * @returns whether all the time has passed
 */
export function pause(clock: Clock, milliseconds: number, signal?: AbortSignal): Promise<boolean> {
  if (signal?.aborted === true) {
    return Promise.resolve(false);
  }
  return new Promise((resolve) => {
    const end = (elapsed: boolean) => {
      cancel();
      signal?.removeEventListener('abort', onAbort);
      resolve(elapsed);
    };
    const onAbort = () => end(false);
    const cancel = clock.setTimeout(() => end(true), milliseconds);
    signal?.addEventListener('abort', onAbort);
  });
}
