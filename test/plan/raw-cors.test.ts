import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Evaluation, evaluate } from '../../src/evaluate.ts';
import type { KubernetesObject } from '../../src/model/kubernetes-object.ts';
import { assembleSnapshot } from '../../src/model/snapshot-assembly.ts';
import type { RawExcess } from '../../src/plan/raw-cors.ts';
import {
  clusterPolicyObject,
  exceptionObject,
  httpRouteObject,
  ingressClassObject,
  ingressObject,
  ingressTarget,
  policyObject,
} from '../support/cluster-objects.ts';
import { TEST_TIME, testSettings } from '../support/resolved-cluster.ts';

const PREFIX = 'nginx.ingress.kubernetes.io/';
const a = 'https://a.example.com';
const b = 'https://b.example.com';
const org = (guardrail: object = { allowOrigins: [a] }, enforcement = 'Enforce') =>
  clusterPolicyObject('org', { guardrail, enforcement });

function run(objects: readonly KubernetesObject[]): Evaluation {
  return evaluate(
    assembleSnapshot([ingressClassObject(), ...objects], { ...testSettings, responder: 'Disabled' }),
    TEST_TIME,
  );
}

function nginx(values: Readonly<Record<string, string>>, name = 'web'): KubernetesObject {
  const entries = Object.entries({ 'enable-cors': 'true', ...values }).map(([key, value]) => [
    `${PREFIX}${key}`,
    value,
  ]);
  return ingressObject(name, { annotations: Object.fromEntries(entries) });
}

const narrow = {
  'cors-allow-origin': a,
  'cors-allow-methods': 'GET',
  'cors-allow-headers': 'X-A',
  'cors-allow-credentials': 'false',
  'cors-max-age': '5',
};

function rawOf(objects: readonly KubernetesObject[]): readonly RawExcess[] {
  return run(objects).routes.flatMap(({ raw = [] }) => raw);
}

function words({ guardrail, field, entry, witness, path, count }: RawExcess): string {
  return `${guardrail.name} ${field} ${entry} ${witness ?? '-'} ${count} ${path.replace(PREFIX, '')}`;
}

type Row = {
  readonly name: string;
  readonly guardrail?: object;
  readonly target: KubernetesObject;
  readonly found: readonly string[];
};

const traefik: readonly KubernetesObject[] = [
  { ...ingressClassObject('traefik'), spec: { controller: 'traefik.io/ingress-controller' } },
  {
    apiVersion: 'traefik.io/v1alpha1',
    kind: 'Middleware',
    metadata: { name: 'open', namespace: 'shop' },
    spec: { headers: { accessControlAllowOriginListRegex: ['https://.*'], addVaryHeader: true } },
  },
];

const rows: readonly Row[] = [
  { name: 'no CORS at all', target: ingressObject('web'), found: [] },
  { name: 'CORS that is switched off', target: nginx({ 'enable-cors': 'false', 'cors-allow-origin': '*' }), found: [] },
  { name: 'what lies inside', target: nginx(narrow), found: [] },
  {
    name: 'an origin',
    target: nginx({ ...narrow, 'cors-allow-origin': `${a},${b}` }),
    found: [`org allowOrigins ${b} ${b} 1 metadata.annotations[cors-allow-origin]`],
  },
  {
    name: 'a wildcard with the origin that shows it',
    guardrail: { allowOrigins: ['https://*.shop.example.com'] },
    target: nginx({ ...narrow, 'cors-allow-origin': 'https://*.example.com' }),
    found: ['org allowOrigins https://*.example.com https://www.example.com 1 metadata.annotations[cors-allow-origin]'],
  },
  {
    name: 'every origin',
    target: nginx({ ...narrow, 'cors-allow-origin': '*' }),
    found: ['org allowOrigins * https://www.example.com 1 metadata.annotations[cors-allow-origin]'],
  },
  {
    name: 'every origin by default, where the annotation is missing',
    target: nginx(Object.fromEntries(Object.entries(narrow).filter(([key]) => key !== 'cors-allow-origin'))),
    found: ['org allowOrigins * https://www.example.com 1 metadata.annotations[enable-cors]'],
  },
  {
    name: 'a default of the controller that nobody wrote',
    guardrail: { allowCredentials: false },
    target: nginx({ 'cors-allow-origin': a }),
    found: ['org allowCredentials true - 1 metadata.annotations[enable-cors]'],
  },
  {
    name: 'methods, with how many there are',
    guardrail: { allowMethods: ['PUT'] },
    target: nginx({ ...narrow, 'cors-allow-methods': 'GET, PUT, DELETE, PATCH' }),
    found: ['org allowMethods DELETE - 2 metadata.annotations[cors-allow-methods]'],
  },
  {
    name: 'a time',
    guardrail: { maxAge: 60 },
    target: nginx({ ...narrow, 'cors-max-age': '600' }),
    found: ['org maxAge 600 - 1 metadata.annotations[cors-max-age]'],
  },
];

