import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { evaluate } from '../../src/evaluate.ts';
import type { KubernetesObject } from '../../src/model/kubernetes-object.ts';
import { assembleSnapshot } from '../../src/model/snapshot-assembly.ts';
import { nextExceptionChange } from '../../src/resolve/live-exceptions.ts';
import type { EffectivePolicy } from '../../src/resolve/resolution.ts';
import { createMemory, resolveSnapshot } from '../../src/resolve/snapshot-resolution.ts';
import {
  clusterPolicyObject,
  exceptionObject,
  ingressClassObject,
  ingressObject,
  ingressTarget,
  policyObject,
} from '../support/cluster-objects.ts';
import { effectiveOf, resolutionOf, resolveObjects, TEST_TIME, testSettings } from '../support/resolved-cluster.ts';

const a = 'https://a.example.com';
const b = 'https://b.example.com';
const c = 'https://c.example.com';
const DAY = 24 * 60 * 60 * 1000;
const END = Date.UTC(2026, 2, 1);
const web = ingressObject('web', { labels: { app: 'web' } });
const org = (guardrail: object = { allowOrigins: [a] }, rest: object = {}) =>
  clusterPolicyObject('org', { guardrail, ...rest });
const policy = (spec: Readonly<Record<string, unknown>> = { allowOrigins: [a, b, c] }) =>
  policyObject('p', { targetRefs: [ingressTarget('web')], ...spec });
const older = { creationTimestamp: '2025-01-01T00:00:00Z' };
const younger = { creationTimestamp: '2025-06-01T00:00:00Z' };

function effective(objects: readonly KubernetesObject[], now = TEST_TIME): EffectivePolicy {
  return effectiveOf(resolutionOf(resolveObjects([web, ...objects], {}, now), 'web'));
}

type Row = {
  readonly name: string;
  readonly guardrail?: object;
  readonly spec?: Readonly<Record<string, unknown>>;
  readonly exception: Readonly<Record<string, unknown>>;
  readonly expected: object;
};

const origins = (exact: readonly string[]) => ({ origins: { exact } });

const rows: readonly Row[] = [
  { name: 'an origin', exception: { allowOrigins: [b] }, expected: origins([a, b]) },
  {
    name: 'a wildcard',
    exception: { allowOrigins: ['https://*.example.com'] },
    expected: origins([a, b, c]),
  },
  { name: 'a regex', exception: { allowOriginRegexes: ['https://[bx]\\.example\\.com'] }, expected: origins([a, b]) },
  { name: 'nothing that it does not list', exception: { allowOrigins: ['https://x.example'] }, expected: origins([a]) },
  {
    name: 'a star, where the guardrail names no origins',
    guardrail: {},
    spec: { allowOrigins: ['*'] },
    exception: { allowOrigins: ['*'] },
    expected: { origins: { any: true } },
  },
  {
    name: 'a star that nobody asks for',
    exception: { allowOrigins: ['*'] },
    expected: { origins: { any: false, exact: [a, b, c] } },
  },
  {
    name: 'a wider entry of the policy becomes what the guardrail and the exception list inside it',
    spec: { allowOrigins: ['https://*.example.com'] },
    exception: { allowOrigins: [b, 'https://other.example'] },
    expected: { origins: { exact: [a, b], wildcards: [] } },
  },
  {
    name: 'an entry that only both together cover',
    guardrail: { allowOriginRegexes: ['https://[a-m]\\.example\\.com'] },
    spec: { allowOriginRegexes: ['https://[a-z]\\.example\\.com'] },
    exception: { allowOriginRegexes: ['https://[n-z]\\.example\\.com'] },
    expected: { origins: { regexes: ['https://[a-z]\\.example\\.com'] } },
  },
  {
    name: 'methods, as browsers send them',
    guardrail: { allowMethods: ['PUT'] },
    spec: { allowOrigins: [a], allowMethods: ['PUT', 'DELETE', 'PATCH'] },
    exception: { allowMethods: ['delete'] },
    expected: { allowMethods: ['PUT', 'DELETE'] },
  },
  {
    name: 'headers, without case',
    guardrail: { allowHeaders: [] },
    spec: { allowOrigins: [a], allowHeaders: ['X-A', 'X-B'] },
    exception: { allowHeaders: ['x-a'] },
    expected: { allowHeaders: ['X-A'] },
  },
  {
    name: 'what the guardrail leaves open stays open',
    guardrail: {},
    spec: { allowOrigins: [a], allowMethods: ['DELETE'], allowHeaders: ['X-A'] },
    exception: { allowMethods: ['PUT'], allowHeaders: ['X-B'] },
    expected: { allowMethods: ['DELETE'], allowHeaders: ['X-A'] },
  },
  {
    name: 'credentials',
    guardrail: { allowCredentials: false },
    spec: { allowOrigins: [a], allowCredentials: true },
    exception: { allowCredentials: true },
    expected: { allowCredentials: true },
  },
  {
    name: 'no credentials that it does not list',
    guardrail: { allowCredentials: false },
    spec: { allowOrigins: [a], allowCredentials: true },
    exception: { allowOrigins: [b] },
    expected: { allowCredentials: false },
  },
  {
    name: 'neither exposed headers nor times',
    guardrail: { exposeHeaders: [], maxAge: 60 },
    spec: { allowOrigins: [a], exposeHeaders: ['X-A'], maxAge: 600 },
    exception: { allowHeaders: ['X-A'] },
    expected: { exposeHeaders: [], maxAge: 60 },
  },
];

