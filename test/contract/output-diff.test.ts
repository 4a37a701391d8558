import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { z } from 'zod';
import type { KubernetesObject } from '../../src/model/kubernetes-object.ts';
import {
  clusterPolicyObject,
  ingressClassObject,
  ingressObject,
  ingressTarget,
  policyObject,
} from '../support/cluster-objects.ts';
import { startFakeCluster } from '../support/fake-cluster.ts';
import { inputFolder } from '../support/input-folder.ts';
import { QUICKSTART, runInProcess, spawnProgram } from '../support/program.ts';
import { diffDocument } from './output-documents.ts';

type DiffDocument = z.infer<typeof diffDocument>;
type Diff = { readonly code: number | null; readonly document: DiffDocument; readonly stderr: string };

const ORIGIN = 'nginx.ingress.kubernetes.io/cors-allow-origin';

/** A folder that holds objects. */
function folderOf(objects: readonly KubernetesObject[]): Promise<string> {
  return inputFolder({ 'all.yaml': objects.map((object) => JSON.stringify(object)).join('\n---\n') });
}

const classes: readonly KubernetesObject[] = [ingressClassObject()];
const route = ingressObject('web');

function policy(spec: Readonly<Record<string, unknown>>): KubernetesObject {
  return policyObject('web', { targetRefs: [ingressTarget('web')], ...spec });
}

async function diffFiles(before: readonly KubernetesObject[], after: readonly KubernetesObject[]): Promise<Diff> {
  const [from, to] = await Promise.all([folderOf([...classes, ...before]), folderOf([...classes, ...after])]);
  const { code, stdout, stderr } = await runInProcess(['diff', '-f', from, '--to', to, '-o', 'json']);
  return { code, document: diffDocument.parse(JSON.parse(stdout)), stderr };
}

const NOTHING_CHANGED: DiffDocument['counts'] = {
  routes: 0,
  added: 0,
  removed: 0,
  changed: 0,
  narrowed: 0,
  widened: 0,
  originsTurnedOff: 0,
  originsAllowed: 0,
  turnedOff: 0,
  blocked: 0,
};

function values(entries: DiffDocument['routes'][number]['widened']): readonly unknown[] {
  return entries.map(({ value }) => value);
}

