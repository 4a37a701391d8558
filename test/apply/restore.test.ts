import { describe, expect, test } from 'vitest';
import { installationOf } from '../../src/apply/installation.ts';
import { type RestoreOptions, type RestoreReport, restoreAll } from '../../src/apply/restore.ts';
import { type ApplyCluster, createApplyCluster } from '../support/apply-fixture.ts';
import { clusterPolicyObject, ingressObject, ingressTarget, policyObject } from '../support/cluster-objects.ts';
import { failure } from '../support/server-side-apply.ts';

const ORIGIN = 'nginx.ingress.kubernetes.io/cors-allow-origin';
const LIST = 'traefik.ingress.kubernetes.io/router.middlewares';

async function restore(cluster: ApplyCluster, options: Partial<RestoreOptions> & { readonly instance?: string } = {}) {
  const objects = cluster.all();
  const waits: number[] = [];
  const reports = await restoreAll(
    {
      client: cluster.client,
      installation: installationOf(options.instance ?? ''),
      resourceOf: cluster.resourceOf,
      now: () => cluster.now,
      wait: (seconds) => {
        waits.push(seconds);
        cluster.now += seconds * 1000;
        return Promise.resolve();
      },
      ...options,
    },
    {
      targets: objects.filter(({ kind }) => kind === 'Ingress'),
      owned: objects.filter(({ kind }) => kind === 'Middleware'),
    },
  );
  return { reports, waits, results: results(reports) };
}

function results(reports: readonly RestoreReport[]): Readonly<Record<string, string>> {
  return Object.fromEntries(reports.map(({ object, result }) => [`${object.kind} ${object.name}`, result]));
}

async function programmed(classes: Readonly<Record<string, string>>): Promise<ApplyCluster> {
  const names = Object.keys(classes);
  const ingresses = names.map((name) =>
    ingressObject(name, { annotations: { kept: name } }, { ingressClassName: classes[name] }),
  );
  const policy = policyObject('storefront', { targetSelector: {}, adoption: 'Own' });
  const cluster = createApplyCluster([...ingresses, policy]);
  for (const name of names) await cluster.converge(name);
  return cluster;
}

function annotationsOf(cluster: ApplyCluster, name: string): unknown {
  return cluster.find('Ingress', name)?.metadata.annotations;
}

