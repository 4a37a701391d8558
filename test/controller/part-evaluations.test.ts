import { describe, expect, onTestFinished, test } from 'vitest';
import { createPartEvaluations, type PartEvaluations } from '../../src/controller/part-evaluations.ts';
import type { PartState } from '../../src/controller/part-state.ts';
import { type ClusterParts, createClusterParts } from '../../src/sources/cluster-parts.ts';
import type { PolicyStatusReport } from '../../src/status/policy-status.ts';
import {
  clusterPolicyObject,
  exceptionObject,
  ingressClassObject,
  ingressObject,
  ingressTarget,
  namespaceObject,
  policyObject,
} from '../support/cluster-objects.ts';
import { testSettings } from '../support/resolved-cluster.ts';

type Told = { readonly namespace: string; readonly state: PartState | undefined };

type Fixture = {
  readonly parts: ClusterParts;
  readonly evaluations: PartEvaluations;
  readonly told: Told[];
  readonly cluster: (readonly PolicyStatusReport[])[];
  readonly setComplete: () => void;
  /** Calls back once, amid the round that evaluates a namespace. */
  readonly onNext: (namespace: string, action: () => void) => void;
};

function fixture(isComplete = true, now: () => number = () => 0): Fixture {
  const parts = createClusterParts({ ...testSettings, responder: 'Disabled' }, () => new Set());
  const told: Told[] = [];
  const cluster: (readonly PolicyStatusReport[])[] = [];
  const awaited = new Map<string, () => void>();
  let complete = isComplete;
  const evaluations = createPartEvaluations({
    parts,
    isComplete: () => complete,
    now,
    onPart(namespace, state) {
      told.push({ namespace, state });
      awaited.get(namespace)?.();
      awaited.delete(namespace);
    },
    onCluster: (statuses) => cluster.push(statuses),
    onError: (error) => {
      throw error;
    },
  });
  onTestFinished(() => evaluations.stop());
  return {
    parts,
    evaluations,
    told,
    cluster,
    setComplete() {
      complete = true;
    },
    onNext: (namespace, action) => awaited.set(namespace, action),
  };
}

const web = (namespace: string) => ingressObject('web', { namespace });
const policy = (namespace: string) => policyObject('p', { targetRefs: [ingressTarget('web')] }, { namespace });

/** Waits until a round has ended. */
async function round({ evaluations, cluster }: Fixture): Promise<void> {
  const before = cluster.length;
  evaluations.schedule();
  await expect.poll(() => cluster.length).toBeGreaterThan(before);
}

function outcomes(state: PartState | undefined): readonly string[] | undefined {
  return state?.evaluation.routes.map(({ plan }) => plan.outcome);
}

