import { expect, it } from 'vitest';
import { systemClock } from '../../src/kube/clock.ts';

it('the machine’s own clock calls back when the time has passed by its own measure, never before', async () => {
  const early: number[] = [];
  const timers = Array.from({ length: 300 }, (_, index) => {
    const milliseconds = 1 + index / 7;
    const due = systemClock.now() + milliseconds;
    return new Promise<void>((resolve) => {
      systemClock.setTimeout(() => {
        if (systemClock.now() < due) early.push(milliseconds);
        resolve();
      }, milliseconds);
    });
  });
  await Promise.all(timers);
  expect(early).toEqual([]);
});
