import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isGrantInside } from '../../src/apply/target-grant.ts';
import type { KubernetesObject } from '../../src/model/kubernetes-object.ts';
import { managedEntries, ownedAnnotations } from '../../src/model/managed-fields.ts';
import { CORS_KEYS } from '../../src/plan/dialects/ingress-nginx/annotation-keys.ts';
import { POLICY_ANNOTATION, RECORD_ANNOTATION } from '../../src/plan/plan.ts';
import { type ApplyCluster, createApplyCluster } from '../support/apply-fixture.ts';
import { clusterPolicyObject, ingressObject, ingressTarget, policyObject } from '../support/cluster-objects.ts';

const PREFIX = 'nginx.ingress.kubernetes.io';
const LIST = 'traefik.ingress.kubernetes.io/router.middlewares';
const KEYS = CORS_KEYS.map((key) => `${PREFIX}/${key}`);

/** What stands in a key, and who put it there by which means. */
type Standing = {
  readonly key: string;
  readonly value: string;
  readonly by: 'argocd' | 'flux' | 'kubectl' | 'creator';
};

const values = fc.oneof(
  fc.constantFrom(
    'true',
    'false',
    '*',
    'https://app.example.com',
    'https://*.example.com',
    'GET, PUT',
    '600',
    '',
    'yes',
  ),
  fc.constantFrom(
    'https://b.com/',
    'https://[::1]',
    '^https://.*\\.example\\.com$',
    'GET; evil',
    'a"b',
    'ä',
    '\u0000',
    '{}',
  ),
  fc.string({ maxLength: 20 }),
);

const standings: fc.Arbitrary<readonly Standing[]> = fc.uniqueArray(
  fc.record({
    key: fc.constantFrom(...KEYS, LIST, 'kept', 'cert-manager.io/issuer', `${PREFIX}/proxy-body-size`),
    value: values,
    by: fc.constantFrom('argocd', 'flux', 'kubectl', 'creator'),
  }),
  { selector: ({ key }) => key, maxLength: 8 },
);

const specs = fc.record({
  allowOrigins: fc.uniqueArray(
    fc.constantFrom(
      'https://app.example.com',
      'https://two.example.com',
      'https://*.example.org',
      'http://localhost:3000',
    ),
    { minLength: 1, maxLength: 3 },
  ),
  wildcardDepth: fc.constantFrom('Any', 'Single'),
  allowMethods: fc.subarray(['GET', 'PUT', 'DELETE']),
  allowHeaders: fc.subarray(['X-One', 'X-Two']),
  exposeHeaders: fc.subarray(['X-Page']),
  maxAge: fc.integer({ min: 0, max: 7200 }),
  adoption: fc.constantFrom('Additive', 'Own'),
});

type Spec = Readonly<Record<string, unknown>>;

function policy(spec: Spec): KubernetesObject {
  return policyObject('storefront', { targetRefs: [ingressTarget('web')], ...spec }, { uid: 'policy-1' });
}

function web(cluster: ApplyCluster): KubernetesObject {
  const found = cluster.find('Ingress', 'web');
  if (found === undefined) throw new Error('web is gone');
  return found;
}

function clusterWith(before: readonly Standing[], ingressClassName = 'nginx'): ApplyCluster {
  const created = Object.fromEntries(before.flatMap(({ key, value, by }) => (by === 'creator' ? [[key, value]] : [])));
  const annotations = Object.keys(created).length === 0 ? {} : { annotations: created };
  const cluster = createApplyCluster([ingressObject('web', annotations, { ingressClassName })]);
  for (const manager of ['argocd', 'flux', 'kubectl'] as const) {
    const own = before.filter(({ by }) => by === manager);
    if (own.length === 0) continue;
    const set = Object.fromEntries(own.map(({ key, value }) => [key, value]));
    cluster[manager === 'kubectl' ? 'annotate' : 'apply'](web(cluster), manager, set);
  }
  return cluster;
}

