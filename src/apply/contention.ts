import type { ChangedKey } from './target-write.ts';
import type { Contention } from './write-outcome.ts';

/** What is remembered about keys of one target that somebody changed back, by annotation. */
export type ContentionState = ReadonlyMap<string, KeyContention>;

/** One key that was changed back. */
export type KeyContention = {
  readonly manager: string;
  /** When, in milliseconds, oldest first; only those of the last ten minutes count. */
  readonly reverts: readonly number[];
  /** Set while the key is given up: it is tried again from then on. */
  readonly until?: number;
  /** When it was tried again after that. */
  readonly retriedAt?: number;
};

/** No key was changed back. */
export const noContention: ContentionState = new Map();

/** How often a key is changed back by the same manager before it is given up. */
const REVERTS = 3;

/** In which time, in milliseconds. What is older is forgotten. */
export const CONTENTION_WINDOW = 10 * 60 * 1000;

/** For how long, in milliseconds. */
const PAUSE = 60 * 60 * 1000;

/**
 * Notes that keys were changed back since they were written, at the moment when they would be written again.
 *
 * A key whose pause is over may be tried once; changed back soon after that it is given up at once.
 *
 * @param now milliseconds on a clock that only goes forward
 */
export function noteReverts(state: ContentionState, keys: readonly ChangedKey[], now: number): ContentionState {
  if (keys.length === 0) return state;
  const next = new Map([...state].filter(([, key]) => isRemembered(key, now)));
  for (const key of keys) next.set(key.annotation, afterRevert(next.get(key.annotation), key, now));
  return next;
}

/** Gives keys up that were changed back, however seldom; those that are given up already stay so for as long as they were. */
export function giveUp(state: ContentionState, keys: readonly ChangedKey[], now: number): ContentionState {
  const open = keys.filter(({ annotation }) => contendedKeys(state, [annotation], now).length === 0);
  if (open.length === 0) return state;
  const given = open.map(({ annotation, manager }): readonly [string, KeyContention] => [
    annotation,
    { manager, reverts: [now], until: now + PAUSE },
  ]);
  return new Map([...state, ...given]);
}

/** Of some keys those that are given up for now. */
export function contendedKeys(
  state: ContentionState,
  annotations: readonly string[],
  now: number,
): readonly Contention[] {
  return annotations.flatMap((annotation) => {
    const { manager, until } = state.get(annotation) ?? CALM;
    return until !== undefined && now < until ? [{ annotation, manager, until }] : [];
  });
}

const CALM: KeyContention = { manager: '', reverts: [] };

function isRemembered({ reverts, until, retriedAt }: KeyContention, now: number): boolean {
  const last = Math.max(until ?? 0, retriedAt ?? 0, reverts.at(-1) ?? 0);
  return now - last < CONTENTION_WINDOW;
}

function afterRevert(former: KeyContention | undefined, { manager }: ChangedKey, now: number): KeyContention {
  const known = former?.manager === manager ? former : CALM;
  const reverts = [...known.reverts.filter((time) => now - time < CONTENTION_WINDOW), now];
  if (known.until !== undefined) return { manager, reverts: [], retriedAt: now };
  const isGivenUp = known.retriedAt !== undefined || reverts.length >= REVERTS;
  return isGivenUp ? { manager, reverts, until: now + PAUSE } : { manager, reverts };
}
