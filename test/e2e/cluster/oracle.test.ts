import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { evaluate } from '../../../src/evaluate.ts';
import type { KubernetesObject } from '../../../src/model/kubernetes-object.ts';
import { defaultSettings } from '../../../src/model/settings.ts';
import { assembleSnapshot } from '../../../src/model/snapshot-assembly.ts';
import { MANAGED_BY, MANAGED_BY_LABEL } from '../../../src/plan/plan.ts';
import { type ControlPlane, startControlPlane } from '../../rig/control-plane.ts';
import { installCrds } from '../../rig/crds.ts';
import { expectNoViolations, type OracleOptions, replayAudit, type Violation } from '../../support/audit-oracle.ts';
import {
  clusterPolicyObject,
  httpRouteObject,
  httpRouteTarget,
  ingressClassObject,
  ingressObject,
  ingressTarget,
  policyObject,
} from '../../support/cluster-objects.ts';

const NGINX = 'nginx.ingress.kubernetes.io';
const MIDDLEWARES = 'traefik.ingress.kubernetes.io/router.middlewares';

let plane: ControlPlane;

beforeAll(async () => {
  plane = await startControlPlane({ users: [{ name: 'operator', groups: ['system:masters'] }] });
  await installCrds(plane, ['own', 'gateway-api', 'traefik']);
  await store([
    ingressClassObject(),
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'IngressClass',
      metadata: { name: 'traefik' },
      spec: { controller: 'traefik.io/ingress-controller' },
    },
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'infra' } },
    {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'GatewayClass',
      metadata: { name: 'public' },
      spec: { controllerName: 'example.com/gateway' },
    },
    {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'Gateway',
      metadata: { name: 'public', namespace: 'infra' },
      spec: {
        gatewayClassName: 'public',
        listeners: [{ name: 'web', port: 80, protocol: 'HTTP', allowedRoutes: { namespaces: { from: 'All' } } }],
      },
    },
  ]);
});
afterAll(() => plane.stop());

/** Applies objects as a person would. */
async function store(objects: readonly KubernetesObject[]): Promise<void> {
  const input = objects.map((object) => JSON.stringify(object)).join('\n---\n');
  await plane.kubectl(['apply', '--server-side', '--force-conflicts', '--field-manager=shop', '-f', '-'], { input });
}

/** Applies objects under the operator's field manager. */
async function writeAsOperator(...objects: readonly KubernetesObject[]): Promise<void> {
  const input = objects.map((object) => JSON.stringify(object)).join('\n---\n');
  const flags = ['--server-side', '--force-conflicts', '--field-manager=cors-operator', '--validate=false'];
  await plane.kubectl(['apply', ...flags, '-f', '-'], { input });
}

/** A target with nothing but some annotations, as the operator applies it. */
function annotated(object: KubernetesObject, annotations: Readonly<Record<string, string>>): KubernetesObject {
  const { apiVersion, kind, metadata } = object;
  return { apiVersion, kind, metadata: { name: metadata.name, namespace: metadata.namespace ?? '', annotations } };
}

/** What the operator would write to the only target among some objects. */
function plannedAnnotations(objects: readonly KubernetesObject[]): Readonly<Record<string, string>> {
  const [route] = evaluate(assembleSnapshot([...objects, ingressClassObject()], defaultSettings), 0).routes;
  const entries = Object.entries(route?.plan.changes.annotations ?? {});
  return Object.fromEntries(entries.flatMap(([key, value]) => (value === null ? [] : [[key, value]])));
}

/** Violations of one namespace, as short text. */
async function violationsIn(namespace: string, options: OracleOptions = {}): Promise<readonly string[]> {
  await plane.settleAuditLog();
  const violations = await replayAudit(plane.auditLog, options);
  return violations.filter(({ object }) => object.includes(` ${namespace}/`)).map(words);
}

function words({ kind, object, message }: Violation): string {
  return `${kind} ${object}: ${message}`;
}

/** A new namespace with some objects. */
async function storeIn(namespace: string, ...objects: readonly KubernetesObject[]): Promise<void> {
  await store([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }, ...objects]);
}

type Shop = { readonly ingress: KubernetesObject; readonly policy: KubernetesObject };

