import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { generateCluster } from '../../bench/inputs/cluster.ts';
import { createEvaluationMemory, evaluate, evaluateCluster, evaluatePart } from '../../src/evaluate.ts';
import type { KubernetesObject } from '../../src/model/kubernetes-object.ts';
import { assembleSnapshot } from '../../src/model/snapshot-assembly.ts';
import { type ClusterParts, createClusterParts } from '../../src/sources/cluster-parts.ts';
import {
  clusterPolicyObject,
  ingressClassObject,
  ingressObject,
  ingressTarget,
  namespaceObject,
  originListObject,
  policyObject,
} from '../support/cluster-objects.ts';
import { testSettings } from '../support/resolved-cluster.ts';

const now = Date.UTC(2026, 0, 1);
const settings = { ...testSettings, responder: 'Disabled' } as const;
const list = 'traefik.ingress.kubernetes.io/router.middlewares';

const pool: readonly KubernetesObject[] = [
  ingressClassObject(),
  { ...ingressClassObject('traefik'), spec: { controller: 'traefik.io/ingress-controller' } },
  namespaceObject('a', { team: 'a' }),
  namespaceObject('b', { team: 'b' }),
  ...['a', 'b', 'c'].flatMap((namespace) => [
    ingressObject('web', { namespace, labels: { app: 'web' } }),
    ingressObject('edge', { namespace, labels: { app: 'web' } }, { ingressClassName: 'traefik' }),
    policyObject('p', { targetRefs: [ingressTarget('web')], allowOrigins: ['https://*.example.com'] }, { namespace }),
    policyObject('q', { targetSelector: {}, allowOrigins: ['https://a.example', 'https://b.example'] }, { namespace }),
    policyObject(
      'r',
      {
        targetSelector: { matchLabels: { app: 'web' } },
        allowOriginsFrom: [{ configMapKeyRef: { name: 'l', key: 'k' } }],
      },
      { namespace },
    ),
  ]),
  ingressObject(
    'named',
    { namespace: 'c', annotations: { [list]: 'c_auth@kubernetescrd,c_limit@kubernetescrd' } },
    { ingressClassName: 'traefik' },
  ),
  originListObject('l', { k: 'https://a.example\nwrong' }, { namespace: 'b' }),
  originListObject(
    'ceiling',
    { k: 'https://a.example\nhttps://*.example.com' },
    { namespace: settings.operatorNamespace },
  ),
  clusterPolicyObject('ceiling', {
    guardrail: { allowOriginsFrom: [{ configMapKeyRef: { name: 'ceiling', key: 'k' } }] },
  }),
  clusterPolicyObject('org', {
    namespaceSelector: { matchLabels: { team: 'b' } },
    enforcement: 'Warn',
    guardrail: { allowOrigins: ['https://a.example'] },
    default: { routeSelector: { matchLabels: { app: 'web' } }, allowOrigins: ['https://b.example'] },
  }),
];

function whole(objects: readonly KubernetesObject[]): string {
  const { routes, statuses } = evaluate(assembleSnapshot(objects, settings), now);
  return text(routes, statuses);
}

function text(routes: readonly unknown[], statuses: readonly unknown[]): string {
  return JSON.stringify([routes, statuses].map((values) => values.map((value) => JSON.stringify(value)).sort()));
}

/** Every namespace for itself, and what they have in common from their shares. */
function inParts(parts: ClusterParts): string {
  const memory = createEvaluationMemory();
  const namespaces = [...parts.namespaces()];
  const evidence = namespaces.map((each) => evaluatePart(parts.snapshotOf(each), now, memory).evidence);
  const evaluations = namespaces.map((each, index) => {
    const others = new Map<string, number>();
    for (const sums of evidence.toSpliced(index, 1)) {
      for (const [key, value] of sums) others.set(key, (others.get(key) ?? 0) + value);
    }
    return evaluatePart(parts.snapshotOf(each, others), now, memory);
  });
  const shared = evaluatePart(parts.sharedSnapshot(), now, memory).share;
  const shares = [shared, ...evaluations.map(({ share }) => share)];
  const cluster = evaluateCluster(parts.sharedSnapshot(), shares, now);
  return text(
    evaluations.flatMap(({ routes }) => routes),
    [...cluster.statuses, ...evaluations.flatMap(({ statuses }) => statuses)],
  );
}

