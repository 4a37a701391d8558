import { describe, expect, test } from 'vitest';
import type { TargetResult } from '../../src/apply/target-writer.ts';
import type { KubeCall } from '../../src/kube/kube-client.ts';
import type { KubernetesObject } from '../../src/model/kubernetes-object.ts';
import { annotationOwners, managedEntries } from '../../src/model/managed-fields.ts';
import { POLICY_ANNOTATION, RECORD_ANNOTATION } from '../../src/plan/plan.ts';
import { type ApplyCluster, createApplyCluster } from '../support/apply-fixture.ts';
import {
  clusterPolicyObject,
  httpRouteObject,
  httpRouteTarget,
  ingressObject,
  ingressTarget,
  type Metadata,
  policyObject,
} from '../support/cluster-objects.ts';
import { failure } from '../support/server-side-apply.ts';

const PREFIX = 'nginx.ingress.kubernetes.io';
const ENABLE = `${PREFIX}/enable-cors`;
const ORIGIN = `${PREFIX}/cors-allow-origin`;
const EXPOSE = `${PREFIX}/cors-expose-headers`;
const LIST = 'traefik.ingress.kubernetes.io/router.middlewares';
const OURS = 'shop-cors-operator-ingress-web@kubernetescrd';
const MIDDLEWARE = 'cors-operator-ingress-web';

function policy(spec: Readonly<Record<string, unknown>> = {}, metadata: Metadata = {}): KubernetesObject {
  return policyObject('storefront', { targetRefs: [ingressTarget('web')], ...spec }, { uid: 'policy-1', ...metadata });
}

function traefikIngress(metadata: Metadata = {}): KubernetesObject {
  return ingressObject('web', metadata, { ingressClassName: 'traefik' });
}

function web(cluster: ApplyCluster): KubernetesObject {
  const found = cluster.find('Ingress', 'web');
  if (found === undefined) throw new Error('web is gone');
  return found;
}

function annotationsOf(cluster: ApplyCluster): Readonly<Record<string, string>> {
  return web(cluster).metadata.annotations ?? {};
}

function recordOf(cluster: ApplyCluster): unknown {
  return JSON.parse(annotationsOf(cluster)[RECORD_ANNOTATION] ?? 'null');
}

function methods(cluster: ApplyCluster): readonly string[] {
  return cluster.requests.map(({ method, path, contentType }) => {
    const how = contentType?.replace('application/', '').replace(/-patch.*/, '') ?? '';
    return [method, how, path.split('/').at(-2)].filter((word) => word !== '').join(' ');
  });
}

function reasons({ events }: TargetResult): readonly string[] {
  return events.map(({ reason }) => reason);
}

function withoutPolicy(cluster: ApplyCluster): void {
  cluster.remove(policy());
}

describe('a target that nobody else annotated', () => {
  test('gets every key, the record and the policy in one request that names its uid and nothing of its spec', async () => {
    const cluster = createApplyCluster([ingressObject('web'), policy()]);
    const result = await cluster.converge('web');
    expect(result.outcome).toEqual({ target: cluster.task('web').target, contentions: [] });
    expect(reasons(result)).toEqual(['Programmed']);
    expect(methods(cluster)).toEqual(['PATCH apply ingresses']);
    expect(cluster.requests[0]?.query).toEqual({ fieldManager: 'cors-operator' });
    expect(cluster.requests[0]?.body).toMatchObject({ metadata: { uid: web(cluster).metadata.uid } });
    expect(Object.keys(cluster.requests[0]?.body as object)).toEqual(['apiVersion', 'kind', 'metadata']);
    expect(annotationsOf(cluster)).toMatchObject({
      [ENABLE]: 'true',
      [ORIGIN]: 'https://app.example.com',
      [POLICY_ANNOTATION]: 'storefront',
    });
  });

  test('is not asked for again as long as nothing changes', async () => {
    const cluster = createApplyCluster([ingressObject('web'), policy()]);
    await cluster.converge('web');
    const { writes, events } = await cluster.converge('web');
    expect({ writes, events, requests: cluster.requests.length }).toEqual({ writes: 0, events: [], requests: 1 });
  });

  test('an edit of the policy that changes no key is no reason to write', async () => {
    const cluster = createApplyCluster([ingressObject('web'), policy()]);
    await cluster.converge('web');
    cluster.put(policy({}, { generation: 7 }));
    await cluster.converge('web');
    expect(cluster.requests).toHaveLength(1);
  });

  test('the record names the policy by uid and generation, and every key with what stood there: nothing', async () => {
    const cluster = createApplyCluster([ingressObject('web'), policy({}, { generation: 3 })]);
    await cluster.converge('web');
    const record = recordOf(cluster) as { readonly keys: Readonly<Record<string, object>> };
    expect(record).toMatchObject({
      version: 1,
      instance: '',
      uid: web(cluster).metadata.uid,
      policy: { uid: 'policy-1', generation: 3 },
    });
    expect(Object.keys(record.keys)).toContain(EXPOSE);
    expect(Object.values(record.keys).every((key) => !('original' in key))).toBe(true);
  });

  test('is byte for byte as before once the policy is gone', async () => {
    const cluster = createApplyCluster([ingressObject('web', { annotations: { kept: 'yes' } }), policy()]);
    const before = web(cluster);
    await cluster.converge('web');
    withoutPolicy(cluster);
    const result = await cluster.converge('web');
    expect(reasons(result)).toEqual(['Restored']);
    expect(web(cluster).metadata.annotations).toEqual(before.metadata.annotations);
    expect(managedEntries(web(cluster))).toEqual(managedEntries(before));
    expect((await cluster.converge('web')).writes).toBe(0);
  });

  test('CORS that is off is said by the same means, and the policy that says so stands beside it', async () => {
    const cluster = createApplyCluster([
      ingressObject('web'),
      policy({ allowOrigins: ['https://evil.com'] }),
      GUARDRAIL,
    ]);
    await cluster.converge('web');
    expect(annotationsOf(cluster)[ENABLE]).toBe('false');
    expect(annotationsOf(cluster)[ORIGIN]).toBeUndefined();
  });
});

