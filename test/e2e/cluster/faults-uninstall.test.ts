import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { KubernetesObject } from '../../../src/model/kubernetes-object.ts';
import { managedEntries } from '../../../src/model/managed-fields.ts';
import { readAuditLog } from '../../support/audit-log.ts';
import { inParallel } from '../../support/cluster-admin.ts';
import { ingressObject, policyObject } from '../../support/cluster-objects.ts';
import { type Chance, faultSize, seededChance } from '../../support/fault-size.ts';
import { accountOf, type OperatorCluster, startOperatorCluster } from '../../support/operator-cluster.ts';
import type { OperatorProcess } from '../../support/operator-process.ts';
import { spawnProgram } from '../../support/program.ts';
import { countGranting, manyIngresses, manyPolicy, originOf } from '../../support/shop-objects.ts';

const SLOW = { timeout: faultSize(90_000, 1_200_000), interval: 200 };
const PATIENT = { timeout: faultSize(240_000, 3_600_000) };
const LEASE = { kind: 'Lease', namespace: 'cors-system', name: 'cors-operator' };

let cluster: OperatorCluster;

beforeAll(async () => {
  // Owned objects go with what owns them.
  cluster = await startOperatorCluster({ controllerManager: true });
}, 300_000);
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') console.error(cluster.lastWords());
  await cluster.killOperators();
  await cluster.admin.remove(LEASE);
  const policies = await cluster.admin.list('CorsPolicy');
  await inParallel(policies, ({ metadata: { namespace = '', name } }) =>
    cluster.admin.remove({ kind: 'CorsPolicy', namespace, name }),
  );
});
afterAll(() => cluster?.stop());

/** Waits until an operator wrote nothing for a while. */
async function settled(operator: OperatorProcess): Promise<void> {
  await operator.ready();
  await cluster.expectSound();
}

describe('scenario 23', () => {
  test('what Git re-applies with other changes keeps our keys, and costs no write', PATIENT, async () => {
    const count = faultSize(100, 10_000);
    const operator = await cluster.start();
    await cluster.open('gitops', ...manyIngresses('gitops', count));
    await cluster.admin.apply([manyPolicy('gitops')]);
    await expect.poll(() => countGranting(cluster.admin, 'gitops', originOf('app')), SLOW).toBe(count);
    await settled(operator);
    const since = Date.now();
    const changed = manyIngresses('gitops', count).map((object, index) => ({
      ...object,
      metadata: {
        ...object.metadata,
        labels: { shop: 'web', release: `r${index}` },
        annotations: { note: `n${index}` },
      },
    }));
    await cluster.admin.apply(changed);
    await settled(operator);
    expect(await countGranting(cluster.admin, 'gitops', originOf('app'))).toBe(count);
    const writes = readAuditLog(cluster.plane.auditLog).filter(
      ({ user, target, received }) => user === accountOf() && target.resource === 'ingresses' && received >= since,
    );
    expect(writes).toEqual([]);
    await operator.stop();
  });
});

/** Annotations with which people and their tools left a target: anything. */
const VALUES: Readonly<Record<string, readonly [string, ...string[]]>> = {
  'nginx.ingress.kubernetes.io/enable-cors': ['true', 'false', 'TRUE', 'perhaps'],
  'nginx.ingress.kubernetes.io/cors-allow-origin': [
    '*',
    'https://git.example',
    'https://*.git.example, http://b',
    'null',
  ],
  'nginx.ingress.kubernetes.io/cors-allow-methods': ['GET, PUT', 'get', '*'],
  'nginx.ingress.kubernetes.io/cors-allow-headers': ['X-A', 'X-A,X-B'],
  'nginx.ingress.kubernetes.io/cors-allow-credentials': ['true', 'false'],
  'nginx.ingress.kubernetes.io/cors-max-age': ['0', '600', '86401'],
  'nginx.ingress.kubernetes.io/rewrite-target': ['/'],
  'traefik.ingress.kubernetes.io/router.middlewares': ['default-auth@kubernetescrd', 'a@file, b@file', ''],
  'traefik.ingress.kubernetes.io/router.entrypoints': ['web'],
  'example.com/owner': ['shop', 'ünï\n"code"'],
};

function anyAnnotations(chance: Chance): Readonly<Record<string, string>> {
  const chosen = Object.entries(VALUES).filter(() => chance.next() < 0.35);
  return Object.fromEntries(chosen.map(([key, values]) => [key, chance.pick(values)]));
}

const PER_NAMESPACE = 20;

type Shop = {
  readonly namespace: string;
  readonly targets: readonly KubernetesObject[];
  readonly policy: KubernetesObject;
};

/** A namespace with targets of any kind of past, and a policy for most of them. */
function anyShop(namespace: string, chance: Chance): Shop {
  const targets = Array.from({ length: PER_NAMESPACE }, (_, index) => {
    const labels = { shop: chance.next() < 0.9 ? 'web' : 'other' };
    const ingressClassName = chance.next() < 0.7 ? 'nginx' : 'traefik';
    return ingressObject(
      `web-${index}`,
      { namespace, labels, annotations: anyAnnotations(chance) },
      { ingressClassName },
    );
  });
  const adoption = chance.pick(['Own', 'Own', 'Additive']);
  const spec = {
    targetSelector: { matchLabels: { shop: 'web' } },
    allowOrigins: [originOf('a'), originOf('b')],
    adoption,
  };
  return { namespace, targets, policy: policyObject('web', spec, { namespace }) };
}