/** Who owns which annotation, as text, so that the order of entries means nothing. */
function owners(object: KubernetesObject): readonly string[] {
  return managedEntries(object)
    .flatMap((entry) =>
      Object.keys(ownedAnnotations(entry) ?? {}).map(
        (key) => `${key} ${String(entry['manager'])} ${String(entry['operation'])}`,
      ),
    )
    .sort();
}

describe('apply and restore', () => {
  const cases = fc.record({ before: standings, spec: specs, ingressClassName: fc.constantFrom('nginx', 'traefik') });

  test('leave a target as it was, whatever stood on it and whoever wrote it', async () => {
    await fc.assert(
      fc.asyncProperty(cases, async ({ before, spec, ingressClassName }) => {
        const cluster = clusterWith(before, ingressClassName);
        const { annotations } = web(cluster).metadata;
        const applied = owners(web(cluster)).filter((each) => each.endsWith('Apply'));
        cluster.put(policy(spec));
        await cluster.converge('web');
        cluster.remove(policy(spec));
        const last = await cluster.converge('web');
        expect(last.next).toEqual({ kind: 'Done' });
        expect(web(cluster).metadata.annotations).toEqual(annotations);
        expect(owners(web(cluster)).filter((each) => each.endsWith('Apply'))).toEqual(applied);
        expect(owners(web(cluster)).some((each) => each.includes('cors-operator'))).toBe(false);
        expect(cluster.all().some(({ kind }) => kind === 'Middleware')).toBe(false);
      }),
      { numRuns: 150 },
    );
  });

  test('come to an end, and then nothing is asked for', async () => {
    await fc.assert(
      fc.asyncProperty(cases, async ({ before, spec, ingressClassName }) => {
        const cluster = clusterWith(before, ingressClassName);
        cluster.put(policy(spec));
        expect((await cluster.converge('web')).next).toEqual({ kind: 'Done' });
        const requests = cluster.requests.length;
        expect(await cluster.pass('web')).toMatchObject({ writes: 0, next: { kind: 'Done' } });
        expect(cluster.requests.length).toBe(requests);
      }),
      { numRuns: 100 },
    );
  });

  test('keep keys of others all or none: what a policy says, or what they say', async () => {
    await fc.assert(
      fc.asyncProperty(fc.record({ before: standings, spec: specs }), async ({ before, spec }) => {
        const cluster = clusterWith(before);
        const { annotations } = web(cluster).metadata;
        cluster.put(policy(spec));
        await cluster.converge('web');
        const after = web(cluster).metadata.annotations;
        const isHeld = after?.[RECORD_ANNOTATION] !== undefined;
        const kept = Object.entries(annotations ?? {}).filter(([key]) => !isHeld || !KEYS.includes(key));
        expect(after ?? {}).toMatchObject(Object.fromEntries(kept));
        if (!isHeld) expect(after).toEqual(annotations);
      }),
      { numRuns: 100 },
    );
  });
});

