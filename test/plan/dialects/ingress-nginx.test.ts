import { describe, expect, test } from 'vitest';
import type { Speaker } from '../../../src/plan/dialect.ts';
import { ingressNginx } from '../../../src/plan/dialects/ingress-nginx.ts';
import { fixtures } from '../../contract/dialect-fixtures.ts';

function speaker(annotationPrefix?: string): Speaker {
  const [controller] = fixtures['ingress-nginx'].controllers;
  if (controller === undefined) throw new Error('no controller');
  return ingressNginx.open({ ...controller.context, annotationPrefix });
}

const POLICY = {
  origins: { any: true, exact: [], wildcards: [], regexes: [] },
  allowMethods: [],
  allowHeaders: [],
  exposeHeaders: [],
  allowCredentials: false,
};

describe('ingress-nginx', () => {
  test.each([
    { name: 'the usual prefix', prefix: undefined, key: 'nginx.ingress.kubernetes.io/enable-cors' },
    { name: 'another prefix', prefix: 'nginx.example.com', key: 'nginx.example.com/enable-cors' },
  ])('$name is written, read and switched off', ({ prefix, key }) => {
    const said = speaker(prefix).express(POLICY)(fixtures['ingress-nginx'].route());
    expect(said.ok ? said.changes.annotations[key] : said.message).toBe('true');
    const standing = fixtures['ingress-nginx'].route({ annotations: { [key]: 'true' } });
    expect(speaker(prefix).read(standing, []).kind).toBe('On');
    expect(speaker(prefix).off(standing).annotations[key]).toBe('false');
  });

  test('all seven annotations are said, the one without a permissive default as absent', () => {
    const said = speaker().express(POLICY)(fixtures['ingress-nginx'].route());
    expect(said.ok ? said.changes.annotations : {}).toEqual({
      'nginx.ingress.kubernetes.io/enable-cors': 'true',
      'nginx.ingress.kubernetes.io/cors-allow-origin': '*',
      'nginx.ingress.kubernetes.io/cors-allow-methods': 'GET,HEAD,POST',
      'nginx.ingress.kubernetes.io/cors-allow-headers': 'Keep-Alive',
      'nginx.ingress.kubernetes.io/cors-allow-credentials': 'false',
      'nginx.ingress.kubernetes.io/cors-expose-headers': null,
      'nginx.ingress.kubernetes.io/cors-max-age': '5',
    });
  });

  test.each([
    {
      name: 'a snippet that sets CORS headers',
      key: 'configuration-snippet',
      value: 'add_header access-control-allow-origin *;',
      isForeign: true,
    },
    {
      name: 'a server snippet',
      key: 'server-snippet',
      value: 'more_set_headers "Access-Control-Max-Age: 1";',
      isForeign: true,
    },
    { name: 'another snippet', key: 'configuration-snippet', value: 'add_header X-A b;', isForeign: false },
    { name: 'another annotation', key: 'proxy-body-size', value: 'Access-Control-Allow-Origin', isForeign: false },
  ])('foreign CORS: $name', ({ key, value, isForeign }) => {
    const route = fixtures['ingress-nginx'].route({ annotations: { [`nginx.ingress.kubernetes.io/${key}`]: value } });
    expect(speaker().foreignCors(route) !== undefined).toBe(isForeign);
  });
});
