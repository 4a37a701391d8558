import { finishHash, type HashSeed, hashSeed, hashSpan } from './text-hash.ts';

/**
 * A set of ASCII texts in two flat arrays, so that a million take no million objects and move to another thread at no
 * cost. Look-ups probe a bounded number of slots, however many texts there are.
 */
export type OriginTable = {
  /** Number of different texts. */
  readonly size: number;
  readonly seed: HashSeed;
  /** Every text: its length in two bytes, low one first, then its bytes. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Open addressing, two numbers a slot: a hash, and 1 + where the text lies in `bytes`; 0 is a free slot. */
  readonly slots: Uint32Array<ArrayBuffer>;
};

/**
 * The two parts of a text that make a key: up to `headEnd`, and from `tailStart`. What lies between is left out, so that
 * `https://a.b.example.com` can be asked for as `https://example.com` without being copied.
 */
export type Key = { readonly headEnd: number; readonly tailStart: number };

/** What is hashed as the head of a key: nothing, or scheme and `://`. Look-ups have to split in the same place. */
export type Split = 'Whole' | 'AfterScheme';

/** Most slots a look-up reads. With half of the slots free, chance alone stays far below it for millions of texts. */
const MAX_PROBES = 128;

/** Texts that flood one seed do not flood the next; nobody can prepare origins against this many at once. */
const MAX_SEEDS = 32;

const LENGTH_BYTES = 2;
const MAX_LENGTH = 0xffff;

/**
 * Builds a table. Duplicates are kept once; a text that is not ASCII or longer than 65535 is left out.
 *
 * When a run of taken slots gets too long, which only happens to texts made for it, the next seed is tried: always the
 * same ones in the same order, so that equal input gives equal tables.
 *
 * @param maxProbes bound of a look-up; the last seed is taken as it comes
 */
export function buildOriginTable(texts: readonly string[], split: Split, maxProbes = MAX_PROBES): OriginTable {
  for (let attempt = 0; attempt < MAX_SEEDS - 1; attempt += 1) {
    const table = fill(texts, split, { seed: hashSeed(attempt), maxProbes });
    if (table !== undefined) return table;
  }
  return fill(texts, split, { seed: hashSeed(MAX_SEEDS - 1), maxProbes: 2 * texts.length + 2 }) ?? emptyTable();
}

/** Whether a text is in a table that was built from whole texts. */
export function hasText(table: OriginTable, text: string): boolean {
  if (table.size === 0) return false;
  const hash = finishHash(hashSpan(text, 0, text.length, table.seed), table.seed);
  return hasKey(table, text, WHOLE, hash);
}

/**
 * Whether a key of a text is in a table.
 *
 * @param hash {@link finishHash} of the tail's and the head's hash under the table's seed
 */
export function hasKey(table: OriginTable, text: string, key: Key, hash: number): boolean {
  const { slots } = table;
  const mask = slots.length / 2 - 1;
  for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
    const entry = slots[2 * slot + 1] ?? 0;
    if (entry === 0) return false;
    if (slots[2 * slot] === hash && holdsAt(table.bytes, entry - 1, text, key)) return true;
  }
}

const WHOLE: Key = { headEnd: 0, tailStart: 0 };

/** A table without texts. */
export function emptyTable(): OriginTable {
  return { size: 0, seed: hashSeed(0), bytes: new Uint8Array(0), slots: new Uint32Array(2) };
}

function holdsAt(bytes: Uint8Array, offset: number, text: string, key: Key): boolean {
  const skipped = key.tailStart - key.headEnd;
  const length = (bytes[offset] ?? 0) | ((bytes[offset + 1] ?? 0) << 8);
  if (length !== text.length - skipped) return false;
  const first = offset + LENGTH_BYTES;
  for (let index = 0; index < length; index += 1) {
    const code = text.charCodeAt(index < key.headEnd ? index : index + skipped);
    if (bytes[first + index] !== code) return false;
  }
  return true;
}

type Attempt = { readonly seed: HashSeed; readonly maxProbes: number };

function fill(texts: readonly string[], split: Split, attempt: Attempt): OriginTable | undefined {
  if (texts.length === 0) return emptyTable();
  const bytes = new Uint8Array(totalBytes(texts));
  const slots = new Uint32Array(2 * slotCount(texts.length));
  let used = 0;
  let size = 0;
  for (const text of texts) {
    const end = writeText(bytes, used, text);
    if (end === -1) continue;
    const hash = hashText(text, split, attempt.seed);
    const slot = findSlot({ bytes, slots }, text, hash, attempt.maxProbes);
    if (slot === FLOODED) return undefined;
    if (slot === KNOWN) continue;
    slots[slot] = hash;
    slots[slot + 1] = used + 1;
    used = end;
    size += 1;
  }
  return { size, seed: attempt.seed, bytes: used === bytes.length ? bytes : bytes.slice(0, used), slots };
}

const KNOWN = -1;
const FLOODED = -2;

/** @returns index of the first number of a free slot, or {@link KNOWN}, or {@link FLOODED} */
function findSlot(
  { bytes, slots }: Pick<OriginTable, 'bytes' | 'slots'>,
  text: string,
  hash: number,
  maxProbes: number,
): number {
  const mask = slots.length / 2 - 1;
  for (let probe = 0; probe < maxProbes; probe += 1) {
    const slot = 2 * ((hash + probe) & mask);
    const entry = slots[slot + 1] ?? 0;
    if (entry === 0) return slot;
    if (slots[slot] === hash && holdsAt(bytes, entry - 1, text, WHOLE)) return KNOWN;
  }
  return FLOODED;
}

function hashText(text: string, split: Split, seed: HashSeed): number {
  const headEnd = split === 'Whole' ? 0 : text.indexOf('://') + 3;
  return finishHash(hashSpan(text, headEnd, text.length, seed), hashSpan(text, 0, headEnd, seed));
}

/** @returns where the next text goes, -1 when this one cannot be kept */
function writeText(bytes: Uint8Array, offset: number, text: string): number {
  if (text.length > MAX_LENGTH) return -1;
  bytes[offset] = text.length & 0xff;
  bytes[offset + 1] = text.length >>> 8;
  const first = offset + LENGTH_BYTES;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code > 0x7f) return -1;
    bytes[first + index] = code;
  }
  return first + text.length;
}

function totalBytes(texts: readonly string[]): number {
  let total = 0;
  for (const text of texts) total += text.length + LENGTH_BYTES;
  return total;
}

/** A power of two, so that half of the slots or more stay free. */
function slotCount(texts: number): number {
  let count = 2;
  while (count < 2 * texts) count *= 2;
  return count;
}
