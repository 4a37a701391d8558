import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Route } from '../../src/model/route.ts';
import { hostOwners } from '../../src/resolve/host-claims.ts';

function route(namespace: string, name: string, creationTimestamp: string, ...hosts: readonly string[]): Route {
  return {
    target: { group: 'networking.k8s.io', kind: 'Ingress', namespace, name },
    object: {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: { name, namespace, creationTimestamp },
      spec: {},
    },
    rules: [],
    matches: hosts.map((host) => ({ host, hostWildcard: 'None', path: '/', pathType: 'Prefix' })),
    parents: [],
  };
}

const older = '2024-01-01T00:00:00Z';
const younger = '2024-01-02T00:00:00Z';

describe('hostOwners', () => {
  test.each([
    { name: 'a host of one namespace is its own', routes: [route('a', 'x', younger, 'h')], owner: 'a' },
    {
      name: 'the oldest object decides',
      routes: [route('a', 'x', younger, 'h'), route('b', 'y', older, 'h')],
      owner: 'b',
    },
    {
      name: 'equal ages fall to the first by namespace/name',
      routes: [route('b', 'a', older, 'h'), route('a', 'z', older, 'h')],
      owner: 'a',
    },
    {
      name: 'an unknown age is the oldest',
      routes: [route('a', 'x', older, 'h'), route('b', 'y', '', 'h')],
      owner: 'b',
    },
    {
      name: 'ages are compared as times, not as text',
      routes: [route('a', 'x', '2024-01-01T01:00:00+02:00', 'h'), route('b', 'y', '2024-01-01T00:00:00Z', 'h')],
      owner: 'a',
    },
  ])('$name', ({ routes, owner }) => {
    expect(hostOwners(routes).get('h')).toBe(owner);
    expect(hostOwners(routes.toReversed()).get('h')).toBe(owner);
  });

  test('other hosts of a contested object keep their own owners', () => {
    const routes = [route('a', 'x', younger, 'h', 'own'), route('b', 'y', older, 'h')];
    expect(Object.fromEntries(hostOwners(routes))).toEqual({ h: 'b', own: 'a' });
  });

  test('does not depend on the order of routes', () => {
    const anyRoute = fc
      .tuple(fc.constantFrom('a', 'b', 'c'), fc.constantFrom('x', 'y'), fc.constantFrom(older, younger, ''))
      .chain(([namespace, name, time]) => {
        return fc.subarray(['h', 'i', '']).map((hosts) => route(namespace, name, time, ...hosts));
      });
    fc.assert(
      fc.property(fc.array(anyRoute, { maxLength: 8 }), (routes) => {
        const entries = (owners: ReadonlyMap<string, string>) => [...owners].sort();
        expect(entries(hostOwners(routes.toReversed()))).toEqual(entries(hostOwners(routes)));
      }),
    );
  });
});
