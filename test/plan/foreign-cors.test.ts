import { describe, expect, test } from 'vitest';
import { foreignKeys } from '../../src/plan/foreign-cors.ts';
import { noChanges, POLICY_ANNOTATION, RECORD_ANNOTATION } from '../../src/plan/plan.ts';
import { httpRouteObject, ingressObject } from '../support/cluster-objects.ts';

const PLANNED = { ...noChanges, annotations: { 'x/on': 'true', 'x/origin': 'https://a.com', 'x/expose': null } };
const FILTER = { type: 'CORS', cors: { allowOrigins: ['https://a.com'], maxAge: 5 } };

describe('foreignKeys', () => {
  test.each([
    { name: 'nothing stands', annotations: {}, expected: [] },
    { name: 'equal values are nobody’s business', annotations: { 'x/on': 'true' }, expected: [] },
    { name: 'another value is foreign', annotations: { 'x/on': 'true', 'x/origin': '*' }, expected: ['x/origin'] },
    { name: 'a key that must be absent is foreign', annotations: { 'x/expose': 'X-A' }, expected: ['x/expose'] },
    {
      name: 'a recorded key is ours',
      annotations: { 'x/origin': '*', 'x/on': 'no', [RECORD_ANNOTATION]: '{"keys":{"x/origin":{}}}' },
      expected: ['x/on'],
    },
    {
      name: 'a record that is no JSON names nothing',
      annotations: { 'x/origin': '*', [RECORD_ANNOTATION]: '{"keys"' },
      expected: ['x/origin'],
    },
    {
      name: 'a record of another shape names nothing',
      annotations: { 'x/origin': '*', [RECORD_ANNOTATION]: '[["x/origin"]]' },
      expected: ['x/origin'],
    },
  ])('$name', ({ annotations, expected }) => {
    expect(foreignKeys(ingressObject('web', { annotations }), PLANNED)).toEqual(expected);
  });

  test('the annotation that names the policy is always ours', () => {
    const object = ingressObject('web', { annotations: { [POLICY_ANNOTATION]: 'old' } });
    expect(foreignKeys(object, { ...noChanges, annotations: { [POLICY_ANNOTATION]: 'new' } })).toEqual([]);
  });

  test.each([
    { name: 'no filter', filters: [{ type: 'RequestMirror' }], record: undefined, expected: [] },
    {
      name: 'the same filter',
      filters: [{ cors: { maxAge: 5, allowOrigins: ['https://a.com'] }, type: 'CORS' }],
      record: undefined,
      expected: [],
    },
    {
      name: 'another filter',
      filters: [{ type: 'CORS', cors: {} }],
      record: undefined,
      expected: ['spec.rules[0].filters[CORS]'],
    },
    {
      name: 'a recorded filter',
      filters: [{ type: 'CORS', cors: {} }],
      record: '{"keys":{"spec.rules[0].filters[CORS]":{}}}',
      expected: [],
    },
  ])('$name', ({ filters, record, expected }) => {
    const annotations = record === undefined ? {} : { [RECORD_ANNOTATION]: record };
    const object = httpRouteObject('web', { annotations }, { rules: [{ filters }] });
    expect(foreignKeys(object, { ...noChanges, filters: [{ rule: 0, filter: FILTER }] })).toEqual(expected);
  });
});
