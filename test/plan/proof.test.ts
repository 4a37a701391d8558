import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { OriginSet, Policy } from '../../src/cors/policy.ts';
import type { KubernetesObject } from '../../src/model/kubernetes-object.ts';
import { remembered } from '../../src/model/remembered.ts';
import type { Route } from '../../src/model/route.ts';
import { LOSS_CODES, type LossCode } from '../../src/model/route-reason.ts';
import type { Dialect, Expression } from '../../src/plan/dialect.ts';
import { dialectByName } from '../../src/plan/dialects/index.ts';
import { BROWSER_METHODS, plainPolicy } from '../../src/plan/plain-policy.ts';
import type { TargetChanges } from '../../src/plan/plan.ts';
import { createProver } from '../../src/plan/proof.ts';
import { createProofMemory, type ProofMemory } from '../../src/plan/proof-memory.ts';
import { fixtures } from '../contract/dialect-fixtures.ts';

type Said = Extract<Expression, { ok: true }>;

const ORIGINS: OriginSet = {
  any: false,
  exact: ['https://a.com', 'https://b.com'],
  wildcards: [{ scheme: 'https', base: 'example.com', port: '', depth: 'Single' }],
  regexes: [],
};

const POLICY: Policy = plainPolicy({
  origins: ORIGINS,
  allowMethods: ['PUT'],
  allowHeaders: ['X-A'],
  exposeHeaders: ['X-E'],
  allowCredentials: false,
  maxAge: 600,
});

type DialectName = keyof typeof fixtures;

/** Proves what a dialect says once a mistake was made in it. */
function prove(name: DialectName, policy: Policy, spoil: (said: Said) => Said): string | undefined {
  const dialect = dialectOf(name);
  const [controller] = fixtures[name].controllers;
  if (controller === undefined) throw new Error(`${name} has no controller`);
  const route: Route = fixtures[name].route();
  const speaker = dialect.open(controller.context);
  const said = speaker.express(policy)(route);
  if (!said.ok) throw new Error(said.message);
  const speech = { ok: true as const, dialect, version: controller.context.version, speaker };
  return createProver(createProofMemory())({ speech, route, policy, expression: spoil(said) });
}

function dialectOf(name: DialectName): Dialect {
  const dialect = dialectByName(name);
  if (dialect === undefined) throw new Error(`no dialect ${name}`);
  return dialect;
}

function annotation(key: string, value: string | null): (said: Said) => Said {
  return (said) =>
    changed(said, { annotations: { ...said.changes.annotations, [`nginx.ingress.kubernetes.io/${key}`]: value } });
}

function changed(said: Said, changes: Partial<TargetChanges>): Said {
  return { ...said, changes: { ...said.changes, ...changes } };
}

function middleware(change: (headers: Record<string, unknown>) => Record<string, unknown>): (said: Said) => Said {
  return (said) => ({
    ...said,
    owned: said.owned.map((object) => ({
      ...object,
      spec: { headers: change({ ...Object(object['spec']).headers }) },
    })),
  });
}

function filter(change: (cors: Record<string, unknown>) => Record<string, unknown>): (said: Said) => Said {
  return (said) =>
    changed(said, {
      filters: said.changes.filters.map((each) => ({
        ...each,
        filter: { type: 'CORS', cors: change({ ...Object(each.filter).cors }) },
      })),
    });
}

const ANY_DEPTH = plainPolicy({
  ...POLICY,
  origins: { ...ORIGINS, wildcards: ORIGINS.wildcards.map((each) => ({ ...each, depth: 'Any' })) },
});
const unspoilt = (said: Said): Said => said;

