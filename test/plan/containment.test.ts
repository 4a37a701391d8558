import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseOriginPattern } from '../../src/cors/origin-pattern.ts';
import type { OriginSet, Policy } from '../../src/cors/policy.ts';
import { firstExcess, firstOverreach, type Grant, grantOf, isSameGrant } from '../../src/plan/containment.ts';
import { plainPolicy } from '../../src/plan/plain-policy.ts';
import { naiveGrant } from '../cors/naive-decision.ts';
import { naiveMatch } from '../cors/naive-matcher.ts';
import { hostilePolicy, hostileRequest } from '../support/cors-policies.ts';

function origins(...entries: readonly string[]): OriginSet {
  const patterns = entries.map((entry) =>
    parseOriginPattern(entry.replace(/^1 /, ''), entry.startsWith('1 ') ? 'Single' : 'Any'),
  );
  return {
    any: entries.includes('*'),
    exact: patterns.flatMap((pattern) => (pattern?.kind === 'exact' ? [pattern.origin] : [])),
    wildcards: patterns.flatMap((pattern) => (pattern?.kind === 'wildcard' ? [pattern.wildcard] : [])),
    regexes: entries.filter((entry) => entry.includes('[')),
  };
}

function policy(fields: Partial<Policy> = {}): Policy {
  const lists = { allowMethods: [], allowHeaders: [], exposeHeaders: [] };
  return { origins: origins('https://a.com'), ...lists, allowCredentials: false, ...fields };
}

function excess(granted: Partial<Policy>, ceiling: Partial<Policy>, more: Partial<Grant> = {}): string | undefined {
  return firstExcess({ ...grantOf(policy(granted)), ...more }, policy(ceiling));
}

describe('isSameGrant', () => {
  test('what is the same exceeds nothing, either way', () => {
    const pairs = fc.tuple(hostilePolicy(), hostilePolicy(), fc.boolean());
    let same = 0;
    fc.assert(
      fc.property(pairs, ([left, right, isMixed]) => {
        const ceiling = plainPolicy(left);
        const granted = isMixed ? plainPolicy({ ...right, origins: left.origins, maxAge: left.maxAge }) : ceiling;
        if (!isSameGrant(grantOf(granted), ceiling)) return;
        same += 1;
        expect([firstExcess(grantOf(granted), ceiling), firstExcess(grantOf(ceiling), granted)]).toEqual([
          undefined,
          undefined,
        ]);
      }),
      { numRuns: 300 },
    );
    expect(same).toBeGreaterThan(50);
  });

  test('a grant to everyone, to null or of what cannot be read is none', () => {
    const each = policy();
    const [everyone, toNull, unread] = [
      { ...grantOf(each), anyOrigin: 'Star' as const },
      { ...grantOf(each), nullOrigin: true },
      { ...grantOf(each), unread: '(a|b)+' },
    ];
    expect([everyone, toNull, unread].map((grant) => isSameGrant(grant, each))).toEqual([false, false, false]);
    expect(isSameGrant(grantOf(each), each)).toBe(true);
  });
});

describe('firstOverreach', () => {
  test('the witness of origins is one, granted by the one and not by the other', () => {
    let shown = 0;
    fc.assert(
      fc.property(hostilePolicy(), hostilePolicy(), (left, right) => {
        const [granted, ceiling] = [
          plainPolicy(left),
          plainPolicy({ ...right, allowCredentials: left.allowCredentials }),
        ];
        const found = firstOverreach(grantOf(granted), ceiling);
        if (found?.part !== 'origins' || found.unproven) return;
        shown += 1;
        expect(naiveMatch(granted.origins, found.witness), found.witness).toBe(true);
        expect(naiveMatch(ceiling.origins, found.witness), found.witness).toBe(false);
      }),
      { numRuns: 300 },
    );
    expect(shown).toBeGreaterThan(50);
  });

  test('what cannot be read is named, and counts as outside', () => {
    const everything = { ...grantOf(policy({ origins: origins('*') })), unread: '(a|b)+' };
    expect(firstOverreach(everything, policy())).toEqual({ part: 'origins', witness: '(a|b)+', unproven: true });
  });
});

