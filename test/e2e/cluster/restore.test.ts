import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { z } from 'zod';
import type { KubernetesObject } from '../../../src/model/kubernetes-object.ts';
import { restoreDocument, resumeDocument } from '../../contract/output-documents.ts';
import { until } from '../../rig/patience.ts';
import { ingressObject, policyObject } from '../../support/cluster-objects.ts';
import { type OperatorCluster, startOperatorCluster } from '../../support/operator-cluster.ts';
import type { OperatorProcess } from '../../support/operator-process.ts';
import { runInProcess } from '../../support/program.ts';
import { NGINX, originOf } from '../../support/shop-objects.ts';

let cluster: OperatorCluster;

beforeAll(async () => {
  cluster = await startOperatorCluster();
});
afterAll(() => cluster.stop());

type Restored = { readonly code: number | null; readonly document: z.infer<typeof restoreDocument> };

/** Runs `restore` with the rights of the controller's account, as the chart's Job does. */
async function restore(...flags: readonly string[]): Promise<Restored> {
  const place = ['--operator-namespace', 'cors-system', '--traefik-settle', '1'];
  const access = ['--kubeconfig', await cluster.kubeconfig()];
  const { code, stdout } = await runInProcess(['restore', '-o', 'json', ...place, ...access, ...flags]);
  return { code, document: restoreDocument.parse(JSON.parse(stdout)) };
}

async function resume(): Promise<boolean> {
  const place = ['--operator-namespace', 'cors-system', '--kubeconfig', await cluster.kubeconfig()];
  const { stdout } = await runInProcess(['resume', '-o', 'json', ...place]);
  return resumeDocument.parse(JSON.parse(stdout)).released;
}

/** A namespace with routes of both controllers, one of them with annotations that a policy takes over and that grant nothing. */
async function openShop(namespace: string): Promise<void> {
  const annotations = { [NGINX.enable]: 'false', [NGINX.origins]: originOf('git'), note: 'kept' };
  await cluster.open(
    namespace,
    ingressObject('plain', { namespace }),
    ingressObject('adopted', { namespace, annotations }),
    ingressObject('traefik', { namespace }, { ingressClassName: 'traefik' }),
  );
}

async function startGoverned(namespace: string): Promise<OperatorProcess> {
  const policy = policyObject('all', { targetSelector: {}, adoption: 'Own' }, { namespace });
  await freeLease();
  await cluster.admin.apply([policy]);
  onTestFinished(() => cluster.admin.remove({ kind: 'CorsPolicy', namespace, name: 'all' }));
  const operator = await cluster.start();
  onTestFinished(cluster.killOperators);
  await operator.ready();
  await until({ what: 'all routes as the policy says', check: async () => (await recorded(namespace)) === 3 });
  return operator;
}

/** Spares a test the minute for which a restore keeps the Lease from controllers, and what a killed one leaves of its own. */
async function freeLease(): Promise<void> {
  const place = { kind: 'Lease', namespace: 'cors-system', name: 'cors-operator' };
  await cluster.admin.edit(place, { spec: { holderIdentity: '', leaseDurationSeconds: 1 } });
}

/** How many routes of a namespace the operator holds. */
async function recorded(namespace: string): Promise<number> {
  const routes = await cluster.admin.list('Ingress', namespace);
  return routes.filter(({ metadata }) => metadata.annotations?.['cors-operator.dev/record'] !== undefined).length;
}

/** Everything that a restore may have touched, but for versions. */
async function standing(namespace: string): Promise<readonly unknown[]> {
  const objects = [
    ...(await cluster.admin.list('Ingress', namespace)),
    ...(await cluster.admin.list('Middleware', namespace)),
  ];
  return objects.map(withoutVersions);
}

function withoutVersions({ metadata, ...object }: KubernetesObject): unknown {
  const { resourceVersion: _version, managedFields, ...kept } = metadata;
  return { ...object, metadata: kept, managers: managersOf(managedFields) };
}

function managersOf(managedFields: unknown): readonly string[] {
  const entries: readonly { readonly manager?: string }[] = Array.isArray(managedFields) ? managedFields : [];
  return entries.map(({ manager = '' }) => manager).sort();
}

