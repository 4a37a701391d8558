import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Document } from 'yaml';
import { kubectlSchema } from '../../src/sources/kubectl-scalars.ts';
import { parseYamlDocument } from '../../src/sources/yaml-document.ts';

const schema = kubectlSchema();

function read(text: string): unknown {
  const reading = parseYamlDocument(text, schema);
  return reading.ok ? reading.value : reading.problems;
}

function print(value: unknown): string {
  return new Document(value, { schema, aliasDuplicateObjects: false }).toString();
}

describe('kubectlSchema', () => {
  test.each(['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON'])('%s is true', (text) => {
    expect(read(`a: ${text}`)).toEqual({ a: true });
  });

  test.each(['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF'])('%s is false', (text) => {
    expect(read(`a: ${text}`)).toEqual({ a: false });
  });

  test.each(['yEs', 'oN', 'nO', 'yess', 'truE', '"yes"', "'n'", '!!str yes'])('%s is text', (text) => {
    expect(read(`a: ${text}`)).toEqual({ a: text.replace(/^!!str |^["']|["']$/g, '').replace(/["']$/, '') });
  });

  test.each(['~', 'null', 'Null', 'NULL', ''])('"%s" is null', (text) => {
    expect(read(`a: ${text}`)).toEqual({ a: null });
  });

  test.each([
    { text: '12', value: 12 },
    { text: '+12', value: 12 },
    { text: '-12', value: -12 },
    { text: '1_000', value: 1000 },
    { text: '0777', value: 511 },
    { text: '0o17', value: 15 },
    { text: '0x1F', value: 31 },
    { text: '-0x1f', value: -31 },
    { text: '0b101', value: 5 },
    { text: '089', value: 89 },
    { text: '1.5', value: 1.5 },
    { text: '.5', value: 0.5 },
    { text: '-.5', value: -0.5 },
    { text: '1e3', value: 1000 },
    { text: '1_0.2_5', value: 10.25 },
  ])('$text is the number $value', ({ text, value }) => {
    expect(read(`a: ${text}`)).toEqual({ a: value });
  });

  test.each(['12:30', '2026-01-01', '1.2.3', '0x', '0x_', '0b_', '0o8', '1e', '1e_', '_1', '.', '0xg', '=', '1,000'])(
    '%s is text',
    (text) => {
      expect(read(`a: ${text}`)).toEqual({ a: text });
    },
  );

  test.each(['.inf', '-.Inf', '.nan', '1e999'])('%s cannot be said in JSON and is refused', (text) => {
    const reading = parseYamlDocument(`a: ${text}`, schema);
    expect(reading).toMatchObject({ ok: false, problems: [{ reason: 'YamlSyntax', offset: 3 }] });
    expect(!reading.ok && reading.problems[0]?.message).toMatch(/quote it if it is text/);
  });

  test('keys that look like booleans and numbers are text, as kubectl turns them into JSON', () => {
    expect(read('on: 1\n5: 2\n')).toEqual({ true: 1, 5: 2 });
  });

  test.each([
    { name: 'a sign and digits', text: `+.${'1'.repeat(1_000_000)}x` },
    { name: 'underscores', text: `-${'_'.repeat(1_000_000)}x` },
    { name: 'an exponent', text: `1e${'1'.repeat(1_000_000)}x` },
    { name: 'zeros', text: `${'0'.repeat(1_000_000)}x` },
    { name: 'hexadecimal digits', text: `0x${'_a'.repeat(500_000)}x` },
  ])('a million characters that are almost a number are text: $name', ({ text }) => {
    expect(read(`a: ${text}`)).toEqual({ a: text });
  });

  test('text that kubectl would take for something else is printed in quotes', () => {
    const words = ['on', 'NO', 'y', '0777', '1_000', '.5', '~', 'null', '1e3', '0b1', '<<', '', '089', '12:30'];
    fc.assert(
      fc.property(fc.constantFrom(...words), (word) => {
        expect(read(print({ a: word, [word]: 1 }))).toEqual({ a: word, [word]: 1 });
      }),
    );
  });

  test('any value, printed and read, is the same', () => {
    const letters = fc.constantFrom(
      'a',
      'y',
      'n',
      '0',
      '7',
      '_',
      '.',
      'e',
      'x',
      '+',
      ':',
      ' ',
      '\n',
      '#',
      '"',
      'é',
      '😀',
    );
    const texts = fc.oneof(fc.string({ unit: letters }), fc.string());
    const numbers = fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }));
    const leaves = fc.oneof(texts, numbers, fc.boolean(), fc.constant(null));
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof({ depthSize: 'small' }, leaves, fc.array(tie('tree')), fc.dictionary(texts, tie('tree'))),
    }));
    fc.assert(
      fc.property(tree, (value) => {
        const plain: unknown = JSON.parse(JSON.stringify({ value }));
        const text = print(plain);
        fc.pre(!/__proto__|constructor|prototype/.test(text));
        expect(read(text)).toEqual(plain);
      }),
    );
  });
});