/** Everything of all targets, but for what the API server keeps book of. */
async function contents(namespaces: readonly string[]): Promise<readonly unknown[]> {
  const lists = await inParallel(namespaces, (namespace) => cluster.admin.list('Ingress', namespace));
  return lists.flat().map(({ metadata, ...rest }) => {
    const { managedFields: _fields, resourceVersion: _version, ...kept } = metadata;
    return { ...rest, metadata: kept };
  });
}

async function storeShops(shops: readonly Shop[], chance: Chance): Promise<void> {
  for (const { namespace } of shops) await cluster.open(namespace);
  await inParallel(
    shops.flatMap(({ targets }) => targets),
    async (target) => {
      if (chance.next() < 0.5) await cluster.admin.apply([target], chance.pick(['git', 'argocd-controller']));
      else await cluster.admin.create(target);
    },
  );
}

/** Fails unless nothing of ours is left in some namespaces. */
async function expectNoTrace(namespaces: readonly string[], before: readonly unknown[]): Promise<void> {
  expect(await contents(namespaces)).toEqual(before);
  const middlewares = await inParallel(namespaces, (namespace) => cluster.admin.list('Middleware', namespace));
  expect(middlewares.flat().map(({ metadata }) => metadata.name)).toEqual([]);
  const lists = await inParallel(namespaces, (namespace) => cluster.admin.list('Ingress', namespace));
  const managers = lists.flat().flatMap((object) => managedEntries(object).map(({ manager }) => manager));
  expect([...new Set(managers)].filter((manager) => String(manager).startsWith('cors-operator'))).toEqual([]);
}

async function restore(): Promise<void> {
  const kubeconfig = await cluster.kubeconfig();
  const flags = ['--kubeconfig', kubeconfig, '--operator-namespace', 'cors-system', '--traefik-settle', '1'];
  const { code, stdout, stderr } = await spawnProgram(['restore', ...flags]);
  expect({ code, words: code === 0 ? '' : stdout.slice(-3000) + stderr }).toEqual({ code: 0, words: '' });
}

describe('scenario 37: after an uninstall every target is as it was before the installation,', () => {
  const count = faultSize(100, 10_000);

  /** A cluster's worth of targets in namespaces of a name, as they were before the operator came. */
  async function prepare(name: string, scenario: number) {
    const chance = seededChance(scenario);
    const shops = Array.from({ length: count / PER_NAMESPACE }, (_, index) => anyShop(`${name}-${index}`, chance));
    await storeShops(shops, chance);
    const namespaces = shops.map(({ namespace }) => namespace);
    const before = await contents(namespaces);
    const govern = () => cluster.admin.apply(shops.map(({ policy }) => policy));
    return { namespaces, before, govern, chance };
  }

  test('with the operator alive', PATIENT, async () => {
    const { namespaces, before, govern } = await prepare('alive', 371);
    const operator = await cluster.start();
    await govern();
    await settled(operator);
    expect(await contents(namespaces)).not.toEqual(before);
    await restore();
    await expectNoTrace(namespaces, before);
    await cluster.expectSound({ quiet: 3 });
    await operator.stop();
    await expectNoTrace(namespaces, before);
  });

  test('with the operator dead', PATIENT, async () => {
    const { namespaces, before, govern } = await prepare('dead', 372);
    const operator = await cluster.start();
    await govern();
    await settled(operator);
    await operator.kill();
    expect(await contents(namespaces)).not.toEqual(before);
    await restore();
    await expectNoTrace(namespaces, before);
    await restore();
    await expectNoTrace(namespaces, before);
    await cluster.expectSound();
  });

  test('with the operator in the midst of writing', PATIENT, async () => {
    const { namespaces, before, govern, chance } = await prepare('writing', 373);
    const operator = await cluster.start({ flags: ['--writes-per-second', String(count / 10)] });
    await operator.leading();
    await govern();
    await expect.poll(async () => (await operator.metric('cors_operator_target_writes_total')) > 0, SLOW).toBe(true);
    await sleep(chance.below(2000));
    await restore();
    await expectNoTrace(namespaces, before);
    await cluster.expectSound({ quiet: 3 });
    await operator.stop();
  });

  test('with the operator killed in the midst of writing', PATIENT, async () => {
    const { namespaces, before, govern, chance } = await prepare('killed', 374);
    const operator = await cluster.start({ flags: ['--writes-per-second', String(count / 10)] });
    await operator.leading();
    await govern();
    await expect.poll(async () => (await operator.metric('cors_operator_target_writes_total')) > 0, SLOW).toBe(true);
    await sleep(chance.below(2000));
    await operator.kill();
    await restore();
    await expectNoTrace(namespaces, before);
    await cluster.expectSound();
  });
});
