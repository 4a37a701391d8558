import fc from 'fast-check';
import { RE2JS } from 're2js';
import { describe, expect, test } from 'vitest';
import {
  booleanValue,
  exposedText,
  headersText,
  integerValue,
  isOriginItem,
  methodsText,
  originsText,
} from '../../../../src/plan/dialects/ingress-nginx/annotation-grammar.ts';

/** The controller's own expressions, letter by letter, with what the code under test says about the same text. */
const ORIGINALS = [
  {
    name: 'origins',
    source: '^((((([a-z]+://)?(\\*\\.)?[A-Za-z0-9\\-.]*(:\\d+)?,?)|null)+)|\\*)?$',
    accepts: (text: string) => originsText(text, 'Letters') !== undefined,
  },
  {
    name: 'origins before 1.12',
    source: '^((((https?://)?(\\*\\.)?[A-Za-z0-9\\-.]*(:\\d+)?,?)+)|\\*)?$',
    accepts: (text: string) => originsText(text, 'Web') !== undefined,
  },
  {
    name: 'an item',
    source: '^([a-z]+://(\\*\\.)?[A-Za-z0-9\\-.]*(:\\d+)?|\\*|null)?$',
    accepts: (text: string) => isOriginItem(text, 'Letters'),
  },
  {
    name: 'an item before 1.12',
    source: '^(https?://(\\*\\.)?[A-Za-z0-9\\-.]*(:\\d+)?|\\*)?$',
    accepts: (text: string) => isOriginItem(text, 'Web'),
  },
  { name: 'methods', source: '^([A-Za-z]+,?\\s?)+$', accepts: (text: string) => methodsText(text) !== undefined },
  { name: 'headers', source: '^[A-Za-z0-9-_, ]*$', accepts: (text: string) => headersText(text) !== undefined },
  {
    name: 'exposed headers',
    source: '^(([A-Za-z0-9\\-\\_]+|\\*),?\\s?)+$',
    accepts: (text: string) => exposedText(text) !== undefined,
  },
];

const PIECES = [
  'https',
  'http',
  '://',
  ':',
  '/',
  '*.',
  '*',
  'a',
  'Z',
  '0',
  '.',
  '-',
  ',',
  '\t',
  '\f',
  '_',
  ';',
  'null',
  '80',
  '\u00a0',
  'é',
  '+',
  'https://a.com',
];

describe('annotation grammar', () => {
  test.each(ORIGINALS)('$name: the same texts as the controller’s own expression', ({ source, accepts }) => {
    const original = RE2JS.compile(source);
    const tried = { accepted: 0, refused: 0 };
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...PIECES), { minLength: 1, maxLength: 8 }), (pieces) => {
        // Spaces round a text are cut off by the controller before it looks; that is tested below.
        const text = pieces.join('');
        if (text !== text.trim()) return;
        tried[original.matches(text) ? 'accepted' : 'refused'] += 1;
        expect(accepts(text), JSON.stringify(text)).toBe(original.matches(text));
      }),
      { numRuns: 2000 },
    );
    expect(Math.min(tried.accepted, tried.refused)).toBeGreaterThan(30);
  });

  test.each([
    { name: 'blank stands for the default', value: '   ', expected: undefined },
    { name: 'empty stands for the default', value: '', expected: undefined },
    { name: 'absent stands for the default', value: undefined, expected: undefined },
    {
      name: 'spaces inside are passed over',
      value: ' https://a.com, https://b.com ',
      expected: 'https://a.com, https://b.com',
    },
    { name: 'a line break spoils it', value: 'https://a.com,\nhttps://b.com', expected: undefined },
    { name: 'a star beside others spoils it', value: '*,https://a.com', expected: undefined },
  ])('origins: $name', ({ value, expected }) => {
    expect(originsText(value, 'Letters')).toBe(expected);
  });

  test('methods: two spaces pass the first check and fail the second', () => {
    expect(methodsText('GET  PUT')).toBeUndefined();
    expect(methodsText('GET, PUT')).toBe('GET, PUT');
  });

  test.each([
    { value: 'true', expected: true },
    { value: 'T', expected: true },
    { value: '1', expected: true },
    { value: 'False', expected: false },
    { value: 'yes', expected: undefined },
    { value: ' true', expected: undefined },
    { value: '', expected: undefined },
  ])('booleans as Go reads them: %j', ({ value, expected }) => {
    expect(booleanValue(value)).toBe(expected);
  });

  test.each([
    { value: '600', expected: 600n },
    { value: '+5', expected: 5n },
    { value: '-1', expected: -1n },
    { value: '007', expected: 7n },
    { value: '1.5', expected: undefined },
    { value: '1_000', expected: undefined },
    { value: '-0', expected: 0n },
    { value: '9223372036854775807', expected: 9223372036854775807n },
    { value: '-9223372036854775808', expected: -9223372036854775808n },
    { value: '9223372036854775808', expected: undefined },
    { value: '99999999999999999999', expected: undefined },
    { value: '1'.repeat(30), expected: undefined },
  ])('integers as Go reads them: $value', ({ value, expected }) => {
    expect(integerValue(value)).toBe(expected);
  });

  test('a text made to be matched slowly is matched at once', () => {
    const slow = `${'a'.repeat(200_000)}!`;
    for (const { accepts } of ORIGINALS) expect(accepts(slow)).toBe(false);
    expect(originsText(`${'https://'.repeat(20_000)}!`, 'Letters')).toBeUndefined();
    expect(exposedText(`${'a,'.repeat(50_000)}!`)).toBeUndefined();
  });
});
