import { describe, expect, test } from 'vitest';
import type { Reading } from '../../../../src/plan/dialect.ts';
import { readFilters } from '../../../../src/plan/dialects/gateway-api/reading.ts';

function read(cors: Readonly<Record<string, unknown>>): Reading {
  return readFilters([{ type: 'CORS', cors }]);
}

function origins(...allowOrigins: readonly string[]): unknown {
  const reading = read({ allowOrigins });
  return reading.kind === 'On' ? reading.policy.origins : reading.kind;
}

const NONE = { any: false, exact: [], wildcards: [], regexes: [] };

describe('readFilters', () => {
  test.each([
    { name: 'no filter', filters: [] },
    { name: 'other filters', filters: [{ type: 'RequestMirror' }, 'text', null] },
    { name: 'a filter without origins', filters: [{ type: 'CORS', cors: { allowCredentials: true } }] },
  ])('off: $name', ({ filters }) => {
    expect(readFilters(filters)).toEqual({ kind: 'Off' });
  });

  test.each([
    {
      name: 'two filters',
      filters: [
        { type: 'CORS', cors: {} },
        { type: 'CORS', cors: {} },
      ],
    },
    { name: 'no fields', filters: [{ type: 'CORS' }] },
  ])('invalid: $name', ({ filters }) => {
    expect(readFilters(filters)).toMatchObject({ kind: 'Invalid' });
  });

  test('the least filter, with the default of the API server', () => {
    expect(read({ allowOrigins: ['https://a.com'] })).toEqual({
      kind: 'On',
      policy: {
        origins: { ...NONE, exact: ['https://a.com'] },
        allowMethods: [],
        allowHeaders: [],
        exposeHeaders: [],
        allowCredentials: false,
        maxAge: 5,
      },
      anyOrigin: 'No',
      nullOrigin: false,
    });
  });

  test('everyone with credentials is an echo: any site with cookies', () => {
    expect(read({ allowOrigins: ['*'], allowCredentials: true })).toMatchObject({
      anyOrigin: 'Echo',
      policy: { allowCredentials: true, origins: { any: true } },
    });
    expect(read({ allowOrigins: ['*'] })).toMatchObject({ anyOrigin: 'Star' });
  });

  test.each([
    {
      name: 'a wildcard is any depth',
      entries: ['https://*.a.com:8443'],
      expected: { ...NONE, wildcards: [{ scheme: 'https', base: 'a.com', port: '8443', depth: 'Any' }] },
    },
    {
      name: 'case and a default port may mean nothing',
      entries: ['HTTPS://A.com:443'],
      expected: { ...NONE, exact: ['https://a.com'] },
    },
    { name: 'a star for hosts', entries: ['https://*'], expected: { ...NONE, regexes: ['https://.*'] } },
    { name: 'a star inside', entries: ['https://a.*.com'], expected: { ...NONE, regexes: ['https://a\\..*\\.com'] } },
    { name: 'another scheme', entries: ['app://A'], expected: { ...NONE, exact: ['app://A'] } },
    {
      name: 'what is no origin matches nothing',
      entries: ['https://a.com/', 'https://b.com'],
      expected: { ...NONE, exact: ['https://b.com'] },
    },
  ])('$name', ({ entries, expected }) => {
    expect(origins(...entries)).toEqual(expected);
  });

  test('a star for headers covers Authorization, since gateways may echo what is asked', () => {
    expect(read({ allowOrigins: ['*'], allowHeaders: ['*'] })).toMatchObject({
      policy: { allowHeaders: ['*', 'Authorization'] },
    });
  });

  test('headers set by other filters count', () => {
    const modifier = {
      type: 'ResponseHeaderModifier',
      responseHeaderModifier: { set: [{ name: 'Access-Control-Allow-Origin', value: '*' }] },
    };
    expect(readFilters([modifier])).toMatchObject({ kind: 'On', anyOrigin: 'Star' });
    const credentials = {
      responseHeaderModifier: { add: [{ name: 'access-control-allow-credentials', value: 'true' }] },
    };
    const cors = { type: 'CORS', cors: { allowOrigins: ['https://a.com'] } };
    expect(readFilters([cors, credentials])).toMatchObject({
      policy: { allowCredentials: true, origins: { exact: ['https://a.com'] } },
    });
  });
});
