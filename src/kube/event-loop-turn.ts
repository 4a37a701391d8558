import { setImmediate } from 'node:timers/promises';

/** Milliseconds of work after which others are let run; well below the 50 that nothing may block the event loop for. */
const BUDGET = 10;

/** Keeps a long loop from blocking the event loop. */
export type Turn = {
  /** Whether the loop has worked long enough; then it should wait for `next`. */
  readonly isSpent: () => boolean;
  /** Lets everything else run that waits, then begins a new turn. */
  readonly next: () => Promise<void>;
};

/** Begins a turn of work. */
export function createTurn(): Turn {
  let start = performance.now();
  return {
    isSpent: () => performance.now() - start > BUDGET,
    async next() {
      await setImmediate();
      start = performance.now();
    },
  };
}