describe('liveExceptions: an exception allows', () => {
  test.each(rows)('$name', ({ guardrail = { allowOrigins: [a] }, spec, exception, expected }) => {
    expect(effective([org(guardrail), policy(spec), exceptionObject('e', exception)]).cors).toMatchObject(expected);
  });
});

describe('liveExceptions: an exception that does nothing', () => {
  const listing = { allowOrigins: [b] };
  test.each([
    { name: 'for another policy', exception: { ...listing, policyRefs: [{ namespace: 'shop', name: 'q' }] } },
    {
      name: 'for a policy of another namespace',
      exception: { ...listing, policyRefs: [{ namespace: 'x', name: 'p' }] },
    },
    { name: 'of another guardrail', exception: { ...listing, guardrailRef: { name: 'other' } } },
    { name: 'that has ended', exception: { ...listing, expiresAt: '2025-12-31T23:59:59Z' } },
    { name: 'that ends now', exception: { ...listing, expiresAt: '2026-01-01T00:00:00Z' } },
    { name: 'that ends too far ahead', exception: { ...listing, expiresAt: '2027-02-06T00:00:00Z' } },
    { name: 'without an owner', exception: { ...listing, owner: undefined } },
    { name: 'without a reason', exception: { ...listing, reason: '' } },
    { name: 'with a wrong origin beside the right one', exception: { allowOrigins: [b, `${c}/`] } },
    { name: 'whose end is no time', exception: { ...listing, expiresAt: 'soon' } },
  ])('$name', ({ exception }) => {
    const spec = Object.fromEntries(Object.entries(exception).filter(([, value]) => value !== undefined));
    const object = exceptionObject('e', spec);
    const given = 'owner' in exception && exception.owner === undefined ? withoutOwner(object) : object;
    const found = effective([org(), policy(), given]);
    expect(found.cors.origins.exact).toEqual([a]);
    expect(found.permits).toBeUndefined();
  });

  test('for a default of a ClusterCorsPolicy, whatever its name', () => {
    const spec = { routeSelector: { matchLabels: { app: 'web' } }, allowOrigins: [a, b] };
    const objects = [clusterPolicyObject('p', { default: spec }), org(), exceptionObject('e', { allowOrigins: [b] })];
    expect(effective(objects).cors.origins.exact).toEqual([a]);
  });

  test('below a guardrail that is not valid', () => {
    const found = effective([
      org({ allowOrigins: ['nonsense'] }),
      policy(),
      exceptionObject('e', { allowOrigins: [b] }),
    ]);
    expect(found.cors.origins.exact).toEqual([]);
    expect(found.refusal?.reason).toBe('ExceedsGuardrail');
  });

  test('of two of one name with different contents neither', () => {
    const twins = [exceptionObject('e', { allowOrigins: [b] }), exceptionObject('e', { allowOrigins: [c] })];
    expect(effective([org(), policy(), ...twins]).cors.origins.exact).toEqual([a]);
  });

  function withoutOwner(object: KubernetesObject): KubernetesObject {
    const { owner: _, ...spec } = object['spec'] as Readonly<Record<string, unknown>>;
    return { ...object, spec };
  }
});