const GUARDRAIL = clusterPolicyObject('org', { guardrail: { allowOrigins: ['https://app.example.com'] } });

describe('keys of others', () => {
  test('Additive writes nothing and names the manager', async () => {
    const cluster = createApplyCluster([ingressObject('web')]);
    const { target } = cluster.task('web');
    cluster.apply(web(cluster), 'argocd', { [ORIGIN]: '*' });
    const task = { ...cluster.task('web'), goal: hold('Additive') };
    const result = await cluster.write(task);
    expect(result.outcome).toEqual({
      target,
      contentions: [],
      problem: { reason: 'ForeignCors', message: expect.stringContaining(`argocd wrote ${ORIGIN}`) },
    });
    expect(cluster.requests).toEqual([]);
  });

  test('equal values of others are shared, and stay when we go', async () => {
    const cluster = createApplyCluster([ingressObject('web'), policy()]);
    cluster.apply(web(cluster), 'argocd', { [ENABLE]: 'true' });
    await cluster.converge('web');
    expect(annotationOwners(web(cluster), ENABLE).map(({ manager }) => manager)).toEqual(['argocd', 'cors-operator']);
    withoutPolicy(cluster);
    await cluster.converge('web');
    expect(annotationsOf(cluster)).toEqual({ [ENABLE]: 'true' });
    expect(annotationOwners(web(cluster), ENABLE)).toEqual([{ manager: 'argocd', operation: 'Apply' }]);
  });

  test('Own takes keys over by force at the revision it saw, and gives value and owner back', async () => {
    const cluster = createApplyCluster([ingressObject('web'), policy({ adoption: 'Own' })]);
    cluster.apply(web(cluster), 'argocd', { [ORIGIN]: '*', [ENABLE]: 'true' });
    const before = web(cluster);
    await cluster.converge('web');
    expect(methods(cluster)).toEqual(['PATCH apply ingresses']);
    expect(cluster.requests[0]?.query).toEqual({ fieldManager: 'cors-operator', force: 'true' });
    expect(cluster.requests[0]?.body).toMatchObject({
      metadata: { resourceVersion: before.metadata['resourceVersion'] },
    });
    expect(annotationsOf(cluster)[ORIGIN]).toBe('https://app.example.com');
    withoutPolicy(cluster);
    await cluster.converge('web');
    expect(annotationsOf(cluster)).toEqual({ [ORIGIN]: '*', [ENABLE]: 'true' });
    expect(annotationOwners(web(cluster), ORIGIN)).toEqual([{ manager: 'argocd', operation: 'Apply' }]);
    cluster.apply(web(cluster), 'argocd', { [ENABLE]: 'true' });
    expect(annotationsOf(cluster)).toEqual({ [ENABLE]: 'true' });
    expect(managedEntries(web(cluster)).map(({ manager }) => manager)).not.toContain('cors-operator');
  });

  test('a manager that owned nothing else gets its entry back', async () => {
    const cluster = createApplyCluster([ingressObject('web'), policy({ adoption: 'Own' })]);
    cluster.apply(web(cluster), 'argocd', { [ORIGIN]: '*' });
    await cluster.converge('web');
    expect(managedEntries(web(cluster)).some(({ manager }) => manager === 'argocd')).toBe(false);
    withoutPolicy(cluster);
    await cluster.converge('web');
    expect(annotationOwners(web(cluster), ORIGIN)).toEqual([{ manager: 'argocd', operation: 'Apply' }]);
  });

  test('a key that has to go although others own it goes in the same request as all the rest', async () => {
    const cluster = createApplyCluster([ingressObject('web'), policy({ adoption: 'Own' })]);
    cluster.annotate(web(cluster), 'kubectl-annotate', { [EXPOSE]: 'X-Secret', [ORIGIN]: 'https://b.com/' });
    const before = annotationsOf(cluster);
    await cluster.converge('web');
    expect(methods(cluster)).toEqual(['PATCH merge ingresses']);
    expect(annotationsOf(cluster)[EXPOSE]).toBeUndefined();
    expect((await cluster.converge('web')).writes).toBe(0);
    withoutPolicy(cluster);
    await cluster.converge('web');
    expect(annotationsOf(cluster)).toEqual(before);
  });

  test('a value that could never be put back is not taken over', async () => {
    const cluster = createApplyCluster([ingressObject('web'), policy({ adoption: 'Own' })]);
    cluster.annotate(web(cluster), 'kubectl', { [`${PREFIX}/cors-allow-methods`]: 'GET; evil' });
    const { outcome } = await cluster.converge('web');
    expect(outcome.problem).toMatchObject({ reason: 'ForeignCors', message: expect.stringContaining('put back') });
    expect(cluster.requests).toEqual([]);
  });

  test('a manager that applies a key of ours later on wins under Additive: all that is ours goes', async () => {
    const cluster = createApplyCluster([ingressObject('web'), policy()]);
    await cluster.converge('web');
    cluster.apply(web(cluster), 'argocd', { [ORIGIN]: 'https://git.example.com' });
    const result = await cluster.converge('web');
    expect(result.outcome.problem).toMatchObject({ reason: 'ForeignCors', message: expect.stringContaining('argocd') });
    expect(annotationsOf(cluster)).toEqual({ [ORIGIN]: 'https://git.example.com' });
    expect(cluster.reading('web')).toEqual({ kind: 'Off' });
    expect((await cluster.converge('web')).writes).toBe(0);
  });

  test('what it wants later on is what comes back under Own', async () => {
    const cluster = createApplyCluster([ingressObject('web'), policy({ adoption: 'Own' })]);
    cluster.apply(web(cluster), 'argocd', { [ORIGIN]: 'https://one.example.com' });
    await cluster.converge('web');
    cluster.apply(web(cluster), 'argocd', { [ORIGIN]: 'https://two.example.com' });
    await cluster.converge('web');
    expect(annotationsOf(cluster)[ORIGIN]).toBe('https://app.example.com');
    withoutPolicy(cluster);
    await cluster.converge('web');
    expect(annotationsOf(cluster)).toEqual({ [ORIGIN]: 'https://two.example.com' });
  });
});

