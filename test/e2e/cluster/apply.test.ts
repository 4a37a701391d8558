import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { installationOf } from '../../../src/apply/installation.ts';
import { type RestoreReport, restoreAll } from '../../../src/apply/restore.ts';
import { createStatusWriter } from '../../../src/apply/status-writer.ts';
import {
  createTargetWriter,
  type TargetResult,
  type TargetTask,
  type TargetWriter,
} from '../../../src/apply/target-writer.ts';
import { evaluate } from '../../../src/evaluate.ts';
import { loadClusterAccess } from '../../../src/kube/cluster-access.ts';
import { createKubeClient } from '../../../src/kube/http-client.ts';
import type { KubeClient, KubeResource } from '../../../src/kube/kube-client.ts';
import { isKubeError } from '../../../src/kube/kube-error.ts';
import { collectionPath, objectPath } from '../../../src/kube/resource-path.ts';
import type { KubernetesObject } from '../../../src/model/kubernetes-object.ts';
import { annotationOwners, managedEntries } from '../../../src/model/managed-fields.ts';
import { assembleSnapshot } from '../../../src/model/snapshot-assembly.ts';
import { POLICY_ANNOTATION, RECORD_ANNOTATION } from '../../../src/plan/plan.ts';
import { type ControlPlane, startControlPlane } from '../../rig/control-plane.ts';
import { installCrds } from '../../rig/crds.ts';
import { taskFor } from '../../support/apply-fixture.ts';
import { expectNoViolations } from '../../support/audit-oracle.ts';
import {
  ingressClassObject,
  ingressObject,
  ingressTarget,
  type Metadata,
  policyObject,
} from '../../support/cluster-objects.ts';
import { testSettings } from '../../support/resolved-cluster.ts';

const PREFIX = 'nginx.ingress.kubernetes.io';
const ENABLE = `${PREFIX}/enable-cors`;
const ORIGIN = `${PREFIX}/cors-allow-origin`;
const EXPOSE = `${PREFIX}/cors-expose-headers`;
const LIST = 'traefik.ingress.kubernetes.io/router.middlewares';

const INGRESS = resource('networking.k8s.io', 'v1', 'ingresses', 'Ingress');
const MIDDLEWARE = resource('traefik.io', 'v1alpha1', 'middlewares', 'Middleware');
const POLICY = resource('cors-operator.dev', 'v1alpha1', 'corspolicies', 'CorsPolicy');
const CLASS: KubeResource = {
  ...resource('networking.k8s.io', 'v1', 'ingressclasses', 'IngressClass'),
  namespaced: false,
};
const RESOURCES = [INGRESS, MIDDLEWARE, POLICY, CLASS];

function resource(group: string, version: string, plural: string, kind: string): KubeResource {
  return { group, version, plural, kind, namespaced: true };
}

let plane: ControlPlane;
let client: KubeClient;
let writer: TargetWriter;
let now = 1_000_000;

beforeAll(async () => {
  plane = await startControlPlane();
  await installCrds(plane, ['own', 'traefik']);
  client = createKubeClient(await loadClusterAccess({ environment: {}, kubeconfig: plane.kubeconfig }), {
    userAgent: 'apply-test',
  });
  await create(ingressClassObject());
  await create({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'IngressClass',
    metadata: { name: 'traefik' },
    spec: { controller: 'traefik.io/ingress-controller' },
  });
  await plane.kubectl(['create', 'namespace', 'shop']);
}, 120_000);

afterAll(async () => {
  await expectNoViolations(plane);
  await client.close();
  await plane.stop();
});

beforeEach(() => {
  writer = writerOf('');
});

afterEach(async () => {
  for (const each of [INGRESS, POLICY, MIDDLEWARE]) {
    await client.send({ method: 'DELETE', path: collectionPath(each, 'shop') });
  }
});

function writerOf(instance: string): TargetWriter {
  return createTargetWriter({
    client,
    installation: installationOf(instance),
    isLeader: () => true,
    resourceOf,
    now: () => now,
  });
}

function resourceOf({ kind }: KubernetesObject): KubeResource | undefined {
  return RESOURCES.find((each) => each.kind === kind);
}

