import { describe, expect, test } from 'vitest';
import { type TargetGoal, targetGoal } from '../../src/apply/target-goal.ts';
import { evaluate } from '../../src/evaluate.ts';
import type { KubernetesObject } from '../../src/model/kubernetes-object.ts';
import type { Settings } from '../../src/model/settings.ts';
import { assembleSnapshot } from '../../src/model/snapshot-assembly.ts';
import { POLICY_ANNOTATION } from '../../src/plan/plan.ts';
import { valueHash } from '../../src/plan/record.ts';
import {
  clusterPolicyObject,
  httpRouteObject,
  httpRouteTarget,
  ingressClassObject,
  ingressObject,
  ingressTarget,
  policyObject,
} from '../support/cluster-objects.ts';
import { testSettings } from '../support/resolved-cluster.ts';

const ORIGIN = 'nginx.ingress.kubernetes.io/cors-allow-origin';

function goalOf(
  objects: readonly KubernetesObject[],
  knowledge: 'Known' | 'Unknown' = 'Known',
  settings: Partial<Settings> = {},
): TargetGoal {
  const snapshot = assembleSnapshot([ingressClassObject(), ...objects], { ...testSettings, ...settings });
  const routes = evaluate(snapshot, 0).routes;
  return targetGoal(routes, { knowledge, policyOf: ({ name }) => ({ uid: `uid of ${name}`, generation: 2 }) });
}

function policy(spec: Readonly<Record<string, unknown>> = {}): KubernetesObject {
  return policyObject('storefront', { targetRefs: [ingressTarget('web')], ...spec });
}

describe('an Ingress', () => {
  test('that a policy governs holds its keys, by its adoption, in its name', () => {
    expect(goalOf([ingressObject('web'), policy({ adoption: 'Own' })])).toMatchObject({
      kind: 'Hold',
      annotations: { [ORIGIN]: 'https://app.example.com', [POLICY_ANNOTATION]: 'storefront' },
      policy: { uid: 'uid of storefront', generation: 2 },
      adoption: 'Own',
    });
  });

  test('that nothing governs gets back what stood there', () => {
    expect(goalOf([ingressObject('web')])).toEqual({ kind: 'Restore' });
  });

  test('that is only audited stays as it is', () => {
    expect(goalOf([ingressObject('web'), policy({ mode: 'Audit' })])).toEqual({ kind: 'Stay' });
  });

  test('of which something is not known stays as it is, also without a policy', () => {
    expect(goalOf([ingressObject('web')], 'Unknown')).toEqual({ kind: 'Stay' });
    expect(goalOf([ingressObject('web'), policy()], 'Unknown')).toEqual({ kind: 'Stay' });
  });

  test('whose policy cannot be said there stays as it is', () => {
    const spec = { allowOrigins: [], allowOriginRegexes: ['https://a[0-9]+\\.example\\.com'], strategy: 'Native' };
    expect(goalOf([ingressObject('web'), policy(spec)])).toEqual({ kind: 'Stay' });
  });

  test('whose policy grants nothing holds CORS off', () => {
    const guardrail = clusterPolicyObject('org', { guardrail: { allowOrigins: [] } });
    expect(goalOf([ingressObject('web'), policy(), guardrail])).toMatchObject({
      kind: 'Hold',
      annotations: { 'nginx.ingress.kubernetes.io/enable-cors': 'false', [ORIGIN]: null },
    });
  });

  test('whose policy is broken holds CORS off and takes nothing over', () => {
    expect(goalOf([ingressObject('web'), policy({ adoption: 'Own', maxAge: -1 })])).toMatchObject({
      kind: 'Hold',
      adoption: 'Additive',
    });
  });

  describe('that a policy programmed', () => {
    const guardrail = (...allowOrigins: readonly string[]) =>
      clusterPolicyObject('org', { guardrail: { allowOrigins } });
    const values = {
      'nginx.ingress.kubernetes.io/enable-cors': 'true',
      'nginx.ingress.kubernetes.io/cors-allow-origin': 'https://app.example.com',
      'nginx.ingress.kubernetes.io/cors-allow-credentials': 'false',
      'nginx.ingress.kubernetes.io/cors-allow-methods': 'GET',
      'nginx.ingress.kubernetes.io/cors-allow-headers': 'Keep-Alive',
      'nginx.ingress.kubernetes.io/cors-max-age': '5',
    };
    const record = JSON.stringify({
      keys: Object.fromEntries(Object.entries(values).map(([key, value]) => [key, { hash: valueHash(value) }])),
    });
    const programmed = ingressObject('web', { annotations: { ...values, 'cors-operator.dev/record': record } });
    const off = { kind: 'Hold', annotations: { 'nginx.ingress.kubernetes.io/enable-cors': 'false', [ORIGIN]: null } };

    test('stays as it is when the policy breaks, and goes off beyond a guardrail', () => {
      expect(goalOf([programmed, policy({ maxAge: -1 })])).toEqual({ kind: 'Stay' });
      expect(goalOf([programmed, policy({ maxAge: -1 }), guardrail('https://a.example')])).toMatchObject(off);
    });

    test('stays as it is when the guardrail breaks', () => {
      const wider = policy({
        allowOrigins: ['https://app.example.com', 'https://b.example'],
        allowHeaders: ['Keep-Alive'],
      });
      expect(goalOf([programmed, wider, guardrail('nonsense')])).toEqual({ kind: 'Stay' });
    });

    test('stays as it is when the policy only audits, and goes off beyond a guardrail in its name', () => {
      const audit = policy({ mode: 'Audit', adoption: 'Own' });
      expect(goalOf([programmed, audit, guardrail('https://app.example.com')])).toEqual({ kind: 'Stay' });
      expect(goalOf([programmed, audit, guardrail('https://a.example')])).toMatchObject({
        ...off,
        policy: { uid: 'uid of storefront', generation: 2 },
        adoption: 'Own',
      });
    });
  });

  test('that is full tells so', () => {
    const annotations = { big: 'x'.repeat(262_000) };
    const expected = { kind: 'Stay', problem: { reason: 'TargetFull' } };
    const objects = [ingressObject('web', { annotations }), policy({ strategy: 'Native' })];
    expect(goalOf(objects)).toMatchObject(expected);
    expect(goalOf([ingressObject('web', { annotations }), policy()], 'Known', { responder: 'Disabled' })).toMatchObject(
      expected,
    );
  });
});

