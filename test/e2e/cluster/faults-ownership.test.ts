import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { KubernetesObject } from '../../../src/model/kubernetes-object.ts';
import { readAuditLog } from '../../support/audit-log.ts';
import type { Place } from '../../support/cluster-admin.ts';
import { clusterPolicyObject, ingressObject, policyObject } from '../../support/cluster-objects.ts';
import { conditionMessage, conditionWords } from '../../support/condition-words.ts';
import { faultSize, seededChance } from '../../support/fault-size.ts';
import { useLedCluster } from '../../support/led-cluster.ts';
import { accountOf, type OperatorCluster } from '../../support/operator-cluster.ts';
import { grantedOrigins, NGINX, originOf, policyCondition, webIngress, webPolicy } from '../../support/shop-objects.ts';

const SLOW = { timeout: 60_000, interval: 100 };
const RECORD = 'cors-operator.dev/record';

let cluster: OperatorCluster;

useLedCluster((led) => {
  ({ cluster } = led);
});

function web(namespace: string, kind = 'Ingress'): Place {
  return { kind, namespace, name: 'web' };
}

/** A namespace with an Ingress and its policy, programmed. */
async function openShop(namespace: string, spec: Readonly<Record<string, unknown>> = {}): Promise<void> {
  await cluster.open(namespace, webIngress(namespace), webPolicy(namespace, spec));
  await expectGranted(namespace, originOf('app'));
}

async function expectGranted(namespace: string, origins: string | undefined): Promise<void> {
  await expect.poll(() => grantedOrigins(cluster.admin, namespace), SLOW).toBe(origins);
}

async function expectCondition(namespace: string, type: string, words: string): Promise<void> {
  await expect.poll(() => policyCondition(cluster.admin, namespace, type), SLOW).toBe(words);
}

/** Requests of the operator to change one kind of a namespace, that were granted or not. */
async function requestsTo(namespace: string, resource: string): Promise<number> {
  await cluster.plane.settleAuditLog();
  return readAuditLog(cluster.plane.auditLog).filter(
    ({ user, target }) => user === accountOf() && target.namespace === namespace && target.resource === resource,
  ).length;
}

/** What a target holds, but for what the API server keeps book of. */
async function content(place: Place): Promise<unknown> {
  const { metadata, ...rest } = (await cluster.admin.get(place)) ?? { metadata: {} };
  return { ...rest, metadata: { ...metadata, managedFields: undefined, resourceVersion: undefined } };
}

describe('a manifest with an empty map of annotations', () => {
  test('is no obstacle, and has an empty map again at the end', async () => {
    await cluster.open('empty', webIngress('empty', {}));
    const before = await content(web('empty'));
    await cluster.admin.apply([webPolicy('empty')]);
    await expectGranted('empty', originOf('app'));
    await cluster.admin.apply([webIngress('empty', {})]);
    await cluster.expectSound();
    await expectGranted('empty', originOf('app'));
    await cluster.admin.remove(web('empty', 'CorsPolicy'));
    await expect.poll(() => content(web('empty')), SLOW).toEqual(before);
  });
});

describe('scenario 22: a writer that re-applies its own value', () => {
  const [apart, seconds] = [faultSize(200, 2000), faultSize(6, 1800)];

  test('is left alone after three times, and status says so', { timeout: (seconds + 120) * 1000 }, async () => {
    const theirs = webIngress('reverted', { [NGINX.enable]: 'true', [NGINX.origins]: originOf('git') });
    await cluster.open('reverted', theirs, webPolicy('reverted', { adoption: 'Own' }));
    await expectGranted('reverted', originOf('app'));
    for (const end = performance.now() + seconds * 1000; performance.now() < end; await sleep(apart)) {
      await cluster.admin.apply([theirs], 'argocd-controller');
    }
    expect(await requestsTo('reverted', 'ingresses')).toBeLessThanOrEqual(5);
    await expectCondition('reverted', 'Contended', 'True Contended');
    const policy = await cluster.admin.get(web('reverted', 'CorsPolicy'));
    expect(conditionMessage(policy, 'Contended')).toContain('argocd-controller');
    expect(conditionMessage(policy, 'Contended')).toContain('ignoreDifferences:');
    expect(conditionWords(policy, 'Ready')).toMatch(/^False /);
  });

  test('is not fought at all where nothing was taken over', async () => {
    const theirs = webIngress('foreign', { [NGINX.enable]: 'true', [NGINX.origins]: originOf('git') });
    await cluster.open('foreign', theirs, webPolicy('foreign'));
    await expectCondition('foreign', 'Programmed', 'False NotExpressible');
    expect(conditionMessage(await cluster.admin.get(web('foreign', 'CorsPolicy')), 'Programmed')).toContain(
      'git wrote',
    );
    expect(await requestsTo('foreign', 'ingresses')).toBe(0);
    await expectGranted('foreign', originOf('git'));
  });
});