async function create(object: KubernetesObject): Promise<KubernetesObject> {
  const known = resourceOf(object);
  if (known === undefined) throw new Error(object.kind);
  const path = collectionPath(known, object.metadata.namespace);
  return (await client.send({
    method: 'POST',
    path,
    body: object,
    query: { fieldManager: 'kubectl-create' },
  })) as KubernetesObject;
}

async function everything(): Promise<readonly KubernetesObject[]> {
  const lists = await Promise.all(
    RESOURCES.map(async (each) => {
      const list = (await client.send({ method: 'GET', path: collectionPath(each) })) as { items: KubernetesObject[] };
      return list.items.map((item) => ({ ...item, apiVersion: `${each.group}/${each.version}`, kind: each.kind }));
    }),
  );
  return lists.flat();
}

async function task(name = 'web'): Promise<TargetTask> {
  return taskFor(await everything(), name, 'Ingress', testSettings);
}

async function converge(name = 'web'): Promise<TargetResult> {
  let writes = 0;
  for (let round = 0; round < 10; round++) {
    const last = await writer.write(await task(name));
    writes += last.writes;
    if (last.next.kind === 'Done') return { ...last, writes };
    now += last.next.kind === 'After' ? last.next.seconds * 1000 : 100;
  }
  throw new Error('it does not come to an end');
}

async function ingress(name = 'web'): Promise<KubernetesObject> {
  const path = objectPath(INGRESS, { namespace: 'shop', name });
  return (await client.send({ method: 'GET', path })) as KubernetesObject;
}

async function annotationsOf(name = 'web'): Promise<Readonly<Record<string, string>>> {
  return (await ingress(name)).metadata.annotations ?? {};
}

function policy(spec: Readonly<Record<string, unknown>> = {}): KubernetesObject {
  return policyObject('storefront', { targetRefs: [ingressTarget('web')], ...spec }, {});
}

async function withoutPolicy(): Promise<void> {
  await client.send({ method: 'DELETE', path: objectPath(POLICY, { namespace: 'shop', name: 'storefront' }) });
}

/** Applies the whole Ingress as Git does. */
async function gitApplies(annotations: Readonly<Record<string, string>>, name = 'web'): Promise<KubernetesObject> {
  return (await client.send({
    method: 'PATCH',
    path: objectPath(INGRESS, { namespace: 'shop', name }),
    query: { fieldManager: 'argocd', force: 'true' },
    contentType: 'application/apply-patch+yaml',
    body: ingressObject(name, { annotations }),
  })) as KubernetesObject;
}

async function annotate(...annotations: readonly string[]): Promise<void> {
  await plane.kubectl(['-n', 'shop', 'annotate', '--overwrite', 'ingress', 'web', ...annotations]);
}

function ours(object: KubernetesObject): readonly unknown[] {
  return managedEntries(object).filter(({ manager }) => String(manager).startsWith('cors-operator'));
}

describe('a key that Git does not name', () => {
  test('is held through forced applies of Git, which are no-ops, and goes without a trace', async () => {
    const before = await gitApplies({ kept: 'yes' });
    await create(policy());
    await converge();
    const held = await ingress();
    expect(held.metadata.annotations).toMatchObject({ [ENABLE]: 'true', [ORIGIN]: 'https://app.example.com' });
    const again = await gitApplies({ kept: 'yes' });
    expect(again.metadata['resourceVersion']).toBe(held.metadata['resourceVersion']);
    await withoutPolicy();
    await converge();
    const after = await ingress();
    expect(after.metadata.annotations).toEqual(before.metadata.annotations);
    expect(after['spec']).toEqual(before['spec']);
    expect(ours(after)).toEqual([]);
    expect((await gitApplies({ kept: 'yes' })).metadata['resourceVersion']).toBe(after.metadata['resourceVersion']);
  });

  test('an identical repeat keeps the resource version', async () => {
    await gitApplies({});
    await create(policy());
    const first = await task();
    await writer.write(first);
    const { resourceVersion } = (await ingress()).metadata;
    await writerOf('').write(first);
    expect((await ingress()).metadata['resourceVersion']).toBe(resourceVersion);
    expect((await converge()).writes).toBe(0);
  });
});

