import { describe, expect, test } from 'vitest';
import type { Reading } from '../../../../src/plan/dialect.ts';
import { readValues } from '../../../../src/plan/dialects/ingress-nginx/reading.ts';

const ON = { 'enable-cors': 'true' };

function read(values: Readonly<Record<string, string>>, version: string | undefined = '1.15.1'): Reading {
  return readValues((key) => values[key], version);
}

function exact(value: string, version?: string): unknown {
  const reading = read({ ...ON, 'cors-allow-origin': value }, version);
  return reading.kind === 'On' ? reading.policy.origins : reading.kind;
}

const NONE = { any: false, exact: [], wildcards: [], regexes: [] };
const ANY = { ...NONE, any: true };

describe('readValues', () => {
  test.each(['false', 'no', '', 'yes', ' true'])('enable-cors %j is off', (value) => {
    expect(read({ 'enable-cors': value })).toEqual({ kind: 'Off' });
  });

  test('enable-cors alone opens the route to everyone, without credentials, since browsers block the pair', () => {
    expect(read(ON)).toEqual({
      kind: 'On',
      policy: {
        origins: ANY,
        allowMethods: ['GET', 'PUT', 'POST', 'DELETE', 'PATCH', 'OPTIONS'],
        allowHeaders: [
          'User-Agent',
          'X-Requested-With',
          'If-Modified-Since',
          'Cache-Control',
          'Content-Type',
          'Range',
          'Authorization',
        ],
        exposeHeaders: [],
        allowCredentials: false,
        maxAge: 86_400,
      },
      anyOrigin: 'Star',
      nullOrigin: false,
      sent: {
        'access-control-allow-credentials': 'true',
        'access-control-allow-methods': 'GET, PUT, POST, DELETE, PATCH, OPTIONS',
        'access-control-allow-headers':
          'DNT,Keep-Alive,User-Agent,X-Requested-With,If-Modified-Since,Cache-Control,Content-Type,Range,Authorization',
        'access-control-max-age': '1728000',
      },
    });
  });

  test('credentials are allowed unless they are forbidden', () => {
    const origins = { ...ON, 'cors-allow-origin': 'https://a.com' };
    expect(read(origins)).toMatchObject({ policy: { allowCredentials: true } });
    expect(read({ ...origins, 'cors-allow-credentials': 'no' })).toMatchObject({ policy: { allowCredentials: true } });
    expect(read({ ...origins, 'cors-allow-credentials': 'false' })).toMatchObject({
      policy: { allowCredentials: false },
    });
  });

  test.each([
    'https://*',
    'https://*:8080',
    'https://a.com:*',
    'http://localhost:*',
    'http://[::1]:3000',
    'HTTPS://a.com',
    'https://a_b.com',
    'https://a.com/',
    'https://bücher.example',
    'my+app://a',
    'https://(a|b)\\.com',
    '*,https://a.com',
    'https://a.com,*',
    ' ',
    '',
  ])('%j fails open', (value) => {
    expect(exact(value)).toEqual(ANY);
  });

  test.each([
    'a.com',
    '*.a.com',
    'https://a.com https://b.com',
    'https://a.*.com',
    'https://*.*.a.com',
    'chrome-extension://abc',
  ])('of %j no item is taken, so that CORS is off', (value) => {
    expect(exact(value)).toBe('Off');
  });

  test.each([
    {
      name: 'a comma list with spaces',
      value: 'https://a.com, https://b.com,',
      expected: { ...NONE, exact: ['https://a.com', 'https://b.com'] },
    },
    {
      name: 'items that are not taken are skipped',
      value: 'https://a.com,b.com',
      expected: { ...NONE, exact: ['https://a.com'] },
    },
    {
      name: 'a wildcard is one label',
      value: 'https://*.a.com',
      expected: { ...NONE, wildcards: [{ scheme: 'https', base: 'a.com', port: '', depth: 'Single' }] },
    },
    { name: 'case means nothing', value: 'https://A.com', expected: { ...NONE, exact: ['https://a.com'] } },
    {
      name: 'a default port is never sent',
      value: 'https://a.com:443,https://b.com',
      expected: { ...NONE, exact: ['https://b.com'] },
    },
    { name: 'null matches everything that ends in it', value: 'null', expected: { ...NONE, regexes: ['(?i:.*null)'] } },
    {
      name: 'a scheme in which another ends',
      value: 's://a.com',
      expected: { ...NONE, regexes: ['(?i:.*s://a\\.com)'] },
    },
    {
      name: 'a label alone before a dot',
      value: 'https://*.',
      expected: { ...NONE, regexes: ['(?i:.*https://[A-Za-z0-9\\-]+\\.)'] },
    },
  ])('$name', ({ value, expected }) => {
    expect(exact(value)).toEqual(expected);
  });

  test('null is told', () => {
    expect(read({ ...ON, 'cors-allow-origin': 'https://a.com,null' })).toMatchObject({ nullOrigin: true });
  });

  test.each([
    { version: '1.15.1', expected: { ...NONE, exact: ['capacitor://localhost'] } },
    { version: '1.11.0', expected: ANY },
    { version: undefined, expected: { ...ANY, exact: ['capacitor://localhost'] } },
  ])('a scheme of letters in $version', ({ version, expected }) => {
    const reading = readValues(
      (key) => ({ ...ON, 'cors-allow-origin': 'capacitor://localhost' })[key as 'enable-cors'],
      version,
    );
    expect(reading.kind === 'On' ? reading.policy.origins : reading.kind).toEqual(expected);
  });

  test.each([
    {
      name: 'methods that are not taken bring the defaults',
      values: { 'cors-allow-methods': 'GET; evil' },
      expected: { allowMethods: ['GET', 'PUT', 'POST', 'DELETE', 'PATCH', 'OPTIONS'] },
    },
    {
      name: 'a method that no browser sends',
      values: { 'cors-allow-methods': 'put, PATCH' },
      expected: { allowMethods: ['PATCH'] },
    },
    {
      name: 'methods without commas are one that is no token',
      values: { 'cors-allow-methods': 'GET PUT' },
      expected: { allowMethods: [] },
    },
    {
      name: 'headers that are not taken bring the defaults',
      values: { 'cors-allow-headers': '*' },
      expected: { allowHeaders: expect.arrayContaining(['Authorization']) },
    },
    {
      name: 'a placeholder is nothing',
      values: { 'cors-allow-headers': 'Keep-Alive' },
      expected: { allowHeaders: [] },
    },
    {
      name: 'exposed headers that are not taken are none',
      values: { 'cors-expose-headers': 'X.A' },
      expected: { exposeHeaders: [] },
    },
    { name: 'a time', values: { 'cors-max-age': '600' }, expected: { maxAge: 600 } },
    { name: 'a time that is none brings the default', values: { 'cors-max-age': '10m' }, expected: { maxAge: 86_400 } },
  ])('$name', ({ values, expected }) => {
    expect(read({ ...ON, 'cors-allow-origin': 'https://a.com', ...values })).toMatchObject({ policy: expected });
  });

  test('values are sent as they were taken, what browsers make nothing of included', () => {
    const values = {
      'cors-allow-origin': 'https://a.com',
      'cors-allow-methods': ' put, GET',
      'cors-allow-headers': 'Keep-Alive,X-A',
      'cors-allow-credentials': 'false',
      'cors-expose-headers': 'X-B, *',
      'cors-max-age': '-01',
    };
    expect(read({ ...ON, ...values })).toMatchObject({
      sent: {
        'access-control-allow-methods': 'put, GET',
        'access-control-allow-headers': 'Keep-Alive,X-A',
        'access-control-expose-headers': 'X-B, *',
        'access-control-max-age': '-1',
      },
    });
    expect(read({ ...ON, ...values })).not.toHaveProperty('sent.access-control-allow-credentials');
  });

  test('what versions may send differently is not known', () => {
    const values = { ...ON, 'cors-allow-origin': 'capacitor://localhost' };
    expect(readValues((key) => values[key as 'enable-cors'], undefined)).not.toHaveProperty('sent');
    expect(readValues((key) => values[key as 'enable-cors'], '1.15.1')).toHaveProperty('sent');
  });

  test('a negative time is none for browsers', () => {
    const reading = read({ ...ON, 'cors-max-age': '-1' });
    expect(reading.kind === 'On' ? reading.policy : {}).not.toHaveProperty('maxAge');
  });
});
