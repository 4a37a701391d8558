import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { KubernetesObject } from '../../../src/model/kubernetes-object.ts';
import { clusterPolicyObject } from '../../support/cluster-objects.ts';
import { annotationsOf } from '../../support/condition-words.ts';
import { faultSize, seededChance } from '../../support/fault-size.ts';
import { type OperatorCluster, startOperatorCluster } from '../../support/operator-cluster.ts';
import type { OperatorProcess } from '../../support/operator-process.ts';
import { countGranting, manyIngresses, manyPolicy, originOf } from '../../support/shop-objects.ts';

const TARGETS = faultSize(200, 10_000);
const NAMESPACES = faultSize(4, 100);
const [A, B, C] = [originOf('a'), originOf('b'), originOf('c')];
const LONG = { timeout: faultSize(60_000, 900_000), interval: 500 };

let cluster: OperatorCluster;
let operator: OperatorProcess | undefined;

beforeAll(async () => {
  cluster = await startOperatorCluster();
}, 300_000);
afterEach(({ task }) => {
  if (task.result?.state === 'fail') console.error(cluster.lastWords());
  return cluster.expectSound({ quiet: faultSize(5, 60), delay: faultSize(20, 120) });
});
afterAll(async () => {
  await operator?.stop();
  await cluster?.stop();
});

const namespaces = Array.from({ length: NAMESPACES }, (_, index) => `scale-${index}`);

async function granting(origins: string): Promise<number> {
  let sum = 0;
  for (const namespace of namespaces) sum += await countGranting(cluster.admin, namespace, origins);
  return sum;
}

function guardrail(...allowOrigins: readonly string[]): KubernetesObject {
  return clusterPolicyObject('org', { guardrail: { allowOrigins } });
}

describe('scenario 36', () => {
  const timeout = faultSize(240_000, 3_600_000);

  test('many Ingresses at a cold start, a guardrail that is narrowed, many edits, silence', { timeout }, async () => {
    for (const namespace of namespaces) {
      const policy = manyPolicy(namespace, { allowOrigins: [A, B, C] });
      await cluster.open(namespace, ...manyIngresses(namespace, TARGETS / NAMESPACES), policy);
    }
    operator = await cluster.start();
    await operator.leading();
    await expect.poll(() => granting([A, B, C].join(',')), LONG).toBe(TARGETS);
    await cluster.admin.apply([guardrail(A, B)]);
    await expect.poll(() => granting([A, B].join(',')), LONG).toBe(TARGETS);
    const edited = await editMany();
    await expect.poll(() => granting([A, B].join(',')), LONG).toBe(TARGETS);
    const found = (await Promise.all(namespaces.map((each) => cluster.admin.list('Ingress', each)))).flat();
    const lost = found.filter((ingress) => annotationsOf(ingress)[EDITED] !== edited.get(keyOf(ingress)));
    expect(lost.map(keyOf)).toEqual([]);
  });
});

const EDITED = 'example.com/edited';

function keyOf({ metadata: { namespace, name } }: KubernetesObject): string {
  return `${namespace}/${name}`;
}

/**
 * Edits of targets that have nothing to do with CORS, by somebody else, while the guardrail goes up and down.
 *
 * @returns the last edit of each target
 */
async function editMany(): Promise<ReadonlyMap<string, string>> {
  const chance = seededChance(36);
  const [seconds, perSecond] = [faultSize(4, 60), faultSize(100, 500)];
  const targets = namespaces.flatMap((namespace) => manyIngresses(namespace, TARGETS / NAMESPACES));
  const edited = new Map<string, string>();
  for (let second = 0; second < seconds; second++) {
    const end = performance.now() + 1000;
    const edits = chance
      .shuffle(targets)
      .slice(0, perSecond)
      .map(async (target) => {
        const { namespace = '', name } = target.metadata;
        edited.set(keyOf(target), String(second));
        const patch = { metadata: { annotations: { [EDITED]: String(second) } } };
        await cluster.admin.edit({ kind: 'Ingress', namespace, name }, patch);
      });
    await Promise.all([...edits, cluster.admin.apply([second % 2 === 0 ? guardrail(A) : guardrail(A, B)])]);
    await sleep(Math.max(0, end - performance.now()));
  }
  await cluster.admin.apply([guardrail(A, B)]);
  return edited;
}
