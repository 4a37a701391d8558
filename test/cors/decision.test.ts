import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compilePolicy } from '../../src/cors/compiled-policy.ts';
import { type Decision, decide, decideNothing, isMethodGranted } from '../../src/cors/decision.ts';
import type { Policy } from '../../src/cors/policy.ts';
import type { CorsRequest } from '../../src/cors/request.ts';
import { checkInvariants } from '../support/cors-invariants.ts';
import { hostilePolicy, hostileRequest } from '../support/cors-policies.ts';
import { naiveGrant } from './naive-decision.ts';

const ORIGIN = 'https://a.com';

const LISTED: Policy = {
  origins: { any: false, exact: [ORIGIN], wildcards: [], regexes: [] },
  allowMethods: ['PUT', 'DELETE'],
  allowHeaders: ['X-Request-Id', 'Content-Type'],
  exposeHeaders: ['X-Total', 'ETag'],
  allowCredentials: false,
};

const EVERYONE: Policy = { ...LISTED, origins: { any: true, exact: [], wildcards: [], regexes: [] } };

function preflight(change: Partial<CorsRequest> = {}): CorsRequest {
  return { method: 'OPTIONS', origin: ORIGIN, requestMethod: 'PUT', requestHeaders: undefined, ...change };
}

function actual(change: Partial<CorsRequest> = {}): CorsRequest {
  return { method: 'GET', origin: ORIGIN, requestMethod: undefined, requestHeaders: undefined, ...change };
}

function answer(policy: Partial<Policy>, request: CorsRequest): Decision {
  return decide(compilePolicy({ ...LISTED, ...policy }), request);
}

function header(decision: Decision, name: string): string | undefined {
  const index = decision.headers.findIndex((text, position) => position % 2 === 0 && text === name);
  return index === -1 ? undefined : decision.headers[index + 1];
}

const REFUSED = { kind: 'preflight', granted: false, status: 403, headers: ['Content-Length', '0', 'Vary', 'Origin'] };

