import { describe, expect, test } from 'vitest';
import { leaseResource } from '../../src/kube/lease-record.ts';
import type { KubernetesObject } from '../../src/model/kubernetes-object.ts';
import { recordText, valueHash } from '../../src/plan/record.ts';
import { restoreDocument, resumeDocument } from '../contract/output-documents.ts';
import { ingressObject } from '../support/cluster-objects.ts';
import { type FakeCluster, startFakeCluster } from '../support/fake-cluster.ts';

const ENABLE = 'nginx.ingress.kubernetes.io/enable-cors';
const RECORD = 'cors-operator.dev/record';

type Written = {
  readonly instance?: string;
  /** What stands there now, if it is not what was written. */
  readonly live?: string;
  readonly original?: string;
};

/** An Ingress as the operator left it. */
function written(name: string, { instance = '', live = 'true', original }: Written = {}): KubernetesObject {
  const uid = `uid-of-${name}`;
  const entry = { hash: valueHash('true'), ...(original === undefined ? {} : { original }) };
  const record = recordText({ instance, uid, policy: { uid: 'p', generation: 1 }, keys: { [ENABLE]: entry } });
  return ingressObject(name, { uid, annotations: { [ENABLE]: live, [RECORD]: record, kept: 'yes' } });
}

/** A Middleware of ours that belongs to an object. */
function owned(name: string, owner: string): KubernetesObject {
  return {
    apiVersion: 'traefik.io/v1alpha1',
    kind: 'Middleware',
    metadata: {
      name,
      namespace: 'shop',
      labels: { 'app.kubernetes.io/managed-by': 'cors-operator' },
      ownerReferences: [{ apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', name: 'x', uid: owner }],
    },
    spec: { headers: {} },
  };
}

function writes(cluster: FakeCluster): readonly string[] {
  return cluster.server.requests
    .filter(({ method }) => method !== 'GET')
    .map(({ method, path }) => `${method} ${path}`);
}

function putLease(cluster: FakeCluster, namespace: string, holderIdentity: string): void {
  cluster.server.store.put(leaseResource, {
    name: 'cors-operator',
    namespace,
    spec: { holderIdentity, leaseDurationSeconds: 15 },
  });
}

describe('restore --dry-run', () => {
  test('says of every object of ours what would become of it, and writes nothing, no Lease either', async () => {
    const cluster = await startFakeCluster([
      written('web'),
      ingressObject('plain'),
      written('theirs', { instance: 'blue' }),
      owned('cors-operator-ingress-web', 'uid-of-web'),
      owned('cors-operator-ingress-gone', 'uid-of-nothing'),
    ]);
    const { code, stdout } = await cluster.run(['restore', '--dry-run', '-o', 'json']);
    const document = restoreDocument.parse(JSON.parse(stdout));
    expect(code).toBe(0);
    expect(document.objects.map(({ object, result }) => `${object.kind} ${object.name} ${result}`)).toEqual([
      'Ingress theirs OtherInstallation',
      'Ingress web Restored',
      'Middleware cors-operator-ingress-web Deleted',
      'Middleware cors-operator-ingress-gone Deleted',
    ]);
    expect(document).toMatchObject({
      dryRun: true,
      counts: { restored: 1, deleted: 2, refused: 0, otherInstallation: 1, leftAlone: 0, untouched: 1 },
    });
    expect(writes(cluster)).toEqual([]);
  });

  test('of the installation that --instance names', async () => {
    const cluster = await startFakeCluster([written('ours', { instance: 'blue' }), written('theirs')]);
    const { stdout } = await cluster.run(['restore', '--dry-run', '--instance', 'blue', '-o', 'json']);
    const { objects } = restoreDocument.parse(JSON.parse(stdout));
    expect(objects.map(({ object, result }) => [object.name, result])).toEqual([
      ['ours', 'Restored'],
      ['theirs', 'OtherInstallation'],
    ]);
  });

  test('keys that would be left alone are listed with their reason, and are no failure', async () => {
    const cluster = await startFakeCluster([written('edited', { live: 'false' })]);
    const { code, stdout } = await cluster.run(['restore', '--dry-run', '-o', 'json']);
    const { objects, counts } = restoreDocument.parse(JSON.parse(stdout));
    expect({ code, left: counts.leftAlone }).toEqual({ code: 0, left: 1 });
    expect(objects[0]?.leftAlone).toEqual([{ annotation: ENABLE, reason: 'Edited' }]);
    const table = await cluster.run(['restore', '--dry-run']);
    expect(table.stdout).toMatch(/Ingress shop\/edited +Restored +\S+enable-cors: somebody changed it since/);
    expect(table.stdout).toMatch(/\ndry run, nothing was written: 1 restored, 0 deleted, 1 with keys left alone\n$/);
  });

  test('a cluster on which nothing of ours stands', async () => {
    const cluster = await startFakeCluster([ingressObject('plain')]);
    const { code, stdout } = await cluster.run(['restore', '--dry-run']);
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'dry run, nothing was written: 0 restored, 0 deleted\n' });
  });

  test('without Traefik and the Gateway API', async () => {
    const cluster = await startFakeCluster([written('web')], ['middlewares', 'httproutes']);
    expect((await cluster.run(['restore', '--dry-run'])).stdout).toContain('1 restored');
  });

  test('what may not be listed is not taken for gone: exit 2', async () => {
    const cluster = await startFakeCluster([written('web')]);
    cluster.hide(({ path }) => path.endsWith('/middlewares'));
    const { code, stdout, stderr } = await cluster.run(['restore', '--dry-run']);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('middlewares may not be listed');
  });
});