function hold(adoption: 'Additive' | 'Own') {
  const annotations = { [ORIGIN]: 'https://app.example.com', [ENABLE]: 'true', [POLICY_ANNOTATION]: 'storefront' };
  const identity = { uid: 'policy-1', generation: 1 };
  return { kind: 'Hold', annotations, listEntries: [], owned: [], policy: identity, adoption } as const;
}

describe('a person who edits', () => {
  test('a key of ours finds it put right, and what stood before us is what comes back', async () => {
    const cluster = createApplyCluster([ingressObject('web'), policy()]);
    await cluster.converge('web');
    cluster.annotate(web(cluster), 'kubectl-edit', { [ORIGIN]: '*' });
    await cluster.converge('web');
    expect(annotationsOf(cluster)[ORIGIN]).toBe('https://app.example.com');
    withoutPolicy(cluster);
    await cluster.converge('web');
    expect(annotationsOf(cluster)).toEqual({});
  });

  test.each([
    { name: 'removes a key of ours', annotations: { [ENABLE]: null } },
    { name: 'removes the record', annotations: { [RECORD_ANNOTATION]: null } },
    { name: 'spoils the record', annotations: { [RECORD_ANNOTATION]: '{' } },
    {
      name: 'removes everything',
      annotations: { [RECORD_ANNOTATION]: null, [ORIGIN]: null, [POLICY_ANNOTATION]: null },
    },
    { name: 'names another policy', annotations: { [POLICY_ANNOTATION]: 'mine' } },
    { name: 'adds a key that has to be absent', annotations: { [EXPOSE]: 'X-Secret' } },
  ])('$name: it is put right, and all goes at the end', async ({ annotations }) => {
    const cluster = createApplyCluster([ingressObject('web'), policy()]);
    await cluster.converge('web');
    const held = annotationsOf(cluster);
    cluster.annotate(web(cluster), 'kubectl-edit', annotations);
    const { outcome } = await cluster.converge('web');
    expect(outcome.problem).toBeUndefined();
    expect(annotationsOf(cluster)).toEqual(held);
    withoutPolicy(cluster);
    await cluster.converge('web');
    expect(annotationsOf(cluster)).toEqual({});
  });

  test('the record away just before the policy goes finds our keys gone all the same', async () => {
    const cluster = createApplyCluster([ingressObject('web'), policy()]);
    await cluster.converge('web');
    cluster.annotate(web(cluster), 'kubectl-edit', { [RECORD_ANNOTATION]: null });
    withoutPolicy(cluster);
    await cluster.converge('web');
    expect(annotationsOf(cluster)).toEqual({});
  });

  test('a key just before the policy goes finds it left as it is, and is told', async () => {
    const cluster = createApplyCluster([ingressObject('web'), policy()]);
    await cluster.converge('web');
    cluster.annotate(web(cluster), 'kubectl-edit', { [ORIGIN]: 'https://mine.example.com' });
    withoutPolicy(cluster);
    const result = await cluster.converge('web');
    expect(annotationsOf(cluster)).toEqual({ [ORIGIN]: 'https://mine.example.com' });
    expect(reasons(result)).toEqual(['Restored', 'LeftAlone']);
    expect(result.leftAlone).toEqual([{ annotation: ORIGIN, reason: 'Edited' }]);
  });
});