describe('a granted preflight', () => {
  test('decide: lists what the policy allows, and echoes the origin', () => {
    expect(answer({ allowCredentials: true, maxAge: 600 }, preflight({ requestHeaders: 'content-type' }))).toEqual({
      kind: 'preflight',
      granted: true,
      status: 204,
      headers: [
        ...['Access-Control-Allow-Origin', ORIGIN, 'Access-Control-Allow-Credentials', 'true'],
        ...[
          'Access-Control-Allow-Methods',
          'DELETE, PUT',
          'Access-Control-Allow-Headers',
          'Content-Type, X-Request-Id',
        ],
        ...['Access-Control-Max-Age', '600', 'Vary', 'Origin'],
      ],
    });
  });

  test('decide: a policy without anything to say grants the origin alone', () => {
    expect(answer({ allowMethods: [], allowHeaders: [] }, preflight({ requestMethod: 'GET' })).headers).toEqual([
      ...['Access-Control-Allow-Origin', ORIGIN, 'Vary', 'Origin'],
    ]);
  });

  test('decide: a policy for everyone says * and nothing of Vary', () => {
    expect(decide(compilePolicy(EVERYONE), preflight())).toEqual({
      kind: 'preflight',
      granted: true,
      status: 204,
      headers: [
        ...['Access-Control-Allow-Origin', '*', 'Access-Control-Allow-Methods', 'DELETE, PUT'],
        ...['Access-Control-Allow-Headers', 'Content-Type, X-Request-Id'],
      ],
    });
  });

  test.each([
    { name: 'sorted', methods: ['PUT', 'DELETE', 'PATCH'], credentials: false, expected: 'DELETE, PATCH, PUT' },
    { name: 'as written, once', methods: ['put', 'PUT', 'PUT'], credentials: false, expected: 'PUT, put' },
    { name: 'safelisted ones if listed', methods: ['PUT', 'GET'], credentials: false, expected: 'GET, PUT' },
    { name: 'a star alone', methods: ['*', 'PUT'], credentials: false, expected: '*' },
    { name: 'the requested one under * with credentials', methods: ['*', 'GET'], credentials: true, expected: 'PUT' },
    { name: 'tokens only', methods: ['PUT', 'a b', 'X\r\nY: z', ''], credentials: false, expected: 'PUT' },
  ])('decide: Access-Control-Allow-Methods: $name', ({ methods, credentials, expected }) => {
    const decision = answer({ allowMethods: methods, allowCredentials: credentials }, preflight());
    expect(header(decision, 'Access-Control-Allow-Methods')).toBe(expected);
  });

  test.each([
    { name: 'sorted without regard to case', names: ['X-B', 'x-a', 'A'], credentials: false, expected: 'A, x-a, X-B' },
    { name: 'once in any case', names: ['x-a', 'X-A'], credentials: false, expected: 'X-A' },
    { name: 'a star alone', names: ['*', 'X-A'], credentials: false, expected: '*' },
    {
      name: 'a star with authorization if listed',
      names: ['X-A', 'Authorization', '*'],
      credentials: false,
      expected: '*, authorization',
    },
    {
      name: 'the requested ones under * with credentials',
      names: ['*'],
      credentials: true,
      expected: 'authorization, x-a',
    },
    {
      name: 'tokens only',
      names: ['X-A', 'Authorization', 'a b', 'ä'],
      credentials: true,
      expected: 'Authorization, X-A',
    },
  ])('decide: Access-Control-Allow-Headers: $name', ({ names, credentials, expected }) => {
    const request = preflight({ requestHeaders: credentials ? 'X-A, authorization,x-a' : undefined });
    const decision = answer({ allowHeaders: names, allowCredentials: credentials }, request);
    expect(header(decision, 'Access-Control-Allow-Headers')).toBe(expected);
  });

  test.each([undefined, '', ' , '])(
    'decide: under * with credentials no names are allowed when none is requested: %j',
    (requestHeaders) => {
      const decision = answer({ allowHeaders: ['*'], allowCredentials: true }, preflight({ requestHeaders }));
      expect(decision.granted).toBe(true);
      expect(header(decision, 'Access-Control-Allow-Headers')).toBeUndefined();
      expect(header(decision, 'Vary')).toBe('Origin, Access-Control-Request-Headers');
    },
  );

  test.each([
    { name: 'origin alone', change: {}, expected: 'Origin' },
    { name: 'method echoed', change: { allowMethods: ['*'] }, expected: 'Origin, Access-Control-Request-Method' },
    { name: 'names echoed', change: { allowHeaders: ['*'] }, expected: 'Origin, Access-Control-Request-Headers' },
    {
      name: 'both echoed',
      change: { allowMethods: ['*'], allowHeaders: ['*'] },
      expected: 'Origin, Access-Control-Request-Method, Access-Control-Request-Headers',
    },
  ])('decide: Vary names what is echoed: $name', ({ change, expected }) => {
    const decision = answer(
      { ...change, allowCredentials: true },
      preflight({ requestHeaders: 'x-a,content-type'.slice(change.allowHeaders ? 0 : 4) }),
    );
    expect(header(decision, 'Vary')).toBe(expected);
    const anonymous = answer(change, preflight());
    expect(header(anonymous, 'Vary')).toBe('Origin');
  });

  test.each([
    { name: '0 forbids keeping', maxAge: 0, expected: '0' },
    { name: 'a day', maxAge: 86_400, expected: '86400' },
    { name: 'absent', maxAge: undefined, expected: undefined },
    { name: 'over a day', maxAge: 86_401, expected: undefined },
    { name: 'negative', maxAge: -1, expected: undefined },
    { name: 'not whole', maxAge: 1.5, expected: undefined },
    { name: 'no number', maxAge: Number.NaN, expected: undefined },
  ])('decide: Access-Control-Max-Age: $name', ({ maxAge, expected }) => {
    expect(header(answer({ maxAge }, preflight()), 'Access-Control-Max-Age')).toBe(expected);
  });
});