describe('the Lease that restore takes', () => {
  test('it is held by nobody: taken at once, and left so that no controller takes it for a minute', async () => {
    const cluster = await startFakeCluster();
    const { code, stderr } = await cluster.run(['restore']);
    expect(code).toBe(0);
    expect(stderr).toMatch(/^restoring in context test \(http:\/\/127\.0\.0\.1:\d+\)\n/);
    expect(stderr).toContain('no controller writes for 60 s from now');
    const [lease] = cluster.server.store.objects(leaseResource);
    expect(lease?.['spec']).toMatchObject({
      holderIdentity: expect.stringMatching(/^restore_/),
      leaseDurationSeconds: 60,
    });
  });

  test('--break-glass leaves it to nobody until resume', async () => {
    const cluster = await startFakeCluster();
    const { code, stderr } = await cluster.run(['restore', '--break-glass']);
    expect(code).toBe(0);
    expect(stderr).toContain('no controller writes until: cors-operator resume --operator-namespace cors-operator\n');
    const holder = (): unknown => cluster.server.store.objects(leaseResource)[0]?.['spec'];
    expect(holder()).toMatchObject({ holderIdentity: 'cors-operator.dev/break-glass' });
    await cluster.run(['restore']);
    expect(holder()).toMatchObject({ holderIdentity: 'cors-operator.dev/break-glass' });
    const resumed = await cluster.run(['resume', '-o', 'json']);
    expect({ code: resumed.code, document: resumeDocument.parse(JSON.parse(resumed.stdout)) }).toEqual({
      code: 0,
      document: { released: true, lease: { namespace: 'cors-operator', name: 'cors-operator' } },
    });
    expect(holder()).toMatchObject({ holderIdentity: '' });
  });

  test('that of the installation that is named', async () => {
    const cluster = await startFakeCluster([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'infra' } }]);
    const flags = ['--instance', 'blue', '--operator-namespace', 'infra'];
    const { stderr } = await cluster.run(['restore', '--break-glass', ...flags]);
    expect(stderr).toContain('resume --operator-namespace infra --instance blue\n');
    const [lease] = cluster.server.store.objects(leaseResource);
    expect(lease?.metadata).toMatchObject({ namespace: 'infra', name: 'cors-operator-blue' });
  });

  test('a Lease of that name that is held elsewhere: nothing is done, and the flag is told', async () => {
    const cluster = await startFakeCluster([written('web')]);
    putLease(cluster, 'infra', 'a-controller');
    const { code, stdout, stderr } = await cluster.run(['restore']);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('give --operator-namespace infra');
    expect(writes(cluster)).toEqual([]);
  });

  test('one that nobody holds, left elsewhere by a former installation, keeps nobody back', async () => {
    const cluster = await startFakeCluster();
    putLease(cluster, 'infra', '');
    expect((await cluster.run(['restore'])).code).toBe(0);
  });

  test('the namespace of the operator is gone: restored all the same, with a warning', async () => {
    const cluster = await startFakeCluster();
    cluster.server.setFault(({ method, path }) =>
      method === 'POST' && path.endsWith('/leases')
        ? { status: 404, body: { kind: 'Status', reason: 'NotFound', code: 404, message: 'namespaces "x" not found' } }
        : undefined,
    );
    const { code, stderr } = await cluster.run(['restore', '--operator-namespace', 'gone']);
    expect(code).toBe(0);
    expect(stderr).toContain('warning: there is no namespace gone, so that no controller runs in it');
  });

  test('rights are missing to take it: exit 2, and nothing is written', async () => {
    const cluster = await startFakeCluster([written('web')]);
    cluster.hide(({ method, path }) => method === 'POST' && path.endsWith('/leases'));
    const { code, stdout, stderr } = await cluster.run(['restore']);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('does not allow this');
    expect(writes(cluster).filter((write) => !write.includes('/leases'))).toEqual([]);
  });

  test('what fails half-way gives it back, so that controllers go on', async () => {
    const cluster = await startFakeCluster([written('web')]);
    cluster.server.setFault(({ path }) =>
      path.endsWith('/ingresses') ? { status: 500, body: { message: 'etcd is away' } } : undefined,
    );
    expect((await cluster.run(['restore'])).code).toBe(3);
    expect(cluster.server.store.objects(leaseResource)[0]?.['spec']).toMatchObject({ holderIdentity: '' });
  });
});

describe('resume', () => {
  test.each([
    { name: 'no Lease', holder: undefined },
    { name: 'a Lease that a controller holds', holder: 'a-controller' },
  ])('$name: nothing to release, nothing written, exit 0', async ({ holder }) => {
    const cluster = await startFakeCluster();
    if (holder !== undefined) putLease(cluster, 'cors-operator', holder);
    const { code, stdout } = await cluster.run(['resume']);
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: 'Lease cors-operator/cors-operator is not held by break-glass: nothing to release\n',
    });
    expect(writes(cluster)).toEqual([]);
  });
});
