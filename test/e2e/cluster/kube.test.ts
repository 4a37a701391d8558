import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { discoverResources } from '../../../src/kube/api-discovery.ts';
import type { Clock } from '../../../src/kube/clock.ts';
import { type ClusterAccess, loadClusterAccess } from '../../../src/kube/cluster-access.ts';
import { createEventRecorder } from '../../../src/kube/event-recorder.ts';
import { createKubeClient } from '../../../src/kube/http-client.ts';
import type { KubeClient, KubeResource } from '../../../src/kube/kube-client.ts';
import { createLeaseElector, type LeaseElector } from '../../../src/kube/lease-elector.ts';
import { holdLease, releaseBreakGlass } from '../../../src/kube/lease-hold.ts';
import { leaseResource } from '../../../src/kube/lease-record.ts';
import { readPages } from '../../../src/kube/list-pages.ts';
import { createReflector, type Reflector, type ReflectorOptions } from '../../../src/kube/reflector.ts';
import { collectionPath, objectPath } from '../../../src/kube/resource-path.ts';
import { type ControlPlane, startControlPlane } from '../../rig/control-plane.ts';
import { installCrds } from '../../rig/crds.ts';
import { createFastClock } from '../../support/fake-clock.ts';
import { eventually } from '../../support/kube-fixture.ts';
import { startTcpRelay, type TcpRelay } from '../../support/tcp-relay.ts';

const configMaps: KubeResource = {
  group: '',
  version: 'v1',
  plural: 'configmaps',
  kind: 'ConfigMap',
  namespaced: true,
};
const services: KubeResource = { ...configMaps, plural: 'services', kind: 'Service' };
const roleBindings: KubeResource = {
  group: 'rbac.authorization.k8s.io',
  version: 'v1',
  plural: 'rolebindings',
  kind: 'RoleBinding',
  namespaced: true,
};
const policies: KubeResource = {
  group: 'cors-operator.dev',
  version: 'v1alpha1',
  plural: 'corspolicies',
  kind: 'CorsPolicy',
  namespaced: true,
};

let plane: ControlPlane;
let admin: KubeClient;
let namespace = '';
let namespaces = 0;
const closing: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  plane = await startControlPlane({ users: [{ name: 'reader' }] });
  admin = createKubeClient(await loadClusterAccess({ environment: {}, kubeconfig: plane.kubeconfig }), {
    userAgent: 'test',
  });
}, 300_000);

afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

afterAll(async () => {
  await admin?.close();
  await plane?.stop();
});

async function useNamespace(): Promise<void> {
  namespaces += 1;
  namespace = `kube-${namespaces}`;
  await admin.send({ method: 'POST', path: '/api/v1/namespaces', body: { metadata: { name: namespace } } });
}

async function create(resource: KubeResource, name: string, fields: object = {}): Promise<void> {
  await admin.send({
    method: 'POST',
    path: collectionPath(resource, namespace),
    body: { metadata: { name }, ...fields },
  });
}

async function remove(resource: KubeResource, name: string): Promise<void> {
  await admin.send({ method: 'DELETE', path: objectPath(resource, { namespace, name }) });
}

async function clientOf(kubeconfig: string, more: Partial<ClusterAccess> = {}): Promise<KubeClient> {
  const access = { ...(await loadClusterAccess({ environment: {}, kubeconfig })), ...more };
  const client = createKubeClient(access, { userAgent: 'test' });
  closing.push(client.close);
  return client;
}

/** A client whose connections can be frozen. */
async function relayedClient(): Promise<{ readonly client: KubeClient; readonly relay: TcpRelay }> {
  const relay = await startTcpRelay(Number(new URL(plane.url).port));
  closing.push(relay.close);
  return { relay, client: await clientOf(plane.kubeconfig, { server: `https://127.0.0.1:${relay.port}` }) };
}

type Names = {
  readonly reflector: Reflector<string>;
  readonly changes: string[];
  readonly states: string[];
  readonly problems: string[];
};