describe('a refused preflight', () => {
  test.each([
    { name: 'an origin that is not listed', policy: {}, change: { origin: 'https://b.com' } },
    { name: 'null', policy: {}, change: { origin: 'null' } },
    { name: 'an empty Origin', policy: {}, change: { origin: '' } },
    { name: 'two Origin lines', policy: {}, change: { origin: `${ORIGIN}, ${ORIGIN}` } },
    { name: 'a method that is not listed', policy: {}, change: { requestMethod: 'PATCH' } },
    { name: 'a method in another case', policy: {}, change: { requestMethod: 'put' } },
    { name: 'a safelisted method in another case', policy: {}, change: { requestMethod: 'get' } },
    { name: 'two methods', policy: {}, change: { requestMethod: 'PUT, PUT' } },
    { name: 'no method', policy: {}, change: { requestMethod: '' } },
    { name: 'two methods under *', policy: { allowMethods: ['*'] }, change: { requestMethod: 'PUT, PUT' } },
    { name: 'no method under *', policy: { allowMethods: ['*'] }, change: { requestMethod: '' } },
    {
      name: 'a star as method under * with credentials',
      policy: { allowMethods: ['*'], allowCredentials: true },
      change: { requestMethod: '*' },
    },
    { name: 'a header that is not listed', policy: {}, change: { requestHeaders: 'x-b' } },
    { name: 'a malformed header', policy: { allowHeaders: ['*'] }, change: { requestHeaders: 'x b' } },
    { name: 'too many headers', policy: { allowHeaders: ['*'] }, change: { requestHeaders: 'a,'.repeat(129) } },
    {
      name: 'authorization under * without credentials',
      policy: { allowHeaders: ['*'] },
      change: { requestHeaders: 'authorization' },
    },
    {
      name: 'a star as header under * with credentials',
      policy: { allowHeaders: ['*'], allowCredentials: true },
      change: { requestHeaders: '*' },
    },
    {
      name: 'everyone with credentials',
      policy: { origins: { ...EVERYONE.origins, exact: [ORIGIN] }, allowCredentials: true },
      change: {},
    },
  ])('decide: grants nothing, 403, with Vary: $name', ({ policy, change }) => {
    expect(answer(policy, preflight(change))).toEqual(REFUSED);
  });

  test('decide: a policy for everyone refuses methods and headers too, and needs no Vary', () => {
    const refused = { kind: 'preflight', granted: false, status: 403, headers: ['Content-Length', '0'] };
    const policy = compilePolicy(EVERYONE);
    expect(decide(policy, preflight({ requestMethod: 'PATCH' }))).toEqual(refused);
    expect(decide(policy, preflight({ requestHeaders: 'x-b' }))).toEqual(refused);
    expect(decide(policy, preflight({ origin: 'null' })).granted).toBe(true);
  });
});

