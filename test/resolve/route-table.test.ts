import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RouteMatch } from '../../src/model/route.ts';
import { compileRouteTable, findRoute, type RouteEntry } from '../../src/resolve/route-table.ts';

type Part = Partial<RouteMatch> & { readonly path: string };

function match({ host = '', hostWildcard, path, pathType = 'Prefix', ...rest }: Part): RouteMatch {
  return { host, hostWildcard: hostWildcard ?? (host.startsWith('*.') ? 'Any' : 'None'), path, pathType, ...rest };
}

function entry(value: string, ...parts: readonly Part[]): RouteEntry<string> {
  return { value, matches: parts.map(match) };
}

type Row = {
  readonly name: string;
  readonly entries: readonly RouteEntry<string>[];
  readonly request: readonly [host: string, path: string, method?: string];
  readonly found: string | undefined;
};

const rows: readonly Row[] = [
  {
    name: 'the exact host wins over a wildcard and over any host',
    entries: [
      entry('any', { path: '/' }),
      entry('wildcard', { host: '*.example.com', path: '/' }),
      entry('exact', { host: 'a.example.com', path: '/' }),
    ],
    request: ['a.example.com', '/x'],
    found: 'exact',
  },
  {
    name: 'the longer wildcard wins',
    entries: [
      entry('short', { host: '*.example.com', path: '/' }),
      entry('long', { host: '*.b.example.com', path: '/' }),
    ],
    request: ['a.b.example.com', '/'],
    found: 'long',
  },
  {
    name: 'a wildcard of an HTTPRoute covers several labels',
    entries: [entry('wildcard', { host: '*.example.com', hostWildcard: 'Any', path: '/' })],
    request: ['a.b.example.com', '/'],
    found: 'wildcard',
  },
  {
    name: 'a wildcard of an Ingress covers one label',
    entries: [entry('wildcard', { host: '*.example.com', hostWildcard: 'Single', path: '/' })],
    request: ['a.b.example.com', '/'],
    found: undefined,
  },
  {
    name: 'a wildcard never covers its base',
    entries: [entry('wildcard', { host: '*.example.com', path: '/' })],
    request: ['example.com', '/'],
    found: undefined,
  },
  {
    name: 'a wildcard does not cover an empty label',
    entries: [entry('wildcard', { host: '*.example.com', path: '/' })],
    request: ['.example.com', '/'],
    found: undefined,
  },
  {
    name: 'a host without the path is passed over for the next',
    entries: [
      entry('exact', { host: 'a.example.com', path: '/api' }),
      entry('wildcard', { host: '*.example.com', path: '/' }),
    ],
    request: ['a.example.com', '/web'],
    found: 'wildcard',
  },
  {
    name: 'the host is compared without case, port and trailing dot',
    entries: [entry('exact', { host: 'a.example.com', path: '/' })],
    request: ['A.Example.COM.:8443', '/'],
    found: 'exact',
  },
  {
    name: 'only ASCII letters are folded',
    entries: [entry('exact', { host: 'kelvin.example', path: '/' })],
    request: ['\u212Aelvin.example', '/'],
    found: undefined,
  },
  {
    name: 'an IPv6 host keeps its brackets and loses its port',
    entries: [entry('exact', { host: '[::1]', path: '/' })],
    request: ['[::1]:8080', '/'],
    found: 'exact',
  },
  {
    name: 'an exact path wins over a longer prefix rule of equal text',
    entries: [entry('prefix', { path: '/foo' }), entry('exact', { path: '/foo', pathType: 'Exact' })],
    request: ['h', '/foo'],
    found: 'exact',
  },
  {
    name: 'an exact path does not cover a trailing slash',
    entries: [entry('exact', { path: '/foo', pathType: 'Exact' })],
    request: ['h', '/foo/'],
    found: undefined,
  },
  {
    name: 'the longest prefix wins',
    entries: [entry('root', { path: '/' }), entry('long', { path: '/a/b' }), entry('short', { path: '/a' })],
    request: ['h', '/a/b/c'],
    found: 'long',
  },
  {
    name: 'a prefix is compared by path element',
    entries: [entry('prefix', { path: '/aaa/bb' })],
    request: ['h', '/aaa/bbb'],
    found: undefined,
  },
  {
    name: 'the trailing slash of a prefix means nothing',
    entries: [entry('prefix', { path: '/foo/' })],
    request: ['h', '/foo'],
    found: 'prefix',
  },
  {
    name: 'a prefix covers itself with a trailing slash',
    entries: [entry('prefix', { path: '/aaa/bbb' })],
    request: ['h', '/aaa/bbb/'],
    found: 'prefix',
  },
  {
    name: 'a match with a method answers that method only, the rest falls to the next prefix',
    entries: [entry('root', { path: '/' }), entry('get', { path: '/a', method: 'GET' })],
    request: ['h', '/a', 'POST'],
    found: 'root',
  },
  {
    name: 'at one path a match with the method wins over one without',
    entries: [entry('every', { path: '/a' }), entry('put', { path: '/a', method: 'PUT' })],
    request: ['h', '/a', 'PUT'],
    found: 'put',
  },
  {
    name: 'an exact match of another method falls to the prefix of the same path',
    entries: [entry('exact', { path: '/a', pathType: 'Exact', method: 'GET' }), entry('prefix', { path: '/a' })],
    request: ['h', '/a', 'PUT'],
    found: 'prefix',
  },
  {
    name: 'of two routes for the same host and path the first entry wins',
    entries: [entry('older', { path: '/a' }), entry('younger', { path: '/a' })],
    request: ['h', '/a'],
    found: 'older',
  },
  {
    name: 'a match that needs headers gives way to a shorter one that needs none',
    entries: [entry('root', { path: '/' }), entry('beta', { path: '/a', conditional: true })],
    request: ['h', '/a'],
    found: 'root',
  },
  {
    name: 'a match that needs headers is found when nothing else matches',
    entries: [entry('beta', { path: '/a', conditional: true })],
    request: ['h', '/a'],
    found: 'beta',
  },
  {
    name: 'a request target that is no path has no route',
    entries: [entry('root', { path: '/' })],
    request: ['h', '*'],
    found: undefined,
  },
];

