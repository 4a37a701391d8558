import { describe, expect, test } from 'vitest';
import type { Policy } from '../../../src/cors/policy.ts';
import type { Route } from '../../../src/model/route.ts';
import type { ClassContext, Speaker } from '../../../src/plan/dialect.ts';
import { gatewayApi } from '../../../src/plan/dialects/gateway-api.ts';
import { fixtures } from '../../contract/dialect-fixtures.ts';

const POLICY: Policy = {
  origins: { any: false, exact: ['https://a.com'], wildcards: [], regexes: [] },
  allowMethods: [],
  allowHeaders: ['*', 'Authorization'],
  exposeHeaders: [],
  allowCredentials: false,
};

function open(controller = 'example.com/x', fields: Partial<ClassContext> = {}): Speaker {
  const [first] = fixtures['gateway-api'].controllers;
  if (first?.context.routeClass === undefined) throw new Error('no class');
  const routeClass = { ...first.context.routeClass, controller };
  return gatewayApi.open({ ...first.context, routeClass, ...fields });
}

function route(...rules: readonly unknown[]): Route {
  const base = fixtures['gateway-api'].route();
  return { ...base, object: { ...base.object, spec: { rules } }, rules: rules.map((_, index) => index) };
}

function losses(speaker: Speaker): readonly string[] {
  const said = speaker.express(POLICY)(route({}));
  return said.ok ? said.losses.map((loss) => loss.code) : [said.reason];
}

describe('gateway-api', () => {
  test.each([
    { name: 'advertised', fields: {}, expected: true },
    { name: 'not advertised', features: ['HTTPRoute'], fields: {}, expected: false },
    { name: 'no status', features: undefined, fields: {}, expected: false },
    { name: 'no class in the input', fields: { routeClass: undefined }, expected: false },
    { name: 'vouched for by the platform', fields: { routeClass: undefined, named: true }, expected: true },
  ])('the feature: $name', ({ fields, expected, ...given }) => {
    const [first] = fixtures['gateway-api'].controllers;
    const routeClass = first?.context.routeClass;
    if (first === undefined || routeClass === undefined) throw new Error('no class');
    const { supportedFeatures: _, ...bare } = routeClass;
    const named =
      'features' in given
        ? { ...bare, ...(given.features === undefined ? {} : { supportedFeatures: given.features }) }
        : routeClass;
    const speaker = gatewayApi.open({ ...first.context, routeClass: named, ...fields });
    expect(speaker.express(POLICY)(route({})).ok).toBe(expected);
  });

  test('losses depend on the implementation', () => {
    expect(losses(open('istio.io/gateway-controller'))).not.toContain('AuthorizationNotCovered');
    expect(losses(open('istio.io/gateway-controller'))).toContain('NoVary');
    expect(losses(open('gateway.nginx.org/nginx-gateway-controller'))).toContain('DuplicatesUpstream');
    expect(losses(open())).toEqual(
      expect.arrayContaining(['VaryUnspecified', 'AuthorizationNotCovered', 'DuplicatesUpstream']),
    );
  });

  test('a rule that preflights never reach stops it, but for the implementation that adds a route for them', () => {
    const post = route({ matches: [{ method: 'POST' }] });
    expect(open().express(POLICY)(post)).toMatchObject({ ok: false, reason: 'MethodMatch' });
    expect(open('gateway.envoyproxy.io/gatewayclass-controller').express(POLICY)(post).ok).toBe(true);
  });

  test('a rule with no place for a filter stops it, one that has a CORS filter already does not', () => {
    const full = Array.from({ length: 16 }, () => ({ type: 'RequestMirror' }));
    expect(open().express(POLICY)(route({ filters: full }))).toMatchObject({ ok: false, reason: 'RouteShape' });
    expect(open().express(POLICY)(route({ filters: [...full.slice(1), { type: 'CORS', cors: {} }] })).ok).toBe(true);
    expect(open().express(POLICY)(route())).toMatchObject({ ok: false, reason: 'RouteShape' });
  });

  test.each([
    {
      name: 'a header modifier of a rule',
      rule: { filters: [{ responseHeaderModifier: { set: [{ name: 'Access-Control-Max-Age', value: '1' }] } }] },
      isForeign: true,
    },
    {
      name: 'one of a backend',
      rule: {
        backendRefs: [
          { filters: [{ responseHeaderModifier: { add: [{ name: 'access-control-allow-origin', value: '*' }] } }] },
        ],
      },
      isForeign: true,
    },
    {
      name: 'a CORS filter of a backend',
      rule: { backendRefs: [{ filters: [{ type: 'CORS', cors: {} }] }] },
      isForeign: true,
    },
    {
      name: 'a header that is taken away',
      rule: { filters: [{ responseHeaderModifier: { remove: ['Access-Control-Allow-Origin'] } }] },
      isForeign: false,
    },
    {
      name: 'other headers',
      rule: { filters: [{ responseHeaderModifier: { set: [{ name: 'Vary', value: 'Origin' }] } }] },
      isForeign: false,
    },
    {
      name: 'things of other shapes',
      rule: { filters: 'none', backendRefs: [null, { filters: {} }] },
      isForeign: false,
    },
  ])('foreign CORS: $name', ({ rule, isForeign }) => {
    expect(open().foreignCors(route(rule)) !== undefined).toBe(isForeign);
  });

  test('rules that differ are read as everything that any of them grants', () => {
    const cors = (...allowOrigins: readonly string[]): unknown => ({
      filters: [{ type: 'CORS', cors: { allowOrigins } }],
    });
    const reading = open().read(route(cors('https://a.com'), {}, cors('https://b.com')), []);
    expect(reading).toMatchObject({ kind: 'On', policy: { origins: { exact: ['https://a.com', 'https://b.com'] } } });
  });
});