describe('contention', () => {
  async function quarrel(
    manager: string,
    adoption: 'Additive' | 'Own',
    operation: 'annotate' | 'apply',
    minutes: number,
  ) {
    const cluster = createApplyCluster([ingressObject('web'), policy({ adoption })]);
    let events: readonly string[] = [];
    let last = await cluster.converge('web');
    for (let second = 0; second < minutes * 60; second += 10) {
      cluster.now += 10_000;
      cluster[operation](web(cluster), manager, { [ORIGIN]: 'https://git.example.com' });
      last = await cluster.pass('web');
      events = [...events, ...reasons(last)];
    }
    return { cluster, last, events, writes: cluster.requests.length };
  }

  test.each([
    { name: 'a tool that updates', adoption: 'Additive', operation: 'annotate' },
    { name: 'a tool that applies what Own took over', adoption: 'Own', operation: 'apply' },
  ] as const)(
    '$name every ten seconds is given up after three times, with at most five writes in half an hour',
    async (row) => {
      const { cluster, last, events, writes } = await quarrel('argocd', row.adoption, row.operation, 30);
      expect(writes).toBeLessThanOrEqual(5);
      expect(events.filter((reason) => reason === 'Contended')).toHaveLength(1);
      expect(last.outcome.contentions).toEqual([{ annotation: ORIGIN, manager: 'argocd', until: expect.any(Number) }]);
      expect(last.next.kind).toBe('After');
      expect(cluster.reading('web')).toEqual({ kind: 'Off' });
    },
  );

  test('it is tried again after an hour, once', async () => {
    const { cluster, writes } = await quarrel('argocd', 'Own', 'apply', 1);
    cluster.now += 3600_000;
    await cluster.pass('web');
    expect(annotationsOf(cluster)[ORIGIN]).toBe('https://app.example.com');
    cluster.apply(web(cluster), 'argocd', { [ORIGIN]: 'https://git.example.com' });
    const { outcome } = await cluster.pass('web');
    expect(outcome.contentions).toHaveLength(1);
    expect(cluster.requests.length - writes).toBeLessThanOrEqual(2);
  });

  test('it ends when the other gives in', async () => {
    const { cluster } = await quarrel('argocd', 'Own', 'apply', 1);
    cluster.now += 3600_000;
    const { outcome } = await cluster.converge('web');
    expect(outcome).toEqual({ target: outcome.target, contentions: [] });
  });

  test('somebody who replaces the whole object is given up as well', async () => {
    const cluster = createApplyCluster([ingressObject('web'), policy()]);
    const nothing = Object.fromEntries(
      [ENABLE, ORIGIN, RECORD_ANNOTATION, POLICY_ANNOTATION].map((key) => [key, null]),
    );
    for (let count = 0; count < 20; count++) {
      await cluster.pass('web');
      cluster.now += 2000;
      cluster.annotate(web(cluster), 'kubectl-replace', nothing);
    }
    expect(cluster.requests.length).toBeLessThanOrEqual(4);
  });

  test.each([
    {
      name: 'while a policy governs that says something else',
      objects: [policy({ allowOrigins: ['https://two.example.com'] })],
    },
    { name: 'while nothing governs', objects: [] },
  ])('Git that brings our own keys back with their record, $name, is given up as well', async ({ objects }) => {
    const cluster = createApplyCluster([ingressObject('web'), policy()]);
    await cluster.converge('web');
    const exported = annotationsOf(cluster);
    withoutPolicy(cluster);
    for (const object of objects) cluster.put(object);
    let last = await cluster.converge('web');
    const before = cluster.requests.length;
    for (let count = 0; count < 20; count++) {
      cluster.now += 2000;
      cluster.apply(web(cluster), 'argocd', exported);
      last = await cluster.pass('web');
    }
    expect(last.outcome.contentions).toMatchObject([{ manager: 'argocd' }]);
    expect(cluster.requests.length - before).toBeLessThanOrEqual(6);
  });

  test('a policy that comes and goes often is no quarrel', async () => {
    const cluster = createApplyCluster([ingressObject('web')]);
    for (let count = 0; count < 8; count++) {
      cluster.put(policy());
      await cluster.converge('web');
      expect(annotationsOf(cluster)[ENABLE]).toBe('true');
      withoutPolicy(cluster);
      await cluster.converge('web');
      expect(annotationsOf(cluster)).toEqual({});
    }
  });

  test('different people who each edit once are no quarrel', async () => {
    const cluster = createApplyCluster([ingressObject('web'), policy()]);
    await cluster.converge('web');
    for (const name of ['ann', 'ben', 'cem', 'dan']) {
      cluster.annotate(web(cluster), name, { [ORIGIN]: '*' });
      const { outcome } = await cluster.converge('web');
      expect(outcome.contentions).toEqual([]);
    }
    expect(annotationsOf(cluster)[ORIGIN]).toBe('https://app.example.com');
  });
});