describe('createRawCheck: an Ingress without a policy', () => {
  test.each(rows)('$name', ({ guardrail, target, found }) => {
    expect(rawOf([target, org(guardrail)]).map(words)).toEqual(found);
  });

  test.each(['Enforce', 'Warn', 'Audit'])('%s: found all the same, and nothing is written', (enforcement) => {
    const { routes } = run([nginx({ 'cors-allow-origin': '*' }), org({ allowOrigins: [a] }, enforcement)]);
    expect(routes[0]?.raw).toMatchObject([{ guardrail: { name: 'org', enforcement } }]);
    expect(routes[0]?.plan).toMatchObject({ outcome: 'NoPolicy', owned: [] });
    expect(routes[0]?.plan.changes).toEqual({ annotations: {}, listEntries: [], filters: [] });
  });

  test('each guardrail is told for itself', () => {
    const other = clusterPolicyObject('other', { guardrail: { allowOrigins: [a, b] } });
    const target = nginx({ ...narrow, 'cors-allow-origin': `${a},${b}` });
    expect(rawOf([target, org(), other]).map(({ guardrail }) => guardrail.name)).toEqual(['org']);
    const wider = nginx({ ...narrow, 'cors-allow-origin': 'https://x.example' });
    expect(rawOf([wider, org(), other]).map(({ guardrail }) => guardrail.name)).toEqual(['org', 'other']);
  });

  test('a guardrail of other namespaces says nothing', () => {
    const elsewhere = clusterPolicyObject('org', {
      guardrail: { allowOrigins: [a] },
      namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'bank' } },
    });
    expect(rawOf([nginx({ 'cors-allow-origin': '*' }), elsewhere])).toEqual([]);
  });

  test('below a guardrail that is not valid whatever grants something is beyond', () => {
    const target = nginx({ ...narrow, 'cors-allow-origin': a });
    expect(rawOf([target, org({ allowOrigins: ['nonsense'] })]).map(({ entry }) => entry)).toEqual([a]);
  });

  test('a Middleware of its own is read', () => {
    const list = { 'traefik.ingress.kubernetes.io/router.middlewares': 'shop-open@kubernetescrd' };
    const target = ingressObject('web', { annotations: list }, { ingressClassName: 'traefik' });
    const [found, ...others] = rawOf([...traefik, target, org()]);
    expect(others).toEqual([]);
    expect(found).toMatchObject({ path: 'metadata.annotations[traefik.ingress.kubernetes.io/router.middlewares]' });
    expect(found?.field).toMatch(/^allowOrigin/);
  });
});

describe('createRawCheck: an HTTPRoute', () => {
  const gateway: readonly KubernetesObject[] = [
    {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'GatewayClass',
      metadata: { name: 'x' },
      spec: { controllerName: 'e.com/x' },
    },
    {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'Gateway',
      metadata: { name: 'public', namespace: 'infra' },
      spec: { gatewayClassName: 'x' },
    },
  ];

  test('its filter is read, rule by rule', () => {
    const cors = (allowOrigins: readonly string[]) => ({ type: 'CORS', cors: { allowOrigins } });
    const other = { type: 'RequestHeaderModifier', requestHeaderModifier: {} };
    const rules = [
      { name: 'inside', filters: [cors([a])] },
      { name: 'beyond', filters: [other, cors([a, b])] },
    ];
    const found = rawOf([...gateway, httpRouteObject('api', {}, { rules }), org()]);
    expect(found.map(words)).toEqual([`org allowOrigins ${b} ${b} 1 spec.rules[1].filters[1]`]);
  });
});

