import fc from 'fast-check';
import type { Policy } from '../../src/cors/policy.ts';
import type { CorsRequest } from '../../src/cors/request.ts';
import { hostileText, originSet, originsAround } from './origins.ts';

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH', 'patch', 'put', 'OPTIONS', 'CHICKEN', '*'];
const HEADERS = ['Content-Type', 'X-Request-Id', 'authorization', 'Authorization', 'x-a', 'X-A', 'accept', '*', 'x-*'];

function names(values: readonly string[]): fc.Arbitrary<string[]> {
  const value = fc.oneof({ weight: 8, arbitrary: fc.constantFrom(...values) }, { weight: 1, arbitrary: hostileText() });
  return fc.array(value, { maxLength: 5 });
}

/** A policy as validation would never let it pass: pairs that exclude each other, values that are no tokens. */
export function hostilePolicy(): fc.Arbitrary<Policy> {
  return fc.record({
    origins: originSet(),
    allowMethods: names(METHODS),
    allowHeaders: names(HEADERS),
    exposeHeaders: names(HEADERS),
    allowCredentials: fc.boolean(),
    maxAge: fc.constantFrom(undefined, undefined, 0, 600, 86_400, 86_401, -1, 1.5, Number.NaN, 1e21),
  });
}

/** A request as anybody may send it to a route with a policy. */
export function hostileRequest(policy: Policy): fc.Arbitrary<CorsRequest> {
  const method = fc.oneof(fc.constantFrom(...METHODS), hostileText());
  return fc.record({
    method: fc.oneof({ weight: 4, arbitrary: fc.constant('OPTIONS') }, { weight: 1, arbitrary: method }),
    origin: fc.oneof(
      { weight: 9, arbitrary: originsAround(policy.origins) },
      { weight: 1, arbitrary: fc.constant(undefined) },
    ),
    requestMethod: fc.oneof(
      { weight: 5, arbitrary: method },
      { weight: 1, arbitrary: fc.constant(undefined) },
      { weight: 1, arbitrary: fc.constantFrom('PUT, PUT', 'PUT,PUT', ' PUT', 'PUT\r\nX: y') },
    ),
    requestHeaders: fc.oneof(fc.constant(undefined), requestHeaders()),
  });
}

/** Values of `Access-Control-Request-Headers`, as browsers send them, as tools do, and worse. */
export function requestHeaders(): fc.Arbitrary<string> {
  const name = fc.oneof(
    { weight: 9, arbitrary: fc.constantFrom(...HEADERS, ...HEADERS.map((header) => header.toUpperCase())) },
    { weight: 1, arbitrary: hostileText() },
  );
  const separator = fc.constantFrom(',', ',', ', ', ' ,\t', ',,', ' , , ', ' ');
  const list = fc
    .array(fc.tuple(name, separator), { maxLength: 5 })
    .map((pairs) => pairs.map(([value, end]) => `${value}${end}`).join(''));
  return fc.oneof(
    { weight: 6, arbitrary: list },
    { weight: 2, arbitrary: fc.subarray(HEADERS).map((subset) => subset.join(',').toLowerCase()) },
    { weight: 1, arbitrary: fc.constantFrom('x-a,'.repeat(128), 'x-a,'.repeat(129), `${','.repeat(8190)}x-a`) },
  );
}