describe('Traefik', () => {
  test('makes the Middleware, waits, then names it', async () => {
    const cluster = createApplyCluster([traefikIngress(), policy()]);
    const first = await cluster.pass('web');
    expect(first.next).toEqual({ kind: 'After', seconds: 5 });
    expect(first.outcome.problem?.reason).toBe('Pending');
    expect(methods(cluster)).toEqual(['POST shop']);
    expect(annotationsOf(cluster)[LIST]).toBeUndefined();
    cluster.now += 2000;
    expect((await cluster.pass('web')).next).toEqual({ kind: 'After', seconds: 3 });
    cluster.now += 3000;
    expect((await cluster.pass('web')).next).toEqual({ kind: 'Done' });
    expect(annotationsOf(cluster)[LIST]).toBe(OURS);
    expect(cluster.find('Middleware', MIDDLEWARE)?.metadata).toMatchObject({
      labels: { 'app.kubernetes.io/managed-by': 'cors-operator' },
      ownerReferences: [{ kind: 'Ingress', name: 'web', uid: web(cluster).metadata.uid }],
    });
  });

  test('un-names, waits, then deletes, and nothing is left', async () => {
    const cluster = createApplyCluster([traefikIngress({ annotations: { kept: 'yes' } }), policy()]);
    await cluster.converge('web');
    withoutPolicy(cluster);
    const first = await cluster.pass('web');
    expect(first.next).toEqual({ kind: 'After', seconds: 5 });
    expect(annotationsOf(cluster)).toEqual({ kept: 'yes' });
    expect(cluster.find('Middleware', MIDDLEWARE)).toBeDefined();
    await cluster.converge('web');
    expect(cluster.find('Middleware', MIDDLEWARE)).toBeUndefined();
    expect((await cluster.converge('web')).writes).toBe(0);
  });

  test('an edited policy changes the Middleware in place, and whatever somebody added to it goes', async () => {
    const cluster = createApplyCluster([traefikIngress(), policy()]);
    await cluster.converge('web');
    const middleware = cluster.find('Middleware', MIDDLEWARE);
    const spec = middleware?.['spec'] as { readonly headers: object };
    cluster.put({
      ...(middleware ?? traefikIngress()),
      spec: { headers: { ...spec.headers, customRequestHeaders: { a: 'b' } } },
    });
    await cluster.converge('web');
    expect(cluster.find('Middleware', MIDDLEWARE)?.['spec']).toEqual(spec);
    cluster.put(policy({ allowOrigins: ['https://two.example.com'] }));
    const before = cluster.requests.length;
    await cluster.converge('web');
    expect(methods(cluster).slice(before)).toEqual(['PATCH json middlewares']);
    expect(cluster.reading('web')).toMatchObject({ policy: { origins: { exact: ['https://two.example.com'] } } });
  });

  test('a list that others write is not touched, and nothing is made beside it', async () => {
    const cluster = createApplyCluster([traefikIngress(), policy({ adoption: 'Own' })]);
    cluster.apply(web(cluster), 'argocd', { [LIST]: 'shop-auth@kubernetescrd' });
    const { outcome } = await cluster.converge('web');
    expect(outcome.problem).toMatchObject({ reason: 'ForeignCors', message: expect.stringContaining('argocd') });
    expect(cluster.requests).toEqual([]);
  });

  test('an entry that somebody adds behind ours stays when ours goes', async () => {
    const cluster = createApplyCluster([traefikIngress(), policy()]);
    await cluster.converge('web');
    cluster.annotate(web(cluster), 'kubectl', { [LIST]: `${OURS},shop-auth@kubernetescrd` });
    expect((await cluster.converge('web')).writes).toBe(0);
    withoutPolicy(cluster);
    await cluster.converge('web');
    expect(annotationsOf(cluster)).toEqual({ [LIST]: 'shop-auth@kubernetescrd' });
    expect(cluster.find('Middleware', MIDDLEWARE)).toBeUndefined();
  });

  test('a Middleware of our name that is not ours is never touched', async () => {
    const cluster = createApplyCluster([traefikIngress(), policy()]);
    const task = cluster.task('web');
    const foreign = cluster.put({
      apiVersion: 'traefik.io/v1alpha1',
      kind: 'Middleware',
      metadata: { name: MIDDLEWARE, namespace: 'shop' },
      spec: { headers: {} },
    });
    const { outcome } = await cluster.write(task);
    expect(outcome.problem).toMatchObject({ reason: 'NameTaken' });
    expect(cluster.find('Middleware', MIDDLEWARE)).toEqual(foreign);
    expect(annotationsOf(cluster)).toEqual({});
  });

  test('another class: what the old one held goes, what the new one needs comes', async () => {
    const cluster = createApplyCluster([ingressObject('web', { annotations: { kept: 'yes' } }), policy()]);
    await cluster.converge('web');
    const metadata = { ...web(cluster).metadata };
    cluster.put({ ...traefikIngress(), metadata });
    await cluster.converge('web');
    expect(Object.keys(annotationsOf(cluster)).sort()).toEqual([POLICY_ANNOTATION, RECORD_ANNOTATION, 'kept', LIST]);
    cluster.put({ ...ingressObject('web'), metadata: { ...web(cluster).metadata } });
    await cluster.converge('web');
    expect(annotationsOf(cluster)[LIST]).toBeUndefined();
    expect(annotationsOf(cluster)[ENABLE]).toBe('true');
    expect(cluster.find('Middleware', MIDDLEWARE)).toBeUndefined();
  });
});

