import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addCode, finishHash, hashSeed, hashSpan } from '../../src/cors/text-hash.ts';

test('hashSpan: grows in front, so that what follows each dot is hashed by the way', () => {
  fc.assert(
    fc.property(fc.string(), fc.nat(20), (text, attempt) => {
      const seed = hashSeed(attempt);
      let hash = seed;
      for (let start = text.length; start > 0; start -= 1) {
        expect(hashSpan(text, start, text.length, seed)).toBe(hash);
        hash = addCode(hash, text.charCodeAt(start - 1), seed);
      }
    }),
  );
});

test('hashSpan: depends on the span only', () => {
  expect(hashSpan('xabcx', 1, 4, 7)).toBe(hashSpan('abc', 0, 3, 7));
  expect(hashSpan('abc', 1, 1, 7)).toBe(7);
});

test('hashSeed: every attempt has a seed of its own, always odd', () => {
  const seeds = Array.from({ length: 64 }, (_, attempt) => hashSeed(attempt));
  expect(new Set(seeds).size).toBe(64);
  expect(seeds.every((seed) => seed % 2 !== 0)).toBe(true);
});

test('finishHash: is an unsigned 32-bit number and tells the two parts apart', () => {
  expect(finishHash(-1, -1)).toBeGreaterThanOrEqual(0);
  expect(finishHash(1, 2)).not.toBe(finishHash(2, 1));
});

test('finishHash: similar origins spread evenly', () => {
  const buckets = new Array<number>(64).fill(0);
  for (let index = 0; index < 6400; index += 1) {
    const text = `https://app-${index}.example.com`;
    const bucket = finishHash(hashSpan(text, 0, text.length, hashSeed(0)), 0) & 63;
    buckets[bucket] = (buckets[bucket] ?? 0) + 1;
  }
  expect(Math.max(...buckets)).toBeLessThan(160);
  expect(Math.min(...buckets)).toBeGreaterThan(50);
});
