import { describe, expect, test } from 'vitest';
import type { Route } from '../../../../src/model/route.ts';
import { unreachedRule } from '../../../../src/plan/dialects/gateway-api/preflight-rules.ts';
import { fixtures } from '../../../contract/dialect-fixtures.ts';

function route(...rules: readonly unknown[]): Route {
  const base = fixtures['gateway-api'].route();
  return { ...base, object: { ...base.object, spec: { rules } }, rules: rules.map((_, index) => index) };
}

const ITEMS = { path: { type: 'PathPrefix', value: '/items' } };

describe('unreachedRule', () => {
  test.each([
    { name: 'a rule without matches', rules: [{}] },
    { name: 'a rule with a path', rules: [{ matches: [ITEMS] }] },
    { name: 'a rule for OPTIONS', rules: [{ matches: [{ ...ITEMS, method: 'OPTIONS' }] }] },
    {
      name: 'query parameters, which a preflight has too',
      rules: [{ matches: [{ queryParams: [{ name: 'a', value: 'b' }] }] }],
    },
    { name: 'a method beside the same path without it', rules: [{ matches: [{ ...ITEMS, method: 'POST' }, ITEMS] }] },
    {
      name: 'the same path in another rule of the route',
      rules: [{ matches: [{ ...ITEMS, method: 'POST' }] }, { matches: [ITEMS] }],
    },
    {
      name: 'a path that is left out is the root',
      rules: [{ matches: [{ method: 'POST' }, { path: { value: '/' } }] }],
    },
    { name: 'an empty list of headers', rules: [{ matches: [{ ...ITEMS, headers: [] }] }] },
  ])('reached: $name', ({ rules }) => {
    expect(unreachedRule(route(...rules))).toBeUndefined();
  });

  test.each([
    {
      name: 'another method',
      rules: [{}, { matches: [{ ...ITEMS, method: 'POST' }] }],
      expected: 'spec.rules[1] matches only POST',
    },
    {
      name: 'headers',
      rules: [{ matches: [{ ...ITEMS, headers: [{ name: 'X-A', value: '1' }] }] }],
      expected: 'spec.rules[0] matches only requests with the header X-A',
    },
    {
      name: 'a longer path beside it',
      rules: [
        { matches: [{ ...ITEMS, method: 'POST' }] },
        { matches: [{ path: { type: 'PathPrefix', value: '/items/1' } }] },
      ],
      expected: 'spec.rules[0] matches only POST',
    },
    {
      name: 'the same path of another type',
      rules: [{ matches: [{ ...ITEMS, method: 'POST' }, { path: { type: 'Exact', value: '/items' } }] }],
      expected: 'spec.rules[0] matches only POST',
    },
  ])('not reached: $name', ({ rules, expected }) => {
    expect(unreachedRule(route(...rules))).toBe(expected);
  });

  test('a rule of another route does not help', () => {
    const both = route({ matches: [{ ...ITEMS, method: 'POST' }] }, { name: 'other', matches: [ITEMS] });
    expect(unreachedRule({ ...both, rules: [0] })).toContain('spec.rules[0]');
  });
});
