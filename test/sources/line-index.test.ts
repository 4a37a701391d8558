import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createLineIndex } from '../../src/sources/line-index.ts';

describe('createLineIndex', () => {
  test.each([
    { name: 'the start', text: 'a\nb', offset: 0, lines: 0 },
    { name: 'a line end itself belongs to its line', text: 'a\nb', offset: 1, lines: 0 },
    { name: 'what follows a line end', text: 'a\nb', offset: 2, lines: 1 },
    { name: 'behind the text', text: 'a\nb\n', offset: 99, lines: 2 },
    { name: 'CR LF is one line end', text: 'a\r\nb\r\nc', offset: 6, lines: 2 },
    { name: 'an empty text', text: '', offset: 0, lines: 0 },
  ])('$name', ({ text, offset, lines }) => {
    expect(createLineIndex(text)(offset)).toBe(lines);
  });

  test('counts what a reader would count, at any offset', () => {
    const texts = fc.string({ unit: fc.constantFrom('a', '\n', '\r', ' ') });
    fc.assert(
      fc.property(texts, fc.nat(60), (text, offset) => {
        expect(createLineIndex(text)(offset)).toBe(text.slice(0, offset).split('\n').length - 1);
      }),
    );
  });
});