describe('a key that Git names', () => {
  test('is taken over by Own, given back with its owner, and goes with the apply of Git that drops it', async () => {
    await gitApplies({ [ORIGIN]: '*', [ENABLE]: 'true' });
    await create(policy({ adoption: 'Own' }));
    await converge();
    expect((await annotationsOf())[ORIGIN]).toBe('https://app.example.com');
    await withoutPolicy();
    await converge();
    const after = await ingress();
    expect(after.metadata.annotations).toEqual({ [ORIGIN]: '*', [ENABLE]: 'true' });
    expect(annotationOwners(after, ORIGIN)).toEqual([{ manager: 'argocd', operation: 'Apply' }]);
    expect(ours(after)).toEqual([]);
    expect((await gitApplies({ [ENABLE]: 'true' })).metadata.annotations).toEqual({ [ENABLE]: 'true' });
  });

  test('goes back to a manager that owned nothing else', async () => {
    await create(ingressObject('web'));
    await client.send({
      method: 'PATCH',
      path: objectPath(INGRESS, { namespace: 'shop', name: 'web' }),
      query: { fieldManager: 'other-tool' },
      contentType: 'application/apply-patch+yaml',
      body: {
        apiVersion: 'networking.k8s.io/v1',
        kind: 'Ingress',
        metadata: { name: 'web', namespace: 'shop', annotations: { [ORIGIN]: '*' } },
      },
    });
    await create(policy({ adoption: 'Own' }));
    await converge();
    expect(managedEntries(await ingress()).some(({ manager }) => manager === 'other-tool')).toBe(false);
    await withoutPolicy();
    await converge();
    expect(annotationOwners(await ingress(), ORIGIN)).toEqual([{ manager: 'other-tool', operation: 'Apply' }]);
    expect(ours(await ingress())).toEqual([]);
  });

  test('that has to be absent goes in the same request, and comes back', async () => {
    await gitApplies({ [EXPOSE]: 'X-Secret', [ORIGIN]: 'https://b.example.com/' });
    await create(policy({ adoption: 'Own' }));
    const { writes } = await converge();
    expect(writes).toBe(1);
    expect((await annotationsOf())[EXPOSE]).toBeUndefined();
    expect((await converge()).writes).toBe(0);
    await withoutPolicy();
    await converge();
    expect(await annotationsOf()).toEqual({ [EXPOSE]: 'X-Secret', [ORIGIN]: 'https://b.example.com/' });
    expect((await gitApplies({})).metadata.annotations).toBeUndefined();
  });

  test('is left to Git under Additive, which is named', async () => {
    await gitApplies({});
    await create(policy());
    const before = await task();
    await gitApplies({ [ORIGIN]: '*' });
    const { outcome } = await writer.write(before);
    expect(outcome.problem).toMatchObject({ reason: 'ForeignCors', message: expect.stringContaining('argocd') });
    expect(await annotationsOf()).toEqual({ [ORIGIN]: '*' });
  });
});

test('Git that takes a key back every time is given up after three times, and asked no more', async () => {
  await gitApplies({ [ORIGIN]: 'https://git.example.com' });
  await create(policy({ adoption: 'Own' }));
  await converge();
  let writes = 0;
  let last = await writer.write(await task());
  for (let round = 0; round < 6; round++) {
    now += 2000;
    await gitApplies({ [ORIGIN]: 'https://git.example.com' });
    last = await writer.write(await task());
    writes += last.writes;
  }
  expect(writes).toBeLessThanOrEqual(4);
  expect(last.outcome.contentions).toMatchObject([{ annotation: ORIGIN, manager: 'argocd' }]);
  expect(last.next.kind).toBe('After');
});

