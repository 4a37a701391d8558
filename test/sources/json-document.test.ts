import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MAX_DEPTH, MAX_JSON_KEYS, MAX_JSON_TOKENS } from '../../src/sources/input-limits.ts';
import { jsonValueRanges, parseJsonDocument } from '../../src/sources/json-document.ts';

function nested(levels: number): string {
  return '['.repeat(levels) + ']'.repeat(levels);
}

describe('parseJsonDocument', () => {
  test.each([
    { name: 'an object', text: ' {"a": [1, "b", null]}\n', value: { a: [1, 'b', null] } },
    { name: 'null is nothing', text: 'null', value: undefined },
    { name: 'a key that occurs again, elsewhere', text: '{"a":{"a":1},"b":[{"a":1},{"a":2}]}', value: undefined },
    { name: 'nesting up to the limit', text: nested(MAX_DEPTH), value: undefined },
    { name: 'a prototype name as a value', text: '{"a":"__proto__"}', value: { a: '__proto__' } },
  ])('takes $name', ({ text, value }) => {
    expect(parseJsonDocument(text)).toEqual({ ok: true, value: value ?? JSON.parse(text) ?? undefined });
  });

  test.each([
    { name: 'a duplicate key', text: '{"a":1,"a":1}', reason: 'YamlDuplicateKey', at: 7, advice: /remove one/ },
    {
      name: 'a duplicate deep inside',
      text: '[{"b":{"a":1,"a":2}}]',
      reason: 'YamlDuplicateKey',
      at: 13,
      advice: /"a"/,
    },
    { name: 'a duplicate by escape', text: '{"a":1,"\\u0061":2}', reason: 'YamlDuplicateKey', at: 7, advice: /"a"/ },
    { name: '__proto__', text: '{"__proto__":{}}', reason: 'ObjectKey', at: 1, advice: /rename/ },
    { name: '__proto__ by escape', text: '{"\\u005f_proto__":{}}', reason: 'ObjectKey', at: 1, advice: /rename/ },
    { name: 'constructor deep inside', text: '[[{"constructor":1}]]', reason: 'ObjectKey', at: 3, advice: /rename/ },
    { name: 'prototype', text: '{"a":{"prototype":1}}', reason: 'ObjectKey', at: 6, advice: /rename/ },
    { name: 'deep nesting', text: nested(MAX_DEPTH + 1), reason: 'YamlDepth', at: MAX_DEPTH, advice: /levels deep/ },
    { name: 'a trailing comma', text: '{"a":1,}', reason: 'YamlSyntax', at: 7, advice: /not valid JSON/ },
    { name: 'an end too early', text: '{"a":', reason: 'YamlSyntax', at: 5, advice: /unexpected end/ },
    { name: 'a word', text: '{"a": yes}', reason: 'YamlSyntax', at: 6, advice: /not valid JSON/ },
    { name: 'a comment', text: '{\n// a\n}', reason: 'YamlSyntax', at: 2, advice: /not valid JSON/ },
    { name: 'single quotes', text: "{'a':1}", reason: 'YamlSyntax', at: 1, advice: /not valid JSON/ },
    { name: 'a control character', text: '{"a":"\t"}', reason: 'YamlSyntax', at: 6, advice: /not valid JSON/ },
    { name: 'nothing', text: '', reason: 'YamlSyntax', at: 0, advice: /unexpected end/ },
  ])('refuses $name where it stands', ({ text, reason, at, advice }) => {
    const reading = parseJsonDocument(text);
    expect(reading).toMatchObject({ ok: false, problems: [{ reason, offset: at }] });
    expect(!reading.ok && reading.problems[0]?.message).toMatch(advice);
  });

  test.each([
    { name: 'keys of one object', text: `{${many(MAX_JSON_KEYS + 1, (index) => `"k${index}":0`)}}` },
    { name: 'brackets, keys and strings', text: `[${many(MAX_JSON_TOKENS, () => '""')}]` },
  ])('refuses more $name than can be held', ({ text }) => {
    const reading = parseJsonDocument(text);
    expect(reading).toMatchObject({ ok: false, problems: [{ reason: 'FileTooLarge' }] });
    expect(!reading.ok && reading.problems[0]?.message).toMatch(/split it/);
  });

  test('nesting without an end is refused, not followed', () => {
    expect(parseJsonDocument('['.repeat(5_000_000))).toMatchObject({ problems: [{ reason: 'YamlDepth' }] });
  });

  test('any text: never throws, and problems stand inside of it', () => {
    const pieces = fc.constantFrom('{', '}', '[', ']', '"a"', '"', ':', ',', '1', 'null', '\\', '\n', '"__proto__"');
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(pieces).map((each) => each.join('')),
        ),
        (text) => {
          const reading = parseJsonDocument(text);
          for (const { offset } of reading.ok ? [] : reading.problems) {
            expect(offset).toBeGreaterThanOrEqual(0);
            expect(offset).toBeLessThanOrEqual(text.length);
          }
        },
      ),
    );
  });

  test('any value with plain keys, printed and read, is the same', () => {
    const keys = fc.string().filter((key) => !['__proto__', 'constructor', 'prototype'].includes(key));
    const values = fc.dictionary(keys, fc.jsonValue({ maxDepth: 3 }), { noNullPrototype: true });
    fc.assert(
      fc.property(values, (value) => {
        const text = JSON.stringify(value);
        fc.pre(!/"(?:__proto__|constructor|prototype)":/.test(text));
        expect(parseJsonDocument(text)).toEqual({ ok: true, value: JSON.parse(text) });
      }),
    );
  });
});

function many(count: number, item: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => item(index)).join(',');
}

describe('jsonValueRanges', () => {
  function shown(text: string): readonly string[] {
    return jsonValueRanges(text).map(({ start, end }) => text.slice(start, end));
  }

  test.each([
    { name: 'one value', text: '{"a":1}', values: ['{"a":1}'] },
    { name: 'two without anything between them', text: '{"a":1}{"b":2}', values: ['{"a":1}', '{"b":2}'] },
    { name: 'two on lines of their own', text: '{}\n[]\n', values: ['{}', '\n[]'] },
    { name: 'brackets in strings', text: '{"a":"}{"}{}', values: ['{"a":"}{"}', '{}'] },
    { name: 'what follows the last is not lost', text: '{} x', values: ['{}', ' x'] },
    { name: 'an open end', text: '{}{', values: ['{}', '{'] },
    { name: 'nothing', text: ' ', values: [] },
  ])('$name', ({ text, values }) => {
    expect(shown(text)).toEqual(values);
  });

  test('the ranges of any text hold all of it but white space', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('{', '}', '[', ']', '"', ' ', 'a') }), (text) => {
        const last = jsonValueRanges(text).at(-1)?.end ?? 0;
        expect(text.slice(last).trim()).toBe('');
        expect(shown(text).join('')).toBe(text.slice(0, last));
      }),
    );
  });
});
