/** One origin that was refused, as far as a bounded memory can tell. */
export type RefusedOrigin = {
  /** As sent, cut at 327 bytes, the longest that can be an origin. */
  readonly origin: string;
  /** At most this often. */
  readonly count: number;
  /** At least `count - error` times. */
  readonly error: number;
  /** Milliseconds since 1970. */
  readonly lastSeen: number;
};

/** The origins that are refused most, in memory that does not grow with how many there are. */
export type RefusedOrigins = {
  readonly add: (origin: string) => void;
  /** Most frequent first. */
  readonly read: () => readonly RefusedOrigin[];
};

/**
 * Space-Saving: a fixed number of counters; a newcomer takes over the smallest and inherits its count as error, so that
 * whoever was refused more often than the smallest counter says is in the list.
 *
 * @param capacity counters kept
 * @param now milliseconds since 1970
 * @see https://doi.org/10.1007/978-3-540-30570-5_27
 */
export function createRefusedOrigins(capacity: number, now: () => number): RefusedOrigins {
  const slots = new Map<string, number>();
  const origins: string[] = [];
  const counts = new Float64Array(capacity);
  const errors = new Float64Array(capacity);
  const seen = new Float64Array(capacity);
  const takeSlot = (origin: string): number => {
    const slot = slots.size < capacity ? slots.size : smallest(counts);
    const evicted = origins[slot];
    if (evicted !== undefined) {
      slots.delete(evicted);
      errors[slot] = counts[slot] ?? 0;
    }
    origins[slot] = origin;
    slots.set(origin, slot);
    return slot;
  };
  return {
    add(sent) {
      const origin = cutOrigin(sent);
      const slot = slots.get(origin) ?? takeSlot(origin);
      counts[slot] = (counts[slot] ?? 0) + 1;
      seen[slot] = now();
    },
    read() {
      const entries = origins.map((origin, slot) => ({
        origin,
        count: counts[slot] ?? 0,
        error: errors[slot] ?? 0,
        lastSeen: seen[slot] ?? 0,
      }));
      return entries.sort((a, b) => b.count - a.count || (a.origin < b.origin ? -1 : 1));
    },
  };
}

/** Longest origin in bytes, see docs on origins: 64 of scheme, `://`, 253 of host, `:65535`, and the dot of the root. */
const MAXIMUM_ORIGIN = 327;

/** A cut copy: a mere slice would keep the whole header line alive. */
function cutOrigin(origin: string): string {
  return origin.length <= MAXIMUM_ORIGIN
    ? origin
    : Buffer.from(origin.slice(0, MAXIMUM_ORIGIN), 'latin1').toString('latin1');
}

function smallest(counts: Float64Array): number {
  let slot = 0;
  for (let index = 1; index < counts.length; index += 1) {
    if ((counts[index] ?? 0) < (counts[slot] ?? 0)) {
      slot = index;
    }
  }
  return slot;
}
