import { describe, expect, onTestFinished, test } from 'vitest';
import { installationOf } from '../../src/apply/installation.ts';
import { standingVersions } from '../../src/apply/target-task.ts';
import type { TargetResult, TargetTask } from '../../src/apply/target-writer.ts';
import { createPartEvaluations } from '../../src/controller/part-evaluations.ts';
import { createTargetReconciler, type TargetReport } from '../../src/controller/target-reconciler.ts';
import { createWritePace } from '../../src/controller/write-pace.ts';
import { createWorkQueue } from '../../src/kube/work-queue.ts';
import type { KubernetesObject } from '../../src/model/kubernetes-object.ts';
import { createClusterParts } from '../../src/sources/cluster-parts.ts';
import { ingressClassObject, ingressObject, ingressTarget, policyObject } from '../support/cluster-objects.ts';
import { testSettings } from '../support/resolved-cluster.ts';

type Answer = (task: TargetTask) => Partial<TargetResult>;

function fixture(answer: Answer = () => ({})) {
  const parts = createClusterParts({ ...testSettings, responder: 'Disabled' }, () => new Set());
  const queue = createWorkQueue({ minBackoff: 0.01 });
  const written: TargetTask[] = [];
  const reports: TargetReport[] = [];
  const evaluations = createPartEvaluations({
    parts,
    isComplete: () => true,
    now: () => 0,
    onPart: (namespace, state, former) => targets.enqueue(namespace, state, former),
    onCluster: () => undefined,
    onError: (error) => {
      throw error;
    },
  });
  const targets = createTargetReconciler({
    parts,
    installation: installationOf(''),
    partOf: evaluations.partOf,
    queue,
    pace: createWritePace(0),
    writer: {
      write(task) {
        written.push(task);
        const outcome = { target: task.target, contentions: [] };
        const versions = standingVersions(task.object, task.owned);
        const done: TargetResult = { outcome, events: [], leftAlone: [], writes: 1, versions, next: { kind: 'Done' } };
        return Promise.resolve({ ...done, ...answer(task) });
      },
      forget: () => undefined,
      confirm: () => undefined,
      isEcho: () => false,
    },
    onResult: (report) => reports.push(report),
  });
  const working = queue.run(targets.work, { concurrency: 1 });
  onTestFinished(async () => {
    evaluations.stop();
    await queue.shutdown();
    await working;
  });
  const put = (...objects: readonly KubernetesObject[]): void => {
    for (const object of objects) parts.put(object);
    evaluations.schedule();
  };
  return { parts, put, evaluations, targets, queue, written, reports };
}

const stored = (name: string, annotations: Readonly<Record<string, string>> = {}): KubernetesObject =>
  ingressObject(name, { uid: `uid-${name}`, resourceVersion: '1', annotations });
const policy = (spec: Readonly<Record<string, unknown>> = {}) =>
  policyObject('p', { targetRefs: [ingressTarget('web')], ...spec }, { uid: 'uid-p' });
const KEY = 'networking.k8s.io/Ingress/shop/web';

describe('createTargetReconciler', () => {
  test('a governed target is to hold what its policy says', async () => {
    const { put, written } = fixture();
    put(ingressClassObject(), stored('web'), stored('other'), policy());
    await expect.poll(() => written.length).toBe(1);
    expect(written[0]).toMatchObject({
      target: { kind: 'Ingress', namespace: 'shop', name: 'web' },
      object: { metadata: { uid: 'uid-web' } },
      goal: { kind: 'Hold', policy: { uid: 'uid-p', generation: 1 } },
    });
  });

  test('a target without a policy is looked at when it has a record', async () => {
    const { put, written } = fixture();
    put(ingressClassObject(), stored('web', { 'cors-operator.dev/record': '{}' }), stored('other'));
    await expect.poll(() => written.length).toBe(1);
    expect(written[0]).toMatchObject({ target: { name: 'web' }, goal: { kind: 'Restore' } });
  });

  test('a target whose record somebody deleted is looked at for its other traces', async () => {
    const { put, written } = fixture();
    put(ingressClassObject(), stored('web', { 'cors-operator.dev/policy': 'p' }), stored('other'));
    await expect.poll(() => written.length).toBe(1);
    expect(written[0]).toMatchObject({ target: { name: 'web' }, goal: { kind: 'Restore' } });
  });

  test('what is decided and not looked at yet is pending; afterwards the outcome of the pass is told', async () => {
    const problem = { reason: 'WriteRefused', message: 'no' } as const;
    const { put, targets, reports } = fixture(({ target }) => ({
      outcome: { target, problem, contentions: [] },
      next: { kind: 'After', seconds: 60 },
    }));
    put(ingressClassObject(), stored('web'), policy());
    await expect.poll(() => reports.length).toBe(1);
    expect(targets.isPending(KEY)).toBe(false);
    expect(targets.outcomeOf(KEY, 'shop')).toMatchObject({ problem });
  });

  test('a pass that failed is repeated with what stands then', async () => {
    let passes = 0;
    const { put, written } = fixture(() => {
      passes += 1;
      return passes < 3 ? { next: { kind: 'Retry' } } : {};
    });
    put(ingressClassObject(), stored('web'), policy());
    await expect.poll(() => written.length).toBe(3);
  });

  test('a target that is gone is forgotten', async () => {
    const { parts, put, targets, reports } = fixture();
    put(ingressClassObject(), stored('web'), policy());
    await expect.poll(() => reports.length).toBe(1);
    parts.remove(stored('web'));
    put(ingressClassObject('more'));
    await expect.poll(() => targets.outcomeOf(KEY, 'shop')).toBeUndefined();
  });

  test('without the lease nothing is repeated until it is decided again', async () => {
    let leads = false;
    const { put, written, parts, evaluations } = fixture(() =>
      leads ? {} : { next: { kind: 'NotLeader' }, writes: 0 },
    );
    put(ingressClassObject(), stored('web'), policy());
    await expect.poll(() => written.length).toBe(1);
    leads = true;
    parts.touch();
    evaluations.schedule();
    await expect.poll(() => written.length).toBe(2);
  });

  test('targets that get narrower come first', async () => {
    const open = {
      'nginx.ingress.kubernetes.io/enable-cors': 'true',
      'nginx.ingress.kubernetes.io/cors-allow-origin': 'https://a.example,https://app.example.com',
    };
    const { put, written } = fixture();
    put(
      ingressClassObject(),
      stored('a'),
      stored('b'),
      stored('web', open),
      policyObject('p', { targetSelector: {}, adoption: 'Own' }, { uid: 'uid-p' }),
    );
    await expect.poll(() => written.length).toBe(3);
    expect(written.map(({ target }) => target.name)).toContain('web');
    expect(written.findIndex(({ target }) => target.name === 'web')).toBeLessThan(2);
  });
});
