import type { Policy } from '../../../cors/policy.ts';
import type { Loss } from '../../../model/route-reason.ts';
import type { Inexpressible } from '../../dialect.ts';
import { sortedLosses } from '../../loss-order.ts';
import { BROWSER_METHODS, DEFAULT_MAX_AGE } from '../../plain-policy.ts';
import type { CorsValues } from './annotation-keys.ts';
import { type OriginList, originList } from './origin-list.ts';
import { isHeaderFitting, MAX_TOKEN_LENGTH } from './origin-token.ts';

/** The seven values that say a policy, or why there are none. */
export type ValuesExpression =
  | { readonly ok: true; readonly values: CorsValues; readonly losses: readonly Loss[] }
  | Inexpressible;

/** Forbidden as a request header, so that allowing it allows nothing: an empty list would become the nine default headers. */
const PLACEHOLDER_HEADER = 'Keep-Alive';

const SAFELISTED_METHODS = 'GET,HEAD,POST';

/**
 * Says a policy in the controller's annotations; every key that has a permissive default is written.
 *
 * @param policy a plain one
 */
export function expressValues(policy: Policy, version: string | undefined): ValuesExpression {
  const origins = originList(policy.origins, version);
  if (!origins.ok) return origins;
  const methods = methodsValue(policy);
  if (!methods.ok) return methods;
  const headers = headersValue(policy);
  if (!headers.ok) return headers;
  const exposed = exposedValue(policy);
  if (!exposed.ok) return exposed;
  const values: CorsValues = {
    'enable-cors': 'true',
    'cors-allow-origin': origins.value,
    'cors-allow-methods': methods.value,
    'cors-allow-headers': headers.value,
    'cors-allow-credentials': policy.allowCredentials ? 'true' : 'false',
    'cors-expose-headers': exposed.value,
    'cors-max-age': String(policy.maxAge ?? DEFAULT_MAX_AGE),
  };
  return { ok: true, values, losses: losses(policy, origins) };
}

type ListValue<Value> = { readonly ok: true; readonly value: Value } | Inexpressible;

function methodsValue(policy: Policy): ListValue<string> {
  const methods = policy.allowMethods;
  if (methods.length === 0) return { ok: true, value: SAFELISTED_METHODS };
  const written = methods.includes('*') ? BROWSER_METHODS : methods;
  const strange = written.find((method) => !/^[A-Za-z]+$/.test(method));
  if (strange !== undefined) {
    const message = `the method ${strange} is not of letters only, and ingress-nginx would allow its six default methods instead: leave it out`;
    return { ok: false, reason: 'MethodUnsupported', message };
  }
  return fitting(
    { field: 'allowMethods', header: 'Access-Control-Allow-Methods', reason: 'MethodUnsupported' },
    written,
  );
}

function headersValue(policy: Policy): ListValue<string> {
  const headers = policy.allowHeaders;
  if (headers.length === 0) return { ok: true, value: PLACEHOLDER_HEADER };
  if (headers.includes('*')) {
    const message =
      'ingress-nginx takes no * for request headers and would allow its nine default headers instead, Authorization among them: list the headers';
    return { ok: false, reason: 'HeaderUnsupported', message };
  }
  const strange = headers.find((header) => !/^[A-Za-z0-9_-]+$/.test(header));
  if (strange !== undefined) {
    const message = `the request header ${strange} has a character that ingress-nginx does not take, and it would allow its nine default headers instead: rename or leave out the header`;
    return { ok: false, reason: 'HeaderUnsupported', message };
  }
  return fitting(
    { field: 'allowHeaders', header: 'Access-Control-Allow-Headers', reason: 'HeaderUnsupported' },
    headers,
  );
}