describe('firstExcess', () => {
  test('a policy is inside itself', () => {
    fc.assert(
      fc.property(hostilePolicy(), (each) => {
        const plain = plainPolicy(each);
        expect(firstExcess(grantOf(plain), plain)).toBeUndefined();
      }),
    );
  });

  test('what is inside grants nothing that the ceiling refuses', () => {
    let inside = 0;
    const pairs = fc.tuple(hostilePolicy(), hostilePolicy(), fc.boolean()).map(([left, right, isSame]) => {
      const granted = plainPolicy(left);
      return { granted, ceiling: plainPolicy(isSame ? merge(left, right) : right) };
    });
    fc.assert(
      fc.property(
        pairs.chain((pair) =>
          fc.tuple(fc.constant(pair), fc.array(hostileRequest(pair.granted), { minLength: 3, maxLength: 3 })),
        ),
        ([{ granted, ceiling }, requests]) => {
          if (firstExcess(grantOf(granted), ceiling) !== undefined) return;
          inside += 1;
          for (const request of requests) {
            if (naiveGrant(granted, request))
              expect(naiveGrant(ceiling, request), JSON.stringify({ granted, ceiling, request })).toBe(true);
          }
        },
      ),
      { numRuns: 400 },
    );
    expect(inside).toBeGreaterThan(20);
  });

  test.each([
    {
      name: 'an exact origin under a wildcard',
      granted: ['https://x.a.com'],
      ceiling: ['https://*.a.com'],
      expected: undefined,
    },
    { name: 'one label too deep', granted: ['https://y.x.a.com'], ceiling: ['1 https://*.a.com'], expected: 'origins' },
    {
      name: 'one label under any depth',
      granted: ['1 https://*.a.com'],
      ceiling: ['https://*.a.com'],
      expected: undefined,
    },
    {
      name: 'any depth under one label',
      granted: ['https://*.a.com'],
      ceiling: ['1 https://*.a.com'],
      expected: 'origins',
    },
    { name: 'a deeper wildcard', granted: ['https://*.b.a.com'], ceiling: ['https://*.a.com'], expected: undefined },
    {
      name: 'a wildcard without a dot before it',
      granted: ['https://*.xa.com'],
      ceiling: ['https://*.a.com'],
      expected: 'origins',
    },
    { name: 'another scheme', granted: ['http://*.a.com'], ceiling: ['https://*.a.com'], expected: 'origins' },
    { name: 'another port', granted: ['https://*.a.com:8443'], ceiling: ['https://*.a.com'], expected: 'origins' },
    {
      name: 'the same regex',
      granted: ['https://[a-z]+\\.com'],
      ceiling: ['https://[a-z]+\\.com'],
      expected: undefined,
    },
    {
      name: 'an exact origin under a regex',
      granted: ['https://b.com'],
      ceiling: ['https://[a-z]+\\.com'],
      expected: undefined,
    },
    {
      name: 'a regex inside another one',
      granted: ['https://[a]+\\.com'],
      ceiling: ['https://[a-z]+\\.com'],
      expected: undefined,
    },
    {
      name: 'a regex without its anchor',
      granted: ['https://[a-z]+\\.com.*'],
      ceiling: ['https://[a-z]+\\.com'],
      expected: 'origins',
    },
    {
      name: 'a regex with an unescaped dot',
      granted: ['https://[a-z]+.com'],
      ceiling: ['https://[a-z]+\\.com', 'https://*.com'],
      expected: 'origins',
    },
    { name: 'everything under everything', granted: ['*'], ceiling: ['*'], expected: undefined },
    { name: 'everything under something', granted: ['*'], ceiling: ['https://a.com'], expected: 'origins' },
  ])('$name', ({ granted, ceiling, expected }) => {
    expect(excess({ origins: origins(...granted) }, { origins: origins(...ceiling) })).toBe(expected);
  });

  test.each([
    { name: 'methods', granted: { allowMethods: ['GET', 'PUT'] }, ceiling: { allowMethods: [] }, expected: 'methods' },
    {
      name: 'safelisted methods',
      granted: { allowMethods: ['GET', 'HEAD', 'POST'] },
      ceiling: {},
      expected: undefined,
    },
    {
      name: 'every method under every method',
      granted: { allowMethods: ['*'] },
      ceiling: { allowMethods: ['*'] },
      expected: undefined,
    },
    {
      name: 'every method under some',
      granted: { allowMethods: ['*'] },
      ceiling: { allowMethods: ['PUT'] },
      expected: 'methods',
    },
    {
      name: 'headers in another case',
      granted: { allowHeaders: ['x-a'] },
      ceiling: { allowHeaders: ['X-A'] },
      expected: undefined,
    },
    { name: 'headers', granted: { allowHeaders: ['x-a'] }, ceiling: {}, expected: 'request headers' },
    {
      name: 'Authorization under an anonymous star',
      granted: { allowHeaders: ['Authorization'] },
      ceiling: { allowHeaders: ['*'] },
      expected: 'request headers',
    },
    {
      name: 'Authorization beside it',
      granted: { allowHeaders: ['*', 'authorization'] },
      ceiling: { allowHeaders: ['*', 'Authorization'] },
      expected: undefined,
    },
    {
      name: 'a star with credentials under some headers',
      granted: { allowHeaders: ['*'], allowCredentials: true },
      ceiling: { allowHeaders: ['X-A'], allowCredentials: true },
      expected: 'request headers',
    },
    { name: 'exposed headers', granted: { exposeHeaders: ['X-A'] }, ceiling: {}, expected: 'exposed headers' },
    {
      name: 'exposed headers that are safelisted',
      granted: { exposeHeaders: ['Expires'] },
      ceiling: {},
      expected: undefined,
    },
    {
      name: 'everything exposed under credentials',
      granted: { exposeHeaders: ['*'] },
      ceiling: { exposeHeaders: ['*'], allowCredentials: true },
      expected: undefined,
    },
    { name: 'credentials', granted: { allowCredentials: true }, ceiling: {}, expected: 'credentials' },
    { name: 'a longer time', granted: { maxAge: 600 }, ceiling: {}, expected: 'maxAge' },
    { name: 'the time that browsers assume', granted: { maxAge: 5 }, ceiling: {}, expected: undefined },
    { name: 'no time under 0', granted: {}, ceiling: { maxAge: 0 }, expected: 'maxAge' },
  ])('$name', ({ granted, ceiling, expected }) => {
    expect(excess(granted, ceiling)).toBe(expected);
  });

  test('the origin null is in no policy but one for everyone', () => {
    expect(excess({}, {}, { nullOrigin: true })).toBe('origins');
    expect(excess({}, { origins: origins('*') }, { nullOrigin: true })).toBeUndefined();
  });

  test('an echo of any origin is in no policy that names origins', () => {
    expect(excess({ origins: origins('*') }, {}, { anyOrigin: 'Echo' })).toBe('origins');
  });
});

function merge(left: Policy, right: Policy): Policy {
  return {
    origins: {
      any: left.origins.any,
      exact: [...left.origins.exact, ...right.origins.exact],
      wildcards: [...left.origins.wildcards, ...right.origins.wildcards],
      regexes: [...left.origins.regexes, ...right.origins.regexes],
    },
    allowMethods: [...left.allowMethods, ...right.allowMethods],
    allowHeaders: [...left.allowHeaders, ...right.allowHeaders],
    exposeHeaders: [...left.exposeHeaders, ...right.exposeHeaders],
    allowCredentials: left.allowCredentials,
    maxAge: left.maxAge,
  };
}
