import { describe, expect, test } from 'vitest';
import type { KubernetesObject } from '../../../src/model/kubernetes-object.ts';
import type { Place } from '../../support/cluster-admin.ts';
import { clusterPolicyObject, exceptionObject } from '../../support/cluster-objects.ts';
import { conditionMessage, conditionWords } from '../../support/condition-words.ts';
import { useLedCluster } from '../../support/led-cluster.ts';
import type { OperatorCluster } from '../../support/operator-cluster.ts';
import { grantedOrigins, NGINX, originOf, policyCondition, webIngress, webPolicy } from '../../support/shop-objects.ts';

const SLOW = { timeout: 60_000, interval: 100 };

const [A, B, C] = [originOf('a'), originOf('b'), originOf('c')];

let cluster: OperatorCluster;

useLedCluster((led) => {
  ({ cluster } = led);
});

function web(namespace: string, kind = 'Ingress'): Place {
  return { kind, namespace, name: 'web' };
}

/** A guardrail of one namespace, with its name. */
function guardrail(namespace: string, allowOrigins: readonly string[], spec: object = {}): KubernetesObject {
  return clusterPolicyObject(namespace, {
    namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
    guardrail: { allowOrigins },
    ...spec,
  });
}

async function expectGranted(namespace: string, ...origins: readonly string[]): Promise<void> {
  const expected = origins.length === 0 ? undefined : origins.join(',');
  await expect.poll(() => grantedOrigins(cluster.admin, namespace), SLOW).toBe(expected);
}

async function expectCondition(namespace: string, type: string, words: string): Promise<void> {
  await expect.poll(() => policyCondition(cluster.admin, namespace, type), SLOW).toBe(words);
}

function statusOf(object: KubernetesObject | undefined): Readonly<Record<string, unknown>> {
  return (object?.['status'] ?? {}) as Readonly<Record<string, unknown>>;
}

async function reasonsOf(namespace: string): Promise<readonly unknown[]> {
  return (await cluster.admin.list('Event', namespace)).map((event) => event['reason']);
}

