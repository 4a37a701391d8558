import type { ReflectorState } from './reflector-options.ts';

/** The state of a reflector, and who waits for it. */
export type ReflectorStatus = {
  readonly state: () => ReflectorState;
  readonly set: (state: ReflectorState) => void;
  /** See `Reflector`. */
  readonly settled: Promise<ReflectorState>;
  readonly synced: Promise<ReflectorState>;
};

/** @param onState told of each state that differs from the one before; not of Stopped */
export function createReflectorStatus(onState: (state: ReflectorState) => void): ReflectorStatus {
  let current: ReflectorState = { status: 'Starting' };
  const settled = Promise.withResolvers<ReflectorState>();
  const synced = Promise.withResolvers<ReflectorState>();
  return {
    state: () => current,
    settled: settled.promise,
    synced: synced.promise,
    set(state) {
      const changed = !isSame(current, state);
      current = state;
      if (changed && state.status !== 'Stopped') {
        onState(state);
      }
      if (state.status !== 'Starting') {
        settled.resolve(state);
      }
      if (state.status === 'Synced' || state.status === 'Stopped') {
        synced.resolve(state);
      }
    },
  };
}

function isSame(a: ReflectorState, b: ReflectorState): boolean {
  return a.status === b.status && (a.status !== 'Unknown' || b.status !== 'Unknown' || a.reason === b.reason);
}