describe('diff -f BEFORE --to AFTER', () => {
  test('the same input, in whatever order: no difference, exit 0', async () => {
    const objects = [route, policy({ allowOrigins: ['https://a.example.com', 'https://b.example.com'] })];
    const turned = [policy({ allowOrigins: ['https://b.example.com', 'https://a.example.com'] }), route];
    const { code, document } = await diffFiles(objects, turned);
    expect(code).toBe(0);
    expect(document).toEqual({
      routes: [],
      counts: { ...NOTHING_CHANGED, routes: 1 },
    });
  });

  test('another policy: both sides as render shows them, and what browsers may do less and more; exit 1', async () => {
    const { code, document } = await diffFiles(
      [route, policy({ allowOrigins: ['https://a.example.com'], maxAge: 600 })],
      [route, policy({ allowOrigins: ['https://b.example.com'], allowMethods: ['PUT'], maxAge: 300 })],
    );
    expect(code).toBe(1);
    const [web] = document.routes;
    expect(web?.target).toEqual({ group: 'networking.k8s.io', kind: 'Ingress', namespace: 'shop', name: 'web' });
    expect(web?.narrowed).toEqual([
      { field: 'allowOrigins', value: 'https://a.example.com' },
      { field: 'maxAge', value: 600 },
    ]);
    expect(web?.widened).toEqual([
      { field: 'allowOrigins', value: 'https://b.example.com' },
      { field: 'allowMethods', value: 'PUT' },
    ]);
    for (const side of [web?.before, web?.after]) {
      expect(side).toMatchObject({
        outcome: 'Native',
        dialect: 'ingress-nginx',
        policy: { kind: 'CorsPolicy', namespace: 'shop', name: 'web' },
      });
    }
    expect(web?.before?.objects[0]?.metadata['annotations']).toMatchObject({ [ORIGIN]: 'https://a.example.com' });
    expect(web?.after?.objects[0]?.metadata['annotations']).toMatchObject({ [ORIGIN]: 'https://b.example.com' });
    const counts = { routes: 1, changed: 1, narrowed: 1, widened: 1, originsTurnedOff: 1, originsAllowed: 1 };
    expect(document.counts).toEqual({ ...NOTHING_CHANGED, ...counts });
  });

  test('what others wrote on a route counts as well: a policy in place of annotations', async () => {
    const annotations = {
      'nginx.ingress.kubernetes.io/enable-cors': 'true',
      [ORIGIN]: 'https://a.example.com,https://b.example.com',
      'nginx.ingress.kubernetes.io/cors-allow-credentials': 'false',
    };
    const { document } = await diffFiles(
      [ingressObject('web', { annotations })],
      [route, policy({ allowOrigins: ['https://a.example.com'] })],
    );
    expect(document.routes[0]).toMatchObject({ before: { outcome: 'NoPolicy' }, after: { outcome: 'Native' } });
    expect(values(document.routes[0]?.narrowed ?? [])).toContain('https://b.example.com');
    expect(document.routes[0]?.widened).toEqual([]);
  });

  test('a route that is new has no before, one that is gone no after', async () => {
    const { document } = await diffFiles([ingressObject('old')], [route, policy({})]);
    expect(document.routes.map(({ target, before, after }) => [target.name, before?.outcome, after?.outcome])).toEqual([
      ['old', 'NoPolicy', undefined],
      ['web', undefined, 'Native'],
    ]);
    expect(document.counts).toMatchObject({ routes: 2, added: 1, removed: 1, changed: 0, widened: 1 });
  });

  test('what does not concern CORS is no difference', async () => {
    const moved = ingressObject('web', { labels: { team: 'web' }, annotations: { note: 'x' } });
    const { code, document } = await diffFiles([route, policy({})], [moved, policy({})]);
    expect({ code, routes: document.routes }).toEqual({ code: 0, routes: [] });
  });

  test('a policy that is broken: what it granted is gone, and the error is told', async () => {
    const { code, document, stderr } = await diffFiles(
      [route, policy({ allowOrigins: ['https://a.example.com'] })],
      [route, policy({ allowOrigins: ['https://a.example.com/'] })],
    );
    expect(code).toBe(1);
    expect(document.routes[0]).toMatchObject({ after: { outcome: 'Refused', reason: 'PolicyInvalid' }, widened: [] });
    expect(values(document.routes[0]?.narrowed ?? [])).toContain('https://a.example.com');
    expect(stderr).toContain('OriginTrailingSlash');
  });

  test('an input that cannot be read: exit 2, on either side', async () => {
    const [good, bad] = [await folderOf([route]), await inputFolder({ 'a.yaml': 'a: [' })];
    for (const args of [
      ['-f', good, '--to', bad],
      ['-f', bad, '--to', good],
    ]) {
      const { code, stderr } = await runInProcess(['diff', ...args]);
      expect(code).toBe(2);
      expect(stderr).toContain('YamlSyntax');
    }
  });

  test('-o yaml says the same as -o json', async () => {
    const [from, to] = [await folderOf([...classes, route]), await folderOf([...classes, route, policy({})])];
    const json = await runInProcess(['diff', '-f', from, '--to', to, '-o', 'json']);
    const yaml = await runInProcess(['diff', '-f', from, '--to', to, '-o', 'yaml']);
    expect(diffDocument.parse(parse(yaml.stdout))).toEqual(diffDocument.parse(JSON.parse(json.stdout)));
  });
});

/** Two routes that lose something to the guardrail, one of them everything, and one that lies inside it. */
const governed: readonly KubernetesObject[] = ['web', 'api', 'docs'].flatMap((name) => {
  const origins = {
    web: ['https://*.example.com', 'https://old.example.net'],
    api: ['https://old.example.net', 'https://partner.example.org'],
    docs: ['https://www.example.com'],
  }[name];
  const spec = { targetRefs: [ingressTarget(name)], allowOrigins: origins, wildcardDepth: 'Single' };
  return [ingressObject(name), policyObject(name, spec)];
});

function guardrail(enforcement: string, allowOrigins = ['https://www.example.com']): KubernetesObject {
  return clusterPolicyObject('org', { guardrail: { allowOrigins }, enforcement });
}

