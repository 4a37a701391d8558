import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { evaluate } from '../../src/evaluate.ts';
import type { KubernetesObject } from '../../src/model/kubernetes-object.ts';
import type { Settings } from '../../src/model/settings.ts';
import { assembleSnapshot } from '../../src/model/snapshot-assembly.ts';
import { MOST_WRITTEN_ORIGINS } from '../../src/plan/plain-policy.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { valueHash } from '../../src/plan/record.ts';
import { storedTarget } from '../../src/plan/stored-target.ts';
import {
  clusterPolicyObject,
  exceptionObject,
  httpRouteObject,
  ingressClassObject,
  ingressObject,
  type Metadata,
  originListObject,
  policyObject,
} from '../support/cluster-objects.ts';

const SETTINGS: Settings = { operatorNamespace: 'cors', classes: {}, responder: 'Disabled' };
const PREFIX = 'nginx.ingress.kubernetes.io/';
const REGEX = { allowOriginRegexes: ['https://pr-[0-9]+\\.example\\.com'], targetSelector: {} };
const PLAIN = { targetSelector: {} };

function plans(objects: readonly KubernetesObject[], settings: Partial<Settings> = {}): readonly Plan[] {
  return evaluate(assembleSnapshot(objects, { ...SETTINGS, ...settings }), 0).routes.map((route) => route.plan);
}

function planOf(
  spec: Readonly<Record<string, unknown>>,
  metadata: Metadata = {},
  settings: Partial<Settings> = {},
): Plan {
  const [plan] = plans([policyObject('p', spec), ingressObject('web', metadata), ingressClassObject()], settings);
  if (plan === undefined) throw new Error('no route');
  return plan;
}

function nginx(values: Readonly<Record<string, string>>, recorded: readonly string[] = []): Metadata {
  const annotations = Object.fromEntries(Object.entries(values).map(([key, value]) => [`${PREFIX}${key}`, value]));
  const keys = Object.fromEntries(recorded.map((key) => [`${PREFIX}${key}`, {}]));
  return {
    annotations:
      recorded.length === 0 ? annotations : { ...annotations, 'cors-operator.dev/record': JSON.stringify({ keys }) },
  };
}

describe('createPlanner: outcomes', () => {
  test('a policy that can be said is Native, and names itself on the target', () => {
    const plan = planOf(PLAIN);
    expect(plan).toMatchObject({ outcome: 'Native', dialect: 'ingress-nginx', reason: undefined });
    expect(plan.changes.annotations).toMatchObject({
      [`${PREFIX}enable-cors`]: 'true',
      'cors-operator.dev/policy': 'p',
    });
  });

  test('nothing governs: NoPolicy, nothing is written, nothing is said', () => {
    const [plan] = plans([ingressObject('web'), ingressClassObject()]);
    expect(plan).toMatchObject({ outcome: 'NoPolicy', message: '', changes: { annotations: {} }, owned: [] });
  });

  test('a default of the cluster names its kind on the target', () => {
    const objects = [
      clusterPolicyObject('org', {
        default: { routeSelector: { matchLabels: { a: 'b' } }, allowOrigins: ['https://a.com'] },
      }),
      ingressObject('web', { labels: { a: 'b' } }),
      ingressClassObject(),
    ];
    expect(plans(objects)[0]?.changes.annotations['cors-operator.dev/policy']).toBe('ClusterCorsPolicy/org');
  });

  test.each([
    {
      name: 'Auto, responder off',
      strategy: 'Auto',
      responder: 'Disabled',
      outcome: 'NotExpressible',
      reason: 'ResponderDisabled',
    },
    { name: 'Auto, responder on', strategy: 'Auto', responder: 'Standalone', outcome: 'Responder', reason: 'Regex' },
    {
      name: 'Native, responder on',
      strategy: 'Native',
      responder: 'Standalone',
      outcome: 'NotExpressible',
      reason: 'Regex',
    },
    {
      name: 'Native, responder off',
      strategy: 'Native',
      responder: 'Disabled',
      outcome: 'NotExpressible',
      reason: 'Regex',
    },
    {
      name: 'Responder, responder on',
      strategy: 'Responder',
      responder: 'Standalone',
      outcome: 'Responder',
      reason: undefined,
    },
    {
      name: 'Responder, responder off',
      strategy: 'Responder',
      responder: 'Disabled',
      outcome: 'NotExpressible',
      reason: 'ResponderDisabled',
    },
  ] as const)('a policy that cannot be said: $name', ({ strategy, responder, outcome, reason }) => {
    expect(planOf({ ...REGEX, strategy }, {}, { responder })).toMatchObject({ outcome, reason });
  });

  test('ResponderDisabled keeps the native reason in its message', () => {
    expect(planOf(REGEX).message).toMatch(/regular expressions.*\(Regex\).*switch the responder on/);
  });

  test('a class that is not known keeps its reason, with the responder as without', () => {
    const objects = [policyObject('p', PLAIN), ingressObject('web')];
    expect(plans(objects)[0]).toMatchObject({ outcome: 'NotExpressible', reason: 'ClassUnknown', dialect: undefined });
    expect(plans(objects, { responder: 'Standalone' })[0]).toMatchObject({
      outcome: 'Responder',
      reason: 'ClassUnknown',
    });
  });

  test('a policy in audit mode is previewed, beside nothing and beside another policy', () => {
    const audited = policyObject('audited', { ...REGEX, mode: 'Audit', strategy: 'Native' });
    const alone = plans([audited, ingressObject('web'), ingressClassObject()])[0];
    expect(alone).toMatchObject({
      outcome: 'NoPolicy',
      message: 'CorsPolicy shop/audited in audit mode would make it NotExpressible (Regex)',
    });
    expect(alone?.changes.annotations).toEqual({});
  });
});

