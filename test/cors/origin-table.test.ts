import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildOriginTable, emptyTable, hasKey, hasText } from '../../src/cors/origin-table.ts';
import { finishHash, hashSeed, hashSpan } from '../../src/cors/text-hash.ts';
import { nearMiss, wellFormedOrigin } from '../support/origins.ts';

/** Where the search for a text starts under a seed. */
function home(text: string, attempt: number, slots: number): number {
  const seed = hashSeed(attempt);
  return finishHash(hashSpan(text, 0, text.length, seed), seed) & (slots - 1);
}

/** Texts made to fill one run of slots: what an author who knows the seed would write. */
function flood(count: number, slots: number): readonly string[] {
  const texts: string[] = [];
  for (let index = 0; texts.length < count; index += 1) {
    const text = `https://${index.toString(36)}.example`;
    if (home(text, 0, slots) < 4) texts.push(text);
  }
  return texts;
}

describe('hasText', () => {
  test('hasText: finds what was put in and nothing else', () => {
    const origin = fc.oneof(wellFormedOrigin(), nearMiss());
    fc.assert(
      fc.property(fc.array(origin, { maxLength: 30 }), origin, (texts, text) => {
        const ascii = texts.filter((entry) => /^[\0-\x7f]*$/.test(entry));
        const table = buildOriginTable(texts, 'Whole');
        for (const entry of ascii) expect(hasText(table, entry)).toBe(true);
        expect(hasText(table, text)).toBe(ascii.includes(text));
        expect(table.size).toBe(new Set(ascii).size);
      }),
    );
  });

  test('hasText: an empty table holds nothing', () => {
    expect(hasText(emptyTable(), '')).toBe(false);
    expect(hasText(buildOriginTable([], 'Whole'), 'https://a')).toBe(false);
  });

  test('hasText: neighbours in memory are not one text', () => {
    const table = buildOriginTable(['https://a', 'https://b'], 'Whole');
    for (const text of ['https://ahttps://b', 'https://a\0', 'https://a\u0009\0https://b', 'https:/', '']) {
      expect(hasText(table, text)).toBe(false);
    }
  });

  test('hasText: a text that is not ASCII is left out, and does not stand for one that is', () => {
    const table = buildOriginTable(['https://\u0161', 'https://b'], 'Whole');
    expect(table.size).toBe(1);
    expect(hasText(table, 'https://a')).toBe(false);
    expect(hasText(table, 'https://\u0161')).toBe(false);
    expect(hasText(table, 'https://b')).toBe(true);
  });

  test('hasText: a text longer than its length can say is left out', () => {
    const table = buildOriginTable(['a'.repeat(65_536), 'b'.repeat(65_535)], 'Whole');
    expect(table.size).toBe(1);
    expect(hasText(table, 'a'.repeat(65_536))).toBe(false);
    expect(hasText(table, '')).toBe(false);
    expect(hasText(table, 'b'.repeat(65_535))).toBe(true);
  });

  test('hasText: one text and 200 000 are found alike, and memory is a few bytes beside the texts', () => {
    const texts = Array.from({ length: 200_000 }, (_, index) => `https://shop-${index}.example.com`);
    const table = buildOriginTable(texts, 'Whole');
    expect(table.size).toBe(200_000);
    expect(texts.every((text) => hasText(table, text))).toBe(true);
    expect(texts.some((text) => hasText(table, `${text}.`) || hasText(table, text.slice(0, -1)))).toBe(false);
    const average = (table.bytes.byteLength + table.slots.byteLength) / table.size;
    expect(average).toBeLessThan(70);
  });
});