describe('guardrails', () => {
  async function restoredUnder(enforcement: string): Promise<{ cluster: ApplyCluster; result: TargetResult }> {
    const cluster = createApplyCluster([ingressObject('web'), policy({ adoption: 'Own' })]);
    cluster.apply(web(cluster), 'argocd', { [ORIGIN]: '*', [ENABLE]: 'true' });
    await cluster.converge('web');
    cluster.put({ ...GUARDRAIL, spec: { enforcement, guardrail: { allowOrigins: ['https://app.example.com'] } } });
    withoutPolicy(cluster);
    return { cluster, result: await cluster.converge('web') };
  }

  test('under Enforce what is wider stays away: CORS is off, and the record stays for an uninstall', async () => {
    const { cluster, result } = await restoredUnder('Enforce');
    expect(reasons(result)).toEqual(['RestoreWider']);
    expect(annotationsOf(cluster)[ENABLE]).toBe('false');
    expect(annotationsOf(cluster)[POLICY_ANNOTATION]).toBeUndefined();
    expect(recordOf(cluster)).toMatchObject({ keys: { [ORIGIN]: { original: '*' } } });
    expect((await cluster.converge('web')).writes).toBe(0);
    cluster.remove(GUARDRAIL);
    await cluster.converge('web');
    expect(annotationsOf(cluster)).toEqual({ [ORIGIN]: '*', [ENABLE]: 'true' });
  });

  test.each(['Warn', 'Audit'])('under %s it comes back', async (enforcement) => {
    const { cluster } = await restoredUnder(enforcement);
    expect(annotationsOf(cluster)).toEqual({ [ORIGIN]: '*', [ENABLE]: 'true' });
  });
});

