/** Whether fault scenarios run in full: `FAULTS=long`, as `npm run test:faults` does. */
const isLong: boolean = process.env['FAULTS'] === 'long';

/** A number of a scenario: the same code runs with a small one in `npm test` and with a big one in `npm run test:faults`. */
export function faultSize(short: number, long: number): number {
  return isLong ? long : short;
}

/** Numbers from 0 to 1 that are the same in every run; `FC_SEED` asks for others. */
export type Chance = {
  readonly next: () => number;
  /** A whole number from 0 on, below a bound. */
  readonly below: (bound: number) => number;
  readonly pick: <T>(values: readonly [T, ...T[]]) => T;
  /** The same values in another order. */
  readonly shuffle: <T>(values: readonly T[]) => readonly T[];
};

/** @param scenario its number, so that scenarios do not depend on each other */
export function seededChance(scenario: number): Chance {
  let state = (Number(process.env['FC_SEED'] ?? 1) * 1000 + scenario) >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    const mixed = Math.imul(state ^ (state >>> 15), state | 1);
    const again = mixed ^ (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61));
    return ((again ^ (again >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (bound: number): number => Math.floor(next() * bound);
  return {
    next,
    below,
    pick: (values) => values[below(values.length)] ?? values[0],
    shuffle: (values) =>
      values
        .map((value) => [next(), value] as const)
        .sort(([left], [right]) => left - right)
        .map(([, value]) => value),
  };
}
