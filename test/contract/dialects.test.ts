import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileMatcher, matchOrigin } from '../../src/cors/matcher.ts';
import type { OriginSet, Policy } from '../../src/cors/policy.ts';
import type { Route } from '../../src/model/route.ts';
import type { LossCode } from '../../src/model/route-reason.ts';
import { firstExcess, type Grant } from '../../src/plan/containment.ts';
import type { Dialect, Expression, Reading } from '../../src/plan/dialect.ts';
import { dialects } from '../../src/plan/dialects/index.ts';
import { BROWSER_METHODS, plainPolicy } from '../../src/plan/plain-policy.ts';
import { storedTarget } from '../../src/plan/stored-target.ts';
import { naiveMatch } from '../cors/naive-matcher.ts';
import { originValue } from '../support/origins.ts';
import { askAsBrowser, type PageAnswer, type PageRequest } from './controllers/browser.ts';
import { type ControllerFixture, fixtures } from './dialect-fixtures.ts';
import { anyPolicy, grants, pageRequest } from './policies.ts';

type Said = Extract<Expression, { ok: true }>;

function say(dialect: Dialect, fixture: ControllerFixture, policy: Policy, route: Route): Said | undefined {
  const expression = dialect.open(fixture.context).express(plainPolicy(policy))(route);
  return expression.ok ? expression : undefined;
}

function stored(route: Route, said: Pick<Said, 'changes'>): Route {
  return { ...route, object: storedTarget(route.object, [{ changes: said.changes }]) };
}

function lossCodes(said: Said): ReadonlySet<LossCode> {
  return new Set(said.losses.map((loss) => loss.code));
}

function sortedNames(names: readonly string[]): readonly string[] {
  return [...new Set(names.map((name) => name.toLowerCase()))].filter((name) => name !== '').sort();
}

/** Where less than the policy is granted, a declared loss has to say so. */
function isDeclared(losses: ReadonlySet<LossCode>, page: PageRequest): boolean {
  if (losses.has('WildcardNoUnderscore') && page.origin.includes('_')) return true;
  if (losses.has('EnumeratedMethods') && !BROWSER_METHODS.includes(page.method)) return true;
  return losses.has('AuthorizationNotCovered') && page.headers.includes('Authorization');
}

/** What differs between what a policy grants and what a browser may do; undefined when nothing does. */
function difference(
  policy: Policy,
  page: PageRequest,
  answer: PageAnswer,
  losses: ReadonlySet<LossCode>,
): string | undefined {
  const isGranted = grants(policy, page);
  if (answer.allowed && !isGranted) return 'wider than the policy';
  if (!answer.allowed)
    return isGranted && !isDeclared(losses, page) ? 'narrower than the policy, and no loss says so' : undefined;
  const plain = plainPolicy(policy);
  if (sortedNames(answer.exposed).join() !== sortedNames(plain.exposeHeaders).join()) return 'other exposed headers';
  const maxAge = losses.has('MinimumMaxAge') ? 1 : (plain.maxAge ?? 5);
  return answer.maxAge === maxAge ? undefined : 'another max age';
}

/** Where a controller needs some method, the safelisted ones are written; they are allowed anyway. */
function writtenMethods(plain: Policy, grant: Grant, losses: ReadonlySet<LossCode>): readonly string[] {
  if (losses.has('EnumeratedMethods')) return BROWSER_METHODS;
  const isPlaceholder = plain.allowMethods.length === 0 && grant.policy.allowMethods.length > 0;
  return isPlaceholder ? ['GET', 'HEAD', 'POST'] : plain.allowMethods;
}

function expectReadBack(grant: Grant, plain: Policy, losses: ReadonlySet<LossCode>): void {
  expect(grant.nullOrigin).toBe(false);
  expect(grant.policy.origins.any).toBe(plain.origins.any);
  expect(grant.policy.allowCredentials).toBe(plain.allowCredentials);
  expect(grant.policy.allowMethods.toSorted()).toEqual(writtenMethods(plain, grant, losses));
  expect(sortedNames(grant.policy.allowHeaders)).toEqual(sortedNames(plain.allowHeaders));
  expect(sortedNames(grant.policy.exposeHeaders)).toEqual(sortedNames(plain.exposeHeaders));
  expect(grant.policy.maxAge ?? 5).toBe(losses.has('MinimumMaxAge') ? 1 : (plain.maxAge ?? 5));
}

