import type { Policy } from '../../../cors/policy.ts';
import type { Loss } from '../../../model/route-reason.ts';
import type { Inexpressible } from '../../dialect.ts';
import { sortedLosses } from '../../loss-order.ts';
import { BROWSER_METHODS, DEFAULT_MAX_AGE, sortedUnique } from '../../plain-policy.ts';
import { writeRegex, writeWildcard } from './origin-expressions.ts';
import { isRepaired } from './versions.ts';

/** The fields under `spec.headers` of a Middleware, or why there are none. */
export type HeadersExpression =
  | { readonly ok: true; readonly headers: Readonly<Record<string, unknown>>; readonly losses: readonly Loss[] }
  | Inexpressible;

/** Longest configuration in bytes: the API server stores no object of over 1.5 MiB, its metadata and history included. */
const MAX_LENGTH = 1_000_000;

/** What the application sends itself is taken away before ours is set, so that it shows nowhere. */
const STRIPPED = {
  'Access-Control-Allow-Credentials': '',
  'Access-Control-Allow-Origin': '',
  'Access-Control-Expose-Headers': '',
};

/**
 * Says a policy in the fields of a headers Middleware.
 *
 * @param policy a plain one
 * @param version undefined when it is unknown: then only what every version does alike
 */
export function expressHeaders(policy: Policy, version: string | undefined): HeadersExpression {
  const origins = originFields(policy);
  if (!origins.ok) return origins;
  const refusal = listRefusal(policy, version);
  if (refusal !== undefined) return refusal;
  const headers = {
    ...origins.fields,
    ...filled('accessControlAllowMethods', writtenMethods(policy, version)),
    ...filled('accessControlAllowHeaders', policy.allowHeaders),
    ...(policy.allowCredentials ? { accessControlAllowCredentials: true } : {}),
    ...filled('accessControlExposeHeaders', policy.exposeHeaders),
    ...maxAge(policy, version),
    ...(policy.origins.any ? {} : { addVaryHeader: true }),
    customResponseHeaders: STRIPPED,
  };
  if (JSON.stringify(headers).length > MAX_LENGTH) {
    const message = 'the origins do not fit into one Middleware: list fewer, or cover them with wildcards';
    return { ok: false, reason: 'TooManyOrigins', message };
  }
  return { ok: true, headers, losses: sortedLosses(losses(policy, version)) };
}

type OriginFields = { readonly ok: true; readonly fields: Readonly<Record<string, unknown>> } | Inexpressible;

function originFields(policy: Policy): OriginFields {
  if (policy.origins.any) return { ok: true, fields: { accessControlAllowOriginList: ['*'] } };
  const { exact, wildcards, regexes } = policy.origins;
  const expressions = wildcards.map(writeWildcard);
  for (const source of regexes) {
    const written = writeRegex(source);
    if (!written.ok) return regexRefused(source, written.problem);
    expressions.push(written.expression);
  }
  if (exact.length + expressions.length === 0) {
    return { ok: false, reason: 'NoOrigins', message: 'no origin is left to write' };
  }
  const fields = {
    ...filled('accessControlAllowOriginList', exact),
    ...filled('accessControlAllowOriginListRegex', sortedUnique(expressions)),
  };
  return { ok: true, fields };
}

function regexRefused(source: string, problem: string): Inexpressible {
  const message = `the regex ${source} cannot be written for Traefik, since ${problem}: write it without, or as a wildcard`;
  return { ok: false, reason: 'Regex', message };
}

function listRefusal(policy: Policy, version: string | undefined): Inexpressible | undefined {
  if (!policy.allowCredentials) return undefined;
  if (policy.exposeHeaders.includes('*')) {
    const message = 'with credentials * exposes nothing: list the response headers in exposeHeaders';
    return { ok: false, reason: 'ExposeUnsupported', message };
  }
  if (!policy.allowHeaders.includes('*') || isRepaired(version)) return undefined;
  const message =
    'Traefik allows * for request headers together with credentials since 3.6.22 and 3.7.6: list the headers, or say a version that has it with --class NAME=traefik@VERSION or the class annotation cors-operator.dev/dialect-version';
  return { ok: false, reason: version === undefined ? 'VersionUnknown' : 'HeaderUnsupported', message };
}

function writtenMethods(policy: Policy, version: string | undefined): readonly string[] {
  const methods = policy.allowMethods;
  return isEnumerated(policy, version) ? BROWSER_METHODS : methods;
}

function isEnumerated(policy: Policy, version: string | undefined): boolean {
  return policy.allowCredentials && policy.allowMethods.includes('*') && !isRepaired(version);
}

function maxAge(policy: Policy, version: string | undefined): { readonly accessControlMaxAge?: number } {
  if (policy.maxAge !== undefined) return { accessControlMaxAge: policy.maxAge };
  return isRepaired(version) ? {} : { accessControlMaxAge: DEFAULT_MAX_AGE };
}

function filled(field: string, list: readonly string[]): Readonly<Record<string, readonly string[]>> {
  return list.length === 0 ? {} : { [field]: list };
}

function losses(policy: Policy, version: string | undefined): readonly Loss[] {
  const found = [
    loss('Status200', 'preflights are answered with 200'),
    loss(
      'ErrorsUncovered',
      'answers of middlewares of the entry point, which come before those of the route, carry no CORS headers',
    ),
  ];
  if (!policy.origins.any) {
    found.push(
      loss(
        'HeadersOnMismatch',
        'an origin that is not allowed gets the other CORS headers, but no Access-Control-Allow-Origin',
      ),
      loss('ReplacesUpstreamVary', 'of several Vary lines of the application only the first is kept beside Origin'),
    );
  }
  if (policy.allowCredentials) {
    found.push(
      loss('CredentialsOnMismatch', 'Access-Control-Allow-Credentials is sent to origins that are not allowed, too'),
    );
  }
  if (isEnumerated(policy, version)) {
    found.push(loss('EnumeratedMethods', `* is written as ${BROWSER_METHODS.join(', ')}`));
  }
  if (policy.maxAge === undefined && !isRepaired(version)) {
    found.push(
      loss(
        'PlaceholderMaxAge',
        `no maxAge is written as ${DEFAULT_MAX_AGE}, since versions before 3.6.22 and 3.7.6 would send 0`,
      ),
    );
  }
  return found;
}

function loss(code: Loss['code'], message: string): Loss {
  return { code, message };
}