describe('createPlanner: lists beyond what any controller holds', () => {
  const lines = Array.from({ length: MOST_WRITTEN_ORIGINS + 1 }, (_, index) => `https://a${index}.com`).join('\n');
  const objects = (strategy: string): readonly KubernetesObject[] => [
    policyObject('p', { ...PLAIN, strategy, allowOriginsFrom: [{ configMapKeyRef: { name: 'list', key: 'all' } }] }),
    originListObject('list', { all: lines }),
    ingressObject(
      'web',
      nginx({ 'enable-cors': 'true', 'cors-allow-origin': '*' }, ['enable-cors', 'cors-allow-origin']),
    ),
    ingressClassObject(),
  ];

  test('are not even tried, and what stands is switched off', () => {
    const [plan] = plans(objects('Native'));
    expect(plan).toMatchObject({ outcome: 'NotExpressible', reason: 'TooManyOrigins' });
    expect(plan?.changes.annotations[`${PREFIX}enable-cors`]).toBe('false');
  });

  test('go to the responder', () => {
    expect(plans(objects('Auto'), { responder: 'Standalone' })[0]).toMatchObject({
      outcome: 'Responder',
      reason: 'TooManyOrigins',
    });
    expect(plans(objects('Auto'))[0]).toMatchObject({ outcome: 'NotExpressible', reason: 'ResponderDisabled' });
  });
});