describe('createProver', () => {
  test.each([
    { name: 'ingress-nginx', policy: POLICY },
    { name: 'traefik', policy: POLICY },
    { name: 'traefik', policy: ANY_DEPTH },
    { name: 'gateway-api', policy: ANY_DEPTH },
  ] as const)('what $name says is proved', ({ name, policy }) => {
    expect(prove(name, policy, unspoilt)).toBeUndefined();
  });

  test.each([
    {
      name: 'the key for credentials is forgotten',
      key: 'cors-allow-credentials',
      value: null,
      problem: 'not written',
    },
    { name: 'the key for methods is forgotten', key: 'cors-allow-methods', value: null, problem: 'not written' },
    { name: 'the key for origins is forgotten', key: 'cors-allow-origin', value: null, problem: 'not written' },
    { name: 'credentials are allowed', key: 'cors-allow-credentials', value: 'true', problem: 'credentials' },
    {
      name: 'an origin too many',
      key: 'cors-allow-origin',
      value: 'https://a.com,https://b.com,https://evil.example',
      problem: 'origins',
    },
    { name: 'an origin too few', key: 'cors-allow-origin', value: 'https://a.com', problem: 'origins' },
    {
      name: 'an entry that makes the list a star',
      key: 'cors-allow-origin',
      value: 'https://a.com/,https://b.com',
      problem: 'cors-allow-origin',
    },
    { name: 'a star beside others', key: 'cors-allow-origin', value: '*,https://a.com', problem: 'cors-allow-origin' },
    { name: 'a method too many', key: 'cors-allow-methods', value: 'PUT,DELETE', problem: 'methods' },
    {
      name: 'a method that brings the default back',
      key: 'cors-allow-methods',
      value: 'PUT;',
      problem: 'cors-allow-methods',
    },
    { name: 'a header too many', key: 'cors-allow-headers', value: 'X-A,X-B', problem: 'request headers' },
    {
      name: 'a header that brings the default back',
      key: 'cors-allow-headers',
      value: 'X.A',
      problem: 'cors-allow-headers',
    },
    { name: 'a header too few', key: 'cors-allow-headers', value: 'Keep-Alive', problem: 'request headers' },
    { name: 'an exposed header too many', key: 'cors-expose-headers', value: 'X-E,X-F', problem: 'exposed headers' },
    { name: 'a longer time', key: 'cors-max-age', value: '601', problem: 'maxAge' },
    { name: 'a time that is none', key: 'cors-max-age', value: '10m', problem: 'cors-max-age' },
    { name: 'CORS left off', key: 'enable-cors', value: 'false', problem: 'grants nothing' },
  ])('ingress-nginx: $name', ({ key, value, problem }) => {
    expect(prove('ingress-nginx', POLICY, annotation(key, value))).toContain(problem);
  });

  test.each([
    { name: 'an open end', regex: '^(?:https://[a-z0-9_-]+\\.example\\.com)', problem: 'regex' },
    { name: 'an open start', regex: '(?:https://[a-z0-9_-]+\\.example\\.com)$', problem: 'regex' },
    { name: 'an alternative outside of the group', regex: '^(?:https://a)|(?:b\\.example\\.com)$', problem: 'regex' },
    { name: 'a dot that is any character', regex: '^(?:https://[a-z0-9_-]+.example\\.com)$', problem: 'origins' },
    { name: 'any depth', regex: '^(?:https://(?:[a-z0-9_-]+\\.)+example\\.com)$', problem: 'origins' },
    { name: 'not RE2', regex: '^(?:https://(?=a).*)$', problem: 'regex' },
  ])('traefik: a regex with $name', ({ regex, problem }) => {
    const spoil = middleware((headers) => ({ ...headers, accessControlAllowOriginListRegex: [regex] }));
    expect(prove('traefik', POLICY, spoil)).toContain(problem);
  });

  test.each([
    { name: 'credentials', headers: { accessControlAllowCredentials: true }, problem: 'credentials' },
    { name: 'a star', headers: { accessControlAllowOriginList: ['*'] }, problem: 'origin' },
    {
      name: 'the origin null',
      headers: { accessControlAllowOriginList: ['https://a.com', 'https://b.com', 'null'] },
      problem: 'origin',
    },
    { name: 'every method', headers: { accessControlAllowMethods: ['*'] }, problem: 'methods' },
    { name: 'no methods', headers: { accessControlAllowMethods: [] }, problem: 'methods' },
    { name: 'no time at all', headers: { accessControlMaxAge: -1 }, problem: 'accessControlMaxAge' },
  ])('traefik: $name', ({ headers, problem }) => {
    expect(
      prove(
        'traefik',
        POLICY,
        middleware((all) => ({ ...all, ...headers })),
      ),
    ).toContain(problem);
  });

  test('traefik: a reference to a Middleware that does not exist', () => {
    const spoil = (said: Said): Said => ({ ...said, owned: [] });
    expect(prove('traefik', POLICY, spoil)).toContain('404');
  });

  test.each([
    {
      name: 'a star for hosts',
      cors: { allowOrigins: ['https://*', 'https://a.com', 'https://b.com'] },
      problem: 'allowOrigins',
    },
    {
      name: 'a parent name',
      cors: { allowOrigins: ['https://*.com', 'https://a.com', 'https://b.com'] },
      problem: 'origins',
    },
    { name: 'credentials', cors: { allowCredentials: true }, problem: 'credentials' },
    { name: 'every header', cors: { allowHeaders: ['*'] }, problem: 'request headers' },
    {
      name: 'a method that the filter does not know',
      cors: { allowMethods: ['PUT', 'PURGE'] },
      problem: 'allowMethods',
    },
    { name: 'a time that is left to the default', cors: { maxAge: undefined }, problem: 'maxAge' },
    { name: 'a longer time', cors: { maxAge: 86_400 }, problem: 'maxAge' },
  ])('gateway-api: $name', ({ cors, problem }) => {
    expect(
      prove(
        'gateway-api',
        ANY_DEPTH,
        filter((all) => ({ ...all, ...cors })),
      ),
    ).toContain(problem);
  });

  test('one rule without a filter is found', () => {
    const spoil = (said: Said): Said => changed(said, { filters: [] });
    expect(prove('gateway-api', ANY_DEPTH, spoil)).toContain('grants nothing');
  });

  test('a value that was proved once is not taken for another one', () => {
    const [controller] = fixtures['ingress-nginx'].controllers;
    const dialect = dialectOf('ingress-nginx');
    const route = fixtures['ingress-nginx'].route();
    if (controller === undefined) throw new Error('no controller');
    const speaker = dialect.open(controller.context);
    const speech = { ok: true as const, dialect, version: undefined, speaker };
    const said = speaker.express(POLICY)(route);
    if (!said.ok) throw new Error(said.message);
    const proveIt = createProver(createProofMemory());
    expect(proveIt({ speech, route, policy: POLICY, expression: said })).toBeUndefined();
    expect(proveIt({ speech, route, policy: POLICY, expression: said })).toBeUndefined();
    const wider = annotation('cors-allow-origin', '*')(said);
    expect(proveIt({ speech, route, policy: POLICY, expression: wider })).toContain('origins');
    expect(proveIt({ speech, route, policy: POLICY, expression: wider })).toContain('origins');
  });

  test('what is shown is an origin that is granted and should not be', () => {
    const spoil = middleware((headers) => ({
      ...headers,
      accessControlAllowOriginListRegex: ['^(?:https://[a-z0-9_-]+.example\\.com)$'],
    }));
    const [, witness] = /more origins than the policy, as in (\S+)$/.exec(prove('traefik', POLICY, spoil) ?? '') ?? [];
    expect(witness).toMatch(/^https:\/\/[a-z0-9_-]+[^.]example\.com$/);
  });

  test.each([
    {
      name: 'a method',
      change: { accessControlAllowMethods: ['PUT', 'PATCH'] },
      witness: 'methods than the policy, as in PATCH',
    },
    { name: 'a request header', change: { accessControlAllowHeaders: ['X-A', 'X-B'] }, witness: 'as in X-B' },
    { name: 'an exposed header', change: { accessControlExposeHeaders: ['X-E', 'X-F'] }, witness: 'as in X-F' },
    { name: 'seconds', change: { accessControlMaxAge: 601 }, witness: 'as in 601' },
    {
      name: 'a method too few',
      change: { accessControlAllowMethods: [] },
      witness: 'fewer methods than the policy, as in PUT',
    },
    {
      name: 'an origin too few',
      change: { accessControlAllowOriginList: ['https://a.com'] },
      witness: 'as in https://b.com',
    },
  ])('$name is named', ({ change, witness }) => {
    expect(
      prove(
        'traefik',
        POLICY,
        middleware((headers) => ({ ...headers, ...change })),
      ),
    ).toContain(witness);
  });
});

