import { describe, expect, test } from 'vitest';
import type { KubernetesObject } from '../../../../src/model/kubernetes-object.ts';
import type { Reading } from '../../../../src/plan/dialect.ts';
import { headerConfigurations, indexMiddlewares } from '../../../../src/plan/dialects/traefik/middlewares.ts';
import { readConfigurations, setsCorsHeaders } from '../../../../src/plan/dialects/traefik/reading.ts';

type Fields = Readonly<Record<string, unknown>>;

const STRIP = {
  'Access-Control-Allow-Origin': '',
  'Access-Control-Allow-Credentials': '',
  'Access-Control-Expose-Headers': '',
};

function read(version: string | undefined, ...chain: readonly Fields[]): Reading {
  return readConfigurations(chain, version);
}

function middleware(name: string, spec: Fields, namespace = 'shop'): KubernetesObject {
  return { apiVersion: 'traefik.io/v1alpha1', kind: 'Middleware', metadata: { name, namespace }, spec };
}

describe('readConfigurations', () => {
  test.each([
    {
      name: 'nothing about origins',
      headers: { accessControlAllowMethods: ['PUT'], accessControlAllowCredentials: true },
    },
    { name: 'security headers only', headers: { frameDeny: true } },
    { name: 'nothing', headers: {} },
  ])('off: $name', ({ headers }) => {
    expect(read('3.7.13', headers)).toEqual({ kind: 'Off' });
  });

  test.each([
    { version: '3.7.13', anyOrigin: 'Echo', allowCredentials: true },
    { version: '3.6.22', anyOrigin: 'Echo', allowCredentials: true },
    { version: '3.7.0', anyOrigin: 'Star', allowCredentials: false },
    { version: '3.6.21', anyOrigin: 'Star', allowCredentials: false },
    { version: undefined, anyOrigin: 'Echo', allowCredentials: true },
  ])('a star with credentials in $version', ({ version, anyOrigin, allowCredentials }) => {
    const headers = { accessControlAllowOriginList: ['*'], accessControlAllowCredentials: true };
    expect(read(version, headers)).toMatchObject({ anyOrigin, policy: { allowCredentials, origins: { any: true } } });
  });

  test.each([
    { version: '3.7.13', maxAge: 5 },
    { version: '3.5.0', maxAge: 0 },
    { version: undefined, maxAge: 5 },
  ])('no time at all in $version', ({ version, maxAge }) => {
    const reading = read(version, { accessControlAllowOriginList: ['https://a.com'] });
    expect(reading.kind === 'On' ? reading.policy.maxAge : 'not on').toBe(maxAge);
  });

  test('a regex that is too complex counts as matching everything, and is named', () => {
    const regex = '^(?:app://(?:[A-Za-z0-9_-]{1,63}.)+localhost.app.0a.a:3000)$';
    const headers = { accessControlAllowOriginListRegex: [regex], accessControlAllowOriginList: ['https://a.com'] };
    expect(read('3.7.13', headers)).toMatchObject({ unread: regex, policy: { origins: { any: true } } });
  });

  test('an origin before the star is echoed with credentials in every version', () => {
    const headers = { accessControlAllowOriginList: ['https://a.com', '*'], accessControlAllowCredentials: true };
    expect(read('3.5.0', headers)).toMatchObject({ anyOrigin: 'Echo', policy: { allowCredentials: true } });
  });

  test.each([
    { name: 'a regex that is open matches anywhere', regex: 'https://a\\.com', expected: ['.*(?:https://a\\.com).*'] },
    {
      name: 'a regex that is closed is read as it is',
      regex: '^(?:https://[a-z]+\\.com)$',
      expected: ['https://[a-z]+\\.com'],
    },
  ])('$name', ({ regex, expected }) => {
    expect(read('3.7.13', { accessControlAllowOriginListRegex: [regex] })).toMatchObject({
      policy: { origins: { regexes: expected } },
    });
  });

  test('a regex that is not RE2 takes the whole route away', () => {
    expect(read('3.7.13', { accessControlAllowOriginListRegex: ['(?=a)'] })).toMatchObject({ kind: 'Invalid' });
  });

  test('a regex too complex to be told counts as matching everything', () => {
    const regex = `^(?:https://${'(?:a|b)?'.repeat(40)}[ab]{60}.*[ab].{30}x)$`;
    const reading = read('3.7.13', { accessControlAllowOriginListRegex: [regex, regex.replace('x', 'y')] });
    expect(reading).toMatchObject({ kind: 'On' });
  });

  test.each([
    { name: 'in the list', headers: { accessControlAllowOriginList: ['null', 'https://a.com'] }, expected: true },
    { name: 'by a regex', headers: { accessControlAllowOriginListRegex: ['n.ll'] }, expected: true },
    {
      name: 'as a fixed header',
      headers: { customResponseHeaders: { 'Access-Control-Allow-Origin': 'null' } },
      expected: true,
    },
    { name: 'not at all', headers: { accessControlAllowOriginList: ['https://a.com'] }, expected: false },
  ])('the origin null $name', ({ headers, expected }) => {
    expect(read('3.7.13', headers)).toMatchObject({ nullOrigin: expected });
  });

  test('what is outside strips what is behind it', () => {
    const ours = { accessControlAllowOriginList: ['https://a.com'], customResponseHeaders: STRIP };
    const behind = { accessControlAllowOriginList: ['*'], accessControlAllowMethods: ['*'] };
    expect(read('3.7.13', ours, behind)).toMatchObject({ policy: { origins: { any: false }, allowMethods: [] } });
    expect(read('3.7.13', behind, ours)).toMatchObject({ policy: { origins: { any: true } } });
  });

  test('stripping without answering preflights leaves those to what is behind', () => {
    expect(read('3.7.13', { customResponseHeaders: STRIP }, { accessControlAllowOriginList: ['*'] })).toMatchObject({
      kind: 'On',
    });
  });

  test('fields of wrong types are nothing', () => {
    const headers = {
      accessControlAllowOriginList: 'https://a.com',
      accessControlAllowOriginListRegex: [1],
      accessControlMaxAge: '600',
      customResponseHeaders: [],
    };
    expect(read('3.7.13', headers)).toEqual({ kind: 'Off' });
  });
});

