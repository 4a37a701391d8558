import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compilePolicy, packedBuffers, packPolicy, unpackPolicy } from '../../src/cors/compiled-policy.ts';
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

describe('packPolicy', () => {
  test('packPolicy: a packed policy that went to another thread decides the same', () => {
    const request = hostilePolicy().chain((policy) =>
      hostileRequest(policy).map((value) => ({ policy, request: value })),
    );
    fc.assert(
      fc.property(request, ({ policy, request: asked }) => {
        const packed = packPolicy(policy);
        const sent = structuredClone(packed, { transfer: packedBuffers(packed) });
        expect(decide(unpackPolicy(sent), asked)).toEqual(decide(compilePolicy(policy), asked));
      }),
    );
  });

  test('packedBuffers: what is large is handed over, not copied', () => {
    const packed = packPolicy(LARGE);
    const sent = structuredClone(packed, { transfer: packedBuffers(packed) });
    expect(packed.matcher.exact.bytes.byteLength).toBe(0);
    expect(packed.matcher.exact.slots.byteLength).toBe(0);
    expect(packed.matcher.anyDepth.slots.byteLength).toBe(0);
    expect(packed.matcher.regexes[0]?.next.byteLength).toBe(0);
    const policy = unpackPolicy(sent);
    for (const origin of [
      'https://shop-999.example.com',
      'https://a.b.preview.example.com',
      'https://team-7.example.com',
      'http://localhost:3000',
    ]) {
      expect(decide(policy, preflight(origin)).granted).toBe(true);
    }
    expect(decide(policy, preflight('https://shop-1000.example.com')).granted).toBe(false);
  });

  test('packedBuffers: each buffer once, however empty the policy', () => {
    const buffers = packedBuffers(
      packPolicy({ ...LARGE, origins: { any: true, exact: [], wildcards: [], regexes: [] } }),
    );
    expect(new Set(buffers).size).toBe(buffers.length);
  });

  test('packPolicy: equal policies give equal bytes', () => {
    expect(packPolicy(LARGE)).toEqual(packPolicy(structuredClone(LARGE)));
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
  ])('packPolicy: $name grants $expected', ({ any, credentials, expected }) => {
    const policy = { ...LARGE, origins: { ...LARGE.origins, any }, allowCredentials: credentials };
    expect(packPolicy(policy).grants).toBe(expected);
  });
});