describe('a guardrail', () => {
  test('narrows what is programmed, says so with a witness, and gives it back when it is raised', async () => {
    const namespace = 'narrowed';
    await cluster.open(namespace, webIngress(namespace), webPolicy(namespace, { allowOrigins: [A, B] }));
    await expectGranted(namespace, A, B);
    await cluster.admin.apply([guardrail(namespace, [A])]);
    await expectGranted(namespace, A);
    await expectCondition(namespace, 'Accepted', 'True Narrowed');
    const policy = await cluster.admin.get(web(namespace, 'CorsPolicy'));
    expect(conditionMessage(policy, 'Accepted')).toContain(`spec.allowOrigins[1] ${B} (guardrail ${namespace}`);
    await expect.poll(() => reasonsOf(namespace), SLOW).toContain('Narrowed');
    const ceiling = () => cluster.admin.get({ kind: 'ClusterCorsPolicy', name: namespace });
    await expect.poll(async () => statusOf(await ceiling())['counts'], SLOW).toMatchObject({ within: 0, narrowed: 1 });
    expect(statusOf(await ceiling())['worst']).toEqual([
      { namespace, name: 'web', field: 'allowOrigins', entry: B, witness: B },
    ]);
    await cluster.admin.apply([guardrail(namespace, [A, B, C])]);
    await expectGranted(namespace, A, B);
    await expectCondition(namespace, 'Accepted', 'True Accepted');
    await expect.poll(async () => statusOf(await ceiling())['counts'], SLOW).toMatchObject({ within: 1, narrowed: 0 });
  });

  test('that leaves nothing switches CORS off, and a wildcard becomes what lies inside', async () => {
    const namespace = 'emptied';
    const policy = webPolicy(namespace, { allowOrigins: ['https://*.example.com'], wildcardDepth: 'Single' });
    await cluster.open(namespace, webIngress(namespace), policy);
    await expectGranted(namespace, 'https://*.example.com');
    await cluster.admin.apply([guardrail(namespace, ['https://other.example', A, B])]);
    await expectGranted(namespace, A, B);
    const message = async () => conditionMessage(await cluster.admin.get(web(namespace, 'CorsPolicy')), 'Accepted');
    await expect.poll(message, SLOW).toContain('https://www.example.com');
    await cluster.admin.apply([guardrail(namespace, ['https://other.example'])]);
    await expectGranted(namespace);
    await expectCondition(namespace, 'Accepted', 'False ExceedsGuardrail');
    expect((await cluster.admin.annotations(web(namespace)))[NGINX.enable]).toBe('false');
  });

  test('that only audits narrows nothing and counts all the same', async () => {
    const namespace = 'audited';
    const policy = webPolicy(namespace, { allowOrigins: [A, B] });
    await cluster.open(namespace, webIngress(namespace), policy, guardrail(namespace, [A], { enforcement: 'Audit' }));
    await expectGranted(namespace, A, B);
    const counts = async () =>
      statusOf(await cluster.admin.get({ kind: 'ClusterCorsPolicy', name: namespace }))['counts'];
    await expect.poll(counts, SLOW).toMatchObject({ narrowed: 1 });
    await expectCondition(namespace, 'Accepted', 'True Accepted');
  });

  test('keeps what stood before a policy from coming back when it is wider, and says so', async () => {
    const namespace = 'restored';
    const theirs = { [NGINX.enable]: 'true', [NGINX.origins]: '*' };
    await cluster.open(namespace, webIngress(namespace, theirs));
    await cluster.admin.apply([
      webPolicy(namespace, { allowOrigins: [A], adoption: 'Own' }),
      guardrail(namespace, [A]),
    ]);
    await expectGranted(namespace, A);
    await cluster.admin.remove(web(namespace, 'CorsPolicy'));
    await expectGranted(namespace);
    const left = await cluster.admin.annotations(web(namespace));
    expect([left[NGINX.enable], left[NGINX.origins]]).toEqual(['false', undefined]);
    await expect.poll(() => reasonsOf(namespace), SLOW).toContain('RestoreWider');
    const events = await cluster.admin.list('Event', namespace);
    const told = events.find((event) => event['reason'] === 'RestoreWider');
    expect(String(told?.['note'])).toContain(NGINX.origins);
  });

  test('reports CORS configuration that no policy wrote, and leaves it alone', async () => {
    const namespace = 'raw';
    const theirs = { [NGINX.enable]: 'true', [NGINX.origins]: `${A},${B}` };
    await cluster.open(namespace, webIngress(namespace, theirs), guardrail(namespace, [A]));
    const ceiling = () => cluster.admin.get({ kind: 'ClusterCorsPolicy', name: namespace });
    await expect.poll(async () => statusOf(await ceiling())['counts'], SLOW).toMatchObject({ rawWider: 1 });
    expect(statusOf(await ceiling())['worst']).toEqual([
      { kind: 'Ingress', namespace, name: 'web', field: 'allowOrigins', entry: B, witness: B },
    ]);
    expect(await cluster.admin.annotations(web(namespace))).toEqual(theirs);
    await cluster.admin.apply([guardrail(namespace, [A, B])]);
    await expect.poll(async () => statusOf(await ceiling())['counts'], SLOW).toMatchObject({ rawWider: 0 });
  });
});

