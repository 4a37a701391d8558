import type { ObjectChange } from './object-cache.ts';

/** Changes that arrive together, handed on together. */
export type ChangeBatch<T> = {
  readonly add: (changes: readonly ObjectChange<T>[]) => void;
  /** Hands on what waits, now. */
  readonly flush: () => void;
  /** Forgets what waits; nothing is handed on any more. */
  readonly stop: () => void;
};

/** Changes handed on at once, at most. */
const MAX_CHANGES = 500;

/** Hands changes on when the event loop has read what has arrived, or `MAX_CHANGES` are together. */
export function createChangeBatch<T>(handle: (changes: readonly ObjectChange<T>[]) => void): ChangeBatch<T> {
  let waiting: ObjectChange<T>[] = [];
  let scheduled: NodeJS.Immediate | undefined;
  let stopped = false;
  const flush = () => {
    clearImmediate(scheduled);
    scheduled = undefined;
    const changes = waiting;
    waiting = [];
    if (changes.length > 0 && !stopped) {
      handle(changes);
    }
  };
  return {
    add(changes) {
      for (const change of changes) {
        waiting.push(change);
      }
      if (waiting.length >= MAX_CHANGES) {
        flush();
      } else if (waiting.length > 0 && !stopped) {
        scheduled ??= setImmediate(flush);
      }
    },
    flush,
    stop() {
      stopped = true;
      waiting = [];
      clearImmediate(scheduled);
      scheduled = undefined;
    },
  };
}
