import { describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import type { KubernetesObject } from '../../src/model/kubernetes-object.ts';
import { explainDocument, lintDocument, renderDocument } from '../contract/output-documents.ts';
import {
  clusterPolicyObject,
  httpRouteObject,
  ingressClassObject,
  ingressObject,
  ingressTarget,
  policyObject,
} from '../support/cluster-objects.ts';
import { startFakeCluster } from '../support/fake-cluster.ts';

/** One route in the context's own namespace, one elsewhere, and what governs them. */
const objects: readonly KubernetesObject[] = [
  ingressClassObject(),
  ingressObject('web', { annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{}' }, generation: 3 }),
  policyObject('web', { targetRefs: [ingressTarget('web')] }),
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'other' } },
  ingressObject('api', { namespace: 'other' }),
  policyObject('api', { targetRefs: [ingressTarget('gone')] }, { namespace: 'other' }),
];

function names(stdout: string): readonly string[] {
  return explainDocument.parse(JSON.parse(stdout)).routes.map(({ target }) => `${target.namespace}/${target.name}`);
}

describe('what of a cluster is shown', () => {
  test.each([
    { name: "the context's own namespace", flags: [], shown: ['shop/web'] },
    { name: 'the one that -n names', flags: ['-n', 'other'], shown: ['other/api'] },
    { name: 'all of them with -A', flags: ['-A'], shown: ['other/api', 'shop/web'] },
    { name: 'all of them with -A, whatever -n says', flags: ['-A', '-n', 'shop'], shown: ['other/api', 'shop/web'] },
  ])('explain and render: $name', async ({ flags, shown }) => {
    const cluster = await startFakeCluster(objects);
    const explained = await cluster.run(['explain', '-o', 'json', ...flags]);
    expect({ code: explained.code, names: names(explained.stdout) }).toEqual({ code: 0, names: shown });
    const { stdout } = await cluster.run(['render', '-o', 'json', ...flags]);
    const { routes } = renderDocument.parse(JSON.parse(stdout));
    expect(routes.map(({ target }) => `${target.namespace}/${target.name}`)).toEqual(shown);
  });

  test('lint: issues of objects in the namespace, with -A also of those that have none', async () => {
    const strange = clusterPolicyObject('strange', { guardrail: { allowOrigins: ['https://Example.com'] } });
    const cluster = await startFakeCluster([...objects, strange]);
    const reasons = async (...flags: readonly string[]): Promise<readonly string[]> => {
      const { stdout } = await cluster.run(['lint', '-o', 'json', '--fail-on', 'info', ...flags]);
      const { issues } = lintDocument.parse(JSON.parse(stdout));
      return [...new Set(issues.map(({ object }) => object?.namespace ?? object?.kind ?? ''))].sort();
    };
    expect(await reasons()).toEqual(['shop']);
    expect(await reasons('-n', 'other')).toEqual(['other']);
    expect(await reasons('-A')).toEqual(['ClusterCorsPolicy', 'other', 'shop']);
  });

  test('issues of a cluster have no source: their object is what has to be changed', async () => {
    const cluster = await startFakeCluster(objects);
    const { stdout } = await cluster.run(['lint', '-A', '-o', 'json']);
    const { issues } = lintDocument.parse(JSON.parse(stdout));
    expect(issues.length).toBeGreaterThan(0);
    expect(issues.filter(({ source }) => source !== undefined)).toEqual([]);
  });

  test('check asks by host, in all namespaces', async () => {
    const cluster = await startFakeCluster(objects);
    const asked = ['check', '--host', 'api.example.com', '--origin', 'https://app.example.com', '-o', 'json'];
    const { code, stdout } = await cluster.run(asked);
    expect({ code, reason: JSON.parse(stdout).reason }).toEqual({ code: 1, reason: 'NoPolicy' });
    const missing = await cluster.run(['check', '--host', 'nobody.example.com', '--origin', 'https://app.example.com']);
    expect(missing.stdout).toContain('no route of the cluster answers this host and path: the cluster has routes for');
  });

  test('a guardrail of the cluster confines what the namespace is shown to grant', async () => {
    const guardrail = clusterPolicyObject('org', { guardrail: { allowOrigins: ['https://www.example.com'] } });
    const cluster = await startFakeCluster([...objects, guardrail]);
    const { stdout } = await cluster.run(['explain', '-o', 'json']);
    const [web] = explainDocument.parse(JSON.parse(stdout)).routes;
    expect(web?.entries.find(({ field }) => field === 'allowOrigins')?.cutBy?.name).toBe('org');
  });

  test('a namespace that the cluster does not have is no namespace without issues', async () => {
    const cluster = await startFakeCluster(objects);
    for (const command of ['lint', 'render', 'explain']) {
      const { code, stdout, stderr } = await cluster.run([command, '-n', 'shpo']);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toContain('the cluster has no namespace "shpo"');
    }
  });

  test('a namespace without routes is told by its name', async () => {
    const cluster = await startFakeCluster(objects);
    const { code, stdout } = await cluster.run(['render', '-n', 'default']);
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: 'no routes: namespace default holds no Ingress and no HTTPRoute\n',
    });
    const explained = await cluster.run(['explain', '-n', 'default', 'ingress/web']);
    expect(explained.code).toBe(1);
    expect(explained.stderr).toContain('namespace default holds no route ingress/web');
  });
});

