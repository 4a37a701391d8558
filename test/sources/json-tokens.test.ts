import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { jsonTokens } from '../../src/sources/json-tokens.ts';

function shown(text: string, from?: number): readonly string[] {
  return [...jsonTokens(text, from)].map(({ kind, start, end }) => `${kind} ${text.slice(start, end)}`);
}

describe('jsonTokens', () => {
  test.each([
    {
      name: 'brackets, keys and strings in order',
      text: '{"a":["b",1,true,null]}',
      tokens: ['open {', 'key "a"', 'open [', 'string "b"', 'close ]', 'close }'],
    },
    { name: 'white space in front of a colon', text: '{"a" \n:1}', tokens: ['open {', 'key "a"', 'close }'] },
    { name: 'brackets in strings are none', text: '["]}{["]', tokens: ['open [', 'string "]}{["', 'close ]'] },
    { name: 'an escaped quote ends nothing', text: '["a\\"]"]', tokens: ['open [', 'string "a\\"]"', 'close ]'] },
    { name: 'an escaped backslash does', text: '["a\\\\"]', tokens: ['open [', 'string "a\\\\"', 'close ]'] },
    { name: 'a string without an end', text: '["a', tokens: ['open [', 'string "a'] },
  ])('$name', ({ text, tokens }) => {
    expect(shown(text)).toEqual(tokens);
  });

  test('starts where it is told to', () => {
    expect(shown('{"a":{"b":1}}', 5)).toEqual(['open {', 'key "b"', 'close }', 'close }']);
  });

  test('any JSON: as many brackets close as open', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        const kinds = [...jsonTokens(text)].map(({ kind }) => kind);
        const opened = kinds.filter((kind) => kind === 'open').length;
        expect(kinds.filter((kind) => kind === 'close')).toHaveLength(opened);
      }),
    );
  });

  test('any object: the keys are those that were written', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.string(), { noNullPrototype: true }), (value) => {
        const text = JSON.stringify(value, null, 1);
        const keys = [...jsonTokens(text)].filter(({ kind }) => kind === 'key');
        expect(keys.map(({ start, end }) => JSON.parse(text.slice(start, end)))).toEqual(Object.keys(value));
      }),
    );
  });

  test('any text: tokens stand one behind the other inside of it', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('"', '\\', '{', '}', '[', ']', ':', 'a', ' ') }), (text) => {
        let passed = 0;
        for (const { start, end } of jsonTokens(text)) {
          expect(start).toBeGreaterThanOrEqual(passed);
          expect(end).toBeGreaterThan(start);
          passed = end;
        }
        expect(passed).toBeLessThanOrEqual(text.length);
      }),
    );
  });
});
