import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compilePolicy } from '../../src/cors/compiled-policy.ts';
import { decide } from '../../src/cors/decision.ts';
import type { Policy } from '../../src/cors/policy.ts';
import type { CorsRequest } from '../../src/cors/request.ts';
import { explainDecision, explainNothing, type Verdict } from '../../src/cors/verdict.ts';
import { hostilePolicy, hostileRequest } from '../support/cors-policies.ts';

const POLICY: Policy = {
  origins: { any: false, exact: ['https://a.com', 'https://b.com:8443'], wildcards: [], regexes: ['http://c\\.com'] },
  allowMethods: ['PUT'],
  allowHeaders: ['X-A'],
  exposeHeaders: [],
  allowCredentials: false,
};

const PREFLIGHT: CorsRequest = {
  method: 'OPTIONS',
  origin: 'https://a.com',
  requestMethod: 'PUT',
  requestHeaders: 'x-a',
};

function explain(change: Partial<CorsRequest>, policy: Partial<Policy> = {}): Verdict {
  const whole = { ...POLICY, ...policy };
  return explainDecision(whole, compilePolicy(whole), { ...PREFLIGHT, ...change });
}

const ANY = { any: true, exact: [], wildcards: [], regexes: [] };

describe('explainDecision', () => {
  test.each([
    { name: 'allowed', change: {}, policy: {}, reason: 'OriginAllowed' },
    { name: 'actual request allowed', change: { method: 'GET' }, policy: {}, reason: 'OriginAllowed' },
    { name: 'origin not listed', change: { origin: 'https://x.org' }, policy: {}, reason: 'OriginNotListed' },
    { name: 'origin malformed', change: { origin: 'https://a.com/' }, policy: {}, reason: 'OriginMalformed' },
    { name: 'two origins', change: { origin: 'https://a.com, https://a.com' }, policy: {}, reason: 'OriginMalformed' },
    { name: 'origin empty', change: { origin: '' }, policy: {}, reason: 'OriginMalformed' },
    { name: 'null', change: { origin: 'null' }, policy: {}, reason: 'OriginNull' },
    { name: 'null under *', change: { origin: 'null' }, policy: { origins: ANY }, reason: 'OriginAllowed' },
    { name: 'no origin', change: { origin: undefined, method: 'GET' }, policy: {}, reason: 'NoOrigin' },
    {
      name: 'no origin under *',
      change: { origin: undefined, method: 'GET' },
      policy: { origins: ANY },
      reason: 'OriginAllowed',
    },
    { name: 'method not allowed', change: { requestMethod: 'PATCH' }, policy: {}, reason: 'MethodNotAllowed' },
    { name: 'method malformed', change: { requestMethod: 'PUT, PUT' }, policy: {}, reason: 'MethodMalformed' },
    { name: 'method empty', change: { requestMethod: '' }, policy: {}, reason: 'MethodMalformed' },
    {
      name: 'method malformed under *',
      change: { requestMethod: 'a b' },
      policy: { allowMethods: ['*'] },
      reason: 'MethodMalformed',
    },
    { name: 'header not allowed', change: { requestHeaders: 'x-a, X-B' }, policy: {}, reason: 'HeaderNotAllowed' },
    {
      name: 'authorization under *',
      change: { requestHeaders: 'Authorization' },
      policy: { allowHeaders: ['*'] },
      reason: 'HeaderNotCoveredByWildcard',
    },
    { name: 'header malformed', change: { requestHeaders: 'x a' }, policy: {}, reason: 'HeaderMalformed' },
    {
      name: 'too many headers',
      change: { requestHeaders: 'x-a,'.repeat(129) },
      policy: {},
      reason: 'RequestHeadersTooLarge',
    },
    {
      name: 'origin before method',
      change: { origin: 'https://x.org', requestMethod: '' },
      policy: {},
      reason: 'OriginNotListed',
    },
    {
      name: 'method before header',
      change: { requestMethod: 'PATCH', requestHeaders: 'x a' },
      policy: {},
      reason: 'MethodNotAllowed',
    },
    {
      name: '* with credentials',
      change: {},
      policy: { origins: ANY, allowCredentials: true },
      reason: 'OriginNotListed',
    },
  ])('explainDecision: $name: $reason', ({ change, policy, reason }) => {
    const verdict = explain(change, policy);
    expect(verdict.reason).toBe(reason);
    expect(verdict.allowed).toBe(reason === 'OriginAllowed');
    expect(verdict.message).not.toBe('');
  });

  test('explainDecision: names the entry that covers the origin, also when something else is refused', () => {
    const entry = { list: 'exact', index: 0, text: 'https://a.com' };
    expect(explain({}).entry).toEqual(entry);
    expect(explain({ requestMethod: 'PATCH' }).entry).toEqual(entry);
    expect(explain({ origin: 'http://c.com' }).entry).toEqual({ list: 'regexes', index: 0, text: 'http://c\\.com' });
    expect(explain({ origin: 'https://x.org' }).entry).toBeUndefined();
    expect(explain({}, { origins: ANY }).entry).toEqual({ list: 'any', index: 0, text: '*' });
  });

  test('explainDecision: names the nearest entry of a miss, in the message too', () => {
    const verdict = explain({ origin: 'https://b.com' });
    expect(verdict.nearest).toEqual({ text: 'https://b.com:8443', difference: 'differs in the port' });
    expect(verdict.message).toContain('https://b.com:8443 differs in the port');
    expect(explain({ origin: 'https://A.com/' }).nearest?.difference).toBe('differs in case and the trailing slash');
    expect(explain({}).nearest).toBeUndefined();
  });

  test('explainDecision: names the header at fault, as sent', () => {
    expect(explain({ requestHeaders: 'x-a, X-B' }).header).toBe('X-B');
    expect(explain({ requestHeaders: 'Authorization' }, { allowHeaders: ['*'] }).header).toBe('Authorization');
    expect(explain({}).header).toBeUndefined();
  });

  test('explainDecision: * with credentials is explained, and no entry is called near', () => {
    const verdict = explain({}, { origins: { ...POLICY.origins, any: true }, allowCredentials: true });
    expect(verdict.message).toContain('credentials');
    expect(verdict.nearest).toBeUndefined();
    expect(verdict.entry).toBeUndefined();
  });

  test('explainDecision: the decision is that of decide, and the reason fits it', () => {
    const asked = hostilePolicy().chain((policy) => hostileRequest(policy).map((request) => ({ policy, request })));
    fc.assert(
      fc.property(asked, ({ policy, request }) => {
        const compiled = compilePolicy(policy);
        const verdict = explainDecision(policy, compiled, request);
        expect(verdict.decision).toEqual(decide(compiled, request));
        expect(verdict.allowed).toBe(verdict.decision.granted);
        expect(verdict.reason === 'OriginAllowed').toBe(verdict.allowed);
        expect(verdict.message).toMatch(/^[\x20-\x7e]+$/);
        expect(verdict.message.length).toBeLessThan(700);
      }),
      { numRuns: 300 },
    );
  });

  test('explainDecision: twenty thousand entries are gone through in passing', () => {
    const exact = Array.from({ length: 20_000 }, (_, index) => `https://shop-${index}.example.com`);
    const verdict = explain(
      { origin: 'https://shop-19999.example.com:8443' },
      { origins: { ...POLICY.origins, exact } },
    );
    expect(verdict.nearest?.text).toBe('https://shop-19999.example.com');
  });
});

describe('explainNothing', () => {
  test.each(['Stale', 'NoPolicy'] as const)('explainNothing: %s grants nothing', (reason) => {
    const verdict = explainNothing(reason, PREFLIGHT);
    expect(verdict).toMatchObject({ allowed: false, reason, decision: { granted: false, status: 403 } });
    expect(explainNothing(reason, { ...PREFLIGHT, method: 'GET' }).decision.headers).toEqual(['Vary', 'Origin']);
  });
});