function partsOf(objects: readonly KubernetesObject[]): ClusterParts {
  const parts = createClusterParts(settings, () => new Set());
  for (const object of objects) parts.put(object);
  return parts;
}

describe('createClusterParts', () => {
  test('evaluating every part gives what evaluating everything gives', () => {
    fc.assert(
      fc.property(fc.subarray([...pool]), (objects) => {
        expect(inParts(partsOf(objects))).toBe(whole(objects));
      }),
    );
  });

  test('a cluster of the benchmark comes out the same in parts', () => {
    const objects = generateCluster({ ingresses: 300, policies: 60, seed: 7 });
    expect(inParts(partsOf(objects))).toBe(whole(objects));
  });

  test('any changes lead to where the objects that are left lead', () => {
    const step = fc.record({ object: fc.constantFrom(...pool), put: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const parts = createClusterParts(settings, () => new Set());
        const left = new Set<KubernetesObject>();
        for (const { object, put } of steps) {
          if (put) {
            parts.put(object);
            left.add(object);
          } else {
            parts.remove(object);
            left.delete(object);
          }
        }
        expect(inParts(parts)).toBe(whole([...left]));
      }),
      { numRuns: 50 },
    );
  });

  const [web] = [ingressObject('web', { namespace: 'a' })];
  const middleware = (namespace: string, labels: Readonly<Record<string, string>>): KubernetesObject => ({
    apiVersion: 'traefik.io/v1alpha1',
    kind: 'Middleware',
    metadata: { name: 'm', namespace, labels },
    spec: {},
  });
  const ours = { 'app.kubernetes.io/managed-by': 'cors-operator' };
  const rows: readonly { name: string; object: KubernetesObject; former?: KubernetesObject; changed: string[] }[] = [
    { name: 'an Ingress', object: web, changed: ['a'] },
    { name: 'the same Ingress again', object: web, former: web, changed: [] },
    {
      name: 'a new resourceVersion or field manager',
      object: { ...web, metadata: { ...web.metadata, resourceVersion: '8', managedFields: [{}] } },
      former: web,
      changed: [],
    },
    {
      name: 'a status of ours',
      object: { ...policyObject('p', {}, { namespace: 'a' }), status: { conditions: [] } },
      former: policyObject('p', {}, { namespace: 'a' }),
      changed: [],
    },
    { name: 'labels of a Namespace', object: namespaceObject('b', { x: 'y' }), changed: ['b'] },
    { name: 'a ClusterCorsPolicy', object: clusterPolicyObject('c', {}), changed: ['a', 'b'] },
    { name: 'an IngressClass', object: ingressClassObject('other'), changed: ['a', 'b'] },
    {
      name: 'a list of the operator',
      object: originListObject('l', {}, { namespace: settings.operatorNamespace }),
      changed: ['a', 'b'],
    },
    { name: 'a list of a team', object: originListObject('l', {}, { namespace: 'a' }), changed: ['a'] },
    { name: 'a Middleware of ours', object: middleware('a', ours), changed: ['a'] },
    { name: 'somebody else’s Middleware', object: middleware('a', {}), changed: ['a', 'b'] },
    {
      name: 'a Middleware that stops being ours',
      object: middleware('a', {}),
      former: middleware('a', ours),
      changed: ['a', 'b'],
    },
  ];
  test.each(rows)('$name changes $changed', ({ object, former, changed }) => {
    const parts = partsOf([
      ingressObject('first', { namespace: 'a' }),
      ingressObject('first', { namespace: 'b' }),
      ...(former === undefined ? [] : [former]),
    ]);
    parts.takeChanged();
    parts.put(object);
    expect([...parts.takeChanged()].sort()).toEqual(changed);
    expect(parts.takeChanged().size).toBe(0);
  });
});
