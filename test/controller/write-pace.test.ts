import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createWritePace } from '../../src/controller/write-pace.ts';

describe('createWritePace', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  /** Milliseconds that paying for so many single writes takes. */
  async function timeFor(perSecond: number, writes: number): Promise<number> {
    const pace = createWritePace(perSecond);
    const start = performance.now();
    for (let write = 0; write < writes; write += 1) {
      let isPaid = false;
      const paid = pace.pay(1).then(() => {
        isPaid = true;
      });
      await Promise.resolve();
      await Promise.resolve();
      await Promise.resolve();
      if (!isPaid) await vi.advanceTimersToNextTimerAsync();
      await paid;
    }
    return performance.now() - start;
  }

  test('a second’s worth of writes is free, the rest takes its time', async () => {
    expect(await timeFor(50, 50)).toBe(0);
    expect(await timeFor(50, 150)).toBeGreaterThanOrEqual(1980);
    expect(await timeFor(50, 150)).toBeLessThan(2100);
  });

  test('0 is no limit, and passes that wrote nothing cost nothing', async () => {
    expect(await timeFor(0, 500)).toBe(0);
    const pace = createWritePace(1);
    const start = performance.now();
    for (let pass = 0; pass < 100; pass += 1) await pace.pay(0);
    expect(performance.now() - start).toBe(0);
  });
});
