import { describe, expect, test } from 'vitest';
import { classParents, readIngress } from '../../src/model/ingress.ts';
import { ingressObject, ingressRule, type Metadata } from '../support/cluster-objects.ts';

const backend = { namespace: 'shop', service: 'api', port: 80 };
const service = { service: { name: 'api', port: { number: 80 } } };

function read(spec: Readonly<Record<string, unknown>>, metadata: Metadata = {}, defaultClass?: string) {
  const { routes, issues } = readIngress(ingressObject('web', metadata, spec), classParents(defaultClass));
  const [route] = routes;
  if (route === undefined) throw new Error('an Ingress is one route');
  return { route, issues, reasons: issues.map(({ reason, path }) => `${reason} ${path}`) };
}

function path(fields: Readonly<Record<string, unknown>>) {
  return { rules: [{ host: 'h.example', http: { paths: [{ backend: service, ...fields }] } }] };
}

describe('readIngress: matches', () => {
  test('every host with every path', () => {
    const { route } = read({ rules: [ingressRule('a.example', '/x'), ingressRule('*.b.example', '/')] });
    expect(route.matches).toEqual([
      { host: 'a.example', hostWildcard: 'None', path: '/x', pathType: 'Prefix', backend },
      { host: '*.b.example', hostWildcard: 'Single', path: '/', pathType: 'Prefix', backend },
    ]);
  });

  test('hosts are lower case without the trailing dot', () => {
    const { route } = read({ rules: [ingressRule('A.Example.', '/')] });
    expect(route.matches[0]?.host).toBe('a.example');
  });

  test('the default backend answers every host and path', () => {
    const { route } = read({ rules: undefined, defaultBackend: { service: { name: 'web', port: { name: 'http' } } } });
    expect(route.matches).toEqual([
      {
        host: '',
        hostWildcard: 'None',
        path: '/',
        pathType: 'Prefix',
        backend: { namespace: 'shop', service: 'web', port: 'http' },
      },
    ]);
  });

  test('a host without paths goes to the default backend', () => {
    const { route } = read({ rules: [{ host: 'h.example' }], defaultBackend: service });
    expect(route.matches[0]).toEqual({
      host: 'h.example',
      hostWildcard: 'None',
      path: '/',
      pathType: 'Prefix',
      backend,
    });
  });

  test.each([
    { name: 'Exact', fields: { path: '/a', pathType: 'Exact' }, expected: { path: '/a', pathType: 'Exact' } },
    { name: 'Prefix', fields: { path: '/a/', pathType: 'Prefix' }, expected: { path: '/a/', pathType: 'Prefix' } },
    {
      name: 'ImplementationSpecific is a prefix',
      fields: { path: '/a', pathType: 'ImplementationSpecific' },
      expected: { path: '/a', pathType: 'Prefix' },
    },
    {
      name: 'ImplementationSpecific without a path is every path',
      fields: { pathType: 'ImplementationSpecific' },
      expected: { path: '/', pathType: 'Prefix' },
    },
    {
      name: 'ImplementationSpecific with a final star is a prefix',
      fields: { path: '/a/*', pathType: 'ImplementationSpecific' },
      expected: { path: '/a/', pathType: 'Prefix' },
    },
  ])('path type: $name', ({ fields, expected }) => {
    const { route, issues } = read(path(fields));
    expect(route.matches[0]).toMatchObject(expected);
    expect(issues).toEqual([]);
  });

  test('an expression is left out and reported', () => {
    const { route, issues } = read(path({ path: '/a(/|$)(.*)', pathType: 'ImplementationSpecific' }));
    expect(route.matches).toEqual([]);
    expect(issues).toMatchObject([
      { severity: 'info', reason: 'RouteMatchUnread', path: 'spec.rules[0].http.paths[0].path' },
    ]);
  });

  test('a backend that is no Service is absent', () => {
    const resource = { resource: { apiGroup: 'k8s.example.com', kind: 'StorageBucket', name: 'static' } };
    const { route, issues } = read(path({ path: '/', pathType: 'Prefix', backend: resource }));
    expect(route.matches[0]).not.toHaveProperty('backend');
    expect(issues).toEqual([]);
  });
});

describe('readIngress: class', () => {
  const annotated = { annotations: { 'kubernetes.io/ingress.class': 'old' } };
  test.each([
    { name: 'spec.ingressClassName', spec: { ingressClassName: 'new' }, metadata: annotated, className: 'new' },
    { name: 'the annotation', spec: { ingressClassName: undefined }, metadata: annotated, className: 'old' },
    { name: 'the default class', spec: { ingressClassName: undefined }, metadata: {}, className: 'standard' },
    {
      name: 'none: an empty annotation keeps the default away',
      spec: { ingressClassName: undefined },
      metadata: { annotations: { 'kubernetes.io/ingress.class': '' } },
      className: undefined,
    },
  ])('comes from $name', ({ spec, metadata, className }) => {
    const { route } = read(spec, metadata, 'standard');
    expect(route.parents).toHaveLength(1);
    expect(route.parents[0]?.className).toBe(className);
  });

  test('is undefined without any', () => {
    const { route } = read({ ingressClassName: undefined });
    expect(route.parents).toEqual([{ classKind: 'IngressClass', description: 'no class' }]);
  });
});

describe('readIngress: wrong shapes are issues and leave the rest', () => {
  const good = ingressRule('good.example', '/');
  test.each([
    { name: 'rules', spec: { rules: 'all' }, issue: 'ObjectShape spec.rules' },
    { name: 'a rule', spec: { rules: [7, good] }, issue: 'ObjectShape spec.rules[0]' },
    { name: 'a host', spec: { rules: [{ host: 7 }, good] }, issue: 'ObjectShape spec.rules[0].host' },
    { name: 'http', spec: { rules: [{ http: [] }, good] }, issue: 'ObjectShape spec.rules[0].http.paths' },
    { name: 'paths', spec: { rules: [{ http: { paths: {} } }, good] }, issue: 'ObjectShape spec.rules[0].http.paths' },
    {
      name: 'a path entry',
      spec: { rules: [{ http: { paths: [null] } }, good] },
      issue: 'ObjectShape spec.rules[0].http.paths[0]',
    },
    {
      name: 'a path',
      spec: { rules: [{ http: { paths: [{ path: 'x', pathType: 'Exact' }] } }, good] },
      issue: 'ObjectShape spec.rules[0].http.paths[0].path',
    },
    {
      name: 'a path type',
      spec: { rules: [{ http: { paths: [{ path: '/' }] } }, good] },
      issue: 'ObjectShape spec.rules[0].http.paths[0].pathType',
    },
    { name: 'the class', spec: { ingressClassName: {} }, issue: 'ObjectShape spec.ingressClassName' },
  ])('$name', ({ spec, issue }) => {
    const { route, reasons } = read(spec);
    expect(reasons).toEqual([issue]);
    if (Array.isArray(spec.rules)) expect(route.matches.map(({ host }) => host)).toEqual(['good.example']);
  });

  test('spec', () => {
    const { routes, issues } = readIngress({ ...ingressObject('web'), spec: null }, classParents(undefined));
    expect(routes).toHaveLength(1);
    expect(issues).toMatchObject([{ reason: 'ObjectShape', path: 'spec', object: { kind: 'Ingress', name: 'web' } }]);
  });
});