describe('records of other objects', () => {
  async function copied(change: (annotations: Readonly<Record<string, string>>) => Readonly<Record<string, string>>) {
    const cluster = createApplyCluster([ingressObject('web'), policy()]);
    await cluster.converge('web');
    const annotations = change(annotationsOf(cluster));
    cluster.put(ingressObject('web', { annotations, uid: 'another' }), 'velero');
    return cluster;
  }

  test('an object that was restored with its record is held again', async () => {
    const cluster = await copied((annotations) => annotations);
    const result = await cluster.converge('web');
    expect(reasons(result)).toEqual(['Readopted', 'Programmed']);
    expect(recordOf(cluster)).toMatchObject({ uid: 'another' });
    withoutPolicy(cluster);
    await cluster.converge('web');
    expect(annotationsOf(cluster)).toEqual({});
  });

  test('with other values than it says a record is of no account', async () => {
    const cluster = await copied((annotations) => ({ ...annotations, [ORIGIN]: 'https://other.example.com' }));
    const { outcome } = await cluster.converge('web');
    expect(outcome.problem?.reason ?? cluster.task('web').goal.kind).toBe('Stay');
    expect(annotationsOf(cluster)[ORIGIN]).toBe('https://other.example.com');
  });

  test('another installation on the same target: the second one says so and touches nothing', async () => {
    const cluster = createApplyCluster([ingressObject('web'), policy()], { instance: 'blue' });
    const other = createApplyCluster([], { instance: 'green' });
    await cluster.converge('web');
    const held = annotationsOf(cluster);
    for (const object of cluster.all()) other.put(object);
    const { outcome } = await other.converge('web');
    expect(outcome.problem).toMatchObject({ reason: 'ForeignCors', message: expect.stringContaining('blue') });
    other.remove(policy());
    await other.converge('web');
    expect(annotationsOf(other)).toEqual(held);
  });
});

describe('an API server that says no', () => {
  test.each([
    { name: 'RBAC', error: failure('Forbidden', 'ingresses is forbidden', 403), message: 'ingresses is forbidden' },
    {
      name: 'somebody’s webhook',
      error: failure('BadRequest', 'admission webhook "validate.nginx" denied the request: no', 400),
      message: 'admission webhook "validate.nginx" denied the request: no',
    },
    {
      name: 'validation',
      error: failure('Invalid', 'metadata.annotations: Invalid value', 422, [
        { reason: 'FieldValueInvalid', message: 'Invalid value', field: 'metadata.annotations' },
      ]),
      message: 'metadata.annotations: Invalid value',
    },
  ])('$name: WriteRefused with its message, and a retry with back-off', async ({ error, message }) => {
    const cluster = createApplyCluster([ingressObject('web'), policy()]);
    cluster.onRequest = throwing(error);
    const { outcome, next } = await cluster.pass('web');
    expect(outcome.problem).toEqual({ reason: 'WriteRefused', message });
    expect(next).toEqual({ kind: 'Retry' });
  });

  test('annotations that are longer than the cache knew: TargetFull', async () => {
    const cluster = createApplyCluster([ingressObject('web'), policy()]);
    const cause = {
      reason: 'FieldValueTooLong',
      message: 'may not be more than 262144 bytes',
      field: 'metadata.annotations',
    };
    cluster.onRequest = throwing(failure('Invalid', 'metadata.annotations: Too long', 422, [cause]));
    expect((await cluster.pass('web')).outcome.problem?.reason).toBe('TargetFull');
  });

  test('away for a moment: pending, and as soon as it asks', async () => {
    const cluster = createApplyCluster([ingressObject('web'), policy()]);
    cluster.onRequest = throwing(Object.assign(failure('Unavailable', 'down', 503), { retryAfter: 7 }));
    const { outcome, next } = await cluster.pass('web');
    expect(outcome.problem?.reason).toBe('Pending');
    expect(next).toEqual({ kind: 'Retry', retryAfter: 7 });
  });

  test('a target that was deleted is not brought back', async () => {
    const cluster = createApplyCluster([ingressObject('web'), policy()]);
    const task = cluster.task('web');
    cluster.remove(task.object);
    expect(await cluster.write(task)).toMatchObject({ next: { kind: 'Done' }, writes: 0 });
    expect(cluster.find('Ingress', 'web')).toBeUndefined();
  });

  test('a target that was made anew is not written on behalf of the old one', async () => {
    const cluster = createApplyCluster([ingressObject('web'), policy()]);
    const task = cluster.task('web');
    cluster.put(ingressObject('web', { uid: 'another' }));
    expect(await cluster.write(task)).toMatchObject({ next: { kind: 'Done' }, writes: 0 });
    expect(annotationsOf(cluster)).toEqual({});
  });

  test('somebody writes between our reading and our taking over: it is read again, and their last word recorded', async () => {
    const cluster = createApplyCluster([ingressObject('web'), policy({ adoption: 'Own' })]);
    cluster.apply(web(cluster), 'argocd', { [ORIGIN]: 'https://one.example.com' });
    const task = cluster.task('web');
    cluster.apply(web(cluster), 'argocd', { [ORIGIN]: 'https://two.example.com' });
    const { outcome } = await cluster.write(task);
    expect(outcome.problem).toBeUndefined();
    expect(recordOf(cluster)).toMatchObject({ keys: { [ORIGIN]: { original: 'https://two.example.com' } } });
  });

  test('somebody writes a key between our reading and our first apply: the conflict is theirs to win', async () => {
    const cluster = createApplyCluster([ingressObject('web'), policy()]);
    const task = cluster.task('web');
    cluster.apply(web(cluster), 'argocd', { [ORIGIN]: '*' });
    const { outcome } = await cluster.write(task);
    expect(outcome.problem).toMatchObject({ reason: 'ForeignCors', message: expect.stringContaining('argocd') });
    expect(annotationsOf(cluster)).toEqual({ [ORIGIN]: '*' });
  });

  test('a cache that has not seen our write yet makes no second one', async () => {
    const cluster = createApplyCluster([ingressObject('web'), policy()]);
    const task = cluster.task('web');
    await cluster.write(task);
    expect(await cluster.write(task)).toMatchObject({ writes: 0, outcome: { contentions: [] } });
    expect(cluster.requests).toHaveLength(1);
  });
});