describe('buildOriginTable', () => {
  test('buildOriginTable: the same texts in the same order give the same bytes', () => {
    const texts = ['https://a', 'https://b', 'https://a'];
    expect(buildOriginTable(texts, 'Whole')).toEqual(buildOriginTable([...texts], 'Whole'));
  });

  test('buildOriginTable: duplicates take no room', () => {
    const once = buildOriginTable(['https://a'], 'Whole');
    const twice = buildOriginTable(['https://a', 'https://a', 'https://a'], 'Whole');
    expect(twice.size).toBe(1);
    expect(twice.bytes).toEqual(once.bytes);
  });

  test('buildOriginTable: half of the slots or more are free', () => {
    for (const count of [1, 2, 3, 4, 5, 127, 128, 129]) {
      const texts = Array.from({ length: count }, (_, index) => `https://${index}.example`);
      expect(buildOriginTable(texts, 'Whole').slots.length / 2).toBeGreaterThanOrEqual(2 * count);
    }
  });

  test('buildOriginTable: texts that flood one seed get another, and are all found', () => {
    const texts = flood(200, 512);
    const table = buildOriginTable(texts, 'Whole');
    expect(table.slots.length).toBe(2 * 512);
    expect(table.seed).toBe(hashSeed(1));
    expect(texts.every((text) => hasText(table, text))).toBe(true);
    expect(longestRun(texts, table.slots.length / 2, 0)).toBeGreaterThan(128);
    expect(longestRun(texts, table.slots.length / 2, 1)).toBeLessThan(128);
  });

  test('buildOriginTable: texts that no seed spreads are kept all the same', () => {
    const texts = flood(60, 128);
    const table = buildOriginTable(texts, 'Whole', 1);
    expect(table.seed).toBe(hashSeed(31));
    expect(table.size).toBe(60);
    expect(texts.every((text) => hasText(table, text))).toBe(true);
    expect(hasText(table, 'https://other.example')).toBe(false);
  });

  test('buildOriginTable: a table without floods keeps the first seed', () => {
    const texts = Array.from({ length: 5000 }, (_, index) => `https://shop-${index}.example.com`);
    expect(buildOriginTable(texts, 'Whole').seed).toBe(hashSeed(0));
  });
});

describe('hasKey', () => {
  function hasBase(table: ReturnType<typeof buildOriginTable>, text: string, tailStart: number): boolean {
    const headEnd = text.indexOf('://') + 3;
    const tail = hashSpan(text, tailStart, text.length, table.seed);
    const hash = finishHash(tail, hashSpan(text, 0, headEnd, table.seed));
    return hasKey(table, text, { headEnd, tailStart }, hash);
  }

  test('hasKey: head and tail of a text make the key', () => {
    const table = buildOriginTable(['https://example.com:8443', 'http://b'], 'AfterScheme');
    expect(hasBase(table, 'https://a.example.com:8443', 10)).toBe(true);
    expect(hasBase(table, 'https://a.b.example.com:8443', 12)).toBe(true);
    expect(hasBase(table, 'https://a.example.com:8443', 9)).toBe(false);
    expect(hasBase(table, 'https://a.example.com', 10)).toBe(false);
    expect(hasBase(table, 'http://a.example.com:8443', 9)).toBe(false);
    expect(hasBase(table, 'http://a.b', 9)).toBe(true);
  });

  test('hasKey: an equal hash is not enough', () => {
    const table = buildOriginTable(['https://example.com'], 'AfterScheme');
    const seed = table.seed;
    const hash = finishHash(hashSpan('example.com', 0, 11, seed), hashSpan('https://', 0, 8, seed));
    expect(hasKey(table, 'https://x.exbmple.com', { headEnd: 8, tailStart: 10 }, hash)).toBe(false);
    expect(hasKey(table, 'httpz://x.example.com', { headEnd: 8, tailStart: 10 }, hash)).toBe(false);
    expect(hasKey(table, 'https://x.example.com', { headEnd: 8, tailStart: 10 }, hash)).toBe(true);
  });
});

/** Most slots that a search for one of the texts reads when they are put in one after the other. */
function longestRun(texts: readonly string[], slots: number, attempt: number): number {
  const taken = new Set<number>();
  let longest = 0;
  for (const text of texts) {
    let probes = 1;
    while (taken.has((home(text, attempt, slots) + probes - 1) % slots)) probes += 1;
    taken.add((home(text, attempt, slots) + probes - 1) % slots);
    longest = Math.max(longest, probes);
  }
  return longest;
}