function turned(policy: Policy): Policy {
  const { any, exact, wildcards, regexes } = policy.origins;
  const origins = {
    any,
    exact: [...exact.toReversed(), ...exact.slice(0, 1)],
    wildcards: wildcards.toReversed(),
    regexes: regexes.toReversed(),
  };
  return {
    ...policy,
    origins,
    allowMethods: [...policy.allowMethods.toReversed(), ...policy.allowMethods],
    allowHeaders: policy.allowHeaders.toReversed(),
    exposeHeaders: [...policy.exposeHeaders, ...policy.exposeHeaders].toReversed(),
  };
}

function originsOf(...exact: readonly string[]): OriginSet {
  return { any: false, exact, wildcards: [], regexes: [] };
}

/** Every loss that a dialect of this build may declare. */
const LOSSES: readonly LossCode[] = [
  'AuthorizationNotCovered',
  'CredentialsOnMismatch',
  'DuplicatesUpstream',
  'EchoInsteadOfStar',
  'EnumeratedMethods',
  'ErrorsUncovered',
  'HeadersOnMismatch',
  'InterceptsAllOptions',
  'InterceptsMatchingOptions',
  'MinimumMaxAge',
  'NoVary',
  'PlaceholderHeader',
  'PlaceholderMaxAge',
  'PreflightHeadersOnActual',
  'ReplacesUpstreamVary',
  'Status200',
  'SuffixMatch',
  'UnmatchedPreflightForwarded',
  'UpstreamOriginLeaksOnMismatch',
  'VaryUnspecified',
  'WildcardNoUnderscore',
];

const HOSTILE_KEYS = [
  'nginx.ingress.kubernetes.io/enable-cors',
  'nginx.ingress.kubernetes.io/cors-allow-origin',
  'nginx.ingress.kubernetes.io/cors-allow-methods',
  'nginx.ingress.kubernetes.io/cors-allow-headers',
  'nginx.ingress.kubernetes.io/cors-allow-credentials',
  'nginx.ingress.kubernetes.io/cors-expose-headers',
  'nginx.ingress.kubernetes.io/cors-max-age',
  'traefik.ingress.kubernetes.io/router.middlewares',
  'cors-operator.dev/record',
  '__proto__',
];

function hostileValue(): fc.Arbitrary<string> {
  return fc.oneof(
    fc.constantFrom('true', '*', 'null', '', ' ', ',', '__proto__', 'a'.repeat(50_000), 'https://'.repeat(5000)),
    fc.string({ maxLength: 60 }),
    fc.string({ unit: fc.constantFrom(...'htps:/.*ab[]@0158-_ ,\t\n'), maxLength: 60 }),
  );
}

const cases = dialects.flatMap((dialect) => {
  const { route, controllers } = fixtures[dialect.name];
  return controllers.map((fixture) => ({ name: fixture.name, dialect, fixture, route }));
});

