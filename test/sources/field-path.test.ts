import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { splitLine, stepIntoList, stepIntoMap } from '../../src/sources/field-path.ts';

describe('stepIntoMap', () => {
  test.each([
    { name: 'a plain key', keys: ['spec', 'kind'], path: 'spec.rules', key: 'spec', rest: 'rules' },
    { name: 'the last key of a path', keys: ['spec'], path: 'spec', key: 'spec', rest: '' },
    { name: 'a list behind the key', keys: ['rules'], path: 'rules[2].host', key: 'rules', rest: '[2].host' },
    { name: 'a key with dots, bare', keys: ['example.com/x'], path: 'example.com/x', key: 'example.com/x', rest: '' },
    { name: 'a key in brackets', keys: ['example.com/x'], path: '[example.com/x].a', key: 'example.com/x', rest: 'a' },
    { name: 'a key in double quotes', keys: ['a.b'], path: '["a.b"]', key: 'a.b', rest: '' },
    { name: 'a key in single quotes', keys: ['a.b'], path: "['a.b'][0]", key: 'a.b', rest: '[0]' },
    { name: 'the longest key that fits', keys: ['a', 'a.b', 'a.b.c.d'], path: 'a.b.c', key: 'a.b', rest: 'c' },
  ])('finds $name', ({ keys, path, key, rest }) => {
    expect(stepIntoMap(keys, path)).toEqual({ key, rest });
  });

  test.each([
    { name: 'no key fits', keys: ['kind'], path: 'spec' },
    { name: 'the key is only the beginning of a name', keys: ['allow'], path: 'allowOrigins' },
    { name: 'the path is longer than a name by letters', keys: ['spec.rules'], path: 'spec.rulesets' },
    { name: 'there are no keys', keys: [], path: 'spec' },
  ])('nothing where $name', ({ keys, path }) => {
    expect(stepIntoMap(keys, path)).toBeUndefined();
  });

  test('any key is found by its own name, whatever stands in it', () => {
    fc.assert(
      fc.property(fc.string(), (key) => {
        expect(stepIntoMap([key], `["${key}"]`)).toEqual({ key, rest: '' });
      }),
    );
  });
});

describe('stepIntoList', () => {
  test.each([
    { name: 'an item', path: '[3]', step: { index: 3, rest: '' } },
    { name: 'a field of an item', path: '[12].name', step: { index: 12, rest: 'name' } },
    { name: 'an item of an item', path: '[0][1]', step: { index: 0, rest: '[1]' } },
    { name: 'no number', path: '[x]', step: undefined },
    { name: 'no bracket', path: 'name', step: undefined },
  ])('$name', ({ path, step }) => {
    expect(stepIntoList(path)).toEqual(step);
  });
});

describe('splitLine', () => {
  test.each([
    { name: 'a line of a text', path: 'data.origins line 12', field: 'data.origins', line: 12 },
    { name: 'a path alone', path: 'data.origins', field: 'data.origins', line: undefined },
    { name: 'a key that ends in the word', path: 'data.line', field: 'data.line', line: undefined },
    { name: 'a word that is no number', path: 'data.a line x', field: 'data.a line x', line: undefined },
  ])('$name', ({ path, field, line }) => {
    expect(splitLine(path)).toEqual({ field, line });
  });
});