describe('scenario 24: a person', () => {
  test('who edits a key of ours has it put back', async () => {
    await openShop('edited');
    await cluster.admin.edit(web('edited'), { metadata: { annotations: { [NGINX.origins]: '*' } } });
    await expectGranted('edited', originOf('app'));
    await expect.poll(() => policyCondition(cluster.admin, 'edited', 'Ready'), SLOW).toMatch(/^True /);
  });

  test('who deletes the record finds it again, and all of ours gone at the end', async () => {
    await cluster.open('unrecorded', webIngress('unrecorded', { team: 'shop' }));
    const before = await content(web('unrecorded'));
    await cluster.admin.apply([webPolicy('unrecorded')]);
    await expectGranted('unrecorded', originOf('app'));
    const { [RECORD]: record } = await cluster.admin.annotations(web('unrecorded'));
    await cluster.admin.edit(web('unrecorded'), { metadata: { annotations: { [RECORD]: null } } });
    await expect.poll(async () => (await cluster.admin.annotations(web('unrecorded')))[RECORD], SLOW).toBe(record);
    await cluster.admin.remove(web('unrecorded', 'CorsPolicy'));
    await expect.poll(() => content(web('unrecorded')), SLOW).toEqual(before);
  });

  test('who copies a target that another policy governs gets no CORS with it', async () => {
    await openShop('copied');
    const annotations = await cluster.admin.annotations(web('copied'));
    expect(annotations[RECORD]).toBeDefined();
    await cluster.admin.create(ingressObject('copy', { namespace: 'copied', annotations }));
    const copy: Place = { kind: 'Ingress', namespace: 'copied', name: 'copy' };
    await expect.poll(() => cluster.admin.annotations(copy), SLOW).toEqual({});
    await expectGranted('copied', originOf('app'));
  });

  test('who copies a target to where the same policy governs has it adopted again', async () => {
    const selecting = { targetSelector: { matchLabels: { shop: 'web' } }, allowOrigins: [originOf('app')] };
    const labels = { shop: 'web' };
    const original = ingressObject('web', { namespace: 'readopted', labels });
    await cluster.open('readopted', original, policyObject('web', selecting, { namespace: 'readopted' }));
    await expectGranted('readopted', originOf('app'));
    const annotations = await cluster.admin.annotations(web('readopted'));
    const copy = await cluster.admin.create(ingressObject('copy', { namespace: 'readopted', labels, annotations }));
    const uid = copy.metadata.uid ?? 'none';
    const recordOf = async () => (await cluster.admin.annotations({ ...web('readopted'), name: 'copy' }))[RECORD];
    await expect.poll(recordOf, SLOW).toContain(uid);
    const reasons = async () => (await cluster.admin.list('Event', 'readopted')).map((event) => event['reason']);
    await expect.poll(reasons, SLOW).toContain('Readopted');
    await cluster.admin.remove(web('readopted', 'CorsPolicy'));
    await expect.poll(() => cluster.admin.annotations({ ...web('readopted'), name: 'copy' }), SLOW).toEqual({});
  });

  test('who forges a record gets nothing written that no policy grants', async () => {
    const forged = (uid: string): string =>
      JSON.stringify({
        version: 1,
        instance: '',
        uid,
        policy: { uid: '', generation: 1 },
        keys: {
          [NGINX.enable]: { original: 'true', hash: 'absent' },
          [NGINX.origins]: { original: '*', hash: 'absent' },
          'nginx.ingress.kubernetes.io/configuration-snippet': { original: 'return 200;', hash: 'absent' },
        },
      });
    const namespaceSelector = { matchLabels: { 'kubernetes.io/metadata.name': 'forged' } };
    const ceiling = clusterPolicyObject('forged', {
      namespaceSelector,
      guardrail: { allowOrigins: [originOf('app')] },
    });
    await cluster.admin.apply([ceiling]);
    await cluster.open('forged', webIngress('forged', { [RECORD]: forged('another') }), webPolicy('forged'));
    await expectGranted('forged', originOf('app'));
    const { uid = '' } = (await cluster.admin.get(web('forged')))?.metadata ?? {};
    await cluster.admin.edit(web('forged'), { metadata: { annotations: { [RECORD]: forged(uid) } } });
    await cluster.expectSound();
    await cluster.admin.remove(web('forged', 'CorsPolicy'));
    await expect.poll(() => cluster.admin.annotations(web('forged')), SLOW).toMatchObject({ [NGINX.enable]: 'false' });
    const left = await cluster.admin.annotations(web('forged'));
    expect(left[NGINX.origins]).not.toBe('*');
    expect(left['nginx.ingress.kubernetes.io/configuration-snippet']).toBeUndefined();
  });
});