describe('findRoute', () => {
  test.each(rows)('$name', ({ entries, request: [host, path, method = 'GET'], found }) => {
    expect(findRoute(compileRouteTable(entries), host, path, method)?.value).toBe(found);
  });

  test('gives back the match that led to the route', () => {
    const table = compileRouteTable([entry('web', { path: '/a' }, { path: '/b', method: 'GET' })]);
    expect(findRoute(table, 'h', '/b/c', 'GET')?.match).toEqual(match({ path: '/b', method: 'GET' }));
  });

  test('agrees with looking at every match', () => {
    fc.assert(
      fc.property(fc.array(anyMatch, { maxLength: 12 }), anyHost, anyPath, anyMethod, (matches, host, path, method) => {
        const entries = matches.map((each, index) => ({ matches: [each], value: index }));
        const found = findRoute(compileRouteTable(entries), host, path, method);
        expect(found?.value).toBe(bestOf(matches, host, path, method));
      }),
      { numRuns: 2000 },
    );
  });

  test('a path of thousands of elements and a host of thousands of labels have an answer', () => {
    const table = compileRouteTable([entry('deep', { host: '*.example.com', path: '/a'.repeat(500) })]);
    expect(findRoute(table, `${'a.'.repeat(8000)}example.com`, '/a'.repeat(8000), 'GET')).toBeUndefined();
    expect(findRoute(table, 'x.example.com', '/a'.repeat(8000), 'GET')?.value).toBe('deep');
  });
});

const anyHost = fc.constantFrom('example.com', 'a.example.com', 'b.a.example.com', 'other.org', 'A.EXAMPLE.com:80');
const anyPath = fc.constantFrom('/', '/a', '/a/', '/a/b', '/ab', '/a/b/c', '/c', '/a//b', '*');
const anyMethod = fc.constantFrom('GET', 'PUT');
const anyMatch = fc
  .record({
    host: fc.constantFrom('', 'example.com', 'a.example.com', '*.example.com', '*.a.example.com'),
    depth: fc.constantFrom('Single' as const, 'Any' as const),
    path: fc.constantFrom('/', '/a', '/a/', '/a/b', '/ab', '/a/b/c', '/c'),
    pathType: fc.constantFrom('Exact' as const, 'Prefix' as const),
    method: fc.constantFrom(undefined, 'GET', 'PUT'),
    conditional: fc.constantFrom(false, false, true),
  })
  .map(
    ({ host, depth, path, pathType, method, conditional }): RouteMatch => ({
      host,
      hostWildcard: host.startsWith('*.') ? depth : 'None',
      path,
      pathType,
      ...(method === undefined ? {} : { method }),
      ...(conditional ? { conditional: true } : {}),
    }),
  );

/** The rules written down one after the other, over all matches. */
function bestOf(matches: readonly RouteMatch[], host: string, path: string, method: string): number | undefined {
  const candidates = matches
    .map((each, index) => ({ each, index }))
    .filter(({ each }) => coversHost(each, host) && coversPath(each, path) && coversMethod(each, method));
  candidates.sort((left, right) => compare(rank(left.each), rank(right.each)) || left.index - right.index);
  return candidates[0]?.index;
}

function coversHost({ host, hostWildcard }: RouteMatch, asked: string): boolean {
  const name = asked.toLowerCase().split(':')[0] ?? '';
  if (hostWildcard === 'None') return host === '' || host === name;
  const labels = name.split('.').length - host.split('.').length + 1;
  return name.endsWith(host.slice(1)) && (hostWildcard === 'Any' ? labels >= 1 : labels === 1);
}

function coversPath({ path, pathType }: RouteMatch, asked: string): boolean {
  if (pathType === 'Exact') return path === asked;
  const elements = path.split('/').filter((element) => element !== '');
  return asked.startsWith('/') && elements.every((element, index) => asked.slice(1).split('/')[index] === element);
}

function coversMethod({ method }: RouteMatch, asked: string): boolean {
  return method === undefined || method === asked;
}

function hostKind(host: string, hostWildcard: RouteMatch['hostWildcard']): number {
  if (hostWildcard !== 'None') return 1;
  return host === '' ? 2 : 0;
}

/** Lower comes first. */
function rank({ host, hostWildcard, path, pathType, method, conditional }: RouteMatch): readonly number[] {
  const kind = hostKind(host, hostWildcard);
  const elements = path.split('/').filter((element) => element !== '').length;
  return [
    conditional ? 1 : 0,
    kind,
    -host.length,
    pathType === 'Exact' ? 0 : 1,
    -elements,
    method === undefined ? 1 : 0,
  ];
}

function compare(left: readonly number[], right: readonly number[]): number {
  return left.map((each, index) => each - (right[index] ?? 0)).find((difference) => difference !== 0) ?? 0;
}