describe('createPlanner: keys that stand', () => {
  test('another manager’s key stops everything: ForeignCors names it', () => {
    const plan = planOf(PLAIN, nginx({ 'enable-cors': 'true', 'cors-allow-origin': '*' }));
    expect(plan).toMatchObject({ outcome: 'NotExpressible', reason: 'ForeignCors', changes: { annotations: {} } });
    expect(plan.message).toContain(`${PREFIX}cors-allow-origin`);
  });

  test('a responder does not silence another manager’s key either', () => {
    const plan = planOf(REGEX, nginx({ 'enable-cors': 'true', 'cors-allow-origin': '*' }), { responder: 'Standalone' });
    expect(plan).toMatchObject({ outcome: 'NotExpressible', reason: 'ForeignCors', changes: { annotations: {} } });
  });

  test('adoption: Own takes it over', () => {
    const plan = planOf({ ...PLAIN, adoption: 'Own' }, nginx({ 'enable-cors': 'true', 'cors-allow-origin': '*' }));
    expect(plan).toMatchObject({ outcome: 'Native' });
  });

  test('our own key is changed', () => {
    const plan = planOf(PLAIN, nginx({ 'cors-allow-origin': '*' }, ['cors-allow-origin']));
    expect(plan.changes.annotations[`${PREFIX}cors-allow-origin`]).toBe('https://app.example.com');
  });

  test.each([
    { name: 'what lies inside the policy stays', origin: 'https://pr-1.example.com', expected: undefined },
    { name: 'what lies outside is switched off', origin: 'https://evil.example', expected: 'false' },
  ])('NotExpressible: $name', ({ origin, expected }) => {
    const standing = {
      'enable-cors': 'true',
      'cors-allow-origin': origin,
      'cors-allow-methods': 'GET',
      'cors-allow-headers': 'Keep-Alive',
      'cors-allow-credentials': 'false',
      'cors-max-age': '5',
    };
    const plan = planOf({ ...REGEX, strategy: 'Native' }, nginx(standing, Object.keys(standing)));
    expect(plan).toMatchObject({ outcome: 'NotExpressible', reason: 'Regex' });
    expect(plan.changes.annotations[`${PREFIX}enable-cors`]).toBe(expected);
  });

  test('NotExpressible: somebody else’s keys beyond the policy are named', () => {
    const plan = planOf({ ...REGEX, strategy: 'Native' }, nginx({ 'enable-cors': 'true', 'cors-allow-origin': '*' }));
    expect(plan).toMatchObject({ outcome: 'NotExpressible', reason: 'ForeignCors', changes: { annotations: {} } });
    expect(plan.message).toMatch(/regular expressions.*somebody else wrote/);
  });

  test('Refused: CORS is switched off explicitly', () => {
    const plan = planOf({ ...PLAIN, allowOrigins: ['https://a.com/'] });
    expect(plan).toMatchObject({ outcome: 'Refused', reason: 'PolicyInvalid' });
    expect(plan.changes.annotations).toMatchObject({
      [`${PREFIX}enable-cors`]: 'false',
      [`${PREFIX}cors-allow-origin`]: null,
    });
  });

  test('Refused: keys of somebody else are left alone and named', () => {
    const plan = planOf({ ...PLAIN, allowOrigins: ['https://a.com/'] }, nginx({ 'enable-cors': 'true' }));
    expect(plan).toMatchObject({ outcome: 'Refused', reason: 'PolicyInvalid', changes: { annotations: {} } });
    expect(plan.message).toContain(`${PREFIX}enable-cors`);
  });

  test('Refused: somebody else’s keys without effect are no conflict', () => {
    const plan = planOf({ ...PLAIN, allowOrigins: ['https://a.com/'] }, nginx({ 'cors-max-age': '600' }));
    expect(plan).toMatchObject({ outcome: 'Refused', reason: 'PolicyInvalid', changes: { annotations: {} } });
    expect(plan.message).not.toContain('cors-max-age');
  });

  test('the responder finds CORS switched off in front of it', () => {
    const plan = planOf({ ...PLAIN, strategy: 'Responder' }, {}, { responder: 'Standalone' });
    expect(plan.changes.annotations[`${PREFIX}enable-cors`]).toBe('false');
  });
});