describe('an actual request', () => {
  test('decide: a granted one gets the origin, credentials and the exposed headers', () => {
    expect(answer({ allowCredentials: true, maxAge: 600 }, actual())).toEqual({
      kind: 'actual',
      granted: true,
      status: undefined,
      headers: [
        ...['Access-Control-Allow-Origin', ORIGIN, 'Access-Control-Allow-Credentials', 'true'],
        ...['Access-Control-Expose-Headers', 'ETag, X-Total', 'Vary', 'Origin'],
      ],
    });
  });

  test.each([
    { name: 'another origin', change: { origin: 'https://b.com' } },
    { name: 'null', change: { origin: 'null' } },
    { name: 'no Origin', change: { origin: undefined } },
    { name: 'OPTIONS without Origin', change: { method: 'OPTIONS', origin: undefined, requestMethod: 'PUT' } },
  ])('decide: any other is passed on with Vary alone: $name', ({ change }) => {
    expect(answer({}, actual(change))).toEqual({
      kind: 'actual',
      granted: false,
      status: undefined,
      headers: ['Vary', 'Origin'],
    });
  });

  test.each([
    { name: 'a method that is not listed', change: { method: 'PATCH' } },
    { name: 'OPTIONS without Access-Control-Request-Method', change: { method: 'OPTIONS' } },
    { name: 'Access-Control-Request-Headers on GET', change: { requestHeaders: 'x b' } },
    { name: 'Access-Control-Request-Method on GET', change: { requestMethod: 'PATCH' } },
  ])('decide: never fails because of CORS: $name', ({ change }) => {
    expect(answer({}, actual(change))).toMatchObject({ kind: 'actual', granted: true, status: undefined });
  });

  test.each([ORIGIN, 'null', '', 'x, y', undefined])(
    'decide: a policy for everyone answers all alike: %j',
    (origin) => {
      expect(decide(compilePolicy(EVERYONE), actual({ origin }))).toEqual({
        kind: 'actual',
        granted: true,
        status: undefined,
        headers: ['Access-Control-Allow-Origin', '*', 'Access-Control-Expose-Headers', 'ETag, X-Total'],
      });
    },
  );

  test.each([
    { name: 'a star alone', names: ['*', 'X-A'], credentials: false, expected: '*' },
    { name: 'no star with credentials', names: ['*', 'X-A'], credentials: true, expected: 'X-A' },
    { name: 'nothing but a star with credentials', names: ['*'], credentials: true, expected: undefined },
    { name: 'empty', names: [], credentials: false, expected: undefined },
    {
      name: 'sorted, once, tokens only',
      names: ['x-b', 'X-A', 'X-B', 'a b'],
      credentials: false,
      expected: 'X-A, X-B',
    },
  ])('decide: Access-Control-Expose-Headers: $name', ({ names, credentials, expected }) => {
    const decision = answer({ exposeHeaders: names, allowCredentials: credentials }, actual());
    expect(header(decision, 'Access-Control-Expose-Headers')).toBe(expected);
  });
});

describe('isMethodGranted', () => {
  test.each([
    { name: 'safelisted, not listed', methods: [], method: 'HEAD', credentials: false, expected: true },
    { name: 'listed', methods: ['PATCH'], method: 'PATCH', credentials: false, expected: true },
    { name: 'bytes are compared', methods: ['PATCH'], method: 'patch', credentials: false, expected: false },
    { name: 'listed as written', methods: ['put'], method: 'put', credentials: false, expected: true },
    { name: '* covers any token', methods: ['*'], method: 'Chicken', credentials: false, expected: true },
    { name: '* covers a star without credentials', methods: ['*'], method: '*', credentials: false, expected: true },
    { name: 'with credentials too', methods: ['*'], method: 'Chicken', credentials: true, expected: true },
    { name: 'listed beside *', methods: ['*', 'PUT'], method: 'PATCH', credentials: true, expected: true },
    { name: 'a star needs one', methods: ['PUT'], method: '*', credentials: false, expected: false },
    { name: 'empty', methods: ['', 'PUT'], method: '', credentials: false, expected: false },
  ])('isMethodGranted: $name', ({ methods, method, credentials, expected }) => {
    expect(
      isMethodGranted(compilePolicy({ ...LISTED, allowMethods: methods, allowCredentials: credentials }), method),
    ).toBe(expected);
  });
});

describe('decideNothing', () => {
  test('decideNothing: a preflight is refused, anything else gets Vary alone', () => {
    expect(decideNothing(preflight())).toEqual(REFUSED);
    expect(decideNothing(actual())).toEqual({
      kind: 'actual',
      granted: false,
      status: undefined,
      headers: ['Vary', 'Origin'],
    });
  });
});

