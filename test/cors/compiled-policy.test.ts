import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compilePolicy, transferableBuffers } from '../../src/cors/compiled-policy.ts';
import { decide } from '../../src/cors/decision.ts';
import type { Policy } from '../../src/cors/policy.ts';
import { hostilePolicy, hostileRequest } from '../support/cors-policies.ts';

const LARGE: Policy = {
  origins: {
    any: false,
    exact: Array.from({ length: 1000 }, (_, index) => `https://shop-${index}.example.com`),
    wildcards: [{ scheme: 'https', base: 'preview.example.com', port: '', depth: 'Any' }],
    regexes: ['https://team-[0-9]+\\.example\\.com', 'http://localhost:[0-9]+'],
  },
  allowMethods: ['PUT'],
  allowHeaders: ['*'],
  exposeHeaders: [],
  allowCredentials: true,
  maxAge: 5,
};

function preflight(origin: string) {
  return { method: 'OPTIONS', origin, requestMethod: 'PUT', requestHeaders: 'x-a' };
}

describe('compilePolicy', () => {
  test('compilePolicy: a policy that went to another thread decides the same', () => {
    const request = hostilePolicy().chain((policy) =>
      hostileRequest(policy).map((value) => ({ policy, request: value })),
    );
    fc.assert(
      fc.property(request, ({ policy, request: asked }) => {
        const compiled = compilePolicy(policy);
        const sent = structuredClone(compiled, { transfer: transferableBuffers(compiled) });
        expect(decide(sent, asked)).toEqual(decide(compilePolicy(policy), asked));
      }),
    );
  });

  test('transferableBuffers: what is large is handed over, not copied', () => {
    const compiled = compilePolicy(LARGE);
    const sent = structuredClone(compiled, { transfer: transferableBuffers(compiled) });
    expect(compiled.matcher.exact.bytes.byteLength).toBe(0);
    expect(compiled.matcher.exact.slots.byteLength).toBe(0);
    expect(compiled.matcher.anyDepth.slots.byteLength).toBe(0);
    expect(compiled.matcher.regexes[0]?.next.byteLength).toBe(0);
    for (const origin of [
      'https://shop-999.example.com',
      'https://a.b.preview.example.com',
      'https://team-7.example.com',
      'http://localhost:3000',
    ]) {
      expect(decide(sent, preflight(origin)).granted).toBe(true);
    }
    expect(decide(sent, preflight('https://shop-1000.example.com')).granted).toBe(false);
  });

  test('transferableBuffers: each buffer once, however empty the policy', () => {
    const buffers = transferableBuffers(
      compilePolicy({ ...LARGE, origins: { any: true, exact: [], wildcards: [], regexes: [] } }),
    );
    expect(new Set(buffers).size).toBe(buffers.length);
  });

  test('compilePolicy: equal policies give equal bytes', () => {
    expect(compilePolicy(LARGE)).toEqual(compilePolicy(structuredClone(LARGE)));
  });

  test('compilePolicy: does not change what it was given', () => {
    const policy = structuredClone(LARGE);
    compilePolicy(policy);
    expect(policy).toEqual(LARGE);
  });
});

describe('grants', () => {
  test.each([
    { name: 'a list', any: false, credentials: false, expected: 'Matching' },
    { name: 'a list with credentials', any: false, credentials: true, expected: 'Matching' },
    { name: '*', any: true, credentials: false, expected: 'Everyone' },
    { name: '* with credentials', any: true, credentials: true, expected: 'Nobody' },
  ])('compilePolicy: $name grants $expected', ({ any, credentials, expected }) => {
    const policy = { ...LARGE, origins: { ...LARGE.origins, any }, allowCredentials: credentials };
    expect(compilePolicy(policy).grants).toBe(expected);
  });
});
