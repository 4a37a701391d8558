import { describe, expect, test } from 'vitest';
import { type Gateway, readGateway } from '../../src/model/gateway.ts';
import { readHttpRoute } from '../../src/model/http-route.ts';
import { httpRouteObject } from '../support/cluster-objects.ts';

const backend = { namespace: 'shop', service: 'api', port: 80 };
const backendRefs = [{ name: 'api', port: 80 }];

function gateway(spec: Readonly<Record<string, unknown>>): Gateway {
  const metadata = { name: 'public', namespace: 'infra' };
  return readGateway({ apiVersion: 'gateway.networking.k8s.io/v1', kind: 'Gateway', metadata, spec });
}

const listeners = [
  { name: 'web', port: 80, protocol: 'HTTP' },
  { name: 'shop', port: 443, protocol: 'HTTPS', hostname: '*.shop.example' },
  { name: 'tcp', port: 9000, protocol: 'TCP', hostname: 'tcp.example' },
];

function read(spec: Readonly<Record<string, unknown>>, gateways: ReadonlyMap<string, Gateway> = new Map()) {
  const { routes, issues } = readHttpRoute(httpRouteObject('api', {}, spec), gateways);
  return { routes, issues, reasons: issues.map(({ reason, path }) => `${reason} ${path}`) };
}

describe('readHttpRoute: routes', () => {
  test('rules without names are one route', () => {
    const { routes } = read({ rules: [{ backendRefs }, { backendRefs }] });
    expect(routes.map(({ target, rules }) => [target.sectionName, rules])).toEqual([[undefined, [0, 1]]]);
  });

  test('each name is a route of its own', () => {
    const { routes } = read({ rules: [{ name: 'v1' }, {}, { name: 'v2' }, {}, { name: 'v1' }] });
    expect(routes.map(({ target, rules }) => [target.sectionName, rules])).toEqual([
      ['v1', [0, 4]],
      [undefined, [1, 3]],
      ['v2', [2]],
    ]);
  });

  test('an HTTPRoute without rules is one route without matches', () => {
    const { routes } = read({ rules: undefined });
    expect(routes).toMatchObject([{ rules: [], matches: [] }]);
  });
});

describe('readHttpRoute: matches', () => {
  test('every host with every match, wildcards of any depth', () => {
    const { routes } = read({
      hostnames: ['A.example', '*.b.example'],
      rules: [{ backendRefs, matches: [{ path: { type: 'Exact', value: '/x' }, method: 'GET' }] }],
    });
    expect(routes[0]?.matches).toEqual([
      { host: 'a.example', hostWildcard: 'None', path: '/x', pathType: 'Exact', method: 'GET', backend },
      { host: '*.b.example', hostWildcard: 'Any', path: '/x', pathType: 'Exact', method: 'GET', backend },
    ]);
  });

  test.each([
    { name: 'no matches', rule: {}, expected: { path: '/', pathType: 'Prefix' } },
    { name: 'an empty list', rule: { matches: [] }, expected: { path: '/', pathType: 'Prefix' } },
    { name: 'a match without a path', rule: { matches: [{ method: 'PUT' }] }, expected: { path: '/', method: 'PUT' } },
    {
      name: 'a path without a type',
      rule: { matches: [{ path: { value: '/a' } }] },
      expected: { path: '/a', pathType: 'Prefix' },
    },
    { name: 'headers', rule: { matches: [{ headers: [{ name: 'x', value: 'y' }] }] }, expected: { conditional: true } },
    {
      name: 'query parameters',
      rule: { matches: [{ queryParams: [{ name: 'x', value: 'y' }] }] },
      expected: { conditional: true },
    },
  ])('$name', ({ rule, expected }) => {
    const { routes, issues } = read({ rules: [rule] });
    expect(routes[0]?.matches).toMatchObject([expected]);
    expect(issues).toEqual([]);
  });

  test('a regular expression is left out and reported', () => {
    const matches = [{ path: { type: 'RegularExpression', value: '/a.*' } }, { path: { value: '/b' } }];
    const { routes, issues } = read({ rules: [{ matches }] });
    expect(routes[0]?.matches.map(({ path }) => path)).toEqual(['/b']);
    expect(issues).toMatchObject([
      { severity: 'info', reason: 'RouteMatchUnread', path: 'spec.rules[0].matches[0].path.value' },
    ]);
  });

  test.each([
    {
      name: 'a Service of another namespace',
      refs: [{ name: 'x', namespace: 'other', port: 1 }],
      expected: { namespace: 'other', service: 'x', port: 1 },
    },
    {
      name: 'the first with a weight',
      refs: [
        { name: 'x', port: 1, weight: 0 },
        { name: 'y', port: 2 },
      ],
      expected: { namespace: 'shop', service: 'y', port: 2 },
    },
    { name: 'another kind: none', refs: [{ name: 'x', kind: 'Bucket', group: 'g', port: 1 }], expected: undefined },
    { name: 'no port: none', refs: [{ name: 'x' }], expected: undefined },
    { name: 'no backends: none', refs: undefined, expected: undefined },
  ])('backend: $name', ({ refs, expected }) => {
    const { routes } = read({ rules: [{ backendRefs: refs }] });
    expect(routes[0]?.matches[0]?.backend).toEqual(expected);
  });

  test.each([
    { name: 'all of them', ref: {}, hosts: ['', '*.shop.example'] },
    { name: 'the named one', ref: { sectionName: 'shop' }, hosts: ['*.shop.example'] },
    { name: 'those of the port', ref: { port: 80 }, hosts: [''] },
  ])('without hostnames those of the listeners: $name', ({ ref, hosts }) => {
    const gateways = new Map([['infra/public', gateway({ gatewayClassName: 'c', listeners })]]);
    const { routes } = read(
      { hostnames: undefined, parentRefs: [{ name: 'public', namespace: 'infra', ...ref }] },
      gateways,
    );
    expect(routes[0]?.matches.map(({ host }) => host)).toEqual(hosts);
  });

  test('without hostnames and Gateway every host', () => {
    const { routes } = read({ hostnames: undefined });
    expect(routes[0]?.matches).toMatchObject([{ host: '', hostWildcard: 'None' }]);
  });
});

