import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Policy } from '../../src/cors/policy.ts';
import { evaluate, type RouteEvaluation } from '../../src/evaluate.ts';
import type { KubernetesObject } from '../../src/model/kubernetes-object.ts';
import { assembleSnapshot } from '../../src/model/snapshot-assembly.ts';
import { type ClassSpeech, classSpeeches } from '../../src/plan/class-speech.ts';
import { firstExcess } from '../../src/plan/containment.ts';
import type { Reading } from '../../src/plan/dialect.ts';
import { plainPolicy } from '../../src/plan/plain-policy.ts';
import { noChanges } from '../../src/plan/plan.ts';
import { storedTarget } from '../../src/plan/stored-target.ts';
import { askAsBrowser, type Controller, type PageRequest } from '../contract/controllers/browser.ts';
import { gatewayController } from '../contract/controllers/gateway-api.ts';
import { ingressNginxController } from '../contract/controllers/ingress-nginx.ts';
import { traefikController } from '../contract/controllers/traefik.ts';
import { grants } from '../contract/policies.ts';
import {
  clusterPolicyObject,
  exceptionObject,
  httpRouteObject,
  ingressClassObject,
  ingressObject,
  namespaceObject,
  policyObject,
} from '../support/cluster-objects.ts';
import { testSettings } from '../support/resolved-cluster.ts';

const NOW = Date.UTC(2026, 0, 1);
const NGINX = 'nginx.ingress.kubernetes.io/';

const ENTRIES = [
  'https://app.example.com',
  'https://a.b.example.com',
  'http://localhost:3000',
  'https://evil.example.net',
  'https://*.example.com',
  'https://*.b.example.com',
  'https://*.example.net:8443',
];
const REGEXES = ['https://pr-[0-9]+\\.example\\.com', 'https://(?:a|b)\\.example\\.net', 'https://.*\\.com'];
const METHODS = ['GET', 'PUT', 'DELETE', 'PATCH'];
const HEADERS = ['X-A', 'Authorization', 'Content-Type'];

type Fields = Readonly<Record<string, unknown>>;

/** Fields of a policy or a guardrail; what is empty is left out. */
function corsFields(): fc.Arbitrary<Fields> {
  const names = (pool: readonly string[]): fc.Arbitrary<readonly string[] | undefined> =>
    fc.oneof(
      { weight: 1, arbitrary: fc.constant(undefined) },
      { weight: 1, arbitrary: fc.constant(['*']) },
      { weight: 4, arbitrary: fc.subarray([...pool], { minLength: 1 }) },
    );
  return fc
    .record({
      allowOrigins: fc.oneof(
        { weight: 6, arbitrary: fc.subarray(ENTRIES, { minLength: 1 }) },
        { weight: 1, arbitrary: fc.constant(['*']) },
      ),
      allowOriginRegexes: fc.oneof(
        { weight: 4, arbitrary: fc.constant(undefined) },
        { weight: 1, arbitrary: fc.subarray(REGEXES, { minLength: 1 }) },
      ),
      wildcardDepth: fc.constantFrom('Any', 'Single'),
      allowMethods: names(METHODS),
      allowHeaders: names(HEADERS),
      exposeHeaders: names(HEADERS),
      allowCredentials: fc.constantFrom(undefined, false, true),
      maxAge: fc.constantFrom(undefined, 0, 60, 86_400),
    })
    .map((fields) => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)));
}

function policy(name: string): fc.Arbitrary<KubernetesObject> {
  const rest = fc.record({
    targetSelector: fc.constant({}),
    adoption: fc.constantFrom('Own', 'Additive'),
    strategy: fc.constantFrom('Auto', 'Native'),
  });
  return fc.tuple(corsFields(), rest).map(([fields, others]) => policyObject(name, { ...fields, ...others }));
}

function guardrail(name: string): fc.Arbitrary<KubernetesObject> {
  return fc
    .tuple(corsFields(), fc.constantFrom('Enforce', 'Enforce', 'Warn'))
    .map(([fields, enforcement]) => clusterPolicyObject(name, { guardrail: fields, enforcement }));
}

