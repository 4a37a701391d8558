import { describe, expect, test } from 'vitest';
import { isEmptySelector, matchesSelector, readSelector } from '../../src/model/label-selector.ts';
import type { LabelSelector } from '../../src/model/target-claim.ts';

type Row = {
  readonly name: string;
  readonly selector: LabelSelector;
  readonly labels: Readonly<Record<string, string>>;
  readonly matches: boolean;
};

const labels = { app: 'web', tier: 'front' };
const expression = (operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist', key: string, values?: readonly string[]) => ({
  matchExpressions: [values === undefined ? { key, operator } : { key, operator, values }],
});

const rows: readonly Row[] = [
  { name: 'an empty selector matches everything', selector: {}, labels: {}, matches: true },
  { name: 'equal labels match', selector: { matchLabels: { app: 'web' } }, labels, matches: true },
  { name: 'every label has to match', selector: { matchLabels: { app: 'web', tier: 'back' } }, labels, matches: false },
  { name: 'a label that is not there does not match', selector: { matchLabels: { zone: '' } }, labels, matches: false },
  { name: 'In lists the value', selector: expression('In', 'app', ['api', 'web']), labels, matches: true },
  { name: 'In without the value', selector: expression('In', 'app', ['api']), labels, matches: false },
  { name: 'In without values matches nothing', selector: expression('In', 'app'), labels, matches: false },
  { name: 'NotIn holds for another value', selector: expression('NotIn', 'app', ['api']), labels, matches: true },
  {
    name: 'NotIn holds for a label that is not there',
    selector: expression('NotIn', 'x', ['1']),
    labels,
    matches: true,
  },
  { name: 'NotIn fails for the value', selector: expression('NotIn', 'app', ['web']), labels, matches: false },
  { name: 'Exists holds for any value', selector: expression('Exists', 'app'), labels, matches: true },
  {
    name: 'Exists does not see inherited names',
    selector: expression('Exists', 'constructor'),
    labels,
    matches: false,
  },
  { name: 'DoesNotExist', selector: expression('DoesNotExist', 'app'), labels, matches: false },
  {
    name: 'labels and expressions are both required',
    selector: { matchLabels: { app: 'web' }, ...expression('Exists', 'zone') },
    labels,
    matches: false,
  },
];

describe('matchesSelector', () => {
  test.each(rows)('$name', ({ selector, labels: found, matches }) => {
    expect(matchesSelector(selector, found)).toBe(matches);
  });
});

test('isEmptySelector: empty lists count as none', () => {
  expect(isEmptySelector({ matchLabels: {}, matchExpressions: [] })).toBe(true);
  expect(isEmptySelector(expression('Exists', 'app'))).toBe(false);
});

describe('readSelector', () => {
  test.each([
    [{}, {}],
    [{ matchLabels: { a: 'b' } }, { matchLabels: { a: 'b' } }],
    [expression('In', 'a', ['b']), expression('In', 'a', ['b'])],
    [null, undefined],
    ['app=web', undefined],
    [{ matchLabels: { a: 1 } }, undefined],
    [{ matchLabels: [] }, undefined],
    [{ matchExpressions: {} }, undefined],
    [{ matchExpressions: [{ key: 'a', operator: 'Like' }] }, undefined],
    [{ matchExpressions: [{ key: 'a', operator: 'In', values: 'b' }] }, undefined],
  ])('%j is read as %j', (value, selector) => {
    expect(readSelector(value)).toEqual(selector);
  });
});