describe('readHttpRoute: parents', () => {
  test('a Gateway of the input gives its class', () => {
    const gateways = new Map([['infra/public', gateway({ gatewayClassName: 'istio', listeners })]]);
    const { routes } = read({}, gateways);
    expect(routes[0]?.parents).toEqual([
      { className: 'istio', classKind: 'GatewayClass', description: 'Gateway infra/public' },
    ]);
  });

  test.each([
    {
      name: 'a Gateway that is not there',
      refs: [{ name: 'x' }],
      description: 'Gateway shop/x, which is not in the input',
    },
    { name: 'a Service', refs: [{ kind: 'Service', group: '', name: 'x' }], description: 'Service shop/x' },
    { name: 'no parent', refs: [], description: 'no parent' },
  ])('without a class: $name', ({ refs, description }) => {
    const { routes } = read({ parentRefs: refs });
    expect(routes[0]?.parents).toEqual([{ classKind: 'GatewayClass', description }]);
  });

  test('one per Gateway, however many listeners are named', () => {
    const { routes } = read({
      parentRefs: [{ name: 'x', sectionName: 'a' }, { name: 'x', sectionName: 'b' }, { name: 'y' }],
    });
    expect(routes[0]?.parents).toHaveLength(2);
  });
});

describe('readHttpRoute: wrong shapes are issues', () => {
  test.each([
    { name: 'rules', spec: { rules: {} }, issue: 'ObjectShape spec.rules' },
    { name: 'a rule', spec: { rules: [1] }, issue: 'ObjectShape spec.rules[0]' },
    { name: 'a rule name', spec: { rules: [{ name: 1 }] }, issue: 'ObjectShape spec.rules[0].name' },
    { name: 'matches', spec: { rules: [{ matches: 'x' }] }, issue: 'ObjectShape spec.rules[0].matches' },
    { name: 'a match', spec: { rules: [{ matches: [null] }] }, issue: 'ObjectShape spec.rules[0].matches[0]' },
    {
      name: 'a path',
      spec: { rules: [{ matches: [{ path: '/x' }] }] },
      issue: 'ObjectShape spec.rules[0].matches[0].path',
    },
    {
      name: 'a path type',
      spec: { rules: [{ matches: [{ path: { type: 'Glob', value: '/x' } }] }] },
      issue: 'ObjectShape spec.rules[0].matches[0].path',
    },
    {
      name: 'a method',
      spec: { rules: [{ matches: [{ method: 1 }] }] },
      issue: 'ObjectShape spec.rules[0].matches[0].method',
    },
    { name: 'hostnames', spec: { hostnames: 'x' }, issue: 'ObjectShape spec.hostnames' },
    { name: 'a hostname', spec: { hostnames: [1, 'x.example'] }, issue: 'ObjectShape spec.hostnames[0]' },
    {
      name: 'more hostnames than the API allows',
      spec: { hostnames: Array(17).fill('x.example') },
      issue: 'ObjectShape spec.hostnames',
    },
    { name: 'parentRefs', spec: { parentRefs: 'x' }, issue: 'ObjectShape spec.parentRefs' },
    { name: 'a parentRef', spec: { parentRefs: [{}] }, issue: 'ObjectShape spec.parentRefs[0]' },
  ])('$name', ({ spec, issue }) => {
    expect(read(spec).reasons).toEqual([issue]);
  });
});
