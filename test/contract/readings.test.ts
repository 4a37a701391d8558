import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { KubernetesObject } from '../../src/model/kubernetes-object.ts';
import type { Route } from '../../src/model/route.ts';
import type { DialectName, Reading } from '../../src/plan/dialect.ts';
import { dialects } from '../../src/plan/dialects/index.ts';
import { naiveIsOrigin, naiveMatch } from '../cors/naive-matcher.ts';
import { originsAround, wellFormedOrigin } from '../support/origins.ts';
import { askAsBrowser, type Controller, type PageAnswer, type PageRequest } from './controllers/browser.ts';
import { fixtures } from './dialect-fixtures.ts';

/** A route as somebody else configured it, and the objects beside it. */
type Foreign = {
  readonly route: Route;
  readonly owned: readonly KubernetesObject[];
  readonly origins: readonly string[];
};

const NGINX = 'nginx.ingress.kubernetes.io/';

function originEntry(): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: 4, arbitrary: wellFormedOrigin() },
    { weight: 3, arbitrary: wellFormedOrigin().map((origin) => origin.replace('://', '://*.')) },
    {
      weight: 3,
      arbitrary: fc.constantFrom(
        '*',
        'null',
        'https://*',
        'http://*:8080',
        'https://Example.COM',
        'https://a.com:443',
        'http://a.com:80',
        'capacitor://localhost',
        's://a.com',
        'https://*.',
        'https://a.*.com',
        'https://a.com/',
        'example.com',
        '*.a.com',
        '',
        ' ',
      ),
    },
  );
}

function names(...values: readonly string[]): fc.Arbitrary<string[]> {
  return fc.subarray(['*', ...values]);
}

function nginxForeign(): fc.Arbitrary<Foreign> {
  const value = (...values: readonly string[]): fc.Arbitrary<string | undefined> =>
    fc.constantFrom(undefined, ...values);
  return fc
    .record({
      origins: fc.array(originEntry(), { minLength: 1, maxLength: 4 }),
      separator: fc.constantFrom(',', ', ', ' ', ',,'),
      'cors-allow-origin': value('listed'),
      'enable-cors': fc.constantFrom('true', 'true', 'T', '1', 'yes', 'false'),
      'cors-allow-methods': value('GET, PUT', 'PUT,PATCH', 'GET; evil', '*', '', 'put', 'PUT DELETE'),
      'cors-allow-headers': value('X-A', 'X-A, Authorization', '*', 'X.A', '', 'X-A X-B'),
      'cors-allow-credentials': value('true', 'false', 'no', ''),
      'cors-expose-headers': value('X-A', '*', 'X.A'),
      'cors-max-age': value(
        '600',
        '0',
        '-1',
        '+5',
        '-007',
        'soon',
        '99999999',
        '9223372036854775807',
        '9223372036854775808',
      ),
    })
    .map(({ origins, separator, ...values }): Foreign => {
      const listed = values['cors-allow-origin'] === undefined ? undefined : origins.join(separator);
      const annotations = Object.fromEntries(
        Object.entries({ ...values, 'cors-allow-origin': listed }).flatMap(([key, text]) =>
          text === undefined ? [] : [[`${NGINX}${key}`, text]],
        ),
      );
      return { route: fixtures['ingress-nginx'].route({ annotations }), owned: [], origins };
    });
}

const EXPRESSIONS = [
  'https://.*\\.example\\.com',
  '^https://a\\.com$',
  '^(?:https://[a-z]+\\.com)$',
  '^(?:a)|(?:https://b\\.com)$',
  'example',
  '.*',
  'n',
  '^null$',
  '(?i)HTTPS://A\\.COM',
  '',
];

