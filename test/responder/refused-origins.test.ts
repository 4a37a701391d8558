import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRefusedOrigins } from '../../src/responder/refused-origins.ts';

describe('createRefusedOrigins', () => {
  it('createRefusedOrigins: counts are exact while there is room', () => {
    let time = 0;
    const refused = createRefusedOrigins(3, () => {
      time += 1;
      return time;
    });
    for (const origin of ['https://b.example', 'https://a.example', 'https://b.example']) {
      refused.add(origin);
    }
    expect(refused.read()).toEqual([
      { origin: 'https://b.example', count: 2, error: 0, lastSeen: 3 },
      { origin: 'https://a.example', count: 1, error: 0, lastSeen: 2 },
    ]);
  });

  it('createRefusedOrigins: a longer text is cut at the longest origin', () => {
    const refused = createRefusedOrigins(3, () => 0);
    refused.add(`https://${'a'.repeat(16_000)}`);
    expect(refused.read()[0]?.origin).toHaveLength(327);
  });

  it('createRefusedOrigins: never holds more than its capacity', () => {
    const refused = createRefusedOrigins(100, () => 0);
    for (let index = 0; index < 10_000; index += 1) {
      refused.add(`https://${index}.example`);
    }
    expect(refused.read()).toHaveLength(100);
  });

  it('createRefusedOrigins: counts are never too low, too high by no more than they say, and lose nobody frequent', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 12 }), { maxLength: 300 }), (stream) => {
        const capacity = 5;
        const refused = createRefusedOrigins(capacity, () => 0);
        for (const item of stream) {
          refused.add(`https://${item}.example`);
        }
        const entries = new Map(refused.read().map((entry) => [entry.origin, entry]));
        const exact = Map.groupBy(stream, (item) => `https://${item}.example`);
        for (const [origin, { length }] of exact) {
          const entry = entries.get(origin) ?? { count: stream.length / capacity, error: 0 };
          expect(entry.count).toBeGreaterThanOrEqual(length);
          expect(!entries.has(origin) || entry.count - entry.error <= length).toBe(true);
        }
      }),
    );
  });
});