function resultsOf({ objects }: Restored['document'], namespace: string): readonly string[] {
  return objects
    .filter(({ object }) => object.namespace === namespace)
    .map(({ object, result }) => `${object.kind} ${object.name} ${result}`)
    .sort();
}

const ALL_BACK: readonly string[] = [
  'Ingress adopted Restored',
  'Ingress plain Restored',
  'Ingress traefik Restored',
  'Middleware cors-operator-ingress-traefik Deleted',
];

describe('restore without a controller', () => {
  test('after a crash everything is as it was before us, whoever owns it; once more there is nothing to do', async () => {
    await openShop('crashed');
    const before = await standing('crashed');
    const operator = await startGoverned('crashed');
    await operator.kill();
    const preview = await restore('--dry-run');
    expect(resultsOf(preview.document, 'crashed')).toEqual(ALL_BACK);
    expect(await recorded('crashed')).toBe(3);
    const { code, document } = await restore();
    expect({ code, results: resultsOf(document, 'crashed') }).toEqual({ code: 0, results: ALL_BACK });
    expect(await standing('crashed')).toEqual(before);
    await freeLease();
    const again = await restore();
    expect({ code: again.code, objects: again.document.objects }).toEqual({ code: 0, objects: [] });
    await cluster.expectSound();
  });

  test('a key that somebody changed since is theirs: listed, exit 1, and no matter any more the next time', async () => {
    await openShop('edited');
    const operator = await startGoverned('edited');
    await operator.kill();
    await cluster.admin.edit(
      { kind: 'Ingress', namespace: 'edited', name: 'plain' },
      { metadata: { annotations: { [NGINX.origins]: originOf('by-hand') } } },
    );
    await freeLease();
    const { code, document } = await restore();
    expect(code).toBe(0);
    const left = document.objects.filter(({ leftAlone }) => leftAlone.length > 0);
    expect(left.map(({ object, leftAlone }) => [object.name, leftAlone])).toEqual([
      ['plain', [{ annotation: NGINX.origins, reason: 'Edited' }]],
    ]);
    const annotations = await cluster.admin.annotations({ kind: 'Ingress', namespace: 'edited', name: 'plain' });
    expect(annotations).toEqual({ [NGINX.origins]: originOf('by-hand') });
    await freeLease();
    expect((await restore()).code).toBe(0);
  });

  test('what another installation wrote stays, and is told', async () => {
    await openShop('theirs');
    const operator = await startGoverned('theirs');
    await operator.kill();
    const { code, document } = await restore('--dry-run', '--instance', 'blue');
    expect(code).toBe(0);
    expect(new Set(document.objects.map(({ result }) => result))).toEqual(new Set(['OtherInstallation']));
    await freeLease();
    await restore();
  });
});

describe('restore beside a living controller', () => {
  test('it writes no more, neither while it is put back nor afterwards; break-glass holds until resume', async () => {
    await openShop('alive');
    const before = await standing('alive');
    const operator = await startGoverned('alive');
    const { code, document } = await restore();
    expect({ code, results: resultsOf(document, 'alive') }).toEqual({ code: 0, results: ALL_BACK });
    expect(await standing('alive')).toEqual(before);
    const broken = await restore('--break-glass');
    expect({ code: broken.code, objects: broken.document.objects }).toEqual({ code: 0, objects: [] });
    await cluster.admin.apply([ingressObject('late', { namespace: 'alive' })]);
    await stays('alive', 0, LONGER_THAN_A_LEASE);
    expect(operator.isRunning()).toBe(true);
    expect(await resume()).toBe(true);
    await until({ what: 'the controller to write again', check: async () => (await recorded('alive')) === 4 });
    expect(await resume()).toBe(false);
    await cluster.admin.remove({ kind: 'CorsPolicy', namespace: 'alive', name: 'all' });
    await until({ what: 'everything as it was', check: async () => (await recorded('alive')) === 0 });
    await cluster.expectSound();
  });
});

/** Seconds after which a Lease that nobody renews is taken over. */
const LONGER_THAN_A_LEASE = 18;

/** Fails as soon as the operator holds another number of routes. */
async function stays(namespace: string, count: number, seconds: number): Promise<void> {
  const end = Date.now() + seconds * 1000;
  while (Date.now() < end) {
    expect(await recorded(namespace)).toBe(count);
    await new Promise((resolve) => {
      setTimeout(resolve, 250);
    });
  }
}
