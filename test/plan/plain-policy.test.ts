import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { normalizeMethod } from '../../src/cors/method.ts';
import { parseOriginPattern, type Wildcard } from '../../src/cors/origin-pattern.ts';
import type { OriginSet, Policy } from '../../src/cors/policy.ts';
import { plainPolicy } from '../../src/plan/plain-policy.ts';
import { naiveGrant } from '../cors/naive-decision.ts';
import { hostilePolicy, hostileRequest } from '../support/cors-policies.ts';

function wildcard(text: string, depth: 'Any' | 'Single'): Wildcard {
  const pattern = parseOriginPattern(text, depth);
  if (pattern?.kind !== 'wildcard') throw new Error(`${text} is no wildcard`);
  return pattern.wildcard;
}

function policy(fields: Partial<Policy> & { origins?: OriginSet }): Policy {
  const origins = { any: false, exact: ['https://a.com'], wildcards: [], regexes: [] };
  return { origins, allowMethods: [], allowHeaders: [], exposeHeaders: [], allowCredentials: false, ...fields };
}

function origins(fields: Partial<OriginSet>): OriginSet {
  return { any: false, exact: [], wildcards: [], regexes: [], ...fields };
}

describe('plainPolicy', () => {
  test('means the same as the policy', () => {
    const effective = hostilePolicy().map((each) => ({
      ...each,
      allowMethods: each.allowMethods.map(normalizeMethod),
    }));
    fc.assert(
      fc.property(
        effective.chain((each) => fc.tuple(fc.constant(each), hostileRequest(each))),
        ([each, request]) => {
          // Browsers never ask for a forbidden header, and Fetch never sends one.
          if (/keep-alive|cookie|host/i.test(request.requestHeaders ?? '')) return;
          expect(naiveGrant(plainPolicy(each), request)).toBe(naiveGrant(each, request));
        },
      ),
      { numRuns: 500 },
    );
  });

  test('is its own plain policy', () => {
    fc.assert(
      fc.property(hostilePolicy(), (each) => {
        expect(plainPolicy(plainPolicy(each))).toEqual(plainPolicy(each));
      }),
    );
  });

  test.each([86_401, -1, 1.5, Number.NaN])('maxAge %d counts as none', (maxAge) => {
    expect(plainPolicy(policy({ maxAge }))).not.toHaveProperty('maxAge');
  });

  test('one label is left out where any depth covers it, for the same name or a parent', () => {
    const wildcards = [
      wildcard('https://*.a.com', 'Any'),
      wildcard('https://*.a.com', 'Single'),
      wildcard('https://*.b.a.com', 'Single'),
      wildcard('https://*.a.com:8443', 'Single'),
      wildcard('https://*.xa.com', 'Single'),
    ];
    const { origins: plain } = plainPolicy(policy({ origins: origins({ wildcards }) }));
    expect(plain.wildcards.map((each) => `${each.base}:${each.port} ${each.depth}`)).toEqual([
      'a.com: Any',
      'a.com:8443 Single',
      'xa.com: Single',
    ]);
  });

  test('every origin with credentials leaves no origin at all', () => {
    const each = policy({ origins: origins({ any: true, exact: ['https://a.com'] }), allowCredentials: true });
    expect(plainPolicy(each).origins).toEqual(origins({}));
  });

  test('what is no origin and no regex is left out', () => {
    const each = policy({
      origins: origins({ exact: ['https://A.com', 'null', 'https://b.com'], regexes: ['(', 'https://c'] }),
    });
    expect(plainPolicy(each).origins).toEqual(origins({ exact: ['https://b.com'], regexes: ['https://c'] }));
  });

  test.each([
    {
      name: 'methods as browsers send them',
      from: { allowMethods: ['put', 'patch', 'PUT', 'P T'] },
      to: { allowMethods: ['PUT', 'patch'] },
    },
    {
      name: 'a star makes the other methods redundant',
      from: { allowMethods: ['PUT', '*'] },
      to: { allowMethods: ['*'] },
    },
    {
      name: 'headers once, whatever their case',
      from: { allowHeaders: ['x-a', 'X-A', 'B'] },
      to: { allowHeaders: ['B', 'X-A'] },
    },
    {
      name: 'headers that no script can send',
      from: { allowHeaders: ['Cookie', 'X-A'] },
      to: { allowHeaders: ['X-A'] },
    },
    {
      name: 'Authorization beside an anonymous star',
      from: { allowHeaders: ['X-A', 'authorization', '*'] },
      to: { allowHeaders: ['*', 'authorization'] },
    },
    {
      name: 'a star with credentials covers it',
      from: { allowHeaders: ['Authorization', '*'], allowCredentials: true },
      to: { allowHeaders: ['*'] },
    },
    {
      name: 'headers that no script can read',
      from: { exposeHeaders: ['Set-Cookie', 'X-A'] },
      to: { exposeHeaders: ['X-A'] },
    },
    { name: 'a time', from: { maxAge: 0 }, to: { maxAge: 0 } },
  ])('$name', ({ from, to }) => {
    expect(plainPolicy(policy(from))).toMatchObject(to);
  });
});
