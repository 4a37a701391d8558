import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { KubernetesObject } from '../../src/model/kubernetes-object.ts';
import type { Snapshot } from '../../src/model/snapshot.ts';
import { assembleSnapshot } from '../../src/model/snapshot-assembly.ts';
import {
  clusterPolicyObject,
  httpRouteObject,
  ingressClassObject,
  ingressObject,
  ingressTarget,
  namespaceObject,
  originListObject,
  policyObject,
} from '../support/cluster-objects.ts';
import { testSettings } from '../support/resolved-cluster.ts';

const target = { targetRefs: [ingressTarget('web')] };

function assemble(...objects: readonly KubernetesObject[]): Snapshot {
  return assembleSnapshot(objects, testSettings);
}

function reasons({ issues }: Snapshot): readonly string[] {
  return issues.map(({ severity, reason, object }) => `${severity} ${reason} ${object?.kind}/${object?.name}`);
}

describe('assembleSnapshot: where objects go', () => {
  const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'api', namespace: 'shop' } };
  const middleware = {
    apiVersion: 'traefik.io/v1alpha1',
    kind: 'Middleware',
    metadata: { name: 'm', namespace: 'shop' },
  };

  test('each to its list', () => {
    const gateway = {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'Gateway',
      metadata: { name: 'g', namespace: 'infra' },
    };
    const gatewayClass = {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'GatewayClass',
      metadata: { name: 'istio' },
      spec: { controllerName: 'istio.io/gateway-controller' },
      status: { supportedFeatures: [{ name: 'HTTPRouteCORS' }, 'Gateway', 7] },
    };
    const exception = { apiVersion: 'cors-operator.dev/v1alpha1', kind: 'CorsException', metadata: { name: 'e' } };
    const snapshot = assemble(
      ingressObject('web'),
      httpRouteObject('api'),
      policyObject('p', target),
      clusterPolicyObject('org', { guardrail: {} }),
      exception,
      ingressClassObject(),
      gatewayClass,
      gateway,
      namespaceObject('shop', { team: 'a' }),
      originListObject('list', { k: 'https://a.example' }),
      service,
      middleware,
    );
    expect(snapshot.routes.map((route) => route.target.kind)).toEqual(['HTTPRoute', 'Ingress']);
    expect([snapshot.policies, snapshot.clusterPolicies, snapshot.exceptions].map(({ length }) => length)).toEqual([
      1, 1, 1,
    ]);
    expect(snapshot.classes).toMatchObject([
      {
        kind: 'GatewayClass',
        name: 'istio',
        controller: 'istio.io/gateway-controller',
        supportedFeatures: ['HTTPRouteCORS', 'Gateway'],
      },
      { kind: 'IngressClass', name: 'nginx', controller: 'k8s.io/ingress-nginx' },
    ]);
    expect(snapshot.namespaces.get('shop')).toEqual({ team: 'a', 'kubernetes.io/metadata.name': 'shop' });
    expect(snapshot.originLists.get('shop/list')).toMatchObject({ labelled: true, data: { k: 'https://a.example' } });
    expect([...snapshot.dialectObjects.keys()].sort()).toEqual([
      'Gateway/infra/g',
      'Middleware/shop/m',
      'Service/shop/api',
    ]);
    expect(snapshot.dialectObjects.get('Middleware/shop/m')).toBe(middleware);
    expect(snapshot.issues).toEqual([]);
  });

  test('a Secret is nowhere', () => {
    const snapshot = assemble({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 's', namespace: 'shop' },
      data: { k: 'dG9w' },
    });
    expect(JSON.stringify([...snapshot.dialectObjects])).not.toContain('dG9w');
    expect(snapshot.issues).toEqual([]);
  });

  test('a kind of another group with a known name is another kind', () => {
    const foreign = { apiVersion: 'config.openshift.io/v1', kind: 'Ingress', metadata: { name: 'cluster' } };
    const snapshot = assemble(foreign);
    expect(snapshot.routes).toEqual([]);
    expect([...snapshot.dialectObjects.keys()]).toEqual(['Ingress//cluster']);
  });

  test.each([
    { apiVersion: 'extensions/v1beta1', kind: 'Ingress' },
    { apiVersion: 'networking.k8s.io/v1beta1', kind: 'Ingress' },
    { apiVersion: 'gateway.networking.k8s.io/v1alpha2', kind: 'HTTPRoute' },
  ])('$apiVersion $kind is not read, and said so', ({ apiVersion, kind }) => {
    const snapshot = assemble({ ...ingressObject('web'), apiVersion, kind });
    expect(snapshot.routes).toEqual([]);
    expect(reasons(snapshot)).toEqual([`error ObjectVersion ${kind}/web`]);
  });

  test('gateway.networking.k8s.io/v1beta1 HTTPRoute is read', () => {
    const route = { ...httpRouteObject('api'), apiVersion: 'gateway.networking.k8s.io/v1beta1' };
    expect(assemble(route).routes).toHaveLength(1);
  });

  test('a misspelt kind of ours, and one of ours in another group, are said', () => {
    const misspelt = { ...policyObject('p', target), kind: 'CorsPolicies' };
    const foreign = { ...policyObject('q', target), apiVersion: 'cors-operators.dev/v1alpha1' };
    const snapshot = assemble(misspelt, foreign);
    expect(snapshot.policies).toEqual([]);
    expect(reasons(snapshot)).toEqual(['error KindUnknown CorsPolicies/p', 'warning KindUnknown CorsPolicy/q']);
  });

  test('one of ours with an unknown version keeps its claim', () => {
    const snapshot = assemble({ ...policyObject('p', target), apiVersion: 'cors-operator.dev/v9' });
    expect(snapshot.policies).toMatchObject([{ spec: undefined, claim: { refs: [{}] } }]);
    expect(snapshot.policies[0]?.issues.map(({ reason }) => reason)).toContain('ObjectVersion');
  });
});