/** A namespace with an Ingress and a policy for it. */
async function openShop(namespace: string, spec = {}): Promise<Shop> {
  const ingress = ingressObject('storefront', { namespace });
  const targetRefs = [ingressTarget('storefront')];
  const policy = policyObject('storefront', { targetRefs, allowMethods: ['PUT'], ...spec }, { namespace });
  await storeIn(namespace, ingress, policy);
  return { ingress, policy };
}

describe('the oracle says nothing when', () => {
  test('a target gets what its policy grants', async () => {
    const { ingress, policy } = await openShop('exact');
    await writeAsOperator(annotated(ingress, plannedAnnotations([ingress, policy])));
    expect(await violationsIn('exact')).toEqual([]);
  });

  test('a target is narrowed, although it remains wider than its policy', async () => {
    const namespace = 'narrowed';
    const open = { [`${NGINX}/enable-cors`]: 'true', [`${NGINX}/cors-allow-methods`]: 'GET, PUT, DELETE' };
    const ingress = ingressObject('storefront', { namespace, annotations: open });
    const policy = policyObject('storefront', { targetRefs: [ingressTarget('storefront')] }, { namespace });
    await storeIn(namespace, ingress, policy);
    await writeAsOperator(annotated(ingress, { [`${NGINX}/cors-allow-methods`]: 'GET, PUT' }));
    expect(await violationsIn(namespace)).toEqual([]);
  });

  test('a writer acts upon a policy that was replaced a moment before', async () => {
    const { ingress, policy } = await openShop('late', { allowOrigins: ['https://old.example.com'] });
    await store([
      { ...policy, spec: { targetRefs: [ingressTarget('storefront')], allowOrigins: ['https://a.example'] } },
    ]);
    await writeAsOperator(annotated(ingress, plannedAnnotations([ingress, policy])));
    expect(await violationsIn('late', { delay: 60 })).toEqual([]);
    expect(await violationsIn('late', { delay: 0 })).toEqual([
      expect.stringContaining('Wider Ingress late/storefront: grants more origins than CorsPolicy late/storefront'),
    ]);
  });

  test('what others had written comes back when the policy is gone', async () => {
    const namespace = 'restored';
    const annotations = { [`${NGINX}/enable-cors`]: 'true', [`${NGINX}/cors-allow-origin`]: 'https://git.example' };
    const ingress = ingressObject('storefront', { namespace, annotations });
    const policy = policyObject(
      'storefront',
      { targetRefs: [ingressTarget('storefront')], adoption: 'Own' },
      { namespace },
    );
    await storeIn(namespace, ingress, policy);
    await writeAsOperator(annotated(ingress, plannedAnnotations([ingress, policy])));
    await plane.kubectl(['delete', 'corspolicy', 'storefront', '-n', namespace]);
    await writeAsOperator(annotated(ingress, annotations));
    expect(await violationsIn(namespace, { delay: 0 })).toEqual([]);
    await writeAsOperator(annotated(ingress, { ...annotations, [`${NGINX}/cors-allow-origin`]: 'https://b.example' }));
    expect(await violationsIn(namespace, { delay: 0 })).toEqual([
      expect.stringContaining('Wider Ingress restored/storefront: grants something under no policy'),
    ]);
  });

  test('others write whatever they like', async () => {
    const { ingress } = await openShop('others');
    await store([{ ...ingress, metadata: { ...ingress.metadata, annotations: { [`${NGINX}/enable-cors`]: 'true' } } }]);
    await plane.kubectl(['delete', 'ingress', 'storefront', '-n', 'others']);
    expect(await violationsIn('others', { delay: 0, quietSince: 0 })).toEqual([]);
  });
});