describe('diff of a guardrail edit', () => {
  test('from Audit to Enforce: narrowed routes, origins that are turned off, each once, wildcards with a witness', async () => {
    const { code, document } = await diffFiles([...governed, guardrail('Audit')], [...governed, guardrail('Enforce')]);
    expect(code).toBe(1);
    const narrowed = { routes: 3, changed: 2, narrowed: 2, originsTurnedOff: 3, turnedOff: 1 };
    expect(document.counts).toEqual({ ...NOTHING_CHANGED, ...narrowed });
    const [api, web] = document.routes;
    expect(api).toMatchObject({
      target: { name: 'api' },
      before: { outcome: 'Native' },
      after: { outcome: 'Refused', reason: 'ExceedsGuardrail' },
      narrowed: [
        { field: 'allowOrigins', value: 'https://old.example.net' },
        { field: 'allowOrigins', value: 'https://partner.example.org' },
      ],
      widened: [],
    });
    expect(web?.narrowed).toEqual([
      { field: 'allowOrigins', value: 'https://old.example.net' },
      { field: 'allowOrigins', value: 'https://*.example.com', witness: expect.stringMatching(/\.example\.com$/) },
    ]);
    expect(web?.narrowed[1]?.witness).not.toBe('https://www.example.com');
  });

  test('raised again: what is allowed besides, in entries of the policies', async () => {
    const { document } = await diffFiles(
      [...governed, guardrail('Enforce')],
      [...governed, guardrail('Enforce', ['https://*.example.com'])],
    );
    expect(document.counts).toEqual({ ...NOTHING_CHANGED, routes: 3, changed: 1, widened: 1, originsAllowed: 1 });
    expect(document.routes[0]?.widened).toMatchObject([{ value: 'https://*.example.com' }]);
  });

  test.each(['Audit', 'Warn'])('a guardrail that is new and says %s changes nothing', async (enforcement) => {
    const { code, document } = await diffFiles(governed, [...governed, guardrail(enforcement)]);
    expect({ code, counts: document.counts }).toEqual({ code: 0, counts: { ...NOTHING_CHANGED, routes: 3 } });
  });

  test('the table ends with the sum: routes and origins by name', async () => {
    const [from, to] = [
      await folderOf([...classes, ...governed, guardrail('Audit')]),
      await folderOf([...classes, ...governed, guardrail('Enforce')]),
    ];
    const { stdout, stderr } = await runInProcess(['diff', '-f', from, '--to', to]);
    expect(stdout).toContain('  - allowOrigins: https://*.example.com, no longer https://');
    expect(stdout.split('\n').slice(-4, -1)).toEqual([
      'narrows 2 routes, 1 of them to nothing: Ingress shop/api, Ingress shop/web',
      'turns off 3 origins: https://old.example.net, https://partner.example.org, https://*.example.com',
      '3 routes: 2 differ, 2 narrowed',
    ]);
    expect(stderr).toContain('spec.guardrail.allowOrigins of the guardrail org');
  });

  test('ten are named, the rest is counted', async () => {
    const names = Array.from({ length: 12 }, (_, index) => `r${String(index).padStart(2, '0')}`);
    const routes = names.map((name) => ingressObject(name));
    const origins = names.map((name) => `https://${name}.example.net`);
    const all = policyObject('all', { targetSelector: {}, allowOrigins: [...origins, 'https://www.example.com'] });
    const [from, to] = [
      await folderOf([...classes, ...routes, all]),
      await folderOf([...classes, ...routes, all, guardrail('Enforce')]),
    ];
    const { stdout } = await runInProcess(['diff', '-f', from, '--to', to]);
    expect(stdout).toMatch(/^narrows 12 routes: (?:Ingress shop\/r\d\d, ){9}Ingress shop\/r09 and 2 more$/m);
    expect(stdout).toMatch(/^turns off 12 origins: (?:https:\S+, ){9}https:\S+ and 2 more$/m);
    expect(stdout).toMatch(/^ {2}- allowOrigins: https:\/\/r09\.example\.net\n {2}- and 2 more$/m);
    expect(stdout).not.toContain('- allowOrigins: https://r10.example.net');
  });

  test('proposed for a cluster: the same', async () => {
    const cluster = await startFakeCluster([...classes, ...governed, guardrail('Audit')]);
    const folder = await folderOf([guardrail('Enforce')]);
    const { code, stdout } = await cluster.run(['diff', '-f', folder, '-o', 'json']);
    const { counts } = diffDocument.parse(JSON.parse(stdout));
    expect({ code, counts }).toMatchObject({ code: 1, counts: { narrowed: 2, turnedOff: 1, originsTurnedOff: 3 } });
  });
});

