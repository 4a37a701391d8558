import type { Clock } from './clock.ts';

/** Delays between attempts while something fails. */
export type Backoff = {
  /**
   * Milliseconds to wait after a failure.
   *
   * @param retryAfter seconds that the server asked for
   */
  readonly next: (retryAfter?: number) => number;
};

/** Longest Retry-After that is waited for, in milliseconds: nobody is left in the dark for longer. */
const LONGEST = 60_000;

/**
 * Delays that grow with the time since the first failure, a quarter of it, so that what comes back is noticed after a quarter
 * of its absence at most; jittered downwards. It starts anew after a time without failures as long as the longest delay, and when
 * a server that was silent says when to come again.
 *
 * @param limits milliseconds
 */
export function createBackoff(clock: Clock, limits: { readonly min: number; readonly max: number }): Backoff {
  let first = 0;
  let until = Number.NEGATIVE_INFINITY;
  let isAnswering = false;
  return {
    next(retryAfter = 0) {
      const now = clock.now();
      const isBack = retryAfter > 0 && !isAnswering;
      isAnswering = retryAfter > 0;
      if (isBack || now - until > limits.max) {
        first = now;
      }
      const grown = Math.min(Math.max((now - first) / 4, limits.min), limits.max);
      const jittered = grown * (0.75 + clock.random() / 4);
      const asked = Math.min(retryAfter * 1000, LONGEST) * (1 + clock.random() / 10);
      const delay = Math.max(jittered, asked);
      until = now + delay;
      return delay;
    },
  };
}
