import { describe, expect, test } from 'vitest';
import { createOutlook, type TargetOutlook } from '../../src/cli/target-outlook.ts';
import { evaluate } from '../../src/evaluate.ts';
import type { KubernetesObject } from '../../src/model/kubernetes-object.ts';
import { assembleSnapshot } from '../../src/model/snapshot-assembly.ts';
import { type ApplyCluster, createApplyCluster } from '../support/apply-fixture.ts';
import { clusterPolicyObject, ingressObject, ingressTarget, policyObject } from '../support/cluster-objects.ts';
import { testSettings } from '../support/resolved-cluster.ts';

const ORIGIN = 'nginx.ingress.kubernetes.io/cors-allow-origin';
const ENABLE = 'nginx.ingress.kubernetes.io/enable-cors';
const LIST = 'traefik.ingress.kubernetes.io/router.middlewares';

function outlook(cluster: ApplyCluster, knowledge: 'Known' | 'Unknown' = 'Known'): TargetOutlook {
  const snapshot = assembleSnapshot(cluster.all(), testSettings);
  const [route] = evaluate(snapshot, 0).routes;
  if (route === undefined) throw new Error('no route');
  return createOutlook(snapshot, { instance: '', knowledge })([route]);
}

function annotationsOf(object: KubernetesObject | undefined): unknown {
  return object?.metadata.annotations ?? {};
}

/** Specs of Middlewares of ours by name. */
function owned(objects: readonly KubernetesObject[]): unknown {
  return Object.fromEntries(objects.map(({ metadata, spec }) => [metadata.name, spec]));
}

const policy = (spec: Readonly<Record<string, unknown>> = {}) =>
  policyObject('web', { targetRefs: [ingressTarget('web')], ...spec });

describe('createOutlook: what it says is what a writer then does', () => {
  test.each<{ name: string; objects: readonly KubernetesObject[]; later?: readonly KubernetesObject[] }>([
    { name: 'no policy', objects: [ingressObject('web')] },
    { name: 'a policy', objects: [ingressObject('web'), policy()] },
    { name: 'a policy that changes', objects: [ingressObject('web'), policy()], later: [policy({ maxAge: 60 })] },
    {
      name: 'a policy that leaves the route',
      objects: [ingressObject('web', { annotations: { [ENABLE]: 'true' } }), policy({ adoption: 'Own' })],
      later: [policyObject('web', { targetRefs: [ingressTarget('other')] })],
    },
    {
      name: 'a policy that breaks',
      objects: [ingressObject('web'), policy()],
      later: [policy({ allowOrigins: ['https://Wrong.example.com/'] })],
    },
    {
      name: 'a guardrail that narrows',
      objects: [ingressObject('web'), policy({ allowOrigins: ['https://a.example.com', 'https://b.example.com'] })],
      later: [clusterPolicyObject('org', { guardrail: { allowOrigins: ['https://a.example.com'] } })],
    },
    {
      name: 'keys of somebody else under Additive',
      objects: [ingressObject('web', { annotations: { [ORIGIN]: 'https://z.example.com' } }), policy()],
    },
    {
      name: 'keys of somebody else under Own',
      objects: [
        ingressObject('web', { annotations: { [ORIGIN]: 'https://z.example.com' } }),
        policy({ adoption: 'Own' }),
      ],
    },
    { name: 'Traefik', objects: [ingressObject('web', {}, { ingressClassName: 'traefik' }), policy()] },
    {
      name: 'Traefik, with a policy that changes',
      objects: [ingressObject('web', {}, { ingressClassName: 'traefik' }), policy()],
      later: [policy({ maxAge: 60 })],
    },
    {
      name: 'Traefik, with a policy that leaves the route',
      objects: [ingressObject('web', {}, { ingressClassName: 'traefik' }), policy()],
      later: [policyObject('web', { targetRefs: [ingressTarget('other')] })],
    },
    {
      name: 'Traefik, with a list that others write',
      objects: [
        ingressObject('web', { annotations: { [LIST]: 'shop-login@kubernetescrd' } }, { ingressClassName: 'traefik' }),
        policy(),
      ],
    },
  ])('$name', async ({ objects, later = [] }) => {
    const cluster = createApplyCluster(objects);
    if (later.length > 0) await cluster.converge('web');
    for (const object of later) cluster.put(object);
    const { before, after } = outlook(cluster);
    expect(before.object).toEqual(cluster.find('Ingress', 'web'));
    await cluster.converge('web');
    expect(annotationsOf(after.object)).toEqual(annotationsOf(cluster.find('Ingress', 'web')));
    expect(owned(after.owned)).toEqual(owned(cluster.all().filter(({ kind }) => kind === 'Middleware')));
    const converged = outlook(cluster);
    expect(converged.after).toEqual(converged.before);
  });
});

describe('createOutlook', () => {
  test('what is in the way is told, and nothing changes', () => {
    const shared = { annotations: { [LIST]: 'shop-login@kubernetescrd' } };
    const { before, after, problem } = outlook(
      createApplyCluster([ingressObject('web', shared, { ingressClassName: 'traefik' }), policy()]),
    );
    expect(after.object).toBe(before.object);
    expect(problem?.reason).toBe('ForeignCors');
  });

  test('where kinds are hidden nothing is concluded from what is not seen', async () => {
    const cluster = createApplyCluster([ingressObject('web'), policy()]);
    await cluster.converge('web');
    cluster.remove(policy());
    const { before, after } = outlook(cluster, 'Unknown');
    expect(after).toEqual(before);
    expect(annotationsOf(outlook(cluster).after.object)).toEqual({});
  });
});
