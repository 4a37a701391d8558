import { setImmediate } from 'node:timers/promises';
import { type Clock, systemClock } from '../../src/kube/clock.ts';

/** A clock that stands still until it is told to go on. */
export type FakeClock = Clock & {
  /** Goes on, calls what is due in its order, and lets what that causes happen in between. */
  readonly advance: (milliseconds: number) => Promise<void>;
  /** Goes on without anybody noticing, as for a process that was stopped; what is due is called by the next `advance`. */
  readonly jump: (milliseconds: number) => void;
  /** Changes the date only, as when somebody sets the machine's clock. */
  readonly setDate: (milliseconds: number) => void;
  readonly timers: () => number;
};

type Timer = { readonly at: number; readonly order: number; readonly action: () => void };

export function createFakeClock(random: () => number = () => 0.5): FakeClock {
  let now = 1_000_000;
  let shift = Date.UTC(2026, 0, 1) - now;
  let order = 0;
  const timers = new Set<Timer>();
  const next = (until: number): Timer | undefined =>
    [...timers].filter(({ at }) => at <= until).sort((a, b) => a.at - b.at || a.order - b.order)[0];
  return {
    now: () => now,
    date: () => now + shift,
    random,
    setTimeout(action, milliseconds) {
      order += 1;
      const timer = { at: now + Math.max(milliseconds, 0), order, action };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    async advance(milliseconds) {
      const until = now + milliseconds;
      await settle();
      for (let timer = next(until); timer !== undefined; timer = next(until)) {
        timers.delete(timer);
        now = Math.max(now, timer.at);
        timer.action();
        await settle();
      }
      now = until;
    },
    jump: (milliseconds) => {
      now += milliseconds;
    },
    setDate: (milliseconds) => {
      shift = milliseconds - now;
    },
    timers: () => timers.size,
  };
}

async function settle(): Promise<void> {
  for (let round = 0; round < 5; round += 1) await setImmediate();
}

/** The machine's clock, some times faster: minutes of a scenario take seconds. */
export function createFastClock(factor: number): Clock {
  return {
    ...systemClock,
    now: () => performance.now() * factor,
    setTimeout: (action, milliseconds) => systemClock.setTimeout(action, milliseconds / factor),
  };
}