describe('render of a cluster', () => {
  test('prints routes and what belongs to them, each once, as kubectl apply takes them', async () => {
    const traefik = {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'IngressClass',
      metadata: { name: 'traefik' },
      spec: { controller: 'traefik.io/ingress-controller' },
    };
    const catalog = ingressObject('catalog', {}, { ingressClassName: 'traefik' });
    const rules = httpRouteObject(
      'rules',
      {},
      { rules: ['one', 'two'].map((name) => ({ name, backendRefs: [{ name: 'api', port: 80 }] })) },
    );
    const policy = policyObject('catalog', { targetRefs: [ingressTarget('catalog')] });
    const cluster = await startFakeCluster([...objects, traefik, catalog, policy, rules]);
    const { code, stdout } = await cluster.run(['render', '-o', 'yaml']);
    expect(code).toBe(0);
    const printed = parseAllDocuments(stdout).map((document) => document.toJS());
    expect(printed.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual([
      'HTTPRoute rules',
      'Ingress catalog',
      'Middleware cors-operator-ingress-catalog',
      'Ingress web',
    ]);
    expect(printed.at(-1).metadata).toEqual({
      name: 'web',
      namespace: 'shop',
      annotations: expect.objectContaining({ 'nginx.ingress.kubernetes.io/enable-cors': 'true' }),
    });
    expect(stdout).not.toMatch(/resourceVersion|managedFields|last-applied|cors-operator.dev\/record/);
  });
});

describe('a cluster that does not show everything', () => {
  test('a needed kind that may not be listed: what is known is told, and exit 2', async () => {
    const cluster = await startFakeCluster(objects);
    cluster.hide(({ path }) => path.endsWith('/clustercorspolicies'));
    const { code, stdout, stderr } = await cluster.run(['explain', '-o', 'json']);
    expect({ code, names: names(stdout) }).toEqual({ code: 2, names: ['shop/web'] });
    expect(stderr).toMatch(/error +KindHidden +clustercorspolicies\.cors-operator\.dev may not be listed/);
    const lint = await cluster.run(['lint', '-o', 'json']);
    const { issues } = lintDocument.parse(JSON.parse(lint.stdout));
    expect(lint.code).toBe(2);
    expect(issues.filter(({ reason }) => reason === 'KindHidden')).toEqual([
      { severity: 'error', reason: 'KindHidden', path: '', message: expect.stringContaining('not complete') },
    ]);
  });

  test('a kind that a cluster may do without: a warning', async () => {
    const cluster = await startFakeCluster(objects);
    cluster.hide(({ path }) => path.endsWith('/middlewares'));
    const { code, stderr } = await cluster.run(['explain']);
    expect(code).toBe(0);
    expect(stderr).toMatch(/warning +KindHidden +middlewares\.traefik\.io may not be listed/);
  });

  test('rights in one namespace: it is read, and the rest is told', async () => {
    const cluster = await startFakeCluster(objects);
    cluster.hide(({ path }) => path.endsWith('/ingresses') && !path.includes('/namespaces/shop/'));
    const { code, stdout, stderr } = await cluster.run(['explain', '-o', 'json']);
    expect({ code, names: names(stdout) }).toEqual({ code: 0, names: ['shop/web'] });
    expect(stderr).toMatch(/warning +KindHidden +only namespace shop shows its ingresses\.networking\.k8s\.io/);
    const all = await cluster.run(['explain', '-A']);
    expect(all.code).toBe(2);
    expect(all.stderr).toMatch(/error +KindHidden +ingresses\.networking\.k8s\.io may not be listed/);
  });

  test('our own kinds that are not installed: a warning that says what to do', async () => {
    const cluster = await startFakeCluster(
      objects.filter(({ kind }) => kind !== 'CorsPolicy'),
      ['corspolicies', 'httproutes', 'gateways', 'gatewayclasses', 'middlewares'],
    );
    const { code, stdout, stderr } = await cluster.run(['lint', '-o', 'json']);
    expect(code).toBe(0);
    const { issues } = lintDocument.parse(JSON.parse(stdout));
    expect(issues.filter(({ reason }) => reason === 'KindMissing').map(({ severity }) => severity)).toEqual([
      'warning',
    ]);
    const rendered = await cluster.run(['render', '-o', 'json']);
    expect(rendered.stderr).toMatch(
      /warning +KindMissing +the cluster has no corspolicies\.cors-operator\.dev: kubectl apply -f crds\//,
    );
    expect(rendered.stderr).not.toContain('httproutes');
    expect(stderr).toBe('');
    const info = await cluster.run(['render', '-o', 'json', '--log-level', 'info']);
    expect(info.stderr).toMatch(/info +KindMissing +the cluster has no httproutes\.gateway\.networking\.k8s\.io/);
  });
});