describe('liveExceptions: which of several', () => {
  const forB = (metadata: object = {}, spec: object = {}, name = 'for-b') =>
    exceptionObject(name, { allowOrigins: [b], ...spec }, metadata);
  const forC = (metadata: object = {}, spec: object = {}, name = 'for-c') =>
    exceptionObject(name, { allowOrigins: [c], ...spec }, metadata);
  test.each([
    { name: 'they never combine', exceptions: [forB(older), forC(younger)], left: [a, b] },
    { name: 'the older one, whatever its name', exceptions: [forB(younger), forC(older)], left: [a, c] },
    { name: 'of one age the first by name', exceptions: [forC(older), forB(older)], left: [a, b] },
    {
      name: 'one that has ended keeps no other away',
      exceptions: [forB(older, { expiresAt: '2025-12-01T00:00:00Z' }), forC(younger)],
      left: [a, c],
    },
    {
      name: 'one that is not valid keeps no other away',
      exceptions: [forB(older, { owner: '' }), forC(younger)],
      left: [a, c],
    },
    {
      name: 'one of another guardrail is one as well',
      exceptions: [forB(older, { guardrailRef: { name: 'other' } }), forC(younger)],
      left: [a],
    },
    {
      name: 'one for another policy is none',
      exceptions: [forB(older, { policyRefs: [{ namespace: 'shop', name: 'q' }] }), forC(younger)],
      left: [a, c],
    },
  ])('$name', ({ exceptions, left }) => {
    for (const order of [exceptions, exceptions.toReversed()]) {
      expect(effective([org(), policy(), ...order]).cors.origins.exact).toEqual(left);
    }
  });

  test('when the older ends, the younger applies', () => {
    const objects = [org(), policy(), forB(older, { expiresAt: '2026-01-02T00:00:00Z' }), forC(younger)];
    expect(effective(objects).cors.origins.exact).toEqual([a, b]);
    expect(effective(objects, TEST_TIME + DAY).cors.origins.exact).toEqual([a, c]);
    expect(effective(objects, END).cors.origins.exact).toEqual([a]);
  });

  test('it widens one guardrail of several, and the others hold', () => {
    const other = (guardrail: object) => clusterPolicyObject('other', { guardrail });
    const objects = [org(), policy(), exceptionObject('e', { allowOrigins: [b, c] })];
    expect(effective([...objects, other({ allowOrigins: [a, b] })]).cors.origins.exact).toEqual([a, b]);
    expect(effective([...objects, other({ allowOrigins: [a] })]).cors.origins.exact).toEqual([a]);
  });
});

