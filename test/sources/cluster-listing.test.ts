import { describe, expect, onTestFinished, test } from 'vitest';
import { isKubeError } from '../../src/kube/kube-error.ts';
import { type ListedKind, type ListingOptions, listCluster } from '../../src/sources/cluster-listing.ts';
import { type ClusterResource, clusterResources } from '../../src/sources/cluster-resources.ts';
import { type FakeApiServer, startFakeApiServer } from '../support/fake-api-server.ts';
import { statusBody } from '../support/fake-store.ts';
import { testClient } from '../support/kube-fixture.ts';

async function startServer(missing: readonly string[] = []): Promise<FakeApiServer> {
  const server = await startFakeApiServer();
  onTestFinished(server.close);
  for (const resource of clusterResources) if (!missing.includes(resource.plural)) server.store.install(resource);
  return server;
}

function kindNamed(kind: string): ClusterResource {
  const found = clusterResources.find((resource) => resource.kind === kind);
  if (found === undefined) throw new Error(kind);
  return found;
}

async function list(server: FakeApiServer, options: Partial<ListingOptions> = {}): Promise<readonly ListedKind[]> {
  const client = testClient(server.url);
  try {
    return await listCluster({ client, resources: clusterResources, ...options });
  } finally {
    await client.close();
  }
}

function extents(kinds: readonly ListedKind[]): Readonly<Record<string, string>> {
  return Object.fromEntries(kinds.map(({ resource, extent }) => [resource.kind, extent]));
}

describe('listCluster', () => {
  test('reads every page of every kind, and tells how far it has come', async () => {
    const server = await startServer();
    for (let index = 0; index < 1200; index++) {
      server.store.put(kindNamed('Ingress'), { name: `web-${index}`, namespace: 'shop' });
    }
    server.store.put(kindNamed('Namespace'), { name: 'shop' });
    const counts: number[] = [];
    const kinds = await list(server, { progress: (count) => counts.push(count) });
    expect(kinds.map(({ resource }) => resource)).toEqual(clusterResources);
    expect(kinds.find(({ resource }) => resource.kind === 'Ingress')?.objects).toHaveLength(1200);
    expect(counts.at(-1)).toBeGreaterThan(1000);
    expect(
      server.requests.filter(({ path }) => path.endsWith('/ingresses')).map(({ query }) => query['limit']),
    ).toEqual(['500', '500', '500']);
  });

  test('objects have the kind and version that their list says', async () => {
    const server = await startServer();
    server.store.put(kindNamed('CorsPolicy'), { name: 'p', namespace: 'shop', spec: { allowOrigins: [] } });
    const [policy] = (await list(server)).flatMap(({ objects }) => objects);
    expect(policy).toMatchObject({ apiVersion: 'cors-operator.dev/v1alpha1', kind: 'CorsPolicy', spec: {} });
  });

  test('of ConfigMaps only those with origins are asked for', async () => {
    const server = await startServer();
    await list(server);
    const asked = server.requests.find(({ path }) => path.endsWith('/configmaps'));
    expect(asked?.query['labelSelector']).toBe('cors-operator.dev/origins=true');
  });

  test('a kind that is not installed is told, and no reason to fail', async () => {
    const server = await startServer(['httproutes', 'corspolicies']);
    expect(extents(await list(server))).toMatchObject({
      HTTPRoute: 'NotInstalled',
      CorsPolicy: 'NotInstalled',
      Ingress: 'All',
    });
  });

  test('what lacks a kind of Kubernetes itself is no API server', async () => {
    const server = await startServer(['namespaces']);
    const error: unknown = await list(server).catch((thrown: unknown) => thrown);
    expect(isKubeError(error, 'BadAnswer')).toBe(true);
  });

  test('a kind that RBAC hides is looked at in one namespace, if there is one', async () => {
    const server = await startServer();
    server.store.put(kindNamed('Ingress'), { name: 'ours', namespace: 'shop' });
    server.store.put(kindNamed('Ingress'), { name: 'theirs', namespace: 'other' });
    server.setFault(({ path }) => (path.includes('/namespaces/shop/') ? undefined : statusBody(403, 'Forbidden')));
    const within = await list(server, { namespace: 'shop' });
    expect(extents(within)).toMatchObject({ Ingress: 'NamespaceOnly', IngressClass: 'Hidden', Namespace: 'Hidden' });
    expect(within.flatMap(({ objects }) => objects.map(({ metadata }) => metadata.name))).toEqual(['ours']);
    expect(new Set(Object.values(extents(await list(server))))).toEqual(new Set(['Hidden']));
  });

  test('a list that takes longer than the server keeps it is read again', async () => {
    const server = await startServer();
    for (let index = 0; index < 600; index++) {
      server.store.put(kindNamed('Ingress'), { name: `web-${index}`, namespace: 'shop' });
    }
    let expired = 0;
    server.setFault(({ query }) =>
      query['continue'] !== undefined && expired++ === 0 ? statusBody(410, 'Expired', 'too old') : undefined,
    );
    const ingresses = (await list(server)).find(({ resource }) => resource.kind === 'Ingress');
    expect(ingresses?.objects).toHaveLength(600);
    expect(expired).toBeGreaterThan(1);
  });

  test('a server that fails for one kind ends it all: half of a cluster is not the cluster', async () => {
    const server = await startServer();
    server.setFault(({ path }) => (path.endsWith('/gateways') ? statusBody(500, 'InternalError') : undefined));
    const error: unknown = await list(server).catch((thrown: unknown) => thrown);
    expect(isKubeError(error, 'InternalError')).toBe(true);
  });

  test('an item that is no object is no answer', async () => {
    const server = await startServer();
    server.setFault(({ path }) =>
      path.endsWith('/ingresses')
        ? { status: 200, body: { metadata: { resourceVersion: '1' }, items: [{ metadata: { name: 7 } }] } }
        : undefined,
    );
    const error: unknown = await list(server).catch((thrown: unknown) => thrown);
    expect(isKubeError(error, 'BadAnswer')).toBe(true);
  });
});