function throwing(error: Error): (call: KubeCall) => void {
  return () => {
    throw error;
  };
}

describe('leadership', () => {
  test('without the lease nothing is written', async () => {
    const cluster = createApplyCluster([ingressObject('web'), policy()]);
    cluster.isLeader = false;
    expect((await cluster.pass('web')).next).toEqual({ kind: 'NotLeader' });
    expect(cluster.requests).toEqual([]);
  });

  test('it is asked for before every single request', async () => {
    const cluster = createApplyCluster([ingressObject('web'), policy({ adoption: 'Own' })]);
    cluster.apply(web(cluster), 'argocd', { [ORIGIN]: '*' });
    await cluster.converge('web');
    withoutPolicy(cluster);
    cluster.onRequest = () => {
      cluster.isLeader = false;
    };
    const { next } = await cluster.pass('web');
    expect(next).toEqual({ kind: 'NotLeader' });
    expect(cluster.requests).toHaveLength(2);
    cluster.isLeader = true;
    cluster.onRequest = undefined;
    await cluster.converge('web');
    expect(annotationOwners(web(cluster), ORIGIN)).toEqual([{ manager: 'argocd', operation: 'Apply' }]);
    expect(managedEntries(web(cluster)).map(({ manager }) => manager)).not.toContain('cors-operator');
  });
});

describe('what is not written', () => {
  test('a record that does not fit: TargetFull, and no partial write', async () => {
    const annotations = { big: 'x'.repeat(262_144 - 2200), [ORIGIN]: `https://${'a'.repeat(1500)}.example.com` };
    const cluster = createApplyCluster([ingressObject('web', { annotations }), policy({ adoption: 'Own' })]);
    const { outcome } = await cluster.converge('web');
    expect(outcome.problem?.reason).toBe('TargetFull');
    expect(cluster.requests).toEqual([]);
  });

  test('annotations at 261 KB: TargetFull', async () => {
    const annotations = { big: 'x'.repeat(261_900) };
    const cluster = createApplyCluster([ingressObject('web', { annotations }), policy()]);
    const { outcome } = await cluster.converge('web');
    expect(outcome.problem?.reason).toBe('TargetFull');
    expect(cluster.requests).toEqual([]);
  });

  test('an HTTPRoute: pending until admission writes filters', async () => {
    const spec = { targetRefs: [httpRouteTarget('web')] };
    const cluster = createApplyCluster([
      httpRouteObject('web'),
      GATEWAY,
      GATEWAY_CLASS,
      policyObject('storefront', spec),
    ]);
    const { outcome } = await cluster.write(cluster.task('web', 'HTTPRoute'));
    expect(outcome.problem?.reason).toBe('Pending');
    expect(cluster.requests).toEqual([]);
  });

  test('a policy in Audit mode takes nothing, and leaves a programmed route as it is, record included', async () => {
    const cluster = createApplyCluster([ingressObject('web'), policy({ mode: 'Audit' })]);
    await cluster.converge('web');
    expect(cluster.requests).toEqual([]);
    cluster.put(policy());
    await cluster.converge('web');
    const held = annotationsOf(cluster);
    cluster.put(policy({ mode: 'Audit', allowOrigins: ['https://two.example.com'] }));
    await cluster.converge('web');
    expect(annotationsOf(cluster)).toEqual(held);
    withoutPolicy(cluster);
    await cluster.converge('web');
    expect(annotationsOf(cluster)).toEqual({});
  });
});

const GATEWAY: KubernetesObject = {
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'Gateway',
  metadata: { name: 'public', namespace: 'infra' },
  spec: { gatewayClassName: 'envoy' },
};

const GATEWAY_CLASS: KubernetesObject = {
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'GatewayClass',
  metadata: { name: 'envoy' },
  spec: { controllerName: 'gateway.envoyproxy.io/gatewayclass-controller' },
  status: { supportedFeatures: [{ name: 'HTTPRouteCORS' }] },
};