describe('liveExceptions: what is said', () => {
  test('each entry that is in force by an exception, with its witness and its place', () => {
    const found = effective([org(), policy(), exceptionObject('e', { allowOrigins: [b] })]);
    expect(found.cuts?.map(({ entry }) => entry)).toEqual([c]);
    expect(found.permits).toEqual([
      {
        field: 'allowOrigins',
        entry: b,
        place: { from: { kind: 'CorsPolicy', namespace: 'shop', name: 'p' }, path: 'spec.allowOrigins[1]' },
        guardrail: { name: 'org', path: 'spec.guardrail.allowOrigins', enforcement: 'Enforce' },
        exception: { name: 'e', path: 'spec.allowOrigins' },
        witness: b,
      },
    ]);
    expect(found.issues.map(({ severity, path }) => `${severity} ${path}`)).toEqual([
      'error spec.allowOrigins[2]',
      'info spec.allowOrigins[1]',
    ]);
    expect(found.issues[1]?.message).toMatch(/exception e until 2026-03-01T00:00:00Z/);
  });

  test.each([
    {
      name: 'a regex that allows an origin',
      exception: { allowOriginRegexes: ['https://b.*'] },
      path: 'spec.allowOriginRegexes',
    },
    {
      name: 'an origin beside a regex',
      exception: { allowOrigins: [b], allowOriginRegexes: ['https://x'] },
      path: 'spec.allowOrigins',
    },
  ])('$name', ({ exception, path }) => {
    const found = effective([org(), policy(), exceptionObject('e', exception)]);
    expect(found.permits?.[0]?.exception.path).toBe(path);
  });

  test.each(['Warn', 'Audit'])('under %s what an exception allows is no finding', (enforcement) => {
    const found = effective([
      org({ allowOrigins: [a] }, { enforcement }),
      policy(),
      exceptionObject('e', { allowOrigins: [b] }),
    ]);
    expect(found.cors.origins.exact).toEqual([a, b, c]);
    expect(found.cuts?.map(({ entry }) => entry)).toEqual([c]);
    expect(found.permits?.map(({ entry }) => entry)).toEqual([b]);
  });

  test('an exception that a policy does not need is not mentioned', () => {
    const found = effective([org(), policy({ allowOrigins: [a] }), exceptionObject('e', { allowOrigins: [b] })]);
    expect([found.permits, found.cuts, found.issues]).toEqual([undefined, undefined, []]);
  });
});

describe('nextExceptionChange', () => {
  const next = (exceptions: readonly KubernetesObject[], now = TEST_TIME) =>
    nextExceptionChange(assembleSnapshot(exceptions, testSettings).exceptions, now);
  const ending = (expiresAt: string, name = 'e') => exceptionObject(name, { allowOrigins: [b], expiresAt });

  test.each([
    { name: 'none', exceptions: [], expected: undefined },
    { name: 'its end', exceptions: [ending('2026-03-01T00:00:00Z')], expected: END },
    { name: 'none when it has ended', exceptions: [ending('2025-03-01T00:00:00Z')], expected: undefined },
    { name: 'none at the very end', exceptions: [ending('2026-01-01T00:00:00Z')], expected: undefined },
    {
      name: 'the first of several',
      exceptions: [ending('2026-03-01T00:00:00Z', 'x'), ending('2026-02-01T00:00:00+01:00', 'y')],
      expected: Date.UTC(2026, 0, 31, 23),
    },
    {
      name: 'its begin, 400 days before its end',
      exceptions: [ending('2027-03-01T00:00:00Z')],
      expected: Date.UTC(2027, 2, 1) - 400 * DAY,
    },
  ])('$name', ({ exceptions, expected }) => {
    expect(next(exceptions)).toBe(expected);
  });

  test('at the begin an exception acts, at the end it does not, and a moment before it does', () => {
    const objects = [org(), policy(), ending('2027-03-01T00:00:00Z')];
    const begin = next([ending('2027-03-01T00:00:00Z')]) ?? 0;
    const end = Date.UTC(2027, 2, 1);
    const granted = (now: number) => effective(objects, now).cors.origins.exact.includes(b);
    expect([begin - 1, begin, end - 1, end].map(granted)).toEqual([false, true, true, false]);
  });
});