describe('scenario 27', () => {
  test('annotations that leave no room get none of ours, until there is room', async () => {
    const filler = (size: number): KubernetesObject => webIngress('full', { filler: 'x'.repeat(size) });
    await cluster.open('full', filler(261_000), webPolicy('full'));
    await expectCondition('full', 'Programmed', 'False TargetFull');
    expect(Object.keys(await cluster.admin.annotations(web('full')))).toEqual(['filler']);
    expect(await requestsTo('full', 'ingresses')).toBe(0);
    await cluster.admin.apply([filler(200_000)]);
    await expectGranted('full', originOf('app'));
    await expect.poll(() => policyCondition(cluster.admin, 'full', 'Programmed'), SLOW).toMatch(/^True /);
  });
});

describe('scenario 28', () => {
  test('a status that somebody else keeps writing is right in the end, and costs a write a second', {
    timeout: 120_000 + faultSize(0, 300_000),
  }, async () => {
    await openShop('stormy');
    const before = await requestsTo('stormy', 'corspolicies');
    const seconds = faultSize(5, 300);
    const path = '/apis/cors-operator.dev/v1alpha1/namespaces/stormy/corspolicies/web/status';
    const transition = { lastTransitionTime: '2026-01-01T00:00:00Z', message: 'lies', reason: 'Pending' };
    const conditions = [{ ...transition, type: 'Programmed', status: 'False', observedGeneration: 7 }];
    const query = { fieldManager: 'liar' };
    for (const end = performance.now() + seconds * 1000; performance.now() < end; await sleep(50)) {
      const body = { status: { conditions } };
      await cluster.admin.send({ method: 'PATCH', path, query, body, contentType: 'application/merge-patch+json' });
    }
    expect((await requestsTo('stormy', 'corspolicies')) - before).toBeLessThanOrEqual(seconds + 2);
    await expect.poll(() => policyCondition(cluster.admin, 'stormy', 'Programmed'), SLOW).toMatch(/^True /);
    await expect.poll(() => policyCondition(cluster.admin, 'stormy', 'Ready'), SLOW).toMatch(/^True /);
  });
});

describe('scenario 29', () => {
  const count = faultSize(60, 1000);

  test('of many policies for one target the oldest governs, then the first by name, in whatever order they come', {
    timeout: 120_000 + faultSize(0, 600_000),
  }, async () => {
    const namespace = 'crowded';
    const names = Array.from({ length: count }, (_, index) => `p-${String(index).padStart(4, '0')}`);
    const policies = seededChance(29)
      .shuffle(names)
      .map((name) => ({ ...webPolicy(namespace, { allowOrigins: [originOf(name)] }), metadata: { name, namespace } }));
    await cluster.open(namespace, webIngress(namespace), ...policies);
    const stored = await cluster.admin.list('CorsPolicy', namespace);
    const age = ({ metadata }: KubernetesObject): string => `${metadata['creationTimestamp']} ${metadata.name}`;
    const [first, ...others] = stored.toSorted((left, right) => (age(left) < age(right) ? -1 : 1));
    const winner = first?.metadata.name ?? '';
    await expectGranted(namespace, originOf(winner));
    await expect.poll(() => policyCondition(cluster.admin, namespace, 'Accepted', winner), SLOW).toBe('True Accepted');
    const refused = async () => {
      const words = (await cluster.admin.list('CorsPolicy', namespace)).map((each) => conditionWords(each, 'Accepted'));
      return words.filter((word) => word === 'False Conflicted' || word === 'False TooMany').length;
    };
    await expect.poll(refused, SLOW).toBe(others.length);
    const loser = others.at(-1)?.metadata.name ?? '';
    await cluster.admin.remove({ kind: 'CorsPolicy', namespace, name: loser });
    await cluster.expectSound();
    await expectGranted(namespace, originOf(winner));
  });
});

describe('scenario 25', () => {
  test('of two installations on one target the second leaves it alone and says so', { timeout: 120_000 }, async () => {
    await openShop('shared');
    const { [RECORD]: record } = await cluster.admin.annotations(web('shared'));
    const second = await cluster.start({ instance: 'blue' });
    await second.leading();
    await second.ready();
    const message = async () => conditionMessage(await cluster.admin.get(web('shared', 'CorsPolicy')), 'Programmed');
    await expect.poll(message, SLOW).toContain('another installation of the operator');
    await cluster.expectSound({ quiet: 3 });
    expect((await cluster.admin.annotations(web('shared')))[RECORD]).toBe(record);
    await cluster.admin.apply([webPolicy('shared', { allowOrigins: [originOf('next')] })]);
    await expectGranted('shared', originOf('next'));
    await expect.poll(message, SLOW).toContain('another installation of the operator');
    await cluster.expectSound({ quiet: 3 });
    await second.stop();
  });
});
