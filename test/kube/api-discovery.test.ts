import { beforeEach, describe, expect, it } from 'vitest';
import { discoverResources } from '../../src/kube/api-discovery.ts';
import { KubeError } from '../../src/kube/kube-error.ts';
import { createFakeStore, type FakeStore } from '../support/fake-store.ts';
import { ingresses, policies, storeClient } from '../support/kube-fixture.ts';

const exceptions = { ...policies, plural: 'corsexceptions', kind: 'CorsException' };
let store: FakeStore;

beforeEach(() => {
  store = createFakeStore();
  store.install(ingresses);
  store.install(policies);
});

describe('discoverResources', () => {
  it('served, in a group-version that has others, in none, and on its way out', async () => {
    const classes = { ...ingresses, plural: 'ingressclasses' };
    const gone = { ...ingresses, group: 'traefik.io' };
    store.install(exceptions);
    store.terminate(exceptions);
    const client = storeClient(store);
    expect(await discoverResources(client, [gone, exceptions, ingresses, classes, policies])).toEqual([
      'NotInstalled',
      'Terminating',
      'Served',
      'NotInstalled',
      'Served',
    ]);
    expect(client.calls.map(({ path }) => path)).toEqual([
      '/apis/traefik.io/v1',
      '/apis/cors-operator.dev/v1alpha1',
      '/apis/networking.k8s.io/v1',
    ]);
  });

  it.each([
    { reason: 'Forbidden', expected: 'Hidden' },
    { reason: 'Unavailable', expected: 'Unknown' },
    { reason: 'Unreachable', expected: 'Unknown' },
  ] as const)('$reason is $expected', async ({ reason, expected }) => {
    const client = storeClient(store, { before: () => new KubeError(reason, 'x') });
    expect(await discoverResources(client, [ingresses])).toEqual([expected]);
  });

  it.each([undefined, {}, { resources: 'x' }, []])('an answer that is none leaves it unknown: %j', async (answer) => {
    const client = { ...storeClient(store), send: () => Promise.resolve(answer) };
    expect(await discoverResources(client, [ingresses])).toEqual(['Unknown']);
  });

  it('entries that are none are passed over', async () => {
    const resources = [null, 7, { name: 7 }, { name: 'ingresses', verbs: 'create' }];
    const client = { ...storeClient(store), send: () => Promise.resolve({ resources }) };
    expect(await discoverResources(client, [ingresses])).toEqual(['Terminating']);
  });
});