/** Follows the names of a kind in the test's namespace. */
async function follow(
  client: KubeClient,
  resource: KubeResource,
  options: Partial<ReflectorOptions<string>> = {},
): Promise<Names> {
  const changes: string[] = [];
  const states: string[] = [];
  const problems: string[] = [];
  const reflector = createReflector<string>({
    client,
    resource,
    namespace,
    transform: ({ metadata }) => metadata.name,
    onChanges: (batch) => changes.push(...batch.map(({ type, key }) => `${type} ${key.split('/')[1]}`)),
    onState: (state) => states.push(state.status === 'Unknown' ? state.reason : state.status),
    onProblem: (problem) => problems.push(problem.message),
    ...options,
  });
  closing.unshift(reflector.stop);
  reflector.start();
  await reflector.settled;
  return { reflector, changes, states, problems };
}

async function names(followed: Names, expected: readonly string[], seconds = 10): Promise<void> {
  const actual = () => [...followed.reflector.list()].sort().join();
  await eventually(() => actual() === [...expected].sort().join(), `${actual()} becomes ${expected.join()}`, seconds);
}

describe('access', () => {
  test('a pod finds its cluster, and a kubeconfig another', async () => {
    await useNamespace();
    await create({ ...configMaps, plural: 'serviceaccounts' }, 'robot');
    const folder = join(plane.folder, 'serviceaccount');
    mkdirSync(folder);
    copyFileSync(plane.caFile, join(folder, 'ca.crt'));
    writeFileSync(join(folder, 'token'), await plane.serviceAccountToken(namespace, 'robot'));
    const { hostname, port } = new URL(plane.url);
    const access = await loadClusterAccess({
      environment: { KUBERNETES_SERVICE_HOST: hostname, KUBERNETES_SERVICE_PORT: port },
      serviceAccountFolder: folder,
    });
    const client = createKubeClient(access, { userAgent: 'test' });
    closing.push(client.close);
    const review = { method: 'POST', path: '/apis/authentication.k8s.io/v1/selfsubjectreviews', body: {} } as const;
    const user = { userInfo: { username: `system:serviceaccount:${namespace}:robot` } };
    expect(await client.send(review)).toMatchObject({ status: user });
    writeFileSync(join(folder, 'token'), 'refused');
    await expect(client.send(review)).resolves.toMatchObject({ status: user });
    access.forget();
    await expect(client.send(review)).rejects.toMatchObject({ reason: 'Unauthorized' });
    writeFileSync(join(folder, 'token'), await plane.serviceAccountToken(namespace, 'robot'));
    await expect(client.send(review)).resolves.toMatchObject({ status: user });
  });

  test('calls, watches and writes share one connection', async () => {
    await useNamespace();
    const { client, relay } = await relayedClient();
    const kinds = [configMaps, services, roleBindings, leaseResource];
    const followed = await Promise.all(kinds.map((kind) => follow(client, kind)));
    await Promise.all(
      Array.from({ length: 60 }, (_, index) =>
        client.send({
          method: 'POST',
          path: collectionPath(configMaps, namespace),
          body: { metadata: { name: `c-${index}` } },
        }),
      ),
    );
    await eventually(() => followed[0]?.reflector.size() === 60, 'all arrive');
    expect(relay.connections()).toBe(1);
  });

  test('errors say what the server says', async () => {
    await useNamespace();
    await create(configMaps, 'one');
    await expect(create(configMaps, 'one')).rejects.toMatchObject({ reason: 'AlreadyExists', status: 409 });
    await expect(remove(configMaps, 'none')).rejects.toMatchObject({ reason: 'NotFound', retry: 'Later' });
    await expect(create(configMaps, 'No Name')).rejects.toMatchObject({
      reason: 'Invalid',
      body: { causes: [expect.objectContaining({ field: 'metadata.name' })] },
    });
    const stale = { metadata: { name: 'one', resourceVersion: '1' } };
    const path = objectPath(configMaps, { namespace, name: 'one' });
    await expect(admin.send({ method: 'PUT', path, body: stale })).rejects.toMatchObject({
      reason: 'Conflict',
      retry: 'Soon',
    });
    const reader = await clientOf(await plane.kubeconfigFor('reader'));
    await expect(reader.send({ method: 'GET', path })).rejects.toMatchObject({ reason: 'Forbidden', retry: 'Later' });
  });

  test('discovery tells what is served', async () => {
    const none = { ...policies, group: 'nobody.example' };
    expect(await discoverResources(admin, [configMaps, none, { ...configMaps, plural: 'none' }])).toEqual([
      'Served',
      'NotInstalled',
      'NotInstalled',
    ]);
  });
});