describe('diff -f PROPOSED, with a cluster', () => {
  test('proposed objects take the place of those of the cluster, and join them', async () => {
    const cluster = await startFakeCluster([...classes, route, policy({ allowOrigins: ['https://a.example.com'] })]);
    const folder = await folderOf([policy({ allowOrigins: ['https://a.example.com', 'https://b.example.com'] })]);
    const { code, stdout } = await cluster.run(['diff', '-f', folder, '-o', 'json']);
    const { routes, counts } = diffDocument.parse(JSON.parse(stdout));
    expect({ code, counts }).toMatchObject({ code: 1, counts: { routes: 1, changed: 1, widened: 1, narrowed: 0 } });
    expect(routes[0]?.widened).toEqual([{ field: 'allowOrigins', value: 'https://b.example.com' }]);
  });

  test('all namespaces count: a guardrail reaches far', async () => {
    const elsewhere = [
      ingressObject('api', { namespace: 'other' }),
      policyObject('api', { targetRefs: [ingressTarget('api')] }, { namespace: 'other' }),
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'other' } },
    ];
    const cluster = await startFakeCluster([...classes, ...elsewhere]);
    const folder = await folderOf([clusterPolicyObject('org', { guardrail: { allowOrigins: ['https://x.example'] } })]);
    const { code, stdout } = await cluster.run(['diff', '-f', folder, '-o', 'json']);
    const { routes } = diffDocument.parse(JSON.parse(stdout));
    expect(code).toBe(1);
    expect(routes.map(({ target, after }) => [target.namespace, after?.outcome])).toEqual([['other', 'Refused']]);
    expect(values(routes[0]?.narrowed ?? [])).toContain('https://app.example.com');
  });

  test('what the cluster holds already makes no difference, exit 0', async () => {
    const cluster = await startFakeCluster([...classes, route, policy({})]);
    const { code } = await cluster.run(['diff', '-f', await folderOf([route, policy({})])]);
    expect(code).toBe(0);
  });

  test('objects without a namespace are proposed for that of the context, or of -n', async () => {
    const { metadata, ...rest } = policy({});
    const { namespace: _, ...bare } = metadata;
    const folder = await folderOf([{ ...rest, metadata: { ...bare, name: metadata.name } }]);
    const cluster = await startFakeCluster([...classes, route]);
    expect((await cluster.run(['diff', '-f', folder])).code).toBe(1);
    expect((await cluster.run(['diff', '-f', folder, '-n', 'default'])).code).toBe(0);
  });
});

