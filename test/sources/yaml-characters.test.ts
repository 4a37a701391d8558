import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { fragileText, quotedText, refusedCharacter } from '../../src/sources/yaml-characters.ts';

describe('refusedCharacter', () => {
  test.each([
    { name: 'a tab', text: 'a\tb', refused: false },
    { name: 'a line end', text: 'a\nb\r\n', refused: false },
    { name: 'text of any script', text: 'é日本😀\u00a0\ufffd', refused: false },
    { name: 'a CR without LF', text: 'a\rb', refused: true },
    { name: 'NUL', text: '\0', refused: true },
    { name: 'escape', text: '\x1b[31m', refused: true },
    { name: 'next line', text: '\x85', refused: true },
    { name: 'line separator', text: '\u2028', refused: true },
    { name: 'paragraph separator', text: '\u2029', refused: true },
    { name: 'byte order mark', text: '\ufeff', refused: true },
    { name: 'no character', text: '\uffff', refused: true },
  ])('$name', ({ text, refused }) => {
    expect(refusedCharacter.test(text)).toBe(refused);
  });
});

describe('fragileText', () => {
  test.each([
    { name: 'a refused character', text: 'a\u2028', fragile: true },
    { name: 'a CR, also in front of LF', text: 'a\r\nb', fragile: true },
    { name: 'white space alone', text: ' \t\n\n', fragile: true },
    { name: 'lines of text', text: ' a\n\n b\n', fragile: false },
    { name: 'nothing', text: '', fragile: false },
  ])('$name', ({ text, fragile }) => {
    expect(fragileText.test(text)).toBe(fragile);
  });
});

describe('quotedText', () => {
  test.each([
    { name: 'plain text', text: 'a "b"', quoted: '"a \\"b\\""' },
    { name: 'a line separator', text: 'a\u2028b', quoted: '"a\\u2028b"' },
    { name: 'a delete character', text: '\x7f', quoted: '"\\u007f"' },
    { name: 'half of a pair', text: '\ud800', quoted: '"\\ud800"' },
  ])('$name', ({ text, quoted }) => {
    expect(quotedText(text)).toBe(quoted);
  });

  test('any text: holds nothing that is refused, and says the same', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const quoted = quotedText(text);
        expect(refusedCharacter.test(quoted)).toBe(false);
        expect(quoted).not.toContain('\n');
        expect(parse(quoted)).toBe(text);
      }),
    );
  });
});