describe('reflector', () => {
  test('a streaming list, then what changes, over one watch', async () => {
    await useNamespace();
    for (const name of ['a', 'b', 'c']) await create(configMaps, name);
    const followed = await follow(admin, configMaps);
    expect(followed.reflector.size()).toBe(3);
    await create(configMaps, 'd');
    await remove(configMaps, 'a');
    await names(followed, ['b', 'c', 'd']);
    await eventually(() => followed.changes.length === 5, 'all changes are told');
    expect(followed.changes.slice(3)).toEqual(['Added d', 'Deleted a']);
    expect(followed.reflector.counts()).toEqual({ lists: 1, watches: 1, failures: 0 });
  });

  test('pages are read to the end', async () => {
    await useNamespace();
    for (let index = 0; index < 7; index += 1) await create(configMaps, `c-${index}`);
    const items: unknown[] = [];
    const list = { client: admin, path: collectionPath(configMaps, namespace), query: {}, limit: 3 };
    const version = await readPages(
      { ...list, signal: new AbortController().signal, onContact: () => undefined },
      (item) => items.push(item),
    );
    expect([items.length, /^\d+$/.test(version)]).toEqual([7, true]);
  });

  test('1: the server is killed and back: watches resume within 2 s, and no event is missed', async () => {
    await useNamespace();
    await create(configMaps, 'a');
    const followed = await follow(await clientOf(plane.kubeconfig), configMaps);
    await plane.killApiServer();
    await plane.startApiServer();
    const begun = performance.now();
    await create(configMaps, 'b');
    await remove(configMaps, 'a');
    await names(followed, ['b'], 2);
    expect(performance.now() - begun).toBeLessThan(10_000);
    await eventually(() => followed.changes.length === 3, 'all changes are told');
    expect(followed.changes).toEqual(['Added a', 'Added b', 'Deleted a']);
    expect(followed.states).toEqual(['Synced']);
  });

  test('4 and 7: half-open, compacted and restarted: one list, and the deletions of the gap', async () => {
    await useNamespace();
    await create(configMaps, 'a');
    await create(configMaps, 'b');
    const { client, relay } = await relayedClient();
    // 120 s of silence are 4 s here.
    const followed = await follow(client, configMaps, { clock: createFastClock(30) });
    relay.freeze();
    await remove(configMaps, 'a');
    await create(configMaps, 'c');
    await plane.compactEtcd();
    await plane.killApiServer();
    await plane.startApiServer();
    await names(followed, ['b', 'c'], 20);
    await eventually(() => followed.changes.length === 4, 'all changes are told');
    expect(followed.changes.slice(2).sort()).toEqual(['Added c', 'Deleted a']);
    expect(followed.reflector.counts().lists).toBe(2);
    expect(followed.states).toEqual(['Synced']);
  });

  test('13: a kind that RBAC hides is unknown, keeps what was known, and no other kind is concerned', async () => {
    await useNamespace();
    await create(configMaps, 'a');
    const binding = async (kind: string) => {
      const group = 'rbac.authorization.k8s.io/v1';
      const rules = [{ apiGroups: [''], resources: [kind], verbs: ['get', 'list', 'watch'] }];
      const path = `/apis/${group}/namespaces/${namespace}`;
      await admin
        .send({ method: 'POST', path: `${path}/roles`, body: { metadata: { name: kind }, rules } })
        .catch(() => undefined);
      const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: kind };
      const subjects = [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'reader' }];
      await create(roleBindings, kind, { roleRef, subjects });
    };
    await binding('configmaps');
    await binding('services');
    const reader = await clientOf(await plane.kubeconfigFor('reader'));
    const timing = { watch: 1, unknownPoll: 0.5 };
    const followed = await follow(reader, configMaps, { timing });
    const other = await follow(reader, services, { timing });
    await eventually(
      () => other.states.includes('Synced') && followed.states.includes('Synced'),
      'both are synced',
      10,
    );
    await remove(roleBindings, 'configmaps');
    await eventually(() => followed.states.at(-1) === 'Hidden', 'it is hidden', 10);
    await remove(configMaps, 'a');
    await create(services, 's', { spec: { ports: [{ port: 80 }] } });
    await names(other, ['s']);
    expect([followed.reflector.size(), other.states.at(-1)]).toEqual([1, 'Synced']);
    await binding('configmaps');
    await names(followed, []);
    await eventually(() => followed.changes.length === 2, 'all changes are told');
    expect([followed.states.at(-1), followed.changes]).toEqual(['Synced', ['Added a', 'Deleted a']]);
  });

  test('11: a definition that is deleted and made again deletes nothing by mistake', async () => {
    await useNamespace();
    const followed = await follow(admin, policies, { deletions: 'Confirmed', timing: { unknownPoll: 0.5 } });
    expect(followed.reflector.state()).toMatchObject({ status: 'Unknown', reason: 'NotInstalled' });
    await installCrds(plane);
    await eventually(() => followed.states.at(-1) === 'Synced', 'it is picked up', 5);
    const spec = {
      targetRefs: [{ group: 'networking.k8s.io', kind: 'Ingress', name: 'web' }],
      allowOrigins: ['https://app.example.com'],
    };
    await createPolicy('kept', spec);
    await createPolicy('removed', spec);
    await names(followed, ['kept', 'removed']);
    await remove(policies, 'removed');
    await names(followed, ['kept']);
    await eventually(() => followed.changes.length === 3, 'all changes are told');
    const before = [...followed.changes];
    await plane.kubectl(['delete', 'crd', 'corspolicies.cors-operator.dev', '--wait=true']);
    await eventually(
      () => ['Terminating', 'NotInstalled'].includes(followed.states.at(-1) ?? ''),
      'it is seen to be gone',
      10,
    );
    await eventually(() => followed.states.at(-1) === 'NotInstalled', 'it is gone', 10);
    expect([[...followed.reflector.list()], followed.changes]).toEqual([['kept'], before]);
    await installCrds(plane);
    await createPolicy('kept', spec);
    await eventually(() => followed.states.at(-1) === 'Synced', 'it is there again', 10);
    await eventually(() => followed.changes.length === before.length + 2, 'the new object is told', 10);
    await names(followed, ['kept']);
    expect(followed.changes.slice(before.length)).toEqual(['Deleted kept', 'Added kept']);
  });
});