describe('the oracle notices', () => {
  test('an origin more than the policy has', async () => {
    const { ingress, policy } = await openShop('wider');
    const planned = plannedAnnotations([ingress, policy]);
    const origins = `${planned[`${NGINX}/cors-allow-origin`]},https://evil.example`;
    await writeAsOperator(annotated(ingress, { ...planned, [`${NGINX}/cors-allow-origin`]: origins }));
    expect(await violationsIn('wider')).toEqual([
      expect.stringMatching(/^Wider Ingress wider\/storefront: grants more origins than .*evil\.example/),
    ]);
    await expect(expectNoViolations(plane)).rejects.toThrow('evil.example');
  });

  test('a key left out whose default is wide', async () => {
    const { ingress } = await openShop('defaults');
    await writeAsOperator(annotated(ingress, { [`${NGINX}/enable-cors`]: 'true' }));
    expect(await violationsIn('defaults')).toEqual([expect.stringContaining('Wider Ingress defaults/storefront')]);
  });

  test('what a guardrail forbids', async () => {
    const { ingress, policy } = await openShop('guarded', { allowMethods: ['PUT', 'DELETE'] });
    const namespaceSelector = { matchLabels: { 'kubernetes.io/metadata.name': 'guarded' } };
    await store([clusterPolicyObject('guarded', { namespaceSelector, guardrail: { allowMethods: ['PUT'] } })]);
    await writeAsOperator(annotated(ingress, plannedAnnotations([ingress, policy])));
    expect(await violationsIn('guarded', { delay: 0 })).toEqual([
      expect.stringContaining('Wider Ingress guarded/storefront: grants more methods than'),
    ]);
  });

  test('anything at all under a policy that is invalid', async () => {
    const namespace = 'invalid';
    const ingress = ingressObject('storefront', { namespace });
    const targetRefs = [ingressTarget('storefront')];
    // Only our own validation knows that no such name decodes.
    const policy = policyObject('storefront', { targetRefs, allowOrigins: ['https://xn--a'] }, { namespace });
    await storeIn(namespace, ingress, policy);
    const valid = policyObject('storefront', { targetRefs }, { namespace });
    await writeAsOperator(annotated(ingress, plannedAnnotations([ingress, valid])));
    expect(await violationsIn(namespace)).toEqual([expect.stringContaining('grants nothing')]);
  });

  test('a key that is not ours', async () => {
    const { ingress, policy } = await openShop('foreign-key');
    const planned = plannedAnnotations([ingress, policy]);
    await writeAsOperator(annotated(ingress, { ...planned, [`${NGINX}/rewrite-target`]: '/' }));
    const patch = JSON.stringify({ metadata: { labels: { a: 'b' } }, spec: { rules: [] } });
    const flags = ['--type=merge', '--field-manager=cors-operator-blue', '-n', 'foreign-key'];
    await plane.kubectl([
      'patch',
      'ingress',
      'storefront',
      '-p',
      '{"spec":{"defaultBackend":{"service":{"name":"api","port":{"number":80}}}}}',
      ...flags,
    ]);
    await plane.kubectl(['patch', 'ingress', 'storefront', '-p', patch, ...flags]);
    expect(await violationsIn('foreign-key')).toEqual([
      `ForeignKey Ingress foreign-key/storefront: metadata.annotations[${NGINX}/rewrite-target]`,
      'ForeignKey Ingress foreign-key/storefront: spec',
      'ForeignKey Ingress foreign-key/storefront: metadata.labels, spec',
    ]);
  });

  test('a target that the operator makes or deletes', async () => {
    const { ingress } = await openShop('came-and-went');
    const flags = ['-n', 'came-and-went'];
    const kubeconfig = await plane.kubeconfigFor('operator');
    await plane.kubectl(['delete', 'ingress', 'storefront', ...flags], { kubeconfig });
    await plane.kubectl(['create', '-f', '-', ...flags], { input: JSON.stringify(ingress), kubeconfig });
    expect(await violationsIn('came-and-went', { users: ['operator'] })).toEqual([
      'ForeignObject Ingress came-and-went/storefront: deleted',
      'ForeignObject Ingress came-and-went/storefront: created',
    ]);
    expect(await violationsIn('came-and-went')).toEqual([]);
  });

  test('an object that is neither a target nor ours, and one that was somebody else’s', async () => {
    const namespace = 'foreign-object';
    const map = (name: string, labels: Readonly<Record<string, string>>): KubernetesObject => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name, namespace, labels },
    });
    await storeIn(namespace, map('cors-operator-taken', { app: 'shop' }));
    await writeAsOperator(map('loose', {}));
    await writeAsOperator(map('cors-operator-taken', { [MANAGED_BY_LABEL]: MANAGED_BY }));
    await writeAsOperator(map('cors-operator-own', { [MANAGED_BY_LABEL]: MANAGED_BY }));
    expect(await violationsIn(namespace)).toEqual([
      'ForeignObject ConfigMap foreign-object/loose: patch: neither a target nor ours',
      'ForeignObject ConfigMap foreign-object/cors-operator-taken: it was somebody else’s before',
    ]);
  });

  test('a Middleware of ours that grants more, on the Ingress that names it', async () => {
    const namespace = 'middleware';
    const ingress = ingressObject('storefront', { namespace }, { ingressClassName: 'traefik' });
    const policy = policyObject('storefront', { targetRefs: [ingressTarget('storefront')] }, { namespace });
    await storeIn(namespace, ingress, policy);
    const middleware = (...accessControlAllowOriginList: readonly string[]): KubernetesObject => ({
      apiVersion: 'traefik.io/v1alpha1',
      kind: 'Middleware',
      metadata: {
        name: 'cors-operator-ingress-storefront',
        namespace,
        labels: { [MANAGED_BY_LABEL]: MANAGED_BY },
      },
      spec: { headers: { accessControlAllowOriginList } },
    });
    await writeAsOperator(middleware('https://app.example.com'));
    await writeAsOperator(
      annotated(ingress, { [MIDDLEWARES]: `${namespace}-cors-operator-ingress-storefront@kubernetescrd` }),
    );
    expect(await violationsIn(namespace)).toEqual([]);
    await writeAsOperator(middleware('https://app.example.com', 'https://evil.example'));
    expect(await violationsIn(namespace)).toEqual([
      expect.stringMatching(/^Wider Ingress middleware\/storefront: grants more origins than .*evil\.example/),
    ]);
    await writeAsOperator(annotated(ingress, { [MIDDLEWARES]: 'another@kubernetescrd' }));
    expect((await violationsIn(namespace)).slice(1)).toEqual([
      `ForeignKey Ingress middleware/storefront: metadata.annotations[${MIDDLEWARES}]`,
    ]);
  });

  test('a filter of an HTTPRoute that grants more, and nothing about its own filter', async () => {
    const namespace = 'filter';
    const route = httpRouteObject('storefront', { namespace });
    const policy = policyObject('storefront', { targetRefs: [httpRouteTarget('storefront')] }, { namespace });
    await storeIn(namespace, route, policy);
    const patch = (value: unknown) => [
      ...['patch', 'httproute', 'storefront', '-n', namespace, '--field-manager=cors-operator', '--type=json'],
      ...['-p', JSON.stringify([{ op: 'add', path: '/spec/rules/0/filters', value }])],
    ];
    const cors = (...allowOrigins: readonly string[]) => ({ type: 'CORS', cors: { allowOrigins } });
    await plane.kubectl(patch([cors('https://app.example.com')]));
    expect(await violationsIn(namespace)).toEqual([]);
    await plane.kubectl(patch([cors('https://app.example.com', 'https://evil.example')]));
    const header = { type: 'RequestHeaderModifier', requestHeaderModifier: { remove: ['X-A'] } };
    await plane.kubectl(patch([cors('https://app.example.com'), header]));
    expect(await violationsIn(namespace)).toEqual([
      expect.stringContaining('Wider HTTPRoute filter/storefront: grants more origins'),
      'ForeignKey HTTPRoute filter/storefront: spec',
    ]);
  });

  test('a write while all is quiet, even one that changes nothing, but no Lease', async () => {
    const { ingress, policy } = await openShop('quiet');
    const object = annotated(ingress, plannedAnnotations([ingress, policy]));
    await writeAsOperator(object);
    const quietSince = Date.now();
    const lease = {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name: 'cors-operator', namespace: 'quiet' },
    };
    await writeAsOperator(lease);
    expect(await violationsIn('quiet', { quietSince })).toEqual([]);
    await writeAsOperator(object);
    expect(await violationsIn('quiet', { quietSince })).toEqual([
      'NotQuiet ingresses quiet/storefront: patch by admin, answered with 200',
    ]);
  });
});