describe('targets that change under our hands', () => {
  test('one of another uid is not written', async () => {
    await create(ingressObject('web'));
    await create(policy());
    const before = await task();
    await plane.kubectl(['-n', 'shop', 'delete', 'ingress', 'web']);
    await create(ingressObject('web'));
    expect(await writer.write(before)).toMatchObject({ writes: 0, next: { kind: 'Done' } });
    expect(await annotationsOf()).toEqual({});
  });

  test('a deleted one is not brought back', async () => {
    await create(ingressObject('web'));
    await create(policy());
    const before = await task();
    await plane.kubectl(['-n', 'shop', 'delete', 'ingress', 'web']);
    expect(await writer.write(before)).toMatchObject({ writes: 0, next: { kind: 'Done' } });
    const gone = await ingress().catch((error: unknown) => error);
    expect(isKubeError(gone, 'NotFound')).toBe(true);
  });

  test('annotations of others that change between our reading and our restore stay', async () => {
    await create(ingressObject('web'));
    await create(policy());
    await converge();
    await withoutPolicy();
    const before = await task();
    await annotate('mine=yes');
    await writer.write(before);
    expect(await annotationsOf()).toEqual({ mine: 'yes' });
    expect(ours(await ingress())).toEqual([]);
  });

  test('one write after another of us and of Git is never a mixture of both', async () => {
    await gitApplies({ [ORIGIN]: '*' });
    await create(policy({ adoption: 'Own' }));
    for (let round = 0; round < 10; round++) {
      writer = writerOf('');
      await Promise.all([converge(), gitApplies({ [ORIGIN]: '*', note: String(round) })]);
    }
    writer = writerOf('');
    await converge();
    expect((await annotationsOf())[ORIGIN]).toBe('https://app.example.com');
    await withoutPolicy();
    await converge();
    expect(await annotationsOf()).toEqual({ [ORIGIN]: '*', note: '9' });
  });
});

describe('a person', () => {
  test('who edits a key of ours finds it put right', async () => {
    await create(ingressObject('web'));
    await create(policy());
    await converge();
    await annotate(`${ORIGIN}=*`);
    await converge();
    expect((await annotationsOf())[ORIGIN]).toBe('https://app.example.com');
    await withoutPolicy();
    await converge();
    expect(await annotationsOf()).toEqual({});
    expect(ours(await ingress())).toEqual([]);
  });

  test('who deletes the record finds it again, and no trace at the end', async () => {
    await create(ingressObject('web'));
    await create(policy());
    await converge();
    await annotate(`${RECORD_ANNOTATION}-`);
    await converge();
    expect((await annotationsOf())[RECORD_ANNOTATION]).toBeDefined();
    await annotate(`${RECORD_ANNOTATION}-`);
    await withoutPolicy();
    await converge();
    expect(await annotationsOf()).toEqual({});
    expect(ours(await ingress())).toEqual([]);
  });

  test('who copies an Ingress with its record gets a copy that is held by its own policy, or by none', async () => {
    await create(ingressObject('web'));
    await create(policy());
    await converge();
    const { apiVersion, kind, spec, metadata } = await ingress();
    await create({ apiVersion, kind, spec, metadata: { ...copiedMetadata(metadata), name: 'copy' } });
    const result = await converge('copy');
    expect(result.events.map(({ reason }) => reason)).toContain('Restored');
    expect(await annotationsOf('copy')).toEqual({});
    expect((await annotationsOf())[ENABLE]).toBe('true');
  });

  test('who restores an Ingress from a backup has it held again', async () => {
    await create(ingressObject('web'));
    await create(policy());
    await converge();
    const { apiVersion, kind, spec, metadata } = await ingress();
    await plane.kubectl(['-n', 'shop', 'delete', 'ingress', 'web']);
    const restored = await create({ apiVersion, kind, spec, metadata: { ...copiedMetadata(metadata), name: 'web' } });
    const result = await converge();
    expect(result.events.map(({ reason }) => reason)).toContain('Readopted');
    expect(JSON.parse((await annotationsOf())[RECORD_ANNOTATION] ?? '')).toMatchObject({ uid: restored.metadata.uid });
    await withoutPolicy();
    await converge();
    expect(await annotationsOf()).toEqual({});
  });
});

function copiedMetadata({ annotations }: KubernetesObject['metadata']): Metadata {
  return { namespace: 'shop', ...(annotations === undefined ? {} : { annotations }) };
}