function traefikForeign(): fc.Arbitrary<Foreign> {
  const headers = fc
    .record({
      accessControlAllowOriginList: fc.option(fc.array(originEntry(), { maxLength: 4 }), { nil: undefined }),
      accessControlAllowOriginListRegex: fc.oneof(fc.constant(undefined), fc.subarray(EXPRESSIONS, { maxLength: 2 })),
      accessControlAllowMethods: fc.oneof(fc.constant(undefined), names('PUT', 'PATCH')),
      accessControlAllowHeaders: fc.oneof(fc.constant(undefined), names('X-A', 'Authorization')),
      accessControlAllowCredentials: fc.constantFrom(undefined, true, false),
      accessControlExposeHeaders: fc.oneof(fc.constant(undefined), names('X-A')),
      accessControlMaxAge: fc.constantFrom(undefined, 0, 600, -1),
      customResponseHeaders: fc.constantFrom<Readonly<Record<string, string>> | undefined>(
        undefined,
        { 'Access-Control-Allow-Origin': '' },
        { 'Access-Control-Allow-Origin': '*' },
        { 'access-control-allow-origin': 'https://a.com', 'Access-Control-Allow-Credentials': 'true' },
        {
          'Access-Control-Allow-Origin': '',
          'Access-Control-Allow-Credentials': '',
          'Access-Control-Expose-Headers': '',
        },
      ),
    })
    .map((fields) => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)));
  return fc.array(headers, { minLength: 1, maxLength: 2 }).map((chain): Foreign => {
    const owned = chain.map((fields, index) => middleware(`m${index}`, { headers: fields }));
    const list = owned.map((object) => `shop-${object.metadata.name}@kubernetescrd`).join(',');
    const annotations = { 'traefik.ingress.kubernetes.io/router.middlewares': list };
    const origins = chain.flatMap((fields) =>
      Array.isArray(fields['accessControlAllowOriginList']) ? fields['accessControlAllowOriginList'].map(String) : [],
    );
    return { route: fixtures.traefik.route({ annotations }), owned, origins };
  });
}

function middleware(name: string, spec: Readonly<Record<string, unknown>>): KubernetesObject {
  return { apiVersion: 'traefik.io/v1alpha1', kind: 'Middleware', metadata: { name, namespace: 'shop' }, spec };
}

function gatewayForeign(): fc.Arbitrary<Foreign> {
  return fc
    .record({
      allowOrigins: fc.option(fc.array(originEntry(), { minLength: 1, maxLength: 4 }), { nil: undefined }),
      allowCredentials: fc.constantFrom(undefined, true, false),
      allowMethods: fc.constantFrom(undefined, ['*'], ['PUT', 'PATCH']),
      allowHeaders: fc.constantFrom(undefined, ['*'], ['X-A'], ['Authorization']),
      exposeHeaders: fc.constantFrom(undefined, ['*'], ['X-A']),
      maxAge: fc.constantFrom(undefined, 1, 600),
    })
    .map((cors): Foreign => {
      const route = fixtures['gateway-api'].route();
      const rules = [{}, { filters: [{ type: 'CORS', cors }] }, {}];
      const object = { ...route.object, spec: { rules } };
      return { route: { ...route, object }, owned: [], origins: cors.allowOrigins ?? [] };
    });
}

const foreigners: Readonly<Record<DialectName, () => fc.Arbitrary<Foreign>>> = {
  'ingress-nginx': nginxForeign,
  traefik: traefikForeign,
  'gateway-api': gatewayForeign,
};

function pageRequest(origins: readonly string[]): fc.Arbitrary<PageRequest> {
  const exact = origins.flatMap((entry) => [
    entry,
    entry.toLowerCase(),
    entry.replace('*.', ''),
    entry.replace('*.', 'x.y.'),
  ]);
  const near = originsAround({ any: false, exact, wildcards: [], regexes: [] });
  const some = fc.constantFrom(
    'https://a.com',
    'https://x.example.com',
    'http://foonull',
    'https://evil.example',
    'null',
  );
  return fc.record({
    origin: fc.oneof(near, some).filter((text) => text === 'null' || naiveIsOrigin(text)),
    method: fc.constantFrom('GET', 'PUT', 'PATCH', 'DELETE', 'patch'),
    headers: fc.subarray(['X-A', 'Authorization', 'X-Requested-With'], { maxLength: 2 }),
    credentials: fc.boolean(),
  });
}

function readingGrants(reading: Reading, page: PageRequest, answer: PageAnswer): boolean {
  if (reading.kind !== 'On') return false;
  const { policy } = reading;
  return (
    Math.min(answer.maxAge, 86_400) <= (policy.maxAge ?? 5) &&
    exposes(policy.exposeHeaders, answer) &&
    grantsOrigin(reading, page) &&
    grantsMethod(policy.allowMethods, page) &&
    grantsHeaders(policy, page)
  );
}