describe('createPlanner: what is programmed', () => {
  const origin = (name: string) => `https://${name}.example.com`;
  const [a, b, c] = [origin('a'), origin('b'), origin('c')];
  const asking = (...allowOrigins: readonly string[]) => policyObject('p', { ...PLAIN, allowOrigins });
  const wrong = asking(`${a}/`);
  const audit = policyObject('p', { ...PLAIN, allowOrigins: [a, b], mode: 'Audit' });
  const ceiling = (...allowOrigins: readonly string[]) => clusterPolicyObject('org', { guardrail: { allowOrigins } });
  const warning = clusterPolicyObject('org', { enforcement: 'Warn', guardrail: { allowOrigins: [a] } });
  const other = clusterPolicyObject('other', { guardrail: { allowOrigins: [a, c] } });
  const broken = ceiling('nonsense');
  const exception = (expiresAt: string) => exceptionObject('e', { allowOrigins: [b], expiresAt });
  const live = exception('2026-03-01T00:00:00Z');
  const ended = exception('2025-03-01T00:00:00Z');

  /** The Ingress as a policy left it that allowed these origins. */
  function programmed(...allowOrigins: readonly string[]): KubernetesObject {
    const before = ingressObject('web');
    const [plan] = plans([asking(...allowOrigins), before, ingressClassObject()]);
    const stored = storedTarget(before, plan === undefined ? [] : [plan]);
    const written = Object.entries(plan?.changes.annotations ?? {});
    const keys = Object.fromEntries(written.map(([key, value]) => [key, { hash: valueHash(value) }]));
    const annotations = { ...stored.metadata.annotations, 'cors-operator.dev/record': JSON.stringify({ keys }) };
    return { ...stored, metadata: { ...stored.metadata, annotations } };
  }

  type Row = {
    readonly name: string;
    readonly objects: readonly KubernetesObject[];
    /** What the Ingress grants then; undefined: CORS is off. */
    readonly left: string | undefined;
    readonly plan: string;
  };
  const [ab, abc] = [`${a},${b}`, `${a},${b},${c}`];
  const kept = 'Refused PolicyInvalid kept';
  const off = 'Refused PolicyInvalid';
  const beyond = 'Refused ExceedsGuardrail';
  const rows: readonly Row[] = [
    {
      name: 'stays under a policy that is not valid any more',
      objects: [wrong, programmed(a, b)],
      left: ab,
      plan: kept,
    },
    { name: 'stays so inside the guardrails', objects: [wrong, programmed(a), ceiling(a)], left: a, plan: kept },
    {
      name: 'goes when it is not inside them',
      objects: [wrong, programmed(a, b), ceiling(a)],
      left: undefined,
      plan: off,
    },
    { name: 'stays beyond one that only warns', objects: [wrong, programmed(a, b), warning], left: ab, plan: kept },
    {
      name: 'stays inside the exception of its policy',
      objects: [wrong, programmed(a, b), ceiling(a), live],
      left: ab,
      plan: kept,
    },
    {
      name: 'goes when the exception has ended',
      objects: [wrong, programmed(a, b), ceiling(a), ended],
      left: undefined,
      plan: off,
    },
    {
      name: 'stays below a guardrail that is not valid',
      objects: [asking(a, b), programmed(a, b), broken],
      left: ab,
      plan: 'Native',
    },
    {
      name: 'is all that is allowed there',
      objects: [asking(a, b, c), programmed(a, b), broken],
      left: ab,
      plan: `${beyond} kept`,
    },
    { name: 'may be less there', objects: [asking(a), programmed(a, b), broken], left: a, plan: 'Native' },
    {
      name: 'goes there when the policy asks for something else',
      objects: [asking(a, c), programmed(a, b), broken],
      left: undefined,
      plan: beyond,
    },
    {
      name: 'goes there when another guardrail forbids it',
      objects: [asking(a, b, c), programmed(a, b), broken, other],
      left: undefined,
      plan: beyond,
    },
    { name: 'stays there under an invalid policy', objects: [wrong, programmed(a, b), broken], left: ab, plan: kept },
    {
      name: 'goes there when an exception has ended by whose grace it may stand',
      objects: [asking(a, b), programmed(a, b), broken, ended],
      left: undefined,
      plan: beyond,
    },
    {
      name: 'stays there while that exception is live',
      objects: [asking(a, b), programmed(a, b), broken, live],
      left: ab,
      plan: 'Native',
    },
    {
      name: 'was nothing: off is said there',
      objects: [asking(a), ingressObject('web'), broken],
      left: undefined,
      plan: beyond,
    },
    {
      name: 'stays under a policy that only audits by now',
      objects: [audit, programmed(a, b, c)],
      left: abc,
      plan: 'NoPolicy',
    },
    {
      name: 'stays so inside the guardrails',
      objects: [audit, programmed(a, b), ceiling(a, b)],
      left: ab,
      plan: 'NoPolicy',
    },
    {
      name: 'goes when a guardrail was lowered below it',
      objects: [audit, programmed(a, b), ceiling(a)],
      left: undefined,
      plan: beyond,
    },
    {
      name: 'stays under an audit with an exception',
      objects: [audit, programmed(a, b), ceiling(a), live],
      left: ab,
      plan: 'NoPolicy',
    },
  ];

  const TIME = Date.UTC(2026, 0, 1);
  const decide = (objects: readonly KubernetesObject[]) => {
    const [route] = evaluate(assembleSnapshot([ingressClassObject(), ...objects], SETTINGS), TIME).routes;
    if (route === undefined) throw new Error('no route');
    const { annotations = {} } = storedTarget(route.resolution.route.object, [route.plan]).metadata;
    const isOn = annotations[`${PREFIX}enable-cors`] === 'true';
    return { plan: route.plan, left: isOn ? annotations[`${PREFIX}cors-allow-origin`] : undefined };
  };
  const words = ({ outcome, reason, kept: isKept }: Plan) =>
    [outcome, ...(reason === undefined ? [] : [reason]), ...(isKept ? ['kept'] : [])].join(' ');

  test.each(rows)('$name', ({ objects, left, plan: expected }) => {
    const { plan, left: found } = decide(objects);
    expect([found, words(plan)]).toEqual([left, expected]);
    if (plan.kept) expect(plan.message).toContain('stays');
  });

  test.each([
    { name: 'a policy that is not valid any more', objects: [wrong] },
    { name: 'a guardrail that is not valid', objects: [asking(a, b), broken] },
  ])('and was edited by hand since does not stay under $name: CORS is off', ({ objects }) => {
    const target = programmed(a);
    const edited = { ...target.metadata.annotations, [`${PREFIX}cors-allow-origin`]: ab };
    const { plan, left } = decide([...objects, { ...target, metadata: { ...target.metadata, annotations: edited } }]);
    expect([left, plan.outcome, plan.kept]).toEqual([undefined, 'Refused', undefined]);
  });

  test('by somebody else is left alone under an audit, whatever a guardrail says', () => {
    const theirs = ingressObject('web', nginx({ 'enable-cors': 'true', 'cors-allow-origin': '*' }));
    const { plan, left } = decide([audit, theirs, ceiling(a)]);
    expect([left, words(plan), plan.changes.annotations]).toEqual(['*', 'NoPolicy', {}]);
  });

  test('never becomes wider, whatever happens to policies, guardrails and exceptions', () => {
    const every = origin('*');
    const names = fc.subarray([a, b, c, every], { minLength: 1 });
    const audits = names.map((list) => policyObject('p', { ...PLAIN, allowOrigins: list, mode: 'Audit' }));
    const policies = fc.oneof(
      names.map((list) => asking(...list)),
      fc.constant(wrong),
      audits,
    );
    const scenes = fc.record({
      before: names,
      policy: policies,
      allowed: fc.option(names),
      exceptional: fc.option(fc.constantFrom(live, ended)),
    });
    const covers = (entries: readonly string[]) => (each: string) => entries.includes(each) || entries.includes(every);
    fc.assert(
      fc.property(scenes, ({ before, policy, allowed, exceptional }) => {
        const guardrail = allowed === null ? broken : ceiling(...allowed);
        const { left } = decide([
          policy,
          programmed(...before),
          guardrail,
          ...(exceptional === null ? [] : [exceptional]),
        ]);
        const isAllowed = covers(allowed ?? before);
        const beyondAll = (left?.split(',') ?? []).filter(
          (each) => !(isAllowed(each) || (exceptional === live && each === b)),
        );
        expect(beyondAll).toEqual([]);
      }),
    );
  });
});