describe.each(cases)('dialect of $name', ({ dialect, fixture, route }) => {
  const speaker = dialect.open(fixture.context);

  test('what is said lets a browser do what the policy grants, and nothing else', () => {
    const tried = { said: 0, granted: 0, refused: 0 };
    const visit = (policy: Policy, pages: readonly PageRequest[]): void => {
      const said = say(dialect, fixture, policy, route());
      if (said === undefined) return;
      tried.said += 1;
      const controller = fixture.serve(stored(route(), said).object, said.owned);
      for (const page of pages) {
        const answer = askAsBrowser(controller, page);
        tried[answer.allowed ? 'granted' : 'refused'] += 1;
        const words = JSON.stringify({ policy, page, changes: said.changes, owned: said.owned, answer });
        expect(difference(policy, page, answer, lossCodes(said)), words).toBeUndefined();
      }
    };
    const visits = anyPolicy().chain((policy) =>
      fc.tuple(fc.constant(policy), fc.array(pageRequest(policy), { minLength: 8, maxLength: 8 })),
    );
    fc.assert(
      fc.property(visits, ([policy, pages]) => {
        visit(policy, pages);
      }),
      { numRuns: 300 },
    );
    expect(tried.said, 'policies that the dialect can say').toBeGreaterThan(50);
    expect(tried.granted, 'requests that are granted').toBeGreaterThan(30);
    expect(tried.refused, 'requests that are refused').toBeGreaterThan(100);
  });

  test('an application that answers CORS itself opens nothing, unless a loss says so', () => {
    const application = new Map([
      ['access-control-allow-origin', '*'],
      ['access-control-expose-headers', 'x-secret'],
    ]);
    fc.assert(
      fc.property(
        anyPolicy().chain((policy) => fc.tuple(fc.constant(policy), pageRequest(policy))),
        ([policy, page]) => {
          const said = say(dialect, fixture, policy, route());
          if (said === undefined) return;
          const losses = lossCodes(said);
          if (losses.has('UpstreamOriginLeaksOnMismatch') || losses.has('DuplicatesUpstream')) return;
          const controller = fixture.serve(stored(route(), said).object, said.owned, application);
          const answer = controller({ method: page.method, origin: page.origin });
          const isOpen =
            answer.get('access-control-allow-origin') === '*' ||
            (answer.get('access-control-expose-headers') ?? '').includes('x-secret');
          expect(isOpen && !policy.origins.any, JSON.stringify({ policy, page })).toBe(false);
        },
      ),
    );
  });

  test('answers that depend on the origin say so in Vary, unless a loss says otherwise', () => {
    fc.assert(
      fc.property(
        anyPolicy().chain((policy) => fc.tuple(fc.constant(policy), pageRequest(policy))),
        ([policy, page]) => {
          const said = say(dialect, fixture, policy, route());
          if (said === undefined) return;
          const losses = lossCodes(said);
          if (losses.has('NoVary') || losses.has('VaryUnspecified') || plainPolicy(policy).origins.any) return;
          const controller = fixture.serve(stored(route(), said).object, said.owned);
          expect(controller({ method: 'GET', origin: page.origin }).get('vary')).toBe('Origin');
        },
      ),
    );
  });

  test('read gives back what was said, up to declared losses', () => {
    fc.assert(
      fc.property(anyPolicy(), fc.array(originValue(), { maxLength: 4 }), (policy, strangers) => {
        const said = say(dialect, fixture, policy, route());
        if (said === undefined) return;
        const reading = speaker.read(stored(route(), said), said.owned);
        if (reading.kind !== 'On') expect.fail(`${JSON.stringify(said)} is read as ${reading.kind}`);
        const plain = plainPolicy(policy);
        expectReadBack(reading, plain, lossCodes(said));
        const matcher = compileMatcher(reading.policy.origins);
        for (const origin of [...plain.origins.exact, ...strangers, 'null']) {
          expect(matchOrigin(matcher, origin), origin).toBe(naiveMatch(plain.origins, origin));
        }
      }),
    );
  });

  test('only losses of the closed set are declared, each once and in order', () => {
    fc.assert(
      fc.property(anyPolicy(), (policy) => {
        const codes = (say(dialect, fixture, policy, route())?.losses ?? []).map((loss) => loss.code);
        expect(codes.filter((code) => !LOSSES.includes(code))).toEqual([]);
        expect(codes).toEqual([...new Set(codes)].sort());
      }),
    );
  });

  test('what is said passes the grammar of the controller', () => {
    fc.assert(
      fc.property(anyPolicy(), (policy) => {
        const said = say(dialect, fixture, policy, route());
        if (said !== undefined) expect(dialect.violations(said.changes, said.owned)).toEqual([]);
      }),
    );
  });

  test('the order of entries and duplicates change nothing', () => {
    fc.assert(
      fc.property(anyPolicy(), (policy) => {
        const express = (each: Policy): Expression => speaker.express(plainPolicy(each))(route());
        expect(JSON.stringify(express(turned(policy)))).toBe(JSON.stringify(express(policy)));
      }),
    );
  });

  test('off is off, also after a policy stood there, and no other key is touched', () => {
    const metadata = { annotations: { 'example.com/other': 'kept' } };
    fc.assert(
      fc.property(anyPolicy(), (policy) => {
        const said = say(dialect, fixture, policy, route(metadata));
        const standing = said === undefined ? route(metadata) : stored(route(metadata), said);
        const off = stored(standing, { changes: speaker.off(standing) });
        const owned = said?.owned ?? [];
        expect(speaker.read(off, owned).kind).toBe('Off');
        expect(off.object.metadata.annotations?.['example.com/other']).toBe('kept');
        const page = { origin: 'https://a.com', method: 'GET', headers: [], credentials: false };
        expect(askAsBrowser(fixture.serve(off.object, owned), page).allowed).toBe(false);
      }),
    );
  });

  test('what one policy said is changed into what another says, without a trace of the first', () => {
    fc.assert(
      fc.property(anyPolicy(), anyPolicy(), (before, after) => {
        const first = say(dialect, fixture, before, route());
        const second = say(dialect, fixture, after, route());
        if (first === undefined || second === undefined) return;
        expect(stored(stored(route(), first), second).object).toEqual(stored(route(), second).object);
      }),
    );
  });

  test('hostile annotations and specs are read without throwing', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom(...HOSTILE_KEYS), hostileValue()),
        fc.jsonValue(),
        (annotations, spec) => {
          const hostile = route({ annotations });
          expect(speaker.read(hostile, []).kind).toMatch(/^(?:Off|On|Invalid)$/);
          const twisted = { ...hostile, object: { ...hostile.object, spec } };
          expect(speaker.read(twisted, []).kind).toMatch(/^(?:Off|On|Invalid)$/);
          expect(speaker.foreignCors(twisted) ?? '').toBeTypeOf('string');
        },
      ),
    );
  });

  test('what is read depends on nothing but the annotations that are named for it', () => {
    const { reads } = speaker;
    if (reads === 'Everything') return;
    const named = new Set(reads);
    const values = fc.dictionary(fc.constantFrom(...HOSTILE_KEYS), hostileValue());
    fc.assert(
      fc.property(values, fc.jsonValue(), (annotations, spec) => {
        const alone = Object.fromEntries(Object.entries(annotations).filter(([key]) => named.has(key)));
        const crowded = route({ annotations });
        const twisted = { ...crowded, object: { ...crowded.object, spec } };
        expect(speaker.read(twisted, [])).toEqual(speaker.read(route({ annotations: alone }), []));
      }),
    );
  });

  test('no origin, or every origin with credentials, is not said at all', () => {
    const lists = { allowMethods: [], allowHeaders: [], exposeHeaders: [] };
    const nothing = { origins: originsOf(), ...lists, allowCredentials: false };
    const everything = { origins: { ...originsOf(), any: true }, ...lists, allowCredentials: true };
    expect([nothing, everything].map((policy) => say(dialect, fixture, policy, route()))).toEqual([
      undefined,
      undefined,
    ]);
  });

  test('what is said is told from every narrower policy', () => {
    const lists = { allowMethods: ['PUT'], allowHeaders: ['X-A'], exposeHeaders: ['X-E'] };
    const wide = {
      origins: originsOf('https://a.com', 'https://b.com'),
      ...lists,
      allowCredentials: true,
      maxAge: 600,
    };
    const said = say(dialect, fixture, wide, route());
    const reading: Reading = said === undefined ? { kind: 'Off' } : speaker.read(stored(route(), said), said.owned);
    if (reading.kind !== 'On') expect.fail('it is not said');
    expect(firstExcess(reading, wide)).toBeUndefined();
    expect(firstExcess(reading, { ...wide, origins: originsOf('https://a.com') })).toBe('origins');
    expect(firstExcess(reading, { ...wide, allowMethods: [] })).toBe('methods');
    expect(firstExcess(reading, { ...wide, allowHeaders: [] })).toBe('request headers');
    expect(firstExcess(reading, { ...wide, exposeHeaders: [] })).toBe('exposed headers');
    expect(firstExcess(reading, { ...wide, allowCredentials: false })).toBe('credentials');
    expect(firstExcess(reading, { ...wide, maxAge: 60 })).toBe('maxAge');
  });
});