describe('two installations', () => {
  test('on one target: the second says so, touches nothing, and takes it once the first let go', async () => {
    await create(ingressObject('web'));
    await create(policy());
    writer = writerOf('blue');
    await converge();
    const held = await annotationsOf();
    writer = writerOf('green');
    const { outcome } = await converge();
    expect(outcome.problem).toMatchObject({ reason: 'ForeignCors', message: expect.stringContaining('blue') });
    expect(await annotationsOf()).toEqual(held);
    await restore('blue');
    await converge();
    expect(JSON.parse((await annotationsOf())[RECORD_ANNOTATION] ?? '')).toMatchObject({ instance: 'green' });
  });
});

describe('annotations that nearly fill a target', () => {
  test('at the limit: TargetFull, and no partial write', async () => {
    await create(ingressObject('web', { annotations: { big: 'x'.repeat(262_144 - 'big'.length) } }));
    await create(policy());
    const { outcome, writes } = await converge();
    expect(outcome.problem?.reason).toBe('TargetFull');
    expect(writes).toBe(0);
  });

  test('that the cache does not hold: TargetFull as well', async () => {
    await create(ingressObject('web', { annotations: { big: 'x'.repeat(262_144 - 'big'.length) } }));
    await create(policy());
    const full = await task();
    const { annotations: _, ...metadata } = full.object.metadata;
    const kept = { ...full.object, metadata: { ...metadata, name: 'web' } };
    const { outcome } = await writer.write(
      taskFor([...(await everything()).filter(isOther), kept], 'web', 'Ingress', testSettings),
    );
    expect(outcome.problem?.reason).toBe('TargetFull');
  });

  test('with just enough room they are written', async () => {
    await create(ingressObject('web', { annotations: { big: 'x'.repeat(262_144 - 4000) } }));
    await create(policy());
    expect((await converge()).outcome.problem).toBeUndefined();
    expect((await annotationsOf())[ENABLE]).toBe('true');
  });
});

function isOther({ kind }: KubernetesObject): boolean {
  return kind !== 'Ingress';
}

describe('Traefik', () => {
  test('the Middleware is made, then named; un-named, then deleted; and belongs to the Ingress', async () => {
    await create(ingressObject('web', { annotations: { kept: 'yes' } }, { ingressClassName: 'traefik' }));
    await create(policy({ allowOrigins: ['https://app.example.com', 'https://*.example.com'], maxAge: 600 }));
    const first = await writer.write(await task());
    expect(first.next).toEqual({ kind: 'After', seconds: 5 });
    expect(await annotationsOf()).toEqual({ kept: 'yes' });
    await converge();
    expect((await annotationsOf())[LIST]).toBe('shop-cors-operator-ingress-web@kubernetescrd');
    expect((await converge()).writes).toBe(0);
    await client.send({
      method: 'PATCH',
      path: objectPath(POLICY, { namespace: 'shop', name: 'storefront' }),
      contentType: 'application/merge-patch+json',
      body: { spec: { allowOrigins: ['https://two.example.com'] } },
    });
    expect((await converge()).writes).toBeGreaterThan(0);
    expect((await converge()).writes).toBe(0);
    await withoutPolicy();
    await converge();
    expect(await annotationsOf()).toEqual({ kept: 'yes' });
    expect((await everything()).filter(({ kind }) => kind === 'Middleware')).toEqual([]);
  });
});

describe('refusals', () => {
  test('by somebody’s admission: WriteRefused with its message', async () => {
    await plane.kubectl(['apply', '-f', '-'], { input: JSON.stringify(DENIAL) });
    await create(ingressObject('denied'));
    const edit = ['-n', 'shop', 'annotate', '--dry-run=server', 'ingress', 'denied', 'a=b'];
    await expect.poll(async () => (await plane.tryKubectl(edit)).code, { timeout: 15_000 }).not.toBe(0);
    await create(policy({ targetRefs: [ingressTarget('denied')] }));
    const { outcome, next } = await writer.write(await task('denied'));
    expect(outcome.problem).toMatchObject({
      reason: 'WriteRefused',
      message: expect.stringContaining('no annotations today'),
    });
    expect(next).toEqual({ kind: 'Retry' });
    await plane.kubectl(['delete', 'validatingadmissionpolicybinding,validatingadmissionpolicy', 'deny-annotations']);
  });
});