function withLosses(codes: readonly LossCode[], spoil: (said: Said) => Said): (said: Said) => Said {
  return (said) => ({ ...spoil(said), losses: codes.map((code) => ({ code, message: code })) });
}

describe('createProver: losses', () => {
  const everyMethod = plainPolicy({ ...POLICY, allowMethods: ['*'] });

  test('no loss excuses anything that the policy does not grant', () => {
    const wider: readonly ((said: Said) => Said)[] = [
      annotation('cors-allow-credentials', 'true'),
      annotation('cors-allow-origin', '*'),
      annotation('cors-allow-origin', 'https://*.example.com,https://a.com,https://b.com,https://c.com'),
      annotation('cors-allow-methods', 'PUT,PATCH'),
      annotation('cors-allow-headers', 'X-A,Authorization'),
      annotation('cors-expose-headers', 'X-E,X-F'),
      annotation('cors-max-age', '601'),
    ];
    fc.assert(
      fc.property(fc.subarray([...LOSS_CODES]), fc.constantFrom(...wider), (codes, spoil) => {
        expect(prove('ingress-nginx', POLICY, withLosses(codes, spoil))).toContain('more');
      }),
    );
  });

  test.each([
    { name: 'one second where 0 is wanted', maxAge: 0, written: '1', problem: undefined },
    { name: 'two seconds where 0 is wanted', maxAge: 0, written: '2', problem: 'more maxAge than the policy, as in 2' },
    { name: 'one second where a minute is wanted', maxAge: 60, written: '1', problem: 'fewer maxAge than the policy' },
  ])('MinimumMaxAge: $name', ({ maxAge, written, problem }) => {
    const spoil = withLosses(['MinimumMaxAge'], annotation('cors-max-age', written));
    const found = prove('ingress-nginx', { ...POLICY, maxAge }, spoil);
    expect(problem === undefined ? found : found?.includes(problem)).toBe(problem === undefined ? undefined : true);
  });

  test.each([
    { name: 'all that pages may send', written: BROWSER_METHODS.join(','), problem: undefined },
    {
      name: 'all but one',
      written: 'DELETE,GET,HEAD,OPTIONS,PATCH,POST',
      problem: 'fewer methods than the policy, as in PUT',
    },
  ])('EnumeratedMethods: $name', ({ written, problem }) => {
    const spoil = withLosses(['EnumeratedMethods'], annotation('cors-allow-methods', written));
    const found = prove('ingress-nginx', everyMethod, spoil);
    expect(found).toBe(problem === undefined ? undefined : `read back, it grants ${problem}`);
  });

  test('what is declared hides nothing that is not', () => {
    const spoil = withLosses(['EnumeratedMethods'], annotation('cors-allow-headers', 'Keep-Alive'));
    expect(prove('ingress-nginx', everyMethod, spoil)).toContain('fewer request headers than the policy, as in X-A');
  });

  test('a loss that is not declared excuses nothing', () => {
    expect(prove('ingress-nginx', everyMethod, withLosses([], unspoilt))).toContain('fewer methods');
  });
});