describe('assembleSnapshot: the same object twice', () => {
  const other = (object: KubernetesObject): KubernetesObject => ({ ...object, spec: { rules: [] } });

  test('with one content: used once, with a warning', () => {
    const snapshot = assemble(ingressObject('web'), ingressObject('web'));
    expect(snapshot.routes).toHaveLength(1);
    expect(reasons(snapshot)).toEqual(['warning ObjectDuplicate Ingress/web']);
  });

  test('with different contents: a route is not used at all', () => {
    const snapshot = assemble(ingressObject('web'), other(ingressObject('web')), ingressObject('fine'));
    expect(snapshot.routes.map((route) => route.target.name)).toEqual(['fine']);
    expect(reasons(snapshot)).toEqual(['error ObjectDuplicate Ingress/web']);
  });

  test('with different contents: policies are invalid and keep their claims', () => {
    const snapshot = assemble(policyObject('p', target), policyObject('p', { targetSelector: {} }));
    expect(snapshot.policies.map(({ spec, claim }) => [spec, claim.selector === undefined]).sort()).toEqual([
      [undefined, false],
      [undefined, true],
    ]);
  });

  test('with different contents: guardrails still confine', () => {
    const guardrail = (origin: string) => clusterPolicyObject('org', { guardrail: { allowOrigins: [origin] } });
    const snapshot = assemble(guardrail('https://a.example'), guardrail('https://b.example'));
    expect(snapshot.clusterPolicies).toMatchObject([
      { spec: undefined, reach: { guardrail: true, anyNamespace: false, enforcement: 'Enforce' } },
      { spec: undefined, reach: { guardrail: true, anyNamespace: false, enforcement: 'Enforce' } },
    ]);
  });

  test('in two groups they are two objects; of kinds for dialects the lower apiVersion is kept', () => {
    const current = {
      apiVersion: 'traefik.io/v1alpha1',
      kind: 'Middleware',
      metadata: { name: 'm', namespace: 'shop' },
    };
    const former = { ...current, apiVersion: 'traefik.containo.us/v1alpha1' };
    for (const objects of [
      [current, former],
      [former, current],
    ]) {
      const snapshot = assemble(...objects);
      expect(snapshot.dialectObjects.get('Middleware/shop/m')).toBe(former);
      expect(snapshot.issues).toEqual([]);
    }
  });

  test('a Gateway of another group does not hide the one of the Gateway API', () => {
    const metadata = { name: 'g', namespace: 'infra' };
    const ours = { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'Gateway', metadata };
    const theirs = { apiVersion: 'networking.istio.io/v1', kind: 'Gateway', metadata };
    expect(assemble(theirs, ours).dialectObjects.get('Gateway/infra/g')).toBe(ours);
  });

  test('names of cluster-scoped objects do not depend on a namespace that somebody wrote', () => {
    const snapshot = assemble(ingressClassObject(), ingressClassObject('nginx', { namespace: 'shop' }));
    expect(reasons(snapshot)).toEqual(['error ObjectDuplicate IngressClass/nginx']);
  });
});

describe('assembleSnapshot: the default IngressClass', () => {
  const standard = { annotations: { 'ingressclass.kubernetes.io/is-default-class': 'true' } };
  const classless = ingressObject('web', {}, { ingressClassName: undefined });
  const at = (creationTimestamp: string) => ({ ...standard, creationTimestamp });
  test.each([
    { name: 'the only one', classes: [ingressClassObject('a', standard), ingressClassObject('b')], chosen: 'a' },
    {
      name: 'of several the newest',
      classes: [
        ingressClassObject('a', at('2024-01-01T00:00:00Z')),
        ingressClassObject('b', at('2024-01-02T00:00:00Z')),
      ],
      chosen: 'b',
    },
    {
      name: 'of equal age the first by name',
      classes: [ingressClassObject('b', standard), ingressClassObject('a', standard)],
      chosen: 'a',
    },
    { name: 'none when none is marked', classes: [ingressClassObject('a')], chosen: undefined },
  ])('$name', ({ classes, chosen }) => {
    expect(assemble(classless, ...classes).routes[0]?.parents[0]?.className).toBe(chosen);
  });
});