describe('createPlanner: parents', () => {
  const gateway = (name: string, features: readonly string[]): readonly KubernetesObject[] => [
    {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'GatewayClass',
      metadata: { name },
      spec: { controllerName: 'example.com/x' },
      status: { supportedFeatures: features.map((feature) => ({ name: feature })) },
    },
    {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'Gateway',
      metadata: { name, namespace: 'infra' },
      spec: { gatewayClassName: name },
    },
  ];
  const route = (...names: readonly string[]): KubernetesObject =>
    httpRouteObject('web', {}, { parentRefs: names.map((name) => ({ name, namespace: 'infra' })) });

  test('an HTTPRoute has to be exact on each parent', () => {
    const objects = [
      policyObject('p', { ...PLAIN, strategy: 'Native' }),
      ...gateway('good', ['HTTPRouteCORS']),
      ...gateway('bad', ['HTTPRoute']),
    ];
    expect(plans([...objects, route('good')])[0]).toMatchObject({ outcome: 'Native' });
    const both = plans([...objects, route('good', 'bad')])[0];
    expect(both).toMatchObject({ outcome: 'NotExpressible', reason: 'FeatureNotAdvertised' });
    expect(both?.message).toMatch(/^on Gateway infra\/bad: /);
  });

  test('a class named by the settings counts as advertising the feature', () => {
    const objects = [policyObject('p', PLAIN), ...gateway('plain', []), route('plain')];
    expect(plans(objects)[0]).toMatchObject({ reason: 'FeatureNotAdvertised' });
    expect(plans(objects, { classes: { plain: { name: 'gateway-api' } } })[0]).toMatchObject({ outcome: 'Native' });
  });
});

