import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { KubernetesObject } from '../../../src/model/kubernetes-object.ts';
import { installCrds } from '../../rig/crds.ts';
import { clusterPolicyObject, ingressObject, ingressTarget, policyObject } from '../../support/cluster-objects.ts';
import { conditionWords } from '../../support/condition-words.ts';
import { useLedCluster } from '../../support/led-cluster.ts';
import type { OperatorCluster } from '../../support/operator-cluster.ts';
import type { OperatorProcess } from '../../support/operator-process.ts';
import { grantedOrigins, NGINX, originOf, policyCondition, webIngress, webPolicy } from '../../support/shop-objects.ts';

const SLOW = { timeout: 60_000, interval: 100 };
const POLICIES = 'corspolicies.cors-operator.dev';

let cluster: OperatorCluster;
let operator: OperatorProcess;

useLedCluster((led) => {
  ({ cluster, operator } = led);
});

async function ask(namespace: string, origin: string): Promise<void> {
  await cluster.admin.apply([webPolicy(namespace, { allowOrigins: [origin] })]);
}

async function expectGranted(namespace: string, origin: string | undefined): Promise<void> {
  await expect.poll(() => grantedOrigins(cluster.admin, namespace), SLOW).toBe(origin);
}

async function openShop(namespace: string): Promise<void> {
  await cluster.open(namespace, webIngress(namespace));
  await ask(namespace, originOf(0));
  await expectGranted(namespace, originOf(0));
}

/** What `/readyz` says about a kind. */
async function stateOf(kind: string, process = operator): Promise<string> {
  const { kinds } = await process.readiness();
  const found = kinds.find((each) => each['kind'] === kind);
  return [found?.['status'], found?.['reason']].filter((word) => word !== undefined).join(' ');
}

describe('scenario 11: a definition that is deleted', () => {
  test('takes its objects along, and nothing is restored for it', { timeout: 180_000 }, async () => {
    await openShop('undefined');
    const before = await cluster.admin.get({ kind: 'Ingress', namespace: 'undefined', name: 'web' });
    await cluster.plane.kubectl(['delete', 'crd', POLICIES, '--timeout=60s']);
    await expect.poll(() => stateOf('CorsPolicy'), SLOW).toMatch(/^Unknown (NotInstalled|Terminating)$/);
    await sleep(5000);
    expect(await cluster.admin.get({ kind: 'Ingress', namespace: 'undefined', name: 'web' })).toEqual(before);
    await installCrds(cluster.plane, ['own']);
    await ask('undefined', originOf(1));
    await expectGranted('undefined', originOf(1));
    await cluster.admin.remove({ kind: 'CorsPolicy', namespace: 'undefined', name: 'web' });
    await expect
      .poll(() => cluster.admin.annotations({ kind: 'Ingress', namespace: 'undefined', name: 'web' }), SLOW)
      .toEqual({});
  });

  test('that is optional is found again', { timeout: 180_000 }, async () => {
    await openShop('gatewayless');
    await cluster.plane.kubectl(['delete', 'crd', 'httproutes.gateway.networking.k8s.io', '--timeout=60s']);
    await expect.poll(() => stateOf('HTTPRoute'), SLOW).toBe('Unknown NotInstalled');
    await ask('gatewayless', originOf(1));
    await expectGranted('gatewayless', originOf(1));
    await installCrds(cluster.plane, ['gateway-api']);
    await expect.poll(() => stateOf('HTTPRoute'), SLOW).toBe('Synced');
  });
});

describe('scenario 13: rights that are withdrawn', () => {
  const ROLE = 'cors-operator-controller';

  /** Takes a resource out of every rule of the controller's role. @returns puts it back */
  async function withdraw(resource: string): Promise<() => Promise<void>> {
    const role = await cluster.admin.get({ kind: 'ClusterRole', name: ROLE });
    const rules = role?.['rules'] as readonly { readonly resources: readonly string[] }[];
    const replace = async (next: unknown): Promise<void> => {
      await cluster.admin.edit({ kind: 'ClusterRole', name: ROLE }, { rules: next });
    };
    const without = rules.map((rule) => ({ ...rule, resources: rule.resources.filter((name) => name !== resource) }));
    await replace(without.filter(({ resources }) => resources.length > 0));
    return () => replace(rules);
  }

  test('for one kind degrade that kind only', { timeout: 180_000 }, async () => {
    await openShop('hidden');
    const putBack = await withdraw('httproutes');
    await cluster.plane.killApiServer();
    await cluster.plane.startApiServer();
    await expect.poll(() => stateOf('HTTPRoute'), SLOW).toBe('Unknown Hidden');
    // A server that just started refuses everybody for a moment.
    await expect.poll(() => stateOf('Ingress'), SLOW).toBe('Synced');
    await ask('hidden', originOf(1));
    await expectGranted('hidden', originOf(1));
    await putBack();
    await expect.poll(() => stateOf('HTTPRoute'), SLOW).toBe('Synced');
  });

  test.each([['corspolicies'], ['clustercorspolicies'], ['namespaces']])(
    'for %s change nothing that stands, also after a restart',
    { timeout: 180_000 },
    async (resource) => {
      const namespace = `hidden-${resource}`;
      await openShop(namespace);
      const ceiling = clusterPolicyObject(namespace, {
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
        guardrail: { allowOrigins: [originOf(0), originOf(1)] },
      });
      await cluster.admin.apply([ceiling]);
      const putBack = await withdraw(resource);
      await operator.stop();
      operator = await cluster.start();
      await operator.leading();
      await expect
        .poll(async () => (await operator.readiness()).kinds.some(({ reason }) => reason === 'Hidden'), SLOW)
        .toBe(true);
      await ask(namespace, originOf('forbidden'));
      await sleep(3000);
      expect(await grantedOrigins(cluster.admin, namespace)).toBe(originOf(0));
      expect((await operator.readiness()).code).toBe(503);
      await putBack();
      await operator.ready();
      await expect
        .poll(() => cluster.admin.annotations({ kind: 'Ingress', namespace, name: 'web' }), SLOW)
        .toMatchObject({
          [NGINX.enable]: 'false',
        });
    },
  );
});