describe('setsCorsHeaders', () => {
  test.each([
    { name: 'a CORS field', headers: { accessControlAllowMethods: ['PUT'] }, expected: true },
    {
      name: 'a fixed header',
      headers: { customResponseHeaders: { 'access-control-allow-origin': '*' } },
      expected: true,
    },
    {
      name: 'a header that is taken away',
      headers: { customResponseHeaders: { 'Access-Control-Allow-Origin': '' } },
      expected: false,
    },
    { name: 'other headers', headers: { customResponseHeaders: { 'X-A': 'b' }, frameDeny: true }, expected: false },
  ])('$name', ({ headers, expected }) => {
    expect(setsCorsHeaders(headers)).toBe(expected);
  });
});

describe('headerConfigurations', () => {
  test('follows chains, also into other namespaces, in their order', () => {
    const inner = middleware('inner', { headers: { frameDeny: true } }, 'infra');
    const local = middleware('local', { headers: { accessControlAllowOriginList: ['*'] } });
    const chain = middleware('chain', {
      chain: { middlewares: [{ name: 'inner', namespace: 'infra' }, { name: 'local' }, { name: 'gone' }] },
    });
    const found = headerConfigurations(chain, indexMiddlewares([inner, local, chain]));
    expect(found).toEqual([{ frameDeny: true }, { accessControlAllowOriginList: ['*'] }]);
  });

  test('chains that name one another come to an end', () => {
    const one = middleware('one', {
      chain: { middlewares: [{ name: 'two' }, { name: 'two' }] },
      headers: { frameDeny: true },
    });
    const two = middleware('two', { chain: { middlewares: [{ name: 'one' }, { name: 'two' }] } });
    expect(headerConfigurations(one, indexMiddlewares([one, two]))).toEqual([{ frameDeny: true }]);
  });

  test('objects of other groups are no Middlewares', () => {
    const other = { ...middleware('a', {}), apiVersion: 'example.com/v1' };
    expect(indexMiddlewares([other]).find('shop-a@kubernetescrd')).toEqual([]);
  });
});
