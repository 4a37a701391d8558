import fc from 'fast-check';
import { normalizeMethod } from '../../src/cors/method.ts';
import type { OriginSet, Policy } from '../../src/cors/policy.ts';
import { naiveGrant } from '../cors/naive-decision.ts';
import { naiveIsOrigin } from '../cors/naive-matcher.ts';
import { hostilePolicy } from '../support/cors-policies.ts';
import { originSet, originsAround, wellFormedOrigin, wildcard } from '../support/origins.ts';
import type { PageRequest } from './controllers/browser.ts';

const PLAIN_METHODS = ['GET', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD'];
const METHODS = [...PLAIN_METHODS, 'patch', 'PURGE', 'VERSION-CONTROL'];
const PLAIN_HEADERS = ['Content-Type', 'X-Request-Id', 'x-request-id', 'Authorization', 'X-A', 'X_C'];
const HEADERS = [...PLAIN_HEADERS, 'X.B', 'Keep-Alive', 'Set-Cookie'];

/** Any policy that may reach a dialect, and worse. Methods are as every effective policy has them. */
export function anyPolicy(): fc.Arbitrary<Policy> {
  return fc
    .oneof(
      { weight: 5, arbitrary: gentlePolicy() },
      { weight: 5, arbitrary: demandingPolicy() },
      { weight: 1, arbitrary: hostilePolicy() },
    )
    .map((policy) => ({ ...policy, allowMethods: policy.allowMethods.map(normalizeMethod) }));
}

/** What a page may try, near and far from what a policy allows; its origin is one that a browser can send. */
export function pageRequest(policy: Policy): fc.Arbitrary<PageRequest> {
  const origin = fc.oneof(
    { weight: 6, arbitrary: originsAround(policy.origins) },
    { weight: 1, arbitrary: fc.constant('null') },
  );
  return fc.record({
    origin: origin.filter((text) => text === 'null' || naiveIsOrigin(text)),
    method: fc.oneof(fc.constant('GET'), fc.constantFrom(...METHODS)),
    headers: fc.oneof(fc.constant([]), fc.subarray(['X-A', 'Authorization', 'X.B', 'content-type'], { maxLength: 2 })),
    credentials: fc.boolean(),
  });
}

/** Whether a policy grants what a page tries. */
export function grants(policy: Policy, page: PageRequest): boolean {
  if (page.credentials && !policy.allowCredentials) return false;
  const requestHeaders = page.headers.length === 0 ? undefined : page.headers.join(',');
  return naiveGrant(policy, { method: 'OPTIONS', origin: page.origin, requestMethod: page.method, requestHeaders });
}

/** What every dialect can say, but for the depth of wildcards. */
function gentlePolicy(): fc.Arbitrary<Policy> {
  return fc.record({
    origins: webOrigins(
      fc.constantFrom('https://www.example.com', 'https://a.b', 'http://localhost:3000', 'https://10.0.0.1'),
    ),
    allowMethods: fc.oneof(fc.constant(['*']), fc.subarray(PLAIN_METHODS)),
    allowHeaders: fc.subarray(PLAIN_HEADERS),
    exposeHeaders: fc.subarray(PLAIN_HEADERS),
    allowCredentials: fc.boolean(),
    maxAge: fc.constantFrom(undefined, 0, 1, 600, 86_400),
  });
}

/** What at least one dialect can say, most of it. */
function demandingPolicy(): fc.Arbitrary<Policy> {
  return fc.record({
    origins: fc.oneof(webOrigins(wellFormedOrigin()), originSet()),
    allowMethods: fc.oneof(fc.constant(['*']), fc.subarray(METHODS)),
    allowHeaders: fc.oneof(fc.constant(['*']), fc.constant(['*', 'Authorization']), fc.subarray(HEADERS)),
    exposeHeaders: fc.oneof(fc.constant(['*']), fc.subarray(HEADERS)),
    allowCredentials: fc.boolean(),
    maxAge: fc.constantFrom(undefined, 0, 1, 600, 86_400),
  });
}

/** Origins without regexes; all wildcards of one depth, for otherwise no dialect but one could say them. */
function webOrigins(exact: fc.Arbitrary<string>): fc.Arbitrary<OriginSet> {
  const listed = fc
    .tuple(
      fc.array(exact, { maxLength: 5 }),
      fc.array(webWildcard(), { maxLength: 2 }),
      fc.constantFrom<'Any' | 'Single'>('Any', 'Single'),
    )
    .map(([origins, wildcards, depth]): OriginSet => {
      return { any: false, exact: origins, wildcards: wildcards.map((each) => ({ ...each, depth })), regexes: [] };
    });
  const everyone: OriginSet = { any: true, exact: [], wildcards: [], regexes: [] };
  return fc.oneof({ weight: 5, arbitrary: listed }, { weight: 1, arbitrary: fc.constant(everyone) });
}

function webWildcard(): ReturnType<typeof wildcard> {
  return wildcard().filter((each) => each.scheme.startsWith('http') && !/[_.]$|_/.test(each.base));
}