describe('diff on a cluster', () => {
  test('what the controller would still write, in the namespace that is shown', async () => {
    const cluster = await startFakeCluster([...classes, route, policy({})]);
    const { code, stdout } = await cluster.run(['diff', '-o', 'json']);
    const { routes } = diffDocument.parse(JSON.parse(stdout));
    expect(code).toBe(1);
    expect(routes[0]?.before).toEqual({ objects: [expect.objectContaining({ kind: 'Ingress' })] });
    expect(routes[0]?.after).toMatchObject({ outcome: 'Native' });
    expect(routes[0]?.after?.objects[0]?.metadata['annotations']).not.toHaveProperty('cors-operator.dev/record');
    expect((await cluster.run(['diff', '-n', 'default'])).code).toBe(0);
  });

  test('what the controller would not write is no difference, and told with its reason', async () => {
    const list = 'traefik.ingress.kubernetes.io/router.middlewares';
    const fieldsV1 = { 'f:metadata': { 'f:annotations': { [`f:${list}`]: {} } } };
    const metadata = {
      annotations: { [list]: 'shop-login@kubernetescrd' },
      managedFields: [{ manager: 'git', operation: 'Apply', fieldsV1 }],
    };
    const traefik = {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'IngressClass',
      metadata: { name: 'traefik' },
      spec: { controller: 'traefik.io/ingress-controller' },
    };
    const shared = ingressObject('web', metadata, { ingressClassName: 'traefik' });
    const cluster = await startFakeCluster([traefik, shared, policy({})]);
    const { code, stdout, stderr } = await cluster.run(['diff', '-o', 'json']);
    const { routes, counts } = diffDocument.parse(JSON.parse(stdout));
    expect({ code, routes, blocked: counts.blocked }).toEqual({ code: 0, routes: [], blocked: 1 });
    expect(stderr).toMatch(/^warning: Ingress shop\/web would be left as it is: ForeignCors: git wrote the list /m);
    const json = await cluster.run(['diff', '-o', 'json', '--log-format', 'json']);
    expect(JSON.parse(json.stderr.split('\n')[0] ?? '')).toMatchObject({ severity: 'warning', reason: 'ForeignCors' });
  });
});

describe('diff -f without a cluster', () => {
  test('as a process: compares the input with what render would make of it', { timeout: 30_000 }, async () => {
    const env = { KUBECONFIG: '', HOME: '/nowhere', KUBERNETES_SERVICE_HOST: '' };
    const { code, stdout, stderr } = await spawnProgram(['diff', '-f', QUICKSTART, '-o', 'json'], { env });
    const { routes } = diffDocument.parse(JSON.parse(stdout));
    expect(code).toBe(1);
    expect(routes.map(({ target }) => target.name)).toEqual([
      'checkout',
      'status',
      'catalog',
      'loyalty',
      'newsletter',
      'search',
      'storefront',
    ]);
    expect(stderr).toContain('no cluster is known');
  });

  test('a folder that holds what render made of it differs in nothing', async () => {
    const rendered = await runInProcess(['render', '-f', QUICKSTART, '-o', 'yaml']);
    const { code, stdout } = await runInProcess(
      ['diff', '-f', '-', '--class', 'nginx=ingress-nginx@1.15.1', '--class', 'traefik=traefik'],
      { stdin: rendered.stdout },
    );
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(/^10 routes: 0 differ/) });
  });
});

describe('diff -o table', () => {
  test('routes, what browsers may do less and more, and the objects as a unified diff', async () => {
    const [from, to] = [
      await folderOf([...classes, route, policy({ allowOrigins: ['https://a.example.com'] })]),
      await folderOf([...classes, route, policy({ allowOrigins: ['https://b.example.com'] })]),
    ];
    const { code, stdout } = await runInProcess(['diff', '-f', from, '--to', to]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^ROUTE +BEFORE +AFTER +POLICY\s/);
    expect(stdout).toMatch(/Ingress shop\/web +Native +Native +shop\/web +narrowed, widened/);
    expect(stdout).toContain('  - allowOrigins: https://a.example.com\n  + allowOrigins: https://b.example.com\n');
    expect(stdout).toMatch(/--- a\/Ingress\.shop\.web\.yaml\n\+\+\+ b\/Ingress\.shop\.web\.yaml\n@@ /);
    expect(stdout).toMatch(new RegExp(`^-    ${ORIGIN}: https://a.example.com$`, 'm'));
    expect(stdout).toMatch(new RegExp(`^\\+    ${ORIGIN}: https://b.example.com$`, 'm'));
    expect(stdout).toMatch(/1 route: 1 differs, 1 narrowed, 1 widened\n$/);
  });
});

describe('wrong usage of diff: exit 2', () => {
  test.each([
    { name: '--to alone', args: ['--to', 'x'], says: '--to needs -f beside it' },
    { name: 'standard input on both sides', args: ['-f', '-', '--to', '-'], says: 'standard input can be read once' },
    {
      name: '--to and a cluster',
      args: ['-f', 'x', '--to', 'y', '--context', 'z'],
      says: '--to names files and --context a cluster',
    },
  ])('$name', async ({ args, says }) => {
    const { code, stdout, stderr } = await runInProcess(['diff', ...args]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(says);
  });
});
