import { describe, expect, test } from 'vitest';
import { foldTokenCode, isToken } from '../../src/cors/token.ts';

describe('isToken', () => {
  test.each([
    { name: 'a method', text: 'PATCH', expected: true },
    { name: 'a header name', text: 'X-Request-Id', expected: true },
    { name: 'every mark that RFC 9110 allows', text: "!#$%&'*+-.^_`|~", expected: true },
    { name: 'a star', text: '*', expected: true },
    { name: 'digits', text: '0123456789', expected: true },
    { name: 'empty', text: '', expected: false },
    { name: 'two names', text: 'PUT, PUT', expected: false },
    { name: 'leading space', text: ' PUT', expected: false },
    { name: 'trailing tab', text: 'PUT\t', expected: false },
    { name: 'line break', text: 'PUT\r\nX: y', expected: false },
    { name: 'NUL', text: 'PUT\0', expected: false },
    { name: 'letter beyond ASCII', text: 'PÜT', expected: false },
    { name: 'Kelvin sign', text: '\u212a', expected: false },
  ])('isToken: $name', ({ text, expected }) => {
    expect(isToken(text)).toBe(expected);
  });

  test('isToken: no delimiter of RFC 9110 is a token byte', () => {
    for (const delimiter of '"(),/:;<=>?@[\\]{}\x7f') expect(isToken(`a${delimiter}`)).toBe(false);
  });
});

describe('foldTokenCode', () => {
  test('foldTokenCode: letters fold to lower case, other token bytes stay, all else is 0', () => {
    for (let code = 0; code < 300; code += 1) {
      const letter = String.fromCharCode(code);
      const expected = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]$/.test(letter) ? letter.toLowerCase().charCodeAt(0) : 0;
      expect(foldTokenCode(code)).toBe(expected);
    }
  });

  test('foldTokenCode: past the end of a text is no token byte', () => {
    expect(foldTokenCode(''.charCodeAt(0))).toBe(0);
  });
});
