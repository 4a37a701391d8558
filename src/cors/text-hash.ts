/**
 * A seeded 32-bit hash of ASCII texts, walked from the end to the start: while the host of an origin is walked, the hash
 * of what follows each dot falls out by the way.
 *
 * Not secret: whoever knows the seed can make texts collide, so a table that fills unevenly is built again with another.
 */
export type HashSeed = number;

/** Turns 0, 1, 2… into unlike multipliers, which are odd so that no step loses information. */
export function hashSeed(attempt: number): HashSeed {
  return (Math.imul(attempt, 0x9e3779b1) + 0x85ebca6b) | 1;
}

/** Adds one character in front of those added before; the first is added to the seed itself. */
export function addCode(hash: number, code: number, seed: HashSeed): number {
  const mixed = Math.imul(hash ^ code, seed);
  return mixed ^ (mixed >>> 15);
}

/** Hash of the characters from `end` (excluded) down to `start`; the seed itself for none. */
export function hashSpan(text: string, start: number, end: number, seed: HashSeed): number {
  let hash = seed;
  for (let index = end - 1; index >= start; index -= 1) hash = addCode(hash, text.charCodeAt(index), seed);
  return hash;
}

/**
 * Joins the hash of a text's end with that of its start, each walked from the seed, and spreads the bits.
 *
 * @returns 0 to 2³² − 1
 */
export function finishHash(end: number, start: number): number {
  let hash = end ^ Math.imul(start, 0x27d4eb2f);
  hash = Math.imul(hash ^ (hash >>> 16), 0x7feb352d);
  hash = Math.imul(hash ^ (hash >>> 15), 0x846ca68b);
  return (hash ^ (hash >>> 16)) >>> 0;
}
