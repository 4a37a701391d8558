import { describe, expect, test } from 'vitest';
import type { OriginSet, Policy } from '../../src/cors/policy.ts';
import type { Route } from '../../src/model/route.ts';
import type { Dialect, Expression } from '../../src/plan/dialect.ts';
import { dialectByName } from '../../src/plan/dialects/index.ts';
import { plainPolicy } from '../../src/plan/plain-policy.ts';
import type { TargetChanges } from '../../src/plan/plan.ts';
import { createProver } from '../../src/plan/proof.ts';
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
  return createProver()({ speech, route, policy, expression: spoil(said) });
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
    const proveIt = createProver();
    expect(proveIt({ speech, route, policy: POLICY, expression: said })).toBeUndefined();
    expect(proveIt({ speech, route, policy: POLICY, expression: said })).toBeUndefined();
    const wider = annotation('cors-allow-origin', '*')(said);
    expect(proveIt({ speech, route, policy: POLICY, expression: wider })).toContain('origins');
    expect(proveIt({ speech, route, policy: POLICY, expression: wider })).toContain('origins');
  });
});