describe('createPartEvaluations', () => {
  test('nothing is decided before everything is known', async () => {
    const each = fixture(false);
    for (const object of [ingressClassObject(), web('a'), policy('a')]) each.parts.put(object);
    each.evaluations.schedule();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(each.told).toEqual([]);
    expect(each.evaluations.hasEvaluated()).toBe(false);
    each.setComplete();
    await round(each);
    expect(each.told.map(({ namespace }) => namespace)).toEqual(['a']);
  });

  test('only namespaces that a change touches are evaluated again', async () => {
    const each = fixture();
    for (const object of [ingressClassObject(), web('a'), policy('a'), web('b'), policy('b')]) each.parts.put(object);
    await round(each);
    expect(outcomes(each.evaluations.partOf('a'))).toEqual(['Native']);
    each.told.length = 0;
    each.parts.remove(policy('b'));
    await round(each);
    expect(each.told.map(({ namespace, state }) => [namespace, outcomes(state)])).toEqual([['b', ['NoPolicy']]]);
  });

  test('a change is evaluated soon whenever it comes, also just when a round ends', async () => {
    const each = fixture();
    each.parts.put(ingressClassObject());
    await round(each);
    for (let hops = 0; hops < 12; hops++) {
      const [first, second] = [`first-${hops}`, `second-${hops}`];
      each.parts.put(web(first));
      each.evaluations.schedule();
      await new Promise<void>((resolve) => {
        each.onNext(first, () => {
          const hop = (left: number): void => {
            if (left > 0) {
              queueMicrotask(() => hop(left - 1));
              return;
            }
            each.parts.put(web(second));
            each.evaluations.schedule();
            resolve();
          };
          hop(hops);
        });
      });
      await expect.poll(() => each.evaluations.partOf(second), { timeout: 1000 }).toBeDefined();
    }
  });

  test('a namespace that holds nothing any more is told as undefined', async () => {
    const each = fixture();
    each.parts.put(web('a'));
    await round(each);
    each.told.length = 0;
    each.parts.remove(web('a'));
    await round(each);
    expect(each.told).toEqual([{ namespace: 'a', state: undefined }]);
    expect(each.evaluations.partOf('a')).toBeUndefined();
  });

  test('statuses of cluster-scoped objects count what all namespaces hold', async () => {
    const each = fixture();
    const org = clusterPolicyObject('org', { guardrail: { allowOrigins: ['https://app.example.com'] } });
    for (const object of [ingressClassObject(), org, web('a'), policy('a'), web('b'), policy('b')])
      each.parts.put(object);
    await round(each);
    expect(each.cluster.at(-1)).toMatchObject([{ object: { name: 'org' }, status: { counts: { within: 2 } } }]);
  });

  test('what one namespace tells about Traefik’s naming changes the others', async () => {
    const each = fixture();
    const traefik = { ...ingressClassObject('traefik'), spec: { controller: 'traefik.io/ingress-controller' } };
    const edge = ingressObject('web', { namespace: 'a' }, { ingressClassName: 'traefik' });
    for (const object of [traefik, edge, policy('a'), namespaceObject('b')]) each.parts.put(object);
    await round(each);
    const entry = () =>
      each.evaluations
        .partOf('a')
        ?.evaluation.routes[0]?.plan.changes.listEntries.find(({ presence }) => presence === 'First')?.entry;
    expect(entry()).toBe('a-cors-operator-ingress-web@kubernetescrd');
    const list = { 'traefik.ingress.kubernetes.io/router.middlewares': 'b_auth@kubernetescrd' };
    each.parts.put(ingressObject('safe', { namespace: 'b', annotations: list }, { ingressClassName: 'traefik' }));
    await round(each);
    expect(entry()).toBe('a_cors-operator-ingress-web@kubernetescrd');
  });

  describe('when an exception ends', () => {
    const shared = [
      ingressClassObject(),
      clusterPolicyObject('org', { guardrail: { allowOrigins: ['https://app.example.com'] } }),
    ];
    const wide = (namespace: string) =>
      policyObject(
        'p',
        { targetRefs: [ingressTarget('web')], allowOrigins: ['https://app.example.com', 'https://b.example'] },
        { namespace },
      );
    const exception = (end: number) =>
      exceptionObject('e', {
        policyRefs: [{ namespace: 'a', name: 'p' }],
        allowOrigins: ['https://b.example'],
        expiresAt: new Date(end).toISOString(),
      });
    const granted = ({ evaluations }: Fixture, namespace: string) => {
      const [route] = evaluations.partOf(namespace)?.evaluation.routes ?? [];
      return route?.resolution.governed.by === 'Policy' ? route.resolution.governed.effective.cors.origins.exact : [];
    };

    test('its policies are evaluated again by themselves, and no others', async () => {
      const each = fixture(true, Date.now);
      const end = Date.now() + 400;
      for (const object of [...shared, exception(end), web('a'), wide('a'), web('b'), wide('b')])
        each.parts.put(object);
      await round(each);
      expect([granted(each, 'a').length, granted(each, 'b').length]).toEqual([2, 1]);
      each.told.length = 0;
      await expect.poll(() => granted(each, 'a').length, { timeout: 5000 }).toBe(1);
      expect(Date.now()).toBeGreaterThanOrEqual(end);
      expect(each.told.map(({ namespace }) => namespace)).toEqual(['a']);
    });

    test('a clock that is set is noticed the next time that anybody asks', async () => {
      let now = Date.UTC(2026, 0, 1);
      const each = fixture(true, () => now);
      for (const object of [...shared, exception(now + 3_600_000), web('a'), wide('a')]) each.parts.put(object);
      await round(each);
      now += 3_600_000;
      each.told.length = 0;
      await round(each);
      expect(granted(each, 'a')).toEqual(['https://app.example.com']);
      expect(each.told.map(({ namespace }) => namespace)).toEqual(['a']);
      await round(each);
      expect(each.told).toHaveLength(1);
    });

    test('an older one that ends lets the younger apply, and the guardrail says so', async () => {
      let now = Date.UTC(2026, 0, 1);
      const each = fixture(true, () => now);
      const { spec } = exception(now + 7_200_000);
      const younger = { ...exceptionObject('younger'), spec };
      for (const object of [...shared, exception(now + 3_600_000), younger, web('a'), wide('a')])
        each.parts.put(object);
      await round(each);
      const used = () =>
        each.cluster
          .at(-1)
          ?.flatMap(({ object, status }) =>
            'usedBy' in status && String(JSON.stringify(status['usedBy'])).includes('"p"') ? [object.name] : [],
          );
      expect(used()).toEqual(['e']);
      now += 3_600_000;
      await round(each);
      expect(used()).toEqual(['younger']);
      now += 3_600_000;
      await round(each);
      expect(used()).toEqual([]);
      expect(granted(each, 'a')).toHaveLength(1);
    });
  });

  test('after stop nothing is evaluated', async () => {
    const each = fixture();
    each.parts.put(web('a'));
    each.evaluations.schedule();
    each.evaluations.stop();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(each.told).toEqual([]);
  });
});
