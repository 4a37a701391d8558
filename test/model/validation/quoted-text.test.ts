import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { pathBelow, pathOf } from '../../../src/model/validation/field-path.ts';
import { quoted } from '../../../src/model/validation/quoted-text.ts';

describe('quoted', () => {
  test.each([
    { text: 'plain', shown: '"plain"' },
    { text: 'a"b\\c', shown: '"a\\"b\\\\c"' },
    { text: 'a\nb\tc\0', shown: '"a\\nb\\tc\\u{0}"' },
    { text: '\u00fc\u{1f600}\ud800', shown: '"\\u{fc}\\u{1f600}\\u{d800}"' },
    { text: 'x'.repeat(80), shown: `"${'x'.repeat(80)}"` },
    { text: 'x'.repeat(81), shown: `"${'x'.repeat(80)}\u2026"` },
    { text: '\0'.repeat(80), shown: `"${'\\u{0}'.repeat(16)}\u2026"` },
  ])('$shown', ({ text, shown }) => {
    expect(quoted(text)).toBe(shown);
  });

  test('is short and printable, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 500 }), (text) => {
        expect(quoted(text)).toMatch(/^"[ -~]{0,80}\u2026?"$/);
      }),
    );
  });
});

describe('pathBelow', () => {
  test.each([
    { keys: ['spec', 'allowOrigins', 0], path: 'spec.allowOrigins[0]' },
    { keys: ['a.b/c'], path: '["a.b/c"]' },
    { keys: ['x', '__proto__', '0'], path: 'x.__proto__["0"]' },
  ])('$path', ({ keys, path }) => {
    expect(pathOf('', keys)).toBe(path);
  });

  test('a hostile key is cut and escaped', () => {
    expect(pathBelow('spec', `\n${'k'.repeat(1000)}`)).toMatch(/^spec\["\\nk{78}\u2026"\]$/);
  });
});