async function createPolicy(name: string, spec: object): Promise<void> {
  await create(policies, name, { apiVersion: 'cors-operator.dev/v1alpha1', kind: 'CorsPolicy', spec });
}

describe('leases', () => {
  type Candidate = { readonly elector: LeaseElector; readonly told: string[]; readonly problems: unknown[] };

  async function candidate(identity: string, clock?: Clock): Promise<Candidate> {
    const told: string[] = [];
    const problems: unknown[] = [];
    const elector = createLeaseElector({
      client: await clientOf(plane.kubeconfig),
      namespace,
      name: 'controller',
      identity,
      ...(clock === undefined ? {} : { clock }),
      onGained: () => told.push('Gained'),
      onLost: (loss) => told.push(loss),
      onProblem: (problem) => problems.push(problem),
    });
    closing.unshift(elector.stop);
    elector.start();
    return { elector, told, problems };
  }

  /** A process that can be stopped: nothing that waits goes on. */
  function stoppable(): { readonly clock: Clock; readonly stop: () => void } {
    let stopped = false;
    const clock = createFastClock(1);
    const setTimeout: Clock['setTimeout'] = (action, milliseconds) =>
      clock.setTimeout(() => (stopped ? undefined : action()), milliseconds);
    return {
      clock: { ...clock, setTimeout },
      stop: () => {
        stopped = true;
      },
    };
  }

  test('one of two leads; given back, the other within 3 s; left, within 20 s', async () => {
    await useNamespace();
    const one = await candidate('one');
    await eventually(one.elector.isHeld, 'one leads');
    const { clock, stop } = stoppable();
    const two = await candidate('two', clock);
    await eventually(() => two.elector.holder() === 'one', 'two sees it');
    expect(two.elector.isHeld()).toBe(false);
    await one.elector.stop();
    await eventually(two.elector.isHeld, 'two leads', 3);
    const three = await candidate('three');
    await eventually(() => three.elector.holder() === 'two', 'three sees it');
    stop();
    const left = performance.now();
    while (!three.elector.isHeld()) {
      expect(performance.now() - left).toBeLessThan(30_000);
      await eventually(() => three.elector.isHeld() || performance.now() - left > 20_000, 'three leads', 21);
    }
    expect([two.elector.isHeld(), three.problems, one.problems]).toEqual([false, [], []]);
  });

  test('32: deleted or overwritten: lost with the next renewal', async () => {
    await useNamespace();
    const one = await candidate('one');
    await eventually(one.elector.isHeld, 'one leads');
    await remove(leaseResource, 'controller');
    await eventually(() => one.told.length === 3, 'it is lost and taken again', 4);
    expect(one.told).toEqual(['Gained', 'Deleted', 'Gained']);
    const path = objectPath(leaseResource, { namespace, name: 'controller' });
    const body = { spec: { holderIdentity: 'thief' } };
    await admin.send({ method: 'PATCH', path, body, contentType: 'application/merge-patch+json' });
    await eventually(() => one.told.at(-1) === 'Taken', 'it is lost', 3);
    expect(one.elector.isHeld()).toBe(false);
  });

  test('a hold takes it from a living process, and break-glass keeps it', async () => {
    await useNamespace();
    const one = await candidate('one');
    await eventually(one.elector.isHeld, 'one leads');
    const options = { client: admin, namespace, name: 'controller', identity: 'restore' };
    const hold = await holdLease(options);
    expect([hold.former, hold.isHeld(), one.elector.isHeld(), one.told.at(-1)]).toEqual(['one', true, false, 'Taken']);
    await hold.leaveBreakGlass();
    expect(await releaseBreakGlass(options)).toBe(true);
    expect(await releaseBreakGlass(options)).toBe(false);
    await eventually(one.elector.isHeld, 'one leads again', 5);
  });
});