const DENIAL = {
  apiVersion: 'v1',
  kind: 'List',
  items: [
    {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingAdmissionPolicy',
      metadata: { name: 'deny-annotations' },
      spec: {
        matchConstraints: {
          resourceRules: [
            { apiGroups: ['networking.k8s.io'], apiVersions: ['v1'], operations: ['UPDATE'], resources: ['ingresses'] },
          ],
        },
        matchConditions: [{ name: 'denied', expression: "object.metadata.name == 'denied'" }],
        validations: [{ expression: 'false', message: 'no annotations today' }],
      },
    },
    {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingAdmissionPolicyBinding',
      metadata: { name: 'deny-annotations' },
      spec: { policyName: 'deny-annotations', validationActions: ['Deny'] },
    },
  ],
};

describe('status', () => {
  test('is stored once, and its times move only with what they speak of', async () => {
    await create(ingressObject('web'));
    const stored = await create(policy());
    const [report] = evaluate(assembleSnapshot(await everything(), testSettings), 0).statuses;
    const status = report?.status ?? {};
    const statuses = statusWriter();
    expect(await statuses.write(stored, status)).toEqual({ kind: 'Written' });
    expect(await statuses.write(stored, status)).toEqual({ kind: 'Unchanged' });
    const path = objectPath(POLICY, { namespace: 'shop', name: 'storefront' });
    const live = (await client.send({ method: 'GET', path })) as KubernetesObject;
    expect(await statusWriter().write(live, status)).toEqual({ kind: 'Unchanged' });
    await plane.kubectl(['-n', 'shop', 'wait', '--for=condition=Ready', '--timeout=5s', 'corspolicy/storefront']);
  });
});

function statusWriter() {
  const options = { client, fieldManager: 'cors-operator', isLeader: () => true, resourceOf };
  return createStatusWriter({ ...options, now: () => now, date: () => Date.parse('2026-01-01T00:00:00.500Z') });
}

describe('restore', () => {
  test('puts everything back, whatever is governed, and has nothing to do when repeated', async () => {
    await gitApplies({ [ORIGIN]: '*' }, 'web');
    await create(ingressObject('other', {}, { ingressClassName: 'traefik' }));
    await create(ingressObject('plain', { annotations: { kept: 'yes' } }));
    await create(policy({ adoption: 'Own', targetRefs: ['web', 'other'].map(ingressTarget) }));
    await converge('web');
    await converge('other');
    const reports = await restore('');
    expect(results(reports)).toEqual({
      'Ingress other': 'Restored',
      'Ingress plain': 'Nothing',
      'Ingress web': 'Restored',
      'Middleware cors-operator-ingress-other': 'Deleted',
    });
    expect(await annotationsOf('web')).toEqual({ [ORIGIN]: '*' });
    expect(await annotationsOf('other')).toEqual({});
    expect(await annotationsOf('plain')).toEqual({ kept: 'yes' });
    expect(new Set(Object.values(results(await restore(''))))).toEqual(new Set(['Nothing']));
    expect((await gitApplies({}, 'web')).metadata.annotations).toBeUndefined();
  });
});

async function restore(instance: string): Promise<readonly RestoreReport[]> {
  const objects = await everything();
  return await restoreAll(
    {
      client,
      installation: installationOf(instance),
      resourceOf,
      now: () => now,
      wait: (seconds) => {
        now += seconds * 1000;
        return Promise.resolve();
      },
    },
    {
      targets: objects.filter(({ kind }) => kind === 'Ingress'),
      owned: objects.filter(({ kind }) => kind === 'Middleware'),
    },
  );
}

function results(reports: readonly RestoreReport[]): Readonly<Record<string, string>> {
  return Object.fromEntries(reports.map(({ object, result }) => [`${object.kind} ${object.name}`, result]));
}

test('the annotation that names the policy follows the policy that governs', async () => {
  await create(ingressObject('web'));
  await create(policy());
  await converge();
  await withoutPolicy();
  await create({ ...policy(), metadata: { name: 'newer', namespace: 'shop' } });
  await converge();
  expect((await annotationsOf())[POLICY_ANNOTATION]).toBe('newer');
});