/** A prover that is asked about one expression on several routes. */
function proverOf(name: DialectName, policy: Policy, objects: readonly KubernetesObject[] = []) {
  const dialect = { ...dialectOf(name), violations: () => [] };
  const [controller] = fixtures[name].controllers;
  if (controller === undefined) throw new Error(`${name} has no controller`);
  const byName = new Map(objects.map((each) => [`${each.kind}/shop/${each.metadata.name}`, each]));
  const speaker = dialect.open({ ...controller.context, objects: byName });
  const speech = { ok: true as const, dialect, version: controller.context.version, speaker };
  const proveIt = createProver(createProofMemory());
  return (route: Route, spoil: (said: Said) => Said): string | undefined => {
    const said = speaker.express(policy)(route);
    if (!said.ok) throw new Error(said.message);
    return proveIt({ speech, route, policy, expression: spoil(said) });
  };
}

describe('createProver: what else stands on a route', () => {
  test('a key that is not written is read as it stands on each route', () => {
    const policy = { ...POLICY, exposeHeaders: [] };
    const key = 'nginx.ingress.kubernetes.io/cors-expose-headers';
    const others = remembered(({ [key]: _, ...kept }: TargetChanges['annotations']) => kept);
    const spoil = (said: Said): Said => changed(said, { annotations: others(said.changes.annotations) });
    const proveOn = proverOf('ingress-nginx', policy);
    const { route } = fixtures['ingress-nginx'];
    expect(proveOn(route(), spoil)).toBeUndefined();
    expect(proveOn(route({ annotations: { [key]: 'X-Secret' } }), spoil)).toContain('exposed headers');
    expect(proveOn(route({ annotations: { [key]: 'X-Secret' } }), unspoilt)).toBeUndefined();
  });

  test('a list is read with what others named there', () => {
    const foreign: KubernetesObject = {
      apiVersion: 'traefik.io/v1alpha1',
      kind: 'Middleware',
      metadata: { name: 'cors', namespace: 'shop' },
      spec: { headers: { accessControlAllowOriginList: ['https://other.example'] } },
    };
    const open = remembered((spec: object) => ({
      headers: { ...Object(spec).headers, customResponseHeaders: undefined },
    }));
    const spoil = (said: Said): Said => ({
      ...said,
      owned: said.owned.map((each) => ({ ...each, spec: open(Object(each['spec'])) })),
    });
    const proveOn = proverOf('traefik', POLICY, [foreign]);
    const { route } = fixtures.traefik;
    const listed = route({ annotations: { [MIDDLEWARES]: 'shop-cors@kubernetescrd' } });
    expect(proveOn(route(), spoil)).toBeUndefined();
    expect(proveOn(listed, spoil)).toContain('as in https://other.example');
    expect(proveOn(listed, unspoilt)).toBeUndefined();
  });

  test('a filter is read with the other filters of its rule', () => {
    const proveOn = proverOf('gateway-api', ANY_DEPTH);
    const plain = fixtures['gateway-api'].route();
    const set = [{ name: 'Access-Control-Allow-Origin', value: 'https://other.example' }];
    const modifier = { type: 'ResponseHeaderModifier', responseHeaderModifier: { set } };
    const rules = [{ name: 'other' }, {}, { filters: [modifier] }];
    const crowded = { ...plain, object: { ...plain.object, spec: { rules } } };
    expect(proveOn(plain, unspoilt)).toBeUndefined();
    expect(proveOn(crowded, unspoilt)).toContain('as in https://other.example');
  });

  test('a rule of another route may not be touched', () => {
    const spoil = (said: Said): Said =>
      changed(said, { filters: said.changes.filters.map((each) => ({ ...each, rule: each.rule - 1 })) });
    expect(prove('gateway-api', ANY_DEPTH, spoil)).toContain('spec.rules[0]');
  });

  test('each rule is proved, not all of them together', () => {
    const spoil = (said: Said): Said => changed(said, { filters: said.changes.filters.slice(0, 1) });
    expect(prove('gateway-api', ANY_DEPTH, spoil)).toContain('grants nothing');
  });
});

