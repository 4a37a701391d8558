import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { generateCluster } from '../bench/inputs/cluster.ts';
import { type Evaluation, evaluate } from '../src/evaluate.ts';
import type { KubernetesObject } from '../src/model/kubernetes-object.ts';
import { assembleSnapshot } from '../src/model/snapshot-assembly.ts';
import {
  clusterPolicyObject,
  exceptionObject,
  httpRouteObject,
  httpRouteTarget,
  ingressClassObject,
  ingressObject,
  ingressTarget,
  namespaceObject,
  originListObject,
  policyObject,
} from './support/cluster-objects.ts';
import { testSettings } from './support/resolved-cluster.ts';

const now = Date.UTC(2026, 0, 1);
const older = { creationTimestamp: '2024-01-01T00:00:00Z' };
const younger = { creationTimestamp: '2024-01-02T00:00:00Z' };
const webRef = { targetRefs: [ingressTarget('web')] };

function run(objects: readonly KubernetesObject[]): Evaluation {
  return evaluate(assembleSnapshot(objects, testSettings), now);
}

function reasons({ issues }: Evaluation, severity: string): readonly string[] {
  return issues
    .filter((issue) => issue.severity === severity)
    .map(({ reason, path, object }) => `${reason} ${object?.kind} ${object?.name} ${path}`.trim());
}

const partner = { guardrailRef: { name: 'ceiling' }, allowOrigins: ['https://partner.example.net'] };
const exception = exceptionObject('later', { ...partner, policyRefs: [{ namespace: 'shop', name: 't1' }] });
const nobody = exceptionObject('nobody', { ...partner, policyRefs: [{ namespace: 'shop', name: 'nobody' }] });

const pool: readonly KubernetesObject[] = [
  ingressClassObject(),
  namespaceObject('shop', { team: 'a' }),
  ingressObject('web', { labels: { app: 'web' } }),
  ingressObject('web2', { labels: { app: 'web' }, annotations: { 'nginx.ingress.kubernetes.io/enable-cors': 'true' } }),
  ingressObject('web', { namespace: 'other', ...older }, { rules: [{ host: 'web.example.com' }] }),
  httpRouteObject('api', { labels: { app: 'web' } }, { rules: [{ name: 'v1' }, {}] }),
  policyObject('t1', { ...webRef, allowOrigins: ['https://app.example.com', 'https://*.example.com'] }, older),
  policyObject('t2', { ...webRef, allowOriginRegexes: ['https://a[0-9]+\\.example\\.com'] }, older),
  policyObject('bad', { ...webRef, allowOrigins: ['https://app.example.com/'] }, younger),
  policyObject('missing', { targetRefs: [ingressTarget('nowhere'), httpRouteTarget('api', 'v9')] }),
  policyObject('lists', {
    targetSelector: {},
    allowOriginsFrom: [
      { configMapKeyRef: { name: 'partners', key: 'list' } },
      { configMapKeyRef: { name: 'x', key: 'y' } },
    ],
  }),
  originListObject('partners', { list: 'https://a.example\nwrong\nhttps://b.example' }),
  policyObject('rule', { targetRefs: [httpRouteTarget('api', 'v1')], strategy: 'Responder' }),
  policyObject('audit', { ...webRef, mode: 'Audit' }),
  clusterPolicyObject(
    'ceiling',
    { guardrail: { allowOrigins: ['https://*.example.com'], allowMethods: ['PUT'] } },
    older,
  ),
  clusterPolicyObject('warn', { enforcement: 'Warn', guardrail: { allowOrigins: ['https://app.example.com'] } }),
  clusterPolicyObject('org', {
    namespaceSelector: { matchLabels: { team: 'b' } },
    default: { routeSelector: { matchLabels: { app: 'web' } }, allowOrigins: ['https://default.example.com'] },
  }),
  exception,
  exception,
  nobody,
  { ...ingressObject('broken'), spec: { rules: 7 } },
];

