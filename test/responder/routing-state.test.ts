import { describe, expect, it } from 'vitest';
import { createCountRegistry } from '../../src/responder/policy-counts.ts';
import { buildRoutingState, emptyRouting, findDestination } from '../../src/responder/routing-state.ts';
import { packRoutes, type TestRoute, testPolicy } from '../support/responder-fixture.ts';

function stateOf(routes: readonly TestRoute[]) {
  return buildRoutingState(packRoutes(routes), createCountRegistry(8).countsOf);
}

describe('findDestination', () => {
  it('findDestination: nothing is found in an empty state', () => {
    const state = buildRoutingState(emptyRouting, createCountRegistry(8).countsOf);
    expect(findDestination(state, 'api.example.com', '/', 'GET')).toBeUndefined();
  });

  it('findDestination: what is no path has no route, not even one for every path', () => {
    expect(findDestination(stateOf([{ host: '', policy: testPolicy() }]), 'a', '', 'OPTIONS')).toBeUndefined();
  });

  it('findDestination: no policy, an invalid one and a valid one are three things', () => {
    const state = stateOf([
      { path: '/none' },
      { path: '/invalid', policy: 'Nothing' },
      { path: '/valid', policy: testPolicy() },
    ]);
    const grants = ['/none', '/invalid', '/valid'].map(
      (path) => findDestination(state, 'api.example.com', path, 'GET')?.grants,
    );
    expect(grants).toEqual(['NoPolicy', 'Nothing', expect.objectContaining({ grants: 'Matching' })]);
  });

  it('findDestination: a policy that lost its compiled form grants nothing', () => {
    const packed = packRoutes([{ policy: testPolicy() }]);
    const state = buildRoutingState({ ...packed, policies: [] }, createCountRegistry(8).countsOf);
    expect(findDestination(state, 'api.example.com', '/', 'GET')?.grants).toBe('Nothing');
  });

  it('findDestination: routes of one policy may be read either way; of two, neither is granted', () => {
    const shared = testPolicy();
    const one = stateOf([
      { path: '/a', policy: shared },
      { path: '/b', policy: shared },
    ]);
    const two = stateOf([
      { path: '/a', policy: shared },
      { path: '/b', policy: testPolicy() },
    ]);
    expect(findDestination(one, 'api.example.com', '/a/../b', 'GET')?.grants).not.toBe('Nothing');
    expect(findDestination(two, 'api.example.com', '/a/../b', 'GET')?.grants).toBe('Nothing');
  });

  it('findDestination: a path that may lead outside of every route is granted nothing', () => {
    const state = stateOf([{ path: '/a', policy: testPolicy() }]);
    expect(findDestination(state, 'api.example.com', '/a/%2e%2e/b', 'GET')?.grants).toBe('Nothing');
  });

  it('findDestination: the backend is that of the route, as it writes it', () => {
    const backend = { namespace: 'shop', service: 'web', port: 'http' };
    const destination = findDestination(stateOf([{ backend }]), 'api.example.com', '/', 'GET');
    expect(destination?.backend).toEqual(backend);
  });
});
