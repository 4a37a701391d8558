import { describe, expect, it } from 'vitest';
import { createBackoff } from '../../src/kube/backoff.ts';
import { createFakeClock } from '../support/fake-clock.ts';

const limits = { min: 200, max: 10_000 };

/** Fails all the time for so many milliseconds; gives the delays. */
function failFor(milliseconds: number, random: () => number = Math.random): readonly number[] {
  const clock = createFakeClock(random);
  const backoff = createBackoff(clock, limits);
  const delays: number[] = [];
  const end = clock.now() + milliseconds;
  while (clock.now() < end) {
    const delay = backoff.next();
    delays.push(delay);
    clock.jump(delay);
  }
  return delays;
}

describe('createBackoff', () => {
  it('createBackoff: a delay is a quarter of the absence at most, and ten seconds at most', () => {
    let absence = 0;
    for (const delay of failFor(600_000)) {
      expect(delay).toBeLessThanOrEqual(Math.min(Math.max(absence / 4, limits.min), limits.max));
      absence += delay;
    }
  });

  it('createBackoff: attempts are bounded: about twenty in the first minute, then one in ten seconds', () => {
    expect(failFor(60_000).length).toBeLessThan(35);
    expect(failFor(660_000).length - failFor(60_000).length).toBeLessThan(90);
  });

  it('createBackoff: two that fail together do not try together', () => {
    const [one, other] = [failFor(20_000, () => 0.1), failFor(20_000, () => 0.9)];
    expect(one[10]).not.toBe(other[10]);
  });

  it('createBackoff: Retry-After is waited for, a minute at most', () => {
    const backoff = createBackoff(createFakeClock(), limits);
    expect(backoff.next(5)).toBeGreaterThanOrEqual(5000);
    expect(backoff.next(86_400)).toBeLessThanOrEqual(66_000);
  });

  it('createBackoff: begins anew after ten seconds without a failure', () => {
    const clock = createFakeClock();
    const backoff = createBackoff(clock, limits);
    for (let count = 0; count < 30; count += 1) {
      clock.jump(backoff.next());
    }
    clock.jump(10_001);
    expect(backoff.next()).toBeLessThanOrEqual(200);
  });
});