/** What somebody else, or an earlier policy, left on an Ingress. */
function standing(): fc.Arbitrary<Readonly<Record<string, string>>> {
  const value = (...values: readonly string[]): fc.Arbitrary<string | undefined> =>
    fc.constantFrom(undefined, ...values);
  return fc
    .record({
      'enable-cors': value('true', 'false'),
      'cors-allow-origin': value('*', 'https://evil.example.net', 'https://app.example.com', 'https://*'),
      'cors-allow-methods': value('PUT', 'DELETE, PATCH'),
      'cors-allow-headers': value('X-Evil'),
      'cors-expose-headers': value('X-Evil'),
      'cors-allow-credentials': value('true', 'false'),
      'cors-max-age': value('1', '999999'),
    })
    .map((values) => withPrefix(values));
}

function withPrefix(values: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([key, value]) => (value === undefined ? [] : [[`${NGINX}${key}`, value]])),
  );
}

/** One route per dialect, some policies, guardrails and an exception. */
function cluster(): fc.Arbitrary<readonly KubernetesObject[]> {
  const exception = fc
    .subarray(ENTRIES, { minLength: 1, maxLength: 2 })
    .map((allowOrigins) => exceptionObject('later', { allowOrigins }));
  return fc
    .record({
      policies: fc.tuple(policy('p'), fc.option(policy('q'))),
      guardrails: fc.tuple(fc.option(guardrail('org')), fc.option(guardrail('unit'))),
      exception: fc.option(exception),
      annotations: standing(),
    })
    .map(({ policies, guardrails, exception: later, annotations }) =>
      [
        ...SURROUNDINGS,
        ingressObject('nginx', { annotations }),
        ingressObject('traefik', {}, { ingressClassName: 'traefik' }),
        httpRouteObject('gateway', {}, { rules: [{}, {}] }),
        ...policies,
        ...guardrails,
        later,
      ].filter((object) => object !== null),
    );
}

const SURROUNDINGS: readonly KubernetesObject[] = [
  namespaceObject('shop'),
  ingressClassObject(),
  { ...ingressClassObject('traefik'), spec: { controller: 'traefik.io/ingress-controller' } },
  {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'GatewayClass',
    metadata: { name: 'gateway' },
    spec: { controllerName: 'gateway.nginx.org/nginx-gateway-controller' },
    status: { supportedFeatures: [{ name: 'HTTPRouteCORS' }] },
  },
  {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'Gateway',
    metadata: { name: 'public', namespace: 'infra' },
    spec: { gatewayClassName: 'gateway' },
  },
];

/** A route and what its controllers understand. */
type SpokenRoute = { readonly route: RouteEvaluation; readonly speeches: readonly ClassSpeech[] };

function evaluated(objects: readonly KubernetesObject[]): readonly SpokenRoute[] {
  const snapshot = assembleSnapshot(objects, testSettings);
  const speechOf = classSpeeches(snapshot);
  return evaluate(snapshot, NOW).routes.map((route) => {
    const { parents, target } = route.resolution.route;
    return { route, speeches: parents.map((parent) => speechOf(parent, target.kind)) };
  });
}

function readings({ route: { resolution, plan }, speeches }: SpokenRoute): readonly Reading[] {
  const { route } = resolution;
  const object = storedTarget(route.object, [plan]);
  return speeches.flatMap((speech) => (speech.ok ? [speech.speaker.read({ ...route, object }, plan.owned)] : []));
}

function controllerOf({ resolution: { route }, plan }: RouteEvaluation): Controller {
  const object = storedTarget(route.object, [plan]);
  switch (route.target.name) {
    case 'nginx':
      return ingressNginxController(object, false, new Map());
    case 'traefik':
      return traefikController(object, plan.owned, 'Repaired', new Map());
    default:
      return gatewayController(object, 'Echo', new Map());
  }
}

