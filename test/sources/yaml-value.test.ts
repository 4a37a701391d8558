import { describe, expect, test } from 'vitest';
import { DocumentRefused } from '../../src/sources/document-problem.ts';
import { MAX_DEPTH } from '../../src/sources/input-limits.ts';
import { kubectlSchema } from '../../src/sources/kubectl-scalars.ts';
import { composeYamlDocument } from '../../src/sources/yaml-document.ts';
import { plainValue } from '../../src/sources/yaml-value.ts';

const schema = kubectlSchema();

function dataOf(text: string): unknown {
  return plainValue(composeYamlDocument(text, schema).contents);
}

function refusal(text: string): unknown {
  try {
    return { taken: dataOf(text) };
  } catch (error) {
    return error instanceof DocumentRefused ? error.problem : error;
  }
}

describe('plainValue', () => {
  test.each([
    { name: 'maps, lists and scalars', text: 'a: [1, {b: c}]\nd:\n- e\n', value: { a: [1, { b: 'c' }], d: ['e'] } },
    { name: 'an empty value is null', text: 'a:\nb: [~]\n', value: { a: null, b: [null] } },
    { name: 'a prototype name as a value', text: 'a: __proto__\n', value: { a: '__proto__' } },
    { name: 'a quoted << is a key like any other', text: '"<<": 1\n', value: { '<<': 1 } },
    { name: 'the same key in several maps', text: 'a: {a: 1}\nb: {a: 2}\n', value: { a: { a: 1 }, b: { a: 2 } } },
    { name: 'tags that say what is there anyway', text: '!!map {a: !!seq [!!int 1]}\n', value: { a: [1] } },
    { name: 'a tag that makes a number text', text: 'a: !!str 1\n', value: { a: '1' } },
    { name: 'null is nothing', text: '~\n', value: undefined },
    { name: 'a comment is nothing', text: '# a\n', value: undefined },
  ])('$name', ({ text, value }) => {
    expect(dataOf(text)).toEqual(value);
  });

  test.each([
    { name: 'a duplicate key', text: 'a: 1\na: 1\n', reason: 'YamlDuplicateKey', offset: 5, advice: /remove one/ },
    {
      name: 'a duplicate deep inside',
      text: 'x: [{a: 1, a: 2}]',
      reason: 'YamlDuplicateKey',
      offset: 11,
      advice: /"a"/,
    },
    { name: 'a duplicate in quotes', text: 'a: 1\n"a": 2\n', reason: 'YamlDuplicateKey', offset: 5, advice: /"a"/ },
    {
      name: 'a duplicate by value',
      text: 'yes: 1\ntrue: 2\n',
      reason: 'YamlDuplicateKey',
      offset: 7,
      advice: /"true"/,
    },
    { name: 'an anchor', text: 'a: &x 1\n', reason: 'YamlAlias', offset: 6, advice: /remove it/ },
    { name: 'an anchor on a map', text: 'a: &x {b: 1}\n', reason: 'YamlAlias', offset: 6, advice: /remove it/ },
    { name: 'an anchor on a list', text: 'a: &x [b]\n', reason: 'YamlAlias', offset: 6, advice: /remove it/ },
    { name: 'an anchor on a key', text: '&x a: 1\n', reason: 'YamlAlias', offset: 3, advice: /remove it/ },
    { name: 'a merge key', text: 'a:\n  <<: {b: 1}\n', reason: 'YamlAlias', offset: 5, advice: /write the fields out/ },
    { name: '__proto__', text: '__proto__: {a: 1}\n', reason: 'ObjectKey', offset: 0, advice: /rename it/ },
    {
      name: '__proto__ in quotes',
      text: 'a:\n- "\\x5f_proto__": 1\n',
      reason: 'ObjectKey',
      offset: 5,
      advice: /rename it/,
    },
    {
      name: 'constructor deep inside',
      text: 'a: [{constructor: 1}]',
      reason: 'ObjectKey',
      offset: 5,
      advice: /rename it/,
    },
    { name: 'prototype', text: 'a: {prototype: }', reason: 'ObjectKey', offset: 4, advice: /rename it/ },
    { name: 'a key that is null', text: '~: 1\n', reason: 'ObjectKey', offset: 0, advice: /quote it/ },
    { name: 'a key that is a list', text: '[a]: 1\n', reason: 'ObjectKey', offset: 0, advice: /quote it/ },
    { name: 'a tag on a map', text: 'a: !!set {b}\n', reason: 'YamlTag', offset: 9, advice: /without a tag/ },
    { name: 'a tag on a list', text: 'a: !mine [b]\n', reason: 'YamlTag', offset: 9, advice: /without a tag/ },
  ])('refuses $name where it stands', ({ text, reason, offset, advice }) => {
    const refused = refusal(text);
    expect(refused).toMatchObject({ reason, offset });
    expect(refused).toHaveProperty('message', expect.stringMatching(advice));
  });

  test('nesting up to the limit is taken, one level more is refused', () => {
    const nested = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels);
    expect(refusal(nested(MAX_DEPTH))).toHaveProperty('taken');
    expect(refusal(nested(MAX_DEPTH + 1))).toMatchObject({ reason: 'YamlDepth', offset: MAX_DEPTH });
  });

  test('a long key is not repeated in full', () => {
    const key = 'k'.repeat(500);
    const refused = refusal(`${key}: 1\n${key}: 2\n`);
    expect(refused).toHaveProperty('message', expect.not.stringContaining(key));
  });
});
