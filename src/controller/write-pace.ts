/** Keeps writes to a rate, so that changing many targets leaves the API server to others. */
export type WritePace = {
  /** Waits for as long as writes that were made have to be paid for. */
  readonly pay: (writes: number) => Promise<void>;
};

/**
 * Makes a pace: a second's worth of writes may be made at once.
 *
 * @param perSecond 0: any number
 */
export function createWritePace(perSecond: number): WritePace {
  if (perSecond === 0) return { pay: () => Promise.resolve() };
  const cost = 1000 / perSecond;
  let paidUntil = Number.NEGATIVE_INFINITY;
  return {
    async pay(writes) {
      if (writes === 0) return;
      const now = performance.now();
      paidUntil = Math.max(paidUntil, now - BURST) + writes * cost;
      if (paidUntil > now) await new Promise((resolve) => setTimeout(resolve, paidUntil - now));
    },
  };
}

/** Milliseconds' worth of writes that may be made at once. */
const BURST = 1000;