describe('evaluate', () => {
  test('any order of the input gives the same bytes', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([...pool], { minLength: pool.length - 6 }), (objects) => {
        const sorted = pool.filter((object) => objects.includes(object));
        const twice = objects.filter((object) => object === exception).length;
        const input = twice === 1 ? sorted.filter((object, index) => sorted.indexOf(object) === index) : sorted;
        expect(JSON.stringify(run(objects))).toBe(JSON.stringify(run(input)));
      }),
    );
  });

  test('a policy in audit mode changes no plan', () => {
    const audit = policyObject('zz', { targetSelector: {}, allowOrigins: ['https://evil.example'], mode: 'Audit' });
    const plans = (objects: readonly KubernetesObject[]) =>
      run(objects).routes.map(({ plan: { changes, owned, outcome, reason, losses } }) => ({
        changes,
        owned,
        outcome,
        reason,
        losses,
      }));
    fc.assert(
      fc.property(fc.subarray([...pool]), (objects) => {
        expect(plans([...objects, audit])).toEqual(plans(objects));
      }),
    );
  });

  test('routes and statuses are sorted', () => {
    const { routes, statuses } = run(pool.toReversed());
    expect(
      routes.map(
        ({
          resolution: {
            route: { target },
          },
        }) => `${target.kind} ${target.namespace}/${target.name}/${target.sectionName ?? ''}`,
      ),
    ).toEqual([
      'HTTPRoute shop/api/',
      'HTTPRoute shop/api/v1',
      'Ingress other/web/',
      'Ingress shop/broken/',
      'Ingress shop/web/',
      'Ingress shop/web2/',
    ]);
    expect(statuses.map(({ object }) => `${object.kind} ${object.name}`)).toEqual([
      'ClusterCorsPolicy ceiling',
      'ClusterCorsPolicy org',
      'ClusterCorsPolicy warn',
      'CorsException later',
      'CorsException nobody',
      'CorsPolicy audit',
      'CorsPolicy bad',
      'CorsPolicy lists',
      'CorsPolicy missing',
      'CorsPolicy rule',
      'CorsPolicy t1',
      'CorsPolicy t2',
    ]);
  });

  test('errors of everything, each once, sorted', () => {
    expect(reasons(run(pool), 'error')).toEqual([
      'ExceedsGuardrail ConfigMap partners data.list line 1',
      'OriginNoScheme ConfigMap partners data.list line 2',
      'ExceedsGuardrail ConfigMap partners data.list line 3',
      'OriginTrailingSlash CorsPolicy bad spec.allowOrigins[0]',
      'NotFound CorsPolicy lists spec.allowOriginsFrom[1].configMapKeyRef',
      'ObjectShape Ingress broken spec.rules',
      'ExceedsGuardrail Ingress web2 metadata.annotations[nginx.ingress.kubernetes.io/enable-cors]',
    ]);
  });

  test('what others must know of a policy is a warning on it', () => {
    expect(reasons(run(pool), 'warning')).toEqual(
      expect.arrayContaining([
        'Conflicted CorsPolicy bad',
        'Conflicted CorsPolicy t2',
        'TargetNotFound CorsPolicy missing spec.targetRefs[0]',
        'TargetNotFound CorsPolicy missing spec.targetRefs[1]',
        'ExceedsGuardrail CorsPolicy lists spec',
        'ExceptionInactive CorsException nobody spec.policyRefs[0]',
      ]),
    );
  });

  test('a namespace that is not in the input is named', () => {
    expect(reasons(run(pool), 'info')).toContain('NamespaceUnknown ClusterCorsPolicy org spec.namespaceSelector');
  });

  test('an accepted reason is silent, an error is not', () => {
    const accept = { annotations: { 'cors-operator.dev/accept': 'OriginRedundant, OriginTrailingSlash' } };
    const redundant = { ...webRef, allowOrigins: ['https://a.example.com', 'https://*.example.com'] };
    const wrong = { ...redundant, allowOrigins: ['https://a.example.com/', 'https://*.example.com'] };
    const issuesOf = (policy: KubernetesObject) => {
      return run([policy])
        .issues.filter(({ object }) => object?.kind === 'CorsPolicy')
        .map(({ reason }) => reason);
    };
    expect(issuesOf(policyObject('p', redundant))).toEqual(['OriginRedundant', 'TargetNotFound']);
    expect(issuesOf(policyObject('p', redundant, accept))).toEqual(['TargetNotFound']);
    expect(issuesOf(policyObject('p', wrong, accept))).toContain('OriginTrailingSlash');
  });

  test('a cluster of the benchmark is evaluated without an error', () => {
    const objects = generateCluster({ ingresses: 200, policies: 40, seed: 7 });
    const evaluation = run(objects);
    expect(evaluation.routes).toHaveLength(200);
    expect(evaluation.routes.filter(({ plan }) => plan.outcome === 'Native').length).toBeGreaterThan(20);
    expect(evaluation.statuses).toHaveLength(60);
  });
});