function exposes(names: readonly string[], answer: PageAnswer): boolean {
  const listed = names.map((name) => name.toLowerCase());
  return listed.includes('*') || answer.exposed.every((name) => name === '' || listed.includes(name));
}

function grantsOrigin(reading: Extract<Reading, { kind: 'On' }>, page: PageRequest): boolean {
  if (page.credentials && !reading.policy.allowCredentials) return false;
  if (page.credentials && reading.anyOrigin === 'Star') return false;
  return (page.origin === 'null' && reading.nullOrigin) || naiveMatch(reading.policy.origins, page.origin);
}

function grantsMethod(methods: readonly string[], page: PageRequest): boolean {
  return ['GET', 'HEAD', 'POST', ...methods].includes(page.method) || methods.includes('*');
}

function grantsHeaders(
  policy: { readonly allowHeaders: readonly string[]; readonly allowCredentials: boolean },
  page: PageRequest,
): boolean {
  const listed = policy.allowHeaders.map((name) => name.toLowerCase());
  return page.headers.every((header) => {
    const name = header.toLowerCase();
    return listed.includes(name) || (listed.includes('*') && (policy.allowCredentials || name !== 'authorization'));
  });
}

/** Where a reading knows the bytes, an origin that is let in gets them, on preflights and on other answers. */
function expectSent(reading: Reading, controller: Controller, { origin, method }: PageRequest, words: string): void {
  if (reading.kind !== 'On' || reading.sent === undefined) return;
  const expected = {
    'access-control-allow-origin': reading.anyOrigin === 'Star' ? '*' : origin,
    ...reading.sent,
  };
  for (const request of [
    { method: 'OPTIONS', origin, requestMethod: method },
    { method, origin },
  ]) {
    const answer = controller(request);
    if (answer.size > 0) expect(Object.fromEntries(answer), words).toEqual(expected);
  }
}

const cases = dialects.flatMap((dialect) =>
  fixtures[dialect.name].controllers.map((fixture) => ({ name: fixture.name, dialect, fixture })),
);

function contradiction(reading: Reading, page: PageRequest, answer: PageAnswer): string | undefined {
  if (reading.kind === 'Invalid' || !answer.allowed) return undefined;
  if (readingGrants(reading, page, answer)) return undefined;
  const entry = suffixMatched(reading, page);
  const named = entry === undefined ? page : { ...page, origin: entry };
  return readingGrants(reading, named, answer) ? undefined : 'more than its reading';
}

/** The loss `SuffixMatch`: under a scheme of its own an entry also lets in what ends like it, in any case. */
function suffixMatched(reading: Reading, page: PageRequest): string | undefined {
  const entries = reading.kind === 'On' ? reading.policy.origins.exact : [];
  return entries.find((entry) => !entry.startsWith('http') && page.origin.toLowerCase().endsWith(entry.toLowerCase()));
}

describe.each(cases)('reading of $name', ({ dialect, fixture }) => {
  const speaker = dialect.open(fixture.context);

  test('whatever a browser may do with what stands on a route is in its reading', () => {
    let granted = 0;
    const visit = (foreign: Foreign, pages: readonly PageRequest[]): void => {
      const reading = speaker.read(foreign.route, foreign.owned);
      const controller = fixture.serve(foreign.route.object, foreign.owned);
      for (const page of pages) {
        const answer = askAsBrowser(controller, page);
        if (answer.allowed) granted += 1;
        const { metadata, spec } = foreign.route.object;
        const words = JSON.stringify({ page, answer, metadata, spec, owned: foreign.owned, reading });
        expect(contradiction(reading, page, answer), words).toBeUndefined();
        expectSent(reading, controller, page, words);
      }
    };
    const visits = foreigners[dialect.name]().chain((foreign) =>
      fc.tuple(fc.constant(foreign), fc.array(pageRequest(foreign.origins), { minLength: 6, maxLength: 6 })),
    );
    fc.assert(
      fc.property(visits, ([foreign, pages]) => {
        visit(foreign, pages);
      }),
      { numRuns: 300 },
    );
    expect(granted, 'requests that are granted').toBeGreaterThan(10);
  });
});