describe('order', () => {
  const states = fc.record({ spec: specs, className: fc.constantFrom('nginx', 'traefik') });
  const moves = fc.record({
    from: states,
    to: fc.option(states),
    ceiling: fc.option(fc.constantFrom('https://app.example.com', 'https://nobody.example.com')),
  });

  function reclass(cluster: ApplyCluster, ingressClassName: string): void {
    const { spec, ...object } = web(cluster);
    cluster.put({ ...object, spec: { ...(spec as object), ingressClassName } });
  }

  test('no state on the way from one policy to another grants more than both ends, or breaks a route', async () => {
    await fc.assert(
      fc.asyncProperty(moves, async ({ from, to, ceiling }) => {
        const cluster = clusterWith([], from.className);
        cluster.put(policy(from.spec));
        await cluster.converge('web');
        if (to === null) cluster.remove(policy({}));
        else {
          cluster.put(policy(to.spec));
          reclass(cluster, to.className);
        }
        if (ceiling !== null) cluster.put(clusterPolicyObject('org', { guardrail: { allowOrigins: [ceiling] } }));
        const readings = [cluster.reading('web')];
        cluster.onAnswer = () => readings.push(cluster.reading('web'));
        await cluster.converge('web');
        const [before = { kind: 'Off' as const }] = readings;
        const after = readings.at(-1) ?? before;
        for (const reading of readings) {
          expect(reading.kind).not.toBe('Invalid');
          expect(isGrantInside(reading, before) || isGrantInside(reading, after)).toBe(true);
        }
      }),
      { numRuns: 150 },
    );
  });

  test('a Middleware is named only when it is there, and settled, and goes only when nothing names it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.tuple(specs, fc.option(specs)), async ([from, to]) => {
        const cluster = clusterWith([], 'traefik');
        let settled = cluster.now;
        cluster.onAnswer = (call) => {
          const isNamed = web(cluster).metadata.annotations?.[LIST] !== undefined;
          const isThere = cluster.all().some(({ kind }) => kind === 'Middleware');
          expect(isNamed && !isThere).toBe(false);
          if (call.contentType === 'application/apply-patch+yaml' && isNamed) {
            expect(cluster.now - settled).toBeGreaterThanOrEqual(5000);
          }
          if (call.method === 'POST') settled = cluster.now;
        };
        cluster.put(policy(from));
        await cluster.converge('web');
        if (to === null) cluster.remove(policy({}));
        else cluster.put(policy(to));
        await cluster.converge('web');
      }),
      { numRuns: 60 },
    );
  });
});

describe('records that somebody forged', () => {
  const annotations = fc.constantFrom(
    ...KEYS,
    LIST,
    POLICY_ANNOTATION,
    'kept',
    '__proto__',
    `${PREFIX}/server-snippet`,
    `${PREFIX}/configuration-snippet`,
    'spec.rules[0].filters[CORS]',
    'kubernetes.io/ingress.class',
  );
  const keys = fc.dictionary(
    annotations,
    fc.oneof(
      fc.record(
        { original: values, hash: fc.constantFrom('absent', 'dd3d5c656bdb4963', ''), manager: fc.anything() },
        { requiredKeys: [] },
      ),
      fc.record({ entries: fc.array(values) }),
      fc.anything(),
    ),
  );
  const records = fc.oneof(
    fc.record({
      version: fc.constantFrom(1, 2, '1'),
      instance: fc.constantFrom('', 'blue'),
      uid: fc.constant('uid-web'),
      keys,
    }),
    fc.anything(),
  );
  const standing = fc.dictionary(annotations, values);

  test('bring back nothing but keys of dialects, and never a value that could reach beyond its place', async () => {
    await fc.assert(
      fc.asyncProperty(fc.tuple(records, standing), async ([record, others]) => {
        const text = JSON.stringify(record) ?? '';
        const before = { ...others, [RECORD_ANNOTATION]: text };
        const cluster = createApplyCluster([ingressObject('web', { uid: 'uid-web', annotations: before })]);
        await cluster.converge('web');
        const after = web(cluster).metadata.annotations ?? {};
        for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
          if (Object.getOwnPropertyDescriptor(before, key)?.value === after[key]) continue;
          expect([...KEYS, POLICY_ANNOTATION, RECORD_ANNOTATION]).toContain(key);
          expect(after[key] ?? '').not.toMatch(/[\p{Cc};{}"'`#]/u);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('stop nobody from governing', async () => {
    await fc.assert(
      fc.asyncProperty(records, async (record) => {
        const text = JSON.stringify(record) ?? '';
        const annotations = { [RECORD_ANNOTATION]: text };
        const cluster = createApplyCluster([ingressObject('web', { uid: 'uid-web', annotations }), policy({})]);
        const { outcome } = await cluster.converge('web');
        if (outcome.problem === undefined) {
          expect(cluster.reading('web')).toMatchObject({ policy: { origins: { exact: ['https://app.example.com'] } } });
        } else {
          expect(outcome.problem.reason).toBe('ForeignCors');
          expect(outcome.problem.message).toContain('another installation');
        }
      }),
      { numRuns: 200 },
    );
  });
});