describe('events', () => {
  test('an event is taken by the server, and counted on', async () => {
    await useNamespace();
    await create(configMaps, 'web');
    const problems: unknown[] = [];
    const recorder = createEventRecorder({
      client: admin,
      controller: 'cors-operator.dev/controller',
      instance: 'test',
      clock: createFastClock(60),
      onProblem: (problem) => problems.push(problem),
    });
    const [subject] = JSON.parse(await plane.kubectl(['get', 'configmaps', '-n', namespace, '-o', 'json'])).items;
    const regarding = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      namespace,
      name: 'web',
      uid: String(subject.metadata.uid),
    };
    const event = {
      regarding,
      type: 'Warning',
      reason: 'Narrowed',
      action: 'Apply',
      note: 'Zürich\u001b[31m\n',
    } as const;
    const read = async () =>
      JSON.parse(await plane.kubectl(['get', 'events.v1.events.k8s.io', '-n', namespace, '-o', 'json'])).items;
    recorder.record(event);
    await expect.poll(read).toMatchObject([{ note: 'Zürich\\u001b[31m\\n', regarding, type: 'Warning' }]);
    recorder.record(event);
    recorder.record(event);
    await expect.poll(read, { timeout: 10_000 }).toMatchObject([{ series: { count: 3 } }]);
    recorder.record({ ...event, regarding: { apiVersion: 'v1', kind: 'Namespace', name: namespace, uid: 'u' } });
    await expect.poll(() => plane.kubectl(['get', 'events', '-n', 'default'])).toContain('Narrowed');
    await recorder.stop();
    expect(problems).toEqual([]);
    expect(await plane.kubectl(['events', '--for', 'configmap/web', '-n', namespace])).toContain('Narrowed');
  });
});