const MIDDLEWARES = 'traefik.ingress.kubernetes.io/router.middlewares';

describe('createProver: memory', () => {
  test('what one prover proved another one with its memory does not prove again', () => {
    const noMethods = { ...POLICY, allowMethods: [] };
    const asked: string[] = [];
    const inner = createProofMemory();
    const memory: ProofMemory = {
      verdictOf: (question, proof) =>
        inner.verdictOf(question, () => {
          asked.push(question);
          return proof();
        }),
    };
    const again = (policy: Policy): string | undefined => {
      const dialect = dialectOf('ingress-nginx');
      const [controller] = fixtures['ingress-nginx'].controllers;
      const route = fixtures['ingress-nginx'].route();
      const speaker = dialect.open(controller?.context ?? expect.fail('no controller'));
      const said = speaker.express(policy)(route);
      if (!said.ok) throw new Error(said.message);
      return createProver(memory)({
        speech: { ok: true, dialect, version: undefined, speaker },
        route,
        policy,
        expression: said,
      });
    };
    expect([again(noMethods), again(structuredClone(noMethods))]).toEqual([undefined, undefined]);
    expect(asked).toHaveLength(2);
    expect(again({ ...noMethods, maxAge: 601 })).toBeUndefined();
    expect(asked).toHaveLength(4);
  });
});