function exposedValue(policy: Policy): ListValue<string | null> {
  const headers = policy.exposeHeaders;
  if (headers.length === 0) return { ok: true, value: null };
  if (headers.includes('*') && policy.allowCredentials) {
    const message = 'with credentials * exposes nothing: list the response headers in exposeHeaders';
    return { ok: false, reason: 'ExposeUnsupported', message };
  }
  const strange = headers.find((header) => header !== '*' && !/^[A-Za-z0-9_-]+$/.test(header));
  if (strange !== undefined) {
    const message = `the response header ${strange} has a character that ingress-nginx does not take, and it would expose nothing: rename or leave out the header`;
    return { ok: false, reason: 'ExposeUnsupported', message };
  }
  return fitting(
    { field: 'exposeHeaders', header: 'Access-Control-Expose-Headers', reason: 'ExposeUnsupported' },
    headers,
  );
}

type ListPlace = {
  readonly field: string;
  readonly header: string;
  readonly reason: Inexpressible['reason'];
};

function fitting(place: ListPlace, names: readonly string[]): ListValue<string> {
  const value = names.join(',');
  if (isHeaderFitting(place.header, value)) return { ok: true, value };
  const message = `${place.field} makes an nginx word of over ${MAX_TOKEN_LENGTH} bytes, with which nginx stops reloading for everybody: list fewer names`;
  return { ok: false, reason: place.reason, message };
}

function losses(policy: Policy, origins: Extract<OriginList, { ok: true }>): readonly Loss[] {
  return sortedLosses([...originLosses(origins), ...listLosses(policy)]);
}

function originLosses(origins: Extract<OriginList, { ok: true }>): readonly Loss[] {
  const everywhere: readonly Loss[] = [
    loss('PreflightHeadersOnActual', 'the headers of a preflight are sent on actual responses too'),
    loss('ErrorsUncovered', 'a 413 and the pages of custom-http-errors carry no CORS headers'),
  ];
  if (origins.value === '*') {
    return [
      loss('InterceptsAllOptions', 'the controller answers every OPTIONS request, with or without Origin'),
      ...everywhere,
    ];
  }
  return [
    loss(
      'InterceptsMatchingOptions',
      'the controller answers every OPTIONS request of an allowed origin, also one that is no preflight',
    ),
    ...everywhere,
    loss('UnmatchedPreflightForwarded', 'the preflight of an origin that is not allowed reaches the application'),
    loss(
      'UpstreamOriginLeaksOnMismatch',
      'for an origin that is not allowed, CORS headers of the application itself pass through',
    ),
    loss(
      'NoVary',
      'the controller never sends Vary: Origin, so a shared cache in front may mix the answers of origins',
    ),
    ...customSchemeLoss(origins),
    ...wildcardLoss(origins),
  ];
}

function customSchemeLoss(origins: Extract<OriginList, { ok: true }>): readonly Loss[] {
  const [scheme] = origins.customSchemes;
  if (scheme === undefined) return [];
  const message = `only the end of an origin is compared, and without case: x${scheme} would match too, but no browser has such a scheme`;
  return [loss('SuffixMatch', message)];
}

function wildcardLoss(origins: Extract<OriginList, { ok: true }>): readonly Loss[] {
  const [wildcard] = origins.wildcards;
  if (wildcard === undefined) return [];
  return [loss('WildcardNoUnderscore', `${wildcard} does not cover a label with an underscore`)];
}

function listLosses(policy: Policy): readonly Loss[] {
  const found: Loss[] = [];
  if (policy.allowMethods.includes('*')) {
    found.push(loss('EnumeratedMethods', `* is written as ${BROWSER_METHODS.join(', ')}`));
  }
  if (policy.allowHeaders.length === 0) {
    found.push(
      loss('PlaceholderHeader', `no request headers is written as ${PLACEHOLDER_HEADER}, which no script can send`),
    );
  }
  if (policy.maxAge === undefined) {
    found.push(
      loss('PlaceholderMaxAge', `no maxAge is written as ${DEFAULT_MAX_AGE}, which browsers assume without one`),
    );
  }
  return found;
}

function loss(code: Loss['code'], message: string): Loss {
  return { code, message };
}