describe('createPlanner: laws', () => {
  const specs = fc.record({
    allowOrigins: fc.subarray(['https://a.com', 'https://*.b.com', 'capacitor://localhost', 'http://[::1]'], {
      minLength: 1,
    }),
    wildcardDepth: fc.constantFrom('Any', 'Single'),
    allowMethods: fc.subarray(['PUT', '*', 'PURGE']),
    allowHeaders: fc.subarray(['X-A', '*', 'Authorization']),
    strategy: fc.constantFrom('Auto', 'Native', 'Responder'),
    adoption: fc.constantFrom('Additive', 'Own'),
    targetSelector: fc.constant({}),
  });
  const metadata = fc.record({
    annotations: fc.dictionary(
      fc.constantFrom(`${PREFIX}enable-cors`, `${PREFIX}cors-allow-origin`, `${PREFIX}cors-max-age`, 'x/y'),
      fc.constantFrom('true', 'https://a.com', '*', 'false', '600'),
    ),
  });
  const responder = fc.constantFrom<Settings['responder']>('Disabled', 'Standalone');

  test('planning what was planned changes nothing more', () => {
    fc.assert(
      fc.property(specs, metadata, responder, (spec, given, mode) => {
        const settings = { ...SETTINGS, responder: mode };
        const objects = [policyObject('p', spec), ingressClassObject(), ingressObject('web', given)];
        const [first] = evaluate(assembleSnapshot(objects, settings), 0).routes;
        if (first === undefined) throw new Error('no route');
        const stored = storedTarget(first.resolution.route.object, [first.plan]);
        const [second] = evaluate(assembleSnapshot([...objects.slice(0, 2), stored], settings), 0).routes;
        expect(storedTarget(stored, second === undefined ? [] : [second.plan])).toEqual(stored);
      }),
    );
  });

  test('Additive writes over no value of somebody else', () => {
    fc.assert(
      fc.property(specs, metadata, responder, (spec, given, mode) => {
        const plan = planOf({ ...spec, adoption: 'Additive' }, given, { responder: mode });
        for (const [key, value] of Object.entries(given.annotations)) {
          if (Object.hasOwn(plan.changes.annotations, key)) expect(plan.changes.annotations[key], key).toBe(value);
        }
      }),
    );
  });

  test('every outcome but Native and NoPolicy says why, and Native writes something', () => {
    fc.assert(
      fc.property(specs, metadata, responder, (spec, given, mode) => {
        const plan = planOf(spec, given, { responder: mode });
        if (plan.outcome === 'Native') expect(Object.keys(plan.changes.annotations).length).toBeGreaterThan(0);
        else expect(plan.message.length).toBeGreaterThan(20);
        if (plan.outcome === 'NotExpressible' || plan.outcome === 'Refused') expect(plan.reason).toBeDefined();
      }),
    );
  });
});
