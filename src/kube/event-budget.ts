/** How many writes of events an object may cause. */
export type EventBudget = {
  /** @returns false when the object had its share */
  readonly spend: (uid: string, now: number) => boolean;
};

/** Objects remembered; what was seen longest ago is forgotten first. */
const MOST_OBJECTS = 4096;

/**
 * At most so many in a sliding time, for each object.
 *
 * @param span milliseconds
 */
export function createEventBudget(most: number, span: number): EventBudget {
  const spent = new Map<string, readonly number[]>();
  return {
    spend(uid, now) {
      const recent = (spent.get(uid) ?? []).filter((time) => now - time < span);
      const allowed = recent.length < most;
      spent.delete(uid);
      spent.set(uid, allowed ? [...recent, now] : recent);
      if (spent.size > MOST_OBJECTS) {
        spent.delete(spent.keys().next().value ?? '');
      }
      return allowed;
    },
  };
}
