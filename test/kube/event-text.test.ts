import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { eventText } from '../../src/kube/event-text.ts';

describe('eventText', () => {
  it.each([
    { name: 'plain text stays', text: 'Zürich, 東京, 🚀', expected: 'Zürich, 東京, 🚀' },
    { name: 'line ends', text: 'a\r\nb\tc', expected: 'a\\r\\nb\\tc' },
    { name: 'terminal sequences', text: '\u001b[2J', expected: '\\u001b[2J' },
    { name: 'NUL, DEL and C1', text: '\u0000\u007f\u009b', expected: '\\u0000\\u007f\\u009b' },
    { name: 'direction of writing', text: 'a\u202eb\u2066c', expected: 'a\\u202eb\\u2066c' },
    { name: 'line separators', text: 'a\u2028b', expected: 'a\\u2028b' },
    { name: 'lone surrogates', text: 'a\ud800b', expected: 'a\ufffdb' },
  ])('eventText: $name', ({ text, expected }) => {
    expect(eventText(text, 1024)).toBe(expected);
  });

  it('eventText: never longer than it may be, never half a character, never a control character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), fc.integer({ min: 8, max: 40 }), (text, maxBytes) => {
        const cut = eventText(text, maxBytes);
        expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(maxBytes);
        expect(cut).not.toMatch(/\p{Cc}/u);
        expect(cut.isWellFormed()).toBe(true);
        expect(cut.slice(0, -1)).toBe(eventText(text, 10_000).slice(0, cut.length - 1));
      }),
    );
  });
});