describe('an HTTPRoute', () => {
  const GATEWAY = [
    {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'Gateway',
      metadata: { name: 'public', namespace: 'infra' },
      spec: { gatewayClassName: 'envoy' },
    },
    {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'GatewayClass',
      metadata: { name: 'envoy' },
      spec: { controllerName: 'gateway.envoyproxy.io/gatewayclass-controller' },
      status: { supportedFeatures: [{ name: 'HTTPRouteCORS' }] },
    },
  ];
  const governing = policyObject('storefront', { targetRefs: [httpRouteTarget('web')] });

  test('that needs a filter is pending, since only admission writes filters', () => {
    const goal = goalOf([httpRouteObject('web'), governing, ...GATEWAY]);
    expect(goal).toMatchObject({ kind: 'Stay', problem: { reason: 'Pending' } });
  });

  test('whose filter stands already is as it should be', () => {
    const planned = { rules: [{ backendRefs: [{ name: 'api', port: 80 }] }] };
    const snapshot = assembleSnapshot([httpRouteObject('web', {}, planned), governing, ...GATEWAY], testSettings);
    const [route] = evaluate(snapshot, 0).routes;
    const filters = route?.plan.changes.filters.map(({ filter }) => filter) ?? [];
    const standing = { rules: [{ ...planned.rules[0], filters }] };
    expect(filters).toHaveLength(1);
    expect(goalOf([httpRouteObject('web', {}, standing), governing, ...GATEWAY])).toEqual({ kind: 'Stay' });
  });

  test('that nothing governs is not touched', () => {
    expect(goalOf([httpRouteObject('web'), ...GATEWAY])).toEqual({ kind: 'Stay' });
  });
});
