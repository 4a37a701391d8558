import { expect, test } from 'vitest';
import { schemaProblems, valueProblems } from './structural-schema.ts';

const TEXT = { type: 'string', maxLength: 5 };

test.each([
  { name: 'a union of types', schema: { anyOf: [TEXT] } },
  { name: 'a reference', schema: { $ref: '#/x', type: 'object' } },
  { name: 'closed fields', schema: { type: 'object', properties: {}, additionalProperties: false } },
  { name: 'no type', schema: { description: 'x' } },
  { name: 'an unbounded text', schema: { type: 'string' } },
  { name: 'an unbounded list', schema: { type: 'array', items: TEXT, 'x-kubernetes-list-type': 'atomic' } },
  {
    name: 'a list that is merged',
    schema: { type: 'array', items: TEXT, maxItems: 1, 'x-kubernetes-list-type': 'set' },
  },
  { name: 'an unbounded map', schema: { type: 'object', additionalProperties: TEXT } },
  { name: 'look-ahead', schema: { ...TEXT, pattern: '^(?!a)' } },
  { name: 'an illegal default', schema: { ...TEXT, default: 'longer' } },
  {
    name: 'a rule that does not parse',
    schema: { ...TEXT, 'x-kubernetes-validations': [{ rule: 'self ==', message: 'x' }] },
  },
])('schemaProblems: $name', ({ schema }) => {
  expect(schemaProblems(schema, 'x')).not.toEqual([]);
});

test.each([
  { name: 'type', schema: TEXT, value: 5 },
  { name: 'length', schema: TEXT, value: 'abcdef' },
  {
    name: 'rule',
    schema: { ...TEXT, 'x-kubernetes-validations': [{ rule: "self == 'a'", message: 'a' }] },
    value: 'b',
  },
])('valueProblems: $name', ({ schema, value }) => {
  expect(valueProblems(schema, value, 'x')).toHaveLength(1);
});