/** A policy and requests made for it. */
function policyAndRequests(): fc.Arbitrary<{ policy: Policy; requests: readonly CorsRequest[] }> {
  return hostilePolicy().chain((policy) =>
    fc.array(hostileRequest(policy), { minLength: 1, maxLength: 8 }).map((requests) => ({ policy, requests })),
  );
}

describe('laws of decisions', () => {
  test('decide: the invariants hold for every policy and every request, and what is granted is what the naive decision grants', () => {
    fc.assert(
      fc.property(policyAndRequests(), ({ policy, requests }) => {
        const compiled = compilePolicy(policy);
        for (const request of requests) {
          const decision = decide(compiled, request);
          expect(checkInvariants(policy, request, decision)).toEqual([]);
          expect(decision.granted).toBe(naiveGrant(policy, request));
        }
      }),
      { numRuns: 600 },
    );
  });

  test('decide: the answer of a browser that asks is that it may', () => {
    fc.assert(
      fc.property(policyAndRequests(), ({ policy, requests }) => {
        const compiled = compilePolicy(policy);
        for (const request of requests) {
          const decision = decide(compiled, request);
          if (decision.granted && decision.kind === 'preflight') expect(browserAgrees(decision, request)).toBe(true);
        }
      }),
    );
  });

  test('decide: equal requests get equal answers, in any order', () => {
    fc.assert(
      fc.property(policyAndRequests(), ({ policy, requests }) => {
        const compiled = compilePolicy(policy);
        const first = requests.map((request) => decide(compiled, request));
        const again = [...requests].reverse().map((request) => decide(compilePolicy(policy), request));
        expect(again.reverse()).toEqual(first);
      }),
    );
  });

  test('decide: order and duplicates in a policy change no answer', () => {
    fc.assert(
      fc.property(policyAndRequests(), ({ policy, requests }) => {
        const shuffled: Policy = {
          ...policy,
          allowMethods: [...policy.allowMethods, ...policy.allowMethods].reverse(),
          allowHeaders: [...policy.allowHeaders, ...policy.allowHeaders].reverse(),
          exposeHeaders: [...policy.exposeHeaders, ...policy.exposeHeaders].reverse(),
        };
        const [one, other] = [compilePolicy(policy), compilePolicy(shuffled)];
        for (const request of requests) expect(decide(other, request)).toEqual(decide(one, request));
      }),
    );
  });

  test('decide: an answer that is given cannot be changed for the next request', () => {
    const compiled = compilePolicy(EVERYONE);
    for (const request of [preflight(), actual(), preflight({ requestMethod: 'PATCH' })]) {
      expect(() => Reflect.apply(Array.prototype.push, decide(compiled, request).headers, ['X'])).toThrow();
    }
    const own = compilePolicy(LISTED);
    Reflect.apply(Array.prototype.push, decide(own, actual()).headers, ['X', 'y']);
    expect(header(decide(own, actual()), 'X')).toBeUndefined();
  });
});

/**
 * The browser's side of a granted preflight.
 *
 * @see https://fetch.spec.whatwg.org/#cors-preflight-fetch-0
 */
function browserAgrees(decision: Decision, request: CorsRequest): boolean {
  const credentials = header(decision, 'Access-Control-Allow-Credentials') === 'true';
  const list = (name: string): readonly string[] => (header(decision, name) ?? '').split(', ');
  const methods = list('Access-Control-Allow-Methods');
  const headers = list('Access-Control-Allow-Headers').map((name) => name.toLowerCase());
  const method = request.requestMethod ?? '';
  const isMethodFine = ['GET', 'HEAD', 'POST', ...methods].includes(method) || (!credentials && methods.includes('*'));
  const names = (request.requestHeaders ?? '').split(',').map((name) => name.trim().toLowerCase());
  const isHeaderFine = (name: string): boolean =>
    name === '' || headers.includes(name) || (!credentials && headers.includes('*') && name !== 'authorization');
  return isMethodFine && names.every(isHeaderFine);
}
