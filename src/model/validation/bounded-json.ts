import { isRecord } from '../object-shape.ts';

/** Deeper than any field of ours. */
const MAX_DEPTH = 8;

/** More than any list of ours holds, by one: so that it is still seen to be too long. */
const MAX_ENTRIES = 1025;

/** More than any object of ours holds. */
const MAX_KEYS = 128;

/**
 * Copies a value, cut down to what a schema of ours can have an opinion on, so that hostile input costs no more than a
 * large honest one. What is cut off lies in something that is refused anyway.
 */
export function boundedJson(value: unknown, depth = 0): unknown {
  if (Array.isArray(value)) {
    return depth >= MAX_DEPTH ? [] : value.slice(0, MAX_ENTRIES).map((entry) => boundedJson(entry, depth + 1));
  }
  if (!isRecord(value)) return value;
  if (depth >= MAX_DEPTH) return {};
  const entries = Object.entries(value).slice(0, MAX_KEYS);
  return Object.fromEntries(entries.map(([key, entry]) => [key, boundedJson(entry, depth + 1)]));
}