describe('restoreAll', () => {
  test('puts everything back although policies still govern, waiting once for all of Traefik', async () => {
    const cluster = await programmed({ web: 'nginx', one: 'traefik', two: 'traefik' });
    cluster.put(ingressObject('plain'));
    const { results, waits } = await restore(cluster);
    expect(results).toEqual({
      'Ingress one': 'Restored',
      'Ingress plain': 'Nothing',
      'Ingress two': 'Restored',
      'Ingress web': 'Restored',
      'Middleware cors-operator-ingress-one': 'Deleted',
      'Middleware cors-operator-ingress-two': 'Deleted',
    });
    expect(waits).toEqual([5]);
    for (const name of ['web', 'one', 'two']) expect(annotationsOf(cluster, name)).toEqual({ kept: name });
    expect(cluster.all().some(({ kind }) => kind === 'Middleware')).toBe(false);
  });

  test('has nothing to do when repeated', async () => {
    const cluster = await programmed({ web: 'nginx', one: 'traefik' });
    await restore(cluster);
    const requests = cluster.requests.length;
    expect(new Set(Object.values((await restore(cluster)).results))).toEqual(new Set(['Nothing']));
    expect(cluster.requests.length).toBe(requests);
  });

  test('brings back what a guardrail forbids', async () => {
    const cluster = createApplyCluster([
      ingressObject('web', { annotations: { [ORIGIN]: '*' } }),
      policyObject('storefront', { targetRefs: [ingressTarget('web')], adoption: 'Own' }),
      clusterPolicyObject('org', { guardrail: { allowOrigins: ['https://app.example.com'] } }),
    ]);
    await cluster.converge('web');
    await restore(cluster);
    expect(annotationsOf(cluster, 'web')).toEqual({ [ORIGIN]: '*' });
  });

  test('tells of keys that it left alone, and why', async () => {
    const cluster = await programmed({ web: 'nginx' });
    cluster.annotate(cluster.find('Ingress', 'web') ?? ingressObject('web'), 'ann', { [ORIGIN]: '*' });
    const { reports } = await restore(cluster);
    expect(reports[0]?.leftAlone).toEqual([{ annotation: ORIGIN, reason: 'Edited' }]);
    expect(annotationsOf(cluster, 'web')).toEqual({ kept: 'web', [ORIGIN]: '*' });
  });

  test('leaves other installations alone, with what belongs to their targets', async () => {
    const cluster = await programmed({ web: 'nginx', one: 'traefik' });
    const before = cluster.all();
    const { results } = await restore(cluster, { instance: 'blue' });
    expect(results).toEqual({ 'Ingress one': 'OtherInstallation', 'Ingress web': 'OtherInstallation' });
    expect(cluster.all()).toEqual(before);
  });

  test('objects of ours whose target is gone go as well; those of others stay', async () => {
    const cluster = await programmed({ one: 'traefik' });
    const one = cluster.find('Ingress', 'one');
    if (one !== undefined) cluster.remove(one);
    const foreign = {
      apiVersion: 'traefik.io/v1alpha1',
      kind: 'Middleware',
      metadata: { name: 'auth', namespace: 'shop' },
    };
    cluster.put(foreign);
    expect((await restore(cluster)).results).toEqual({ 'Middleware cors-operator-ingress-one': 'Deleted' });
    expect(cluster.find('Middleware', 'auth')).toBeDefined();
  });

  test('an API server that is away for a moment is waited for', async () => {
    const cluster = await programmed({ web: 'nginx' });
    let failures = 3;
    cluster.onRequest = () => {
      if (failures-- > 0) throw failure('Unavailable', 'down', 503);
    };
    expect((await restore(cluster)).results).toEqual({ 'Ingress web': 'Restored' });
  });

  test('what is refused for good is told, and the others are restored all the same', async () => {
    const cluster = await programmed({ web: 'nginx', api: 'nginx' });
    cluster.onRequest = ({ path }) => {
      if (path.endsWith('/web')) throw failure('Forbidden', 'not you', 403);
    };
    const { reports, results } = await restore(cluster);
    expect(results).toEqual({ 'Ingress api': 'Restored', 'Ingress web': 'Refused' });
    expect(reports.find(({ object }) => object.name === 'web')?.message).toBe('not you');
    expect(annotationsOf(cluster, 'api')).toEqual({ kept: 'api' });
  });

  test('without the lease nothing is touched', async () => {
    const cluster = await programmed({ one: 'traefik' });
    const { results } = await restore(cluster, { isLeader: () => false });
    expect(results).toEqual({ 'Ingress one': 'Refused' });
    expect(annotationsOf(cluster, 'one')).toMatchObject({ [LIST]: expect.any(String) });
  });

  test('each object is told of once, as soon as its end is known', async () => {
    const cluster = await programmed({ web: 'nginx', one: 'traefik' });
    const told: string[] = [];
    const { reports } = await restore(cluster, { onReport: ({ object }) => told.push(object.name) });
    expect(told.sort()).toEqual(
      reports
        .filter(({ object }) => object.kind === 'Ingress')
        .map(({ object }) => object.name)
        .sort(),
    );
  });

  test('many targets are restored side by side, each once', async () => {
    const names = Array.from({ length: 40 }, (_, index) => `web-${index}`);
    const cluster = await programmed(Object.fromEntries(names.map((name) => [name, 'nginx'])));
    const before = cluster.requests.length;
    await restore(cluster);
    expect(cluster.requests.length - before).toBe(names.length);
  });
});
