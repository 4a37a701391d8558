import { describe, expect, test } from 'vitest';
import type { Policy } from '../../src/cors/policy.ts';
import { assembleSnapshot } from '../../src/model/snapshot-assembly.ts';
import { createCeilingCheck, type StandingGrant } from '../../src/resolve/ceiling-check.ts';
import { clusterPolicyObject, namespaceObject } from '../support/cluster-objects.ts';
import { testSettings } from '../support/resolved-cluster.ts';

const NOTHING: Policy = {
  origins: { any: false, exact: [], wildcards: [], regexes: [] },
  allowMethods: [],
  allowHeaders: [],
  exposeHeaders: [],
  allowCredentials: false,
};

function grant(policy: Partial<Policy>, rest: Partial<StandingGrant> = {}): StandingGrant {
  return { policy: { ...NOTHING, ...policy }, anyOrigin: 'No', nullOrigin: false, ...rest };
}

function exact(...origins: readonly string[]): Partial<Policy> {
  return { origins: { any: false, exact: origins, wildcards: [], regexes: [] } };
}

function isBeyond(standing: StandingGrant, spec: Readonly<Record<string, unknown>>, namespace = 'shop'): boolean {
  const objects = [clusterPolicyObject('org', spec), namespaceObject('shop', { team: 'a' })];
  return createCeilingCheck(assembleSnapshot(objects, testSettings))(namespace, standing);
}

const EVERY_ORIGIN: Partial<Policy> = { origins: { any: true, exact: [], wildcards: [], regexes: [] } };
const WILDCARD: Partial<Policy> = {
  origins: {
    any: false,
    exact: [],
    wildcards: [{ scheme: 'https', base: 'a.com', port: '', depth: 'Any' }],
    regexes: [],
  },
};

describe('createCeilingCheck', () => {
  test.each([
    {
      name: 'an origin inside',
      standing: grant(exact('https://a.com')),
      guardrail: { allowOrigins: ['https://a.com'] },
      expected: false,
    },
    {
      name: 'an origin outside',
      standing: grant(exact('https://b.com')),
      guardrail: { allowOrigins: ['https://a.com'] },
      expected: true,
    },
    {
      name: 'an origin in a wildcard',
      standing: grant(exact('https://x.a.com')),
      guardrail: { allowOrigins: ['https://*.a.com'] },
      expected: false,
    },
    {
      name: 'a wildcard outside',
      standing: grant(WILDCARD),
      guardrail: { allowOrigins: ['https://x.a.com'] },
      expected: true,
    },
    { name: 'every origin', standing: grant(EVERY_ORIGIN, { anyOrigin: 'Star' }), guardrail: {}, expected: true },
    {
      name: 'every origin below a star',
      standing: grant(EVERY_ORIGIN, { anyOrigin: 'Star' }),
      guardrail: { allowOrigins: ['*'] },
      expected: false,
    },
    {
      name: 'every origin echoed with credentials, below a star',
      standing: grant({ ...EVERY_ORIGIN, allowCredentials: true }, { anyOrigin: 'Echo' }),
      guardrail: { allowOrigins: ['*'] },
      expected: true,
    },
    { name: 'the origin null', standing: grant(exact(), { nullOrigin: true }), guardrail: {}, expected: true },
    {
      name: 'credentials',
      standing: grant({ allowCredentials: true }),
      guardrail: { allowCredentials: false },
      expected: true,
    },
    {
      name: 'a method',
      standing: grant({ allowMethods: ['DELETE'] }),
      guardrail: { allowMethods: ['PUT'] },
      expected: true,
    },
    {
      name: 'a method that is always allowed',
      standing: grant({ allowMethods: ['GET'] }),
      guardrail: { allowMethods: ['PUT'] },
      expected: false,
    },
    {
      name: 'a header in another case',
      standing: grant({ allowHeaders: ['x-a'] }),
      guardrail: { allowHeaders: ['X-A'] },
      expected: false,
    },
    {
      name: 'every header',
      standing: grant({ allowHeaders: ['*'] }),
      guardrail: { allowHeaders: ['X-A'] },
      expected: true,
    },
    {
      name: 'an exposed header',
      standing: grant({ exposeHeaders: ['X-B'] }),
      guardrail: { exposeHeaders: ['X-A'] },
      expected: true,
    },
    { name: 'a longer time', standing: grant({ maxAge: 601 }), guardrail: { maxAge: 600 }, expected: true },
    { name: 'no time, which means five seconds', standing: grant({}), guardrail: { maxAge: 4 }, expected: true },
  ])('$name: $expected', ({ standing, guardrail, expected }) => {
    expect(isBeyond(standing, { guardrail })).toBe(expected);
  });

  test.each(['Warn', 'Audit'])('%s holds nothing back', (enforcement) => {
    expect(isBeyond(grant(exact('https://b.com')), { enforcement, guardrail: { allowOrigins: [] } })).toBe(false);
  });

  test('a guardrail of other namespaces holds nothing back', () => {
    const spec = { guardrail: { allowOrigins: ['https://a.com'] }, namespaceSelector: { matchLabels: { team: 'b' } } };
    expect(isBeyond(grant(exact('https://b.com')), spec)).toBe(false);
  });

  test('below a guardrail that is not valid nothing is inside, but what grants nothing', () => {
    const spec = { guardrail: { allowOrigins: ['nonsense'] } };
    expect(isBeyond(grant(exact('https://a.com')), spec)).toBe(true);
    expect(isBeyond(grant(exact()), spec)).toBe(false);
  });
});