function page(): fc.Arbitrary<PageRequest> {
  const origins = [
    ...ENTRIES.filter((entry) => !entry.includes('*')),
    'https://x.example.com',
    'https://x.b.example.com',
    'https://pr-1.example.com',
    'https://x.example.net:8443',
    'https://elsewhere.com',
    'null',
  ];
  return fc.record({
    origin: fc.constantFrom(...origins),
    method: fc.constantFrom(...METHODS),
    headers: fc.subarray(['X-A', 'Authorization', 'X-Evil'], { maxLength: 1 }),
    credentials: fc.boolean(),
  });
}

/** Where 0 cannot be written, 1 is. */
function allowed(effective: Policy, { plan }: RouteEvaluation): Policy {
  const plain = plainPolicy(effective);
  const isMinimum = plain.maxAge === 0 && plan.losses.some(({ code }) => code === 'MinimumMaxAge');
  return isMinimum ? { ...plain, maxAge: 1 } : plain;
}

/** The effective policy of a route on which it is written. */
function writtenPolicy({ resolution, plan }: RouteEvaluation): Policy | undefined {
  const { governed } = resolution;
  return plan.outcome === 'Native' && governed.by === 'Policy' ? governed.effective.cors : undefined;
}

function expectReadInside(spoken: SpokenRoute, effective: Policy): void {
  for (const reading of readings(spoken)) {
    if (reading.kind !== 'On') expect.fail(`${JSON.stringify(spoken.route.plan)} is read as ${reading.kind}`);
    expect(
      firstExcess(reading, allowed(effective, spoken.route)),
      JSON.stringify({ effective, reading }),
    ).toBeUndefined();
  }
}

function expectAskedInside(route: RouteEvaluation, effective: Policy, pages: readonly PageRequest[]): void {
  const controller = controllerOf(route);
  for (const each of pages) {
    const isWider = askAsBrowser(controller, each).allowed && !grants(effective, each);
    expect(isWider, JSON.stringify({ effective, each, plan: route.plan })).toBe(false);
  }
}

function expectNoMore(after: Reading, before: Reading | undefined): void {
  if (after.kind === 'Off') return;
  if (after.kind !== 'On' || before?.kind !== 'On') expect.fail(`${after.kind} after ${before?.kind}`);
  expect(firstExcess(after, before.policy)).toBeUndefined();
}

function isSwitchedOff(route: RouteEvaluation): boolean {
  return writtenPolicy(route) === undefined && route.plan.changes !== noChanges;
}

function withoutChanges({ resolution, plan }: RouteEvaluation): RouteEvaluation {
  return { resolution, plan: { ...plan, changes: noChanges } };
}

describe('whatever is in a cluster', () => {
  test('what is written grants a part of the effective policy, read back and asked by a browser', () => {
    const written: string[] = [];
    fc.assert(
      fc.property(cluster(), fc.array(page(), { minLength: 8, maxLength: 8 }), (objects, pages) => {
        for (const spoken of evaluated(objects)) {
          const { route } = spoken;
          const effective = writtenPolicy(route);
          if (effective === undefined) continue;
          written.push(route.resolution.route.target.name);
          expectReadInside(spoken, effective);
          expectAskedInside(route, effective, pages);
        }
      }),
      { numRuns: 300 },
    );
    for (const name of ['nginx', 'traefik', 'gateway']) {
      expect(written.filter((each) => each === name).length, name).toBeGreaterThan(20);
    }
  });

  test('what is switched off grants nothing, or no more than stood there before', () => {
    let off = 0;
    fc.assert(
      fc.property(cluster(), (objects) => {
        const switchedOff = evaluated(objects).filter(({ route }) => isSwitchedOff(route));
        off += switchedOff.length;
        for (const spoken of switchedOff) {
          const before = readings({ ...spoken, route: withoutChanges(spoken.route) });
          for (const [index, after] of readings(spoken).entries()) expectNoMore(after, before[index]);
        }
      }),
      { numRuns: 300 },
    );
    expect(off).toBeGreaterThan(20);
  });
});
