import { describe, expect, test } from 'vitest';
import { isRestorableText } from '../../src/plan/restorable-text.ts';

describe('isRestorableText', () => {
  test.each([
    { name: 'a value of the dialect', value: 'https://a.com, https://*.b.com', expected: true },
    { name: 'one that its controller does not take', value: 'https://[::1]/', expected: true },
    { name: 'a regex', value: '^https://.*\\.example\\.com$', expected: true },
    { name: 'nothing', value: '', expected: true },
    { name: 'letters of any script', value: 'https://bücher.example', expected: true },
    { name: 'the end of a directive', value: 'GET; evil', expected: false },
    { name: 'a block', value: 'GET { }', expected: false },
    { name: 'a quote', value: 'GET"', expected: false },
    { name: 'a single quote', value: "GET'", expected: false },
    { name: 'a comment', value: 'GET # rest', expected: false },
    { name: 'a backslash that would hide the quote behind it', value: 'GET\\', expected: false },
    { name: 'a line break', value: 'GET\nevil', expected: false },
    { name: 'a control character', value: 'GET\u0000', expected: false },
    { name: 'half a character', value: '\ud800', expected: false },
    { name: 'longer than any value', value: 'x'.repeat(16_385), expected: false },
  ])('$name: $expected', ({ value, expected }) => {
    expect(isRestorableText(value)).toBe(expected);
  });
});
