import { expect, test } from 'vitest';
import { installationOf } from '../../src/apply/installation.ts';
import { restoreAll } from '../../src/apply/restore.ts';
import { previewRestore } from '../../src/cli/restore-preview.ts';
import type { KubernetesObject } from '../../src/model/kubernetes-object.ts';
import { createApplyCluster } from '../support/apply-fixture.ts';
import { ingressObject, policyObject } from '../support/cluster-objects.ts';

const ORIGIN = 'nginx.ingress.kubernetes.io/cors-allow-origin';

const orphan: KubernetesObject = {
  apiVersion: 'traefik.io/v1alpha1',
  kind: 'Middleware',
  metadata: {
    name: 'cors-operator-ingress-gone',
    namespace: 'shop',
    labels: { 'app.kubernetes.io/managed-by': 'cors-operator' },
    ownerReferences: [{ uid: 'of-nobody' }],
  },
  spec: {},
};

test.each([
  { name: 'this installation', instance: '' },
  { name: 'another one', instance: 'blue' },
])('previewRestore: as $name, it says of every object what a restore then says', async ({ instance }) => {
  const cluster = createApplyCluster([
    ingressObject('plain'),
    ingressObject('web'),
    ingressObject('edited'),
    ingressObject('adopted', { annotations: { [ORIGIN]: 'https://git.example.com' } }),
    ingressObject('traefik', {}, { ingressClassName: 'traefik' }),
    policyObject('all', { targetSelector: {}, adoption: 'Own' }),
    orphan,
  ]);
  for (const name of ['web', 'edited', 'adopted', 'traefik']) await cluster.converge(name);
  cluster.annotate(cluster.find('Ingress', 'edited') ?? ingressObject('edited'), 'ann', {
    [ORIGIN]: 'https://x.example',
  });
  const objects = cluster.all();
  const input = {
    targets: objects.filter(({ kind }) => kind === 'Ingress'),
    owned: objects.filter(({ kind }) => kind === 'Middleware'),
  };
  const installation = installationOf(instance);
  const requests = cluster.requests.length;
  const preview = previewRestore(input, installation);
  expect(cluster.requests.length).toBe(requests);
  const { client, resourceOf } = cluster;
  const wait = (seconds: number): Promise<void> => {
    cluster.now += seconds * 1000;
    return Promise.resolve();
  };
  const reports = await restoreAll({ client, installation, resourceOf, now: () => cluster.now, wait }, input);
  expect(new Set(preview)).toEqual(new Set(reports));
  expect(preview.length).toBe(reports.length);
  expect(new Set(preview.map(({ result }) => result)).size).toBeGreaterThan(2);
});
