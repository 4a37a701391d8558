import { finishHash, hashSeed, hashSpan } from '../cors/text-hash.ts';

/** Sixteen hexadecimal digits that differ where texts do, unless somebody makes them alike on purpose. */
export function textDigest(text: string): string {
  return digits(text, 0) + digits(text, 1);
}

/** Eight hexadecimal digits. */
function digits(text: string, attempt: number): string {
  const seed = hashSeed(attempt);
  return finishHash(hashSpan(text, 0, text.length, seed), seed)
    .toString(16)
    .padStart(8, '0');
}