describe('objects that were stored without validation', () => {
  const MALFORMED: Readonly<Record<string, unknown>> = {
    'no-spec': undefined,
    'null-spec': null,
    'text-spec': 'allow everything',
    'list-spec': [],
    'unknown-field': { targetRefs: [ingressTarget('web')], allowOrigin: ['https://a.example'], allowOrigins: ['*'] },
    'text-origins': { targetRefs: [ingressTarget('web')], allowOrigins: '*' },
    'number-origins': { targetRefs: [ingressTarget('web')], allowOrigins: [1, null, {}] },
    'text-target': { targetRefs: 'web', allowOrigins: ['*'] },
    'no-target': { allowOrigins: ['*'] },
    prototype: JSON.parse('{"__proto__":{"allowOrigins":["*"]},"targetRefs":[],"constructor":{"prototype":{}}}'),
    huge: {
      targetRefs: [ingressTarget('web')],
      allowOrigins: Array.from({ length: 20_000 }, (_, i) => `https://h${i}.a`),
    },
    control: {
      targetRefs: [ingressTarget('web')],
      allowOrigins: ['https://a.example\u0000', '\ud800', 'https://a.example\n'],
    },
  };

  /** @returns has objects validated again */
  async function relaxSchema(): Promise<() => Promise<void>> {
    const crd = await cluster.admin.get({ kind: 'CustomResourceDefinition', name: POLICIES });
    const spec = crd?.['spec'] as { readonly versions: readonly object[] };
    const openAPIV3Schema = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
    const versions = spec.versions.map((version) => ({ ...version, schema: { openAPIV3Schema } }));
    const replace = async (next: unknown): Promise<void> => {
      await cluster.admin.edit({ kind: 'CustomResourceDefinition', name: POLICIES }, { spec: { versions: next } });
    };
    await replace(versions);
    // Watches that were opened before still speak of objects as the former schema has them.
    await sleep(2000);
    return () => replace(spec.versions);
  }

  test('are called invalid, grant nothing, and harm no other', { timeout: 180_000 }, async () => {
    const namespace = 'malformed';
    await openShop(namespace);
    await cluster.open('well-formed', webIngress('well-formed'));
    const tighten = await relaxSchema();
    for (const [name, spec] of Object.entries(MALFORMED)) {
      const object = { apiVersion: 'cors-operator.dev/v1alpha1', kind: 'CorsPolicy', metadata: { name, namespace } };
      await expect.poll(() => created(spec === undefined ? object : { ...object, spec }), SLOW).toBe('created');
      await cluster.admin.create(ingressObject(`of-${name}`, { namespace, labels: { of: name } }));
    }
    await ask('well-formed', originOf(1));
    await expectGranted('well-formed', originOf(1));
    const words = async () => {
      const policies = await cluster.admin.list('CorsPolicy', namespace);
      return policies
        .filter(({ metadata }) => metadata.name !== 'web')
        .map((policy) => conditionWords(policy, 'Accepted'));
    };
    await expect.poll(words, SLOW).toEqual(Object.keys(MALFORMED).map(() => expect.stringMatching(/^False /)));
    expect(await grantedOrigins(cluster.admin, namespace)).toBe(originOf(0));
    await tighten();
    await ask(namespace, originOf(2));
    await expectGranted(namespace, originOf(2));
    expect(await policyCondition(cluster.admin, namespace, 'Accepted')).toBe('True Accepted');
    for (const name of Object.keys(MALFORMED)) await cluster.admin.remove({ kind: 'CorsPolicy', namespace, name });
  });

  async function created(object: KubernetesObject): Promise<string> {
    try {
      const path = `/apis/cors-operator.dev/v1alpha1/namespaces/${object.metadata.namespace}/corspolicies`;
      await cluster.admin.send({ method: 'POST', path, body: object });
      return 'created';
    } catch (error) {
      return String(error);
    }
  }

  test('an older policy that broke keeps its target from a younger one', { timeout: 120_000 }, async () => {
    const namespace = 'broken';
    await openShop(namespace);
    const tighten = await relaxSchema();
    const broken = { spec: { allowOrigins: 'https://*.example.com', targetRefs: [ingressTarget('web')] } };
    await expect
      .poll(async () => {
        await cluster.admin.edit({ kind: 'CorsPolicy', namespace, name: 'web' }, broken);
        return policyCondition(cluster.admin, namespace, 'Accepted');
      }, SLOW)
      .toBe('False Invalid');
    const younger = policyObject(
      'younger',
      { targetRefs: [ingressTarget('web')], allowOrigins: ['https://wide.example'] },
      { namespace },
    );
    await cluster.admin.apply([younger]);
    await expect
      .poll(() => policyCondition(cluster.admin, namespace, 'Accepted', 'younger'), SLOW)
      .toBe('False Conflicted');
    await cluster.expectSound();
    expect(await grantedOrigins(cluster.admin, namespace)).not.toBe('https://wide.example');
    await tighten();
  });
});
