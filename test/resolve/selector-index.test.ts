import fc from 'fast-check';
import { expect, test } from 'vitest';
import { matchesSelector } from '../../src/model/label-selector.ts';
import type { LabelRequirement, LabelSelector } from '../../src/model/target-claim.ts';
import { indexSelectors, selectorsMatching } from '../../src/resolve/selector-index.ts';

const key = fc.constantFrom('app', 'tier', 'a=b', 'a', '__proto__', 'constructor');
const value = fc.constantFrom('', 'web', 'c', 'b=c');
const requirement: fc.Arbitrary<LabelRequirement> = fc.record({
  key,
  operator: fc.constantFrom('In' as const, 'NotIn' as const, 'Exists' as const, 'DoesNotExist' as const),
  values: fc.array(value, { maxLength: 3 }),
});
const selector: fc.Arbitrary<LabelSelector> = fc.record({
  matchLabels: fc.option(fc.dictionary(key, value, { maxKeys: 2 }), { nil: undefined }),
  matchExpressions: fc.option(fc.array(requirement, { maxLength: 2 }), { nil: undefined }),
});

test('selectorsMatching: the same as asking every selector, in order of rank', () => {
  fc.assert(
    fc.property(fc.array(selector, { maxLength: 12 }), fc.dictionary(key, value), (selectors, labels) => {
      const entries = selectors.map((each, rank) => ({ rank, selector: each }));
      const expected = entries.filter((each) => matchesSelector(each.selector, labels)).map(({ rank }) => rank);
      expect(selectorsMatching(indexSelectors(entries), labels).map(({ rank }) => rank)).toEqual(expected);
    }),
    { numRuns: 1000 },
  );
});

test('selectorsMatching: an object without labels is matched by selectors that ask for none', () => {
  const entries = [
    { rank: 0, selector: {} },
    { rank: 1, selector: { matchLabels: { app: 'web' } } },
  ];
  expect(selectorsMatching(indexSelectors(entries), undefined).map(({ rank }) => rank)).toEqual([0]);
});