describe('assembleSnapshot: an invalid ClusterCorsPolicy reaches', () => {
  const routeSelector = { matchLabels: { app: 'web' } };
  test.each([
    {
      name: 'every namespace when its spec is no object',
      spec: 'x',
      reach: { anyNamespace: true, enforcement: 'Enforce', guardrail: true },
    },
    {
      name: 'what its selector says',
      spec: { guardrail: 7, namespaceSelector: { matchLabels: { a: 'b' } }, enforcement: 'Warn' },
      reach: {
        anyNamespace: false,
        enforcement: 'Warn',
        guardrail: true,
        namespaceSelector: { matchLabels: { a: 'b' } },
      },
    },
    {
      name: 'every namespace when its selector cannot be read',
      spec: { guardrail: {}, namespaceSelector: { matchLabels: 7 } },
      reach: { anyNamespace: true, enforcement: 'Enforce', guardrail: true },
    },
    {
      name: 'routes of its default, and confines nothing without a guardrail',
      spec: { default: { routeSelector, allowOrigins: 7 }, enforcement: 'Enforce' },
      reach: { anyNamespace: false, enforcement: 'Enforce', guardrail: false, routeSelector },
    },
    {
      name: 'no route by a default that selects everything',
      spec: { default: { routeSelector: {} }, enforcement: 'Enforce' },
      reach: { anyNamespace: false, enforcement: 'Enforce', guardrail: false },
    },
  ])('$name', ({ spec, reach }) => {
    const snapshot = assemble({ ...clusterPolicyObject('org', {}), spec });
    expect(snapshot.clusterPolicies).toMatchObject([{ spec: undefined }]);
    expect(snapshot.clusterPolicies[0]?.reach).toEqual(reach);
  });
});

describe('assembleSnapshot: hostile shapes', () => {
  test('values of a ConfigMap that are no strings are left out and reported', () => {
    const snapshot = assemble({ ...originListObject('list', {}), data: { good: 'https://a.example', bad: 7 } });
    expect(snapshot.originLists.get('shop/list')?.data).toEqual({ good: 'https://a.example' });
    expect(reasons(snapshot)).toEqual(['error ObjectShape ConfigMap/list']);
  });

  test('a ConfigMap that policies may not read is not judged', () => {
    expect(assemble({ ...originListObject('list', {}, { labels: {} }), data: 7 }).issues).toEqual([]);
  });

  const kinds = [
    ['networking.k8s.io/v1', 'Ingress'],
    ['networking.k8s.io/v1', 'IngressClass'],
    ['gateway.networking.k8s.io/v1', 'HTTPRoute'],
    ['gateway.networking.k8s.io/v1', 'Gateway'],
    ['gateway.networking.k8s.io/v1', 'GatewayClass'],
    ['v1', 'Namespace'],
    ['v1', 'ConfigMap'],
    ['cors-operator.dev/v1alpha1', 'CorsPolicy'],
    ['cors-operator.dev/v1alpha1', 'ClusterCorsPolicy'],
    ['cors-operator.dev/v1alpha1', 'CorsException'],
    ['traefik.io/v1alpha1', 'Middleware'],
  ] as const;
  const json = fc.jsonValue({ maxDepth: 4 });
  const fields = [
    'rules',
    'parentRefs',
    'hostnames',
    'matches',
    'http',
    'paths',
    'backendRefs',
    'listeners',
    'defaultBackend',
  ];
  const spec = fc.oneof(
    json,
    fc.dictionary(
      fc.constantFrom(...fields),
      fc.oneof(json, fc.array(fc.dictionary(fc.constantFrom(...fields, 'name', 'path', 'host', 'backend'), json))),
    ),
  );
  const anyObject = fc
    .record({ kind: fc.constantFrom(...kinds), name: fc.constantFrom('a', 'b'), spec, data: json, status: json })
    .map(
      ({ kind: [apiVersion, kind], name, ...rest }): KubernetesObject => ({
        apiVersion,
        kind,
        metadata: { name, namespace: 'shop' },
        ...rest,
      }),
    );

  test('nothing throws, and one broken object leaves the others alone', () => {
    const good = ingressObject('good');
    const [alone] = assemble(good).routes;
    fc.assert(
      fc.property(fc.array(anyObject, { maxLength: 5 }), (objects) => {
        const snapshot = assemble(...objects.filter(({ kind }) => kind !== 'IngressClass'), good);
        expect(snapshot.routes.find((route) => route.target.name === 'good')).toEqual(alone);
      }),
    );
  });

  test('the order of the input does not matter', () => {
    fc.assert(
      fc.property(fc.array(anyObject, { maxLength: 6 }), (objects) => {
        const text = (snapshot: Snapshot) =>
          JSON.stringify({
            ...snapshot,
            dialectObjects: [...snapshot.dialectObjects].sort(),
            originLists: [...snapshot.originLists].sort(),
            namespaces: [...snapshot.namespaces].sort(),
            policies: snapshot.policies.map((each) => JSON.stringify(each)).sort(),
            clusterPolicies: snapshot.clusterPolicies.map((each) => JSON.stringify(each)).sort(),
            exceptions: snapshot.exceptions.map((each) => JSON.stringify(each)).sort(),
          });
        expect(text(assemble(...objects.toReversed()))).toBe(text(assemble(...objects)));
      }),
    );
  });
});