describe('liveExceptions: laws', () => {
  const list = fc.subarray(
    [a, b, c, 'https://*.example.com', 'https://*.b.example.com', 'https://b.example.com:8443'],
    {
      minLength: 1,
    },
  );
  const names = fc.subarray(['PUT', 'DELETE', 'PATCH', '*']);
  const exceptions = fc.array(
    fc.record({
      allowOrigins: list,
      allowMethods: names,
      allowCredentials: fc.boolean(),
      expiresAt: fc.constantFrom('2025-06-01T00:00:00Z', '2026-01-15T00:00:00Z', '2026-03-01T00:00:00Z'),
      guardrailRef: fc.constantFrom({ name: 'org' }, { name: 'other' }),
    }),
    { maxLength: 4 },
  );
  const guardrails = fc.record({ allowOrigins: list, allowMethods: names, allowCredentials: fc.boolean() });
  const policies = fc.record({ allowOrigins: list, allowMethods: names });
  const scene = fc.record({ policies, guardrails, others: guardrails, exceptions });
  const ages = [older, younger, younger, older];

  type Scene = typeof scene extends fc.Arbitrary<infer Value> ? Value : never;

  const objectsOf = (spec: Scene): readonly KubernetesObject[] => [
    ingressClassObject(),
    web,
    policy(spec.policies),
    org(spec.guardrails),
    clusterPolicyObject('other', { guardrail: spec.others }),
    ...spec.exceptions.map((each, index) => exceptionObject(`e-${index}`, each, ages[index])),
  ];
  const decided = (objects: readonly KubernetesObject[], now = TEST_TIME): string => {
    const { routes, statuses } = evaluate(assembleSnapshot(objects, testSettings), now);
    return JSON.stringify([routes, statuses.filter(({ object }) => object.kind !== 'CorsException')]);
  };
  const isException = ({ kind }: KubernetesObject) => kind === 'CorsException';

  test('one that has ended equals none', () => {
    fc.assert(
      fc.property(scene, (spec) => {
        const objects = objectsOf(spec);
        const isEnded = ({ spec: fields }: KubernetesObject) =>
          String((fields as Readonly<Record<string, unknown>>)['expiresAt']) < '2026-02';
        const left = objects.filter((object) => !isException(object) || !isEnded(object));
        const later = Date.UTC(2026, 1, 1);
        expect(decided(objects, later)).toBe(decided(left, later));
        const none = objects.filter((object) => !isException(object));
        expect(decided(objects, END)).toBe(decided(none, END));
      }),
    );
  });

  test('only the one that applies counts', () => {
    fc.assert(
      fc.property(scene, (spec) => {
        const objects = objectsOf(spec);
        const alone = objects.filter(isException).map((one) => [...objects.filter((each) => !isException(each)), one]);
        const none = objects.filter((each) => !isException(each));
        expect([...alone, none].map((each) => decided(each))).toContain(decided(objects));
      }),
    );
  });

  test('the order of the input does not matter', () => {
    fc.assert(
      fc.property(
        scene.chain((spec) =>
          fc.tuple(
            fc.constant(objectsOf(spec)),
            fc.shuffledSubarray([...objectsOf(spec)], { minLength: objectsOf(spec).length }),
          ),
        ),
        ([objects, shuffled]) => {
          expect(decided(shuffled)).toBe(decided(objects));
        },
      ),
    );
  });

  test('what was worked out earlier does not outlive its time', () => {
    fc.assert(
      fc.property(scene, (spec) => {
        const snapshot = assembleSnapshot(objectsOf(spec), testSettings);
        const memory = createMemory();
        for (const now of [TEST_TIME, Date.UTC(2026, 1, 1), END, TEST_TIME]) {
          const fresh = resolveSnapshot(snapshot, now);
          const remembering = resolveSnapshot(snapshot, now, memory);
          expect(JSON.stringify(remembering.routes)).toBe(JSON.stringify(fresh.routes));
        }
      }),
    );
  });
});