describe('createRawCheck: a route with a policy', () => {
  const policy = policyObject('p', { targetRefs: [ingressTarget('web')], allowOrigins: [a] });
  const wide = { ...narrow, 'cors-allow-origin': '*' };

  test('whose own configuration the policy leaves alone', () => {
    expect(rawOf([nginx(wide), policy, org()]).map(({ entry }) => entry)).toEqual(['*']);
  });

  test('has no exception: that is for what the policy says', () => {
    const beside = nginx({ ...narrow, 'cors-allow-origin': b });
    const exception = exceptionObject('e', { allowOrigins: [b] });
    expect(rawOf([beside, policy, org(), exception]).map(({ entry }) => entry)).toEqual([b]);
  });

  test('has nothing of its own once the policy is written over it', () => {
    const own = policyObject('p', { targetRefs: [ingressTarget('web')], allowOrigins: [a], adoption: 'Own' });
    expect(rawOf([nginx(wide), own, org()])).toEqual([]);
  });

  test('has nothing of its own that its record names', () => {
    const record = JSON.stringify({
      keys: Object.fromEntries(['enable-cors', ...Object.keys(wide)].map((key) => [PREFIX + key, {}])),
    });
    const target = nginx(wide);
    const annotations = { ...target.metadata.annotations, 'cors-operator.dev/record': record };
    const recorded = { ...target, metadata: { ...target.metadata, annotations } };
    expect(rawOf([recorded, org()])).toEqual([]);
    const forged = { ...annotations, 'cors-operator.dev/record': 'x' };
    expect(rawOf([{ ...recorded, metadata: { ...recorded.metadata, annotations: forged } }, org()])).toHaveLength(1);
  });
});

describe('createRawCheck: what is said', () => {
  test.each([
    ['Enforce', 'error'],
    ['Warn', 'warning'],
    ['Audit', 'info'],
  ])('%s: an issue of severity %s of the route, with its place and a witness', (enforcement, severity) => {
    const { issues } = run([nginx({ ...narrow, 'cors-allow-origin': '*' }), org({ allowOrigins: [a] }, enforcement)]);
    const found = issues.filter(({ object }) => object?.kind === 'Ingress');
    expect(found).toMatchObject([
      {
        severity,
        reason: 'ExceedsGuardrail',
        path: `metadata.annotations[${PREFIX}cors-allow-origin]`,
        witness: 'https://www.example.com',
        object: { kind: 'Ingress', namespace: 'shop', name: 'web' },
      },
    ]);
    expect(found[0]?.message).toContain('spec.guardrail.allowOrigins of the guardrail org');
  });

  test('the annotation that accepts a reason silences a warning and no error', () => {
    const accepting = (enforcement: string) => {
      const target = nginx({ ...narrow, 'cors-allow-origin': '*' });
      const annotations = { ...target.metadata.annotations, 'cors-operator.dev/accept': 'ExceedsGuardrail' };
      const { issues } = run([
        { ...target, metadata: { ...target.metadata, annotations } },
        org({ allowOrigins: [a] }, enforcement),
      ]);
      return issues.filter(({ object }) => object?.kind === 'Ingress').length;
    };
    expect([accepting('Enforce'), accepting('Warn')]).toEqual([1, 0]);
  });

  test('the guardrail counts all of them and names the ten worst, those open to everybody first', () => {
    const listed = Array.from({ length: 12 }, (_, index) =>
      nginx(
        {
          ...narrow,
          'cors-allow-origin': Array.from({ length: index + 1 }, (__, at) => `https://x${at}.example`).join(','),
        },
        `web-${String(index).padStart(2, '0')}`,
      ),
    );
    const policy = policyObject('p', { targetSelector: { matchLabels: { a: 'b' } }, allowOrigins: [b] });
    const objects = [
      ...listed,
      nginx({ ...narrow, 'cors-allow-origin': '*' }, 'open'),
      nginx(narrow, 'inside'),
      policy,
      org(),
    ];
    const report = run(objects).statuses.find(({ object }) => object.kind === 'ClusterCorsPolicy');
    if (report === undefined) throw new Error('no report');
    const { counts, worst, conditions } = report.status as {
      counts: object;
      worst: readonly { kind?: string; name: string; witness?: string }[];
      conditions: readonly { type: string; message: string }[];
    };
    expect(counts).toEqual({ within: 0, narrowed: 0, refused: 1, rawWider: 13, routes: 0 });
    expect(worst.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      'Ingress open',
      ...listed
        .toReversed()
        .slice(0, 9)
        .map(({ metadata }) => `Ingress ${metadata.name}`),
    ]);
    expect(worst.every(({ witness }) => witness !== undefined)).toBe(true);
    expect(conditions[0]?.message).toContain('13 routes have CORS configuration of their own that is wider');
  });

  test('the order of the input does not matter', () => {
    const pool = [
      ...['*', a, b, 'https://c.example', `${a},${b}`].map((origin, index) =>
        nginx({ ...narrow, 'cors-allow-origin': origin }, `web-${index}`),
      ),
      org(),
      clusterPolicyObject('warn', { guardrail: { allowOrigins: [b] }, enforcement: 'Warn' }),
    ];
    fc.assert(
      fc.property(fc.shuffledSubarray(pool, { minLength: pool.length }), (objects) => {
        expect(JSON.stringify(run(objects))).toBe(JSON.stringify(run(pool)));
      }),
    );
  });
});