describe('an exception', () => {
  const exception = (namespace: string, end: number): KubernetesObject =>
    exceptionObject(namespace, {
      guardrailRef: { name: namespace },
      policyRefs: [{ namespace, name: 'web' }],
      allowOrigins: [B],
      expiresAt: new Date(end).toISOString(),
    });
  const exceptionOf = (name: string) => cluster.admin.get({ kind: 'CorsException', name });

  test('acts until it ends, and is withdrawn by itself within a minute', { timeout: 180_000 }, async () => {
    const namespace = 'excepted';
    const policy = webPolicy(namespace, { allowOrigins: [A, B, C] });
    await cluster.open(namespace, webIngress(namespace), policy, guardrail(namespace, [A]));
    await expectGranted(namespace, A);
    const end = Date.now() + 12_000;
    await cluster.admin.apply([exception(namespace, end)]);
    await expectGranted(namespace, A, B);
    expect(Date.now()).toBeLessThan(end);
    await expect.poll(async () => conditionWords(await exceptionOf(namespace), 'Active'), SLOW).toBe('True Active');
    expect(statusOf(await exceptionOf(namespace))).toMatchObject({
      expiresIn: 'under 1 hour',
      usedBy: [{ namespace, name: 'web' }],
    });
    await expectGranted(namespace, A);
    expect(Date.now()).toBeGreaterThanOrEqual(end);
    expect(Date.now() - end).toBeLessThan(60_000);
    await expect.poll(async () => conditionWords(await exceptionOf(namespace), 'Active'), SLOW).toBe('False Expired');
    await expectCondition(namespace, 'Accepted', 'True Narrowed');
  });

  test('that is deleted allows nothing any more', async () => {
    const namespace = 'revoked';
    const policy = webPolicy(namespace, { allowOrigins: [A, B] });
    const exceptional = exception(namespace, Date.now() + 3_600_000);
    await cluster.open(namespace, webIngress(namespace), policy, guardrail(namespace, [A]), exceptional);
    await expectGranted(namespace, A, B);
    await cluster.admin.remove({ kind: 'CorsException', name: namespace });
    await expectGranted(namespace, A);
  });
});

describe('what is programmed', () => {
  /** A base that is a public suffix passes the API server and not the operator. */
  const wrong = { allowOrigins: ['https://*.github.io'], allowCredentials: true };

  test('stays when its policy breaks, until a guardrail is lowered below it', async () => {
    const namespace = 'broken';
    await cluster.open(namespace, webIngress(namespace), webPolicy(namespace, { allowOrigins: [A, B] }));
    await expectGranted(namespace, A, B);
    await cluster.admin.apply([webPolicy(namespace, wrong)]);
    await expectCondition(namespace, 'Accepted', 'False Invalid');
    await cluster.expectSound();
    await expectGranted(namespace, A, B);
    const programmed = async () =>
      conditionMessage(await cluster.admin.get(web(namespace, 'CorsPolicy')), 'Programmed');
    await expect.poll(programmed, SLOW).toContain('what stands stays');
    await cluster.admin.apply([guardrail(namespace, [A])]);
    await expectGranted(namespace);
    await cluster.admin.apply([webPolicy(namespace, { allowOrigins: [A, B] })]);
    await expectGranted(namespace, A);
  });

  test('stays when its policy only audits, until a guardrail is lowered below it', async () => {
    const namespace = 'auditing';
    await cluster.open(
      namespace,
      webIngress(namespace, { team: 'shop' }),
      webPolicy(namespace, { allowOrigins: [A, B] }),
    );
    await expectGranted(namespace, A, B);
    await cluster.admin.apply([webPolicy(namespace, { allowOrigins: [C], mode: 'Audit' })]);
    await expectCondition(namespace, 'Programmed', 'False AuditMode');
    await cluster.expectSound();
    await expectGranted(namespace, A, B);
    await cluster.admin.apply([guardrail(namespace, [A])]);
    await expectGranted(namespace);
    const programmed = async () =>
      conditionMessage(await cluster.admin.get(web(namespace, 'CorsPolicy')), 'Programmed');
    await expect.poll(programmed, SLOW).toContain('CORS is off, since what stood there');
    await cluster.admin.remove(web(namespace, 'CorsPolicy'));
    await expect.poll(() => cluster.admin.annotations(web(namespace)), SLOW).toEqual({ team: 'shop' });
  });
});
