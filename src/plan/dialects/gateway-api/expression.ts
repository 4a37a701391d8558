import { parseOrigin } from '../../../cors/origin.ts';
import { printWildcard, type Wildcard } from '../../../cors/origin-pattern.ts';
import type { OriginSet, Policy } from '../../../cors/policy.ts';
import { compareText } from '../../../model/text-order.ts';
import type { Inexpressible } from '../../dialect.ts';
import { DEFAULT_MAX_AGE } from '../../plain-policy.ts';
import {
  isWrittenOrigin,
  MAX_HEADER_LENGTH,
  MAX_NAMES,
  MAX_ORIGIN_LENGTH,
  MAX_ORIGINS,
  METHODS,
} from './filter-grammar.ts';

/** The CORS filter that says a policy, or why there is none. */
export type FilterExpression =
  | { readonly ok: true; readonly filter: Readonly<Record<string, unknown>> }
  | Inexpressible;

/**
 * Says a policy as the CORS filter of one rule. Nothing is left to a default, since the API server fills defaults in.
 *
 * @param policy a plain one
 */
export function expressFilter(policy: Policy): FilterExpression {
  const origins = originEntries(policy.origins);
  if (!origins.ok) return origins;
  const refusal = methodRefusal(policy) ?? headerRefusal(policy) ?? exposedRefusal(policy);
  if (refusal !== undefined) return refusal;
  const cors = {
    allowOrigins: origins.entries,
    ...(policy.allowCredentials ? { allowCredentials: true } : {}),
    ...filled('allowMethods', policy.allowMethods),
    ...filled('allowHeaders', writtenHeaders(policy)),
    ...filled('exposeHeaders', policy.exposeHeaders),
    maxAge: Math.max(policy.maxAge ?? DEFAULT_MAX_AGE, 1),
  };
  return { ok: true, filter: { type: 'CORS', cors } };
}

type OriginEntries = { readonly ok: true; readonly entries: readonly string[] } | Inexpressible;

function originEntries(origins: OriginSet): OriginEntries {
  if (origins.any) return { ok: true, entries: ['*'] };
  const [regex] = origins.regexes;
  if (regex !== undefined) {
    return refused(
      'Regex',
      `the Gateway API takes no regular expressions such as ${regex}: list the origins or use a wildcard`,
    );
  }
  const { exact, wildcards } = origins;
  const refusal = firstDefined(wildcards, wildcardRefusal) ?? firstDefined(exact, exactRefusal);
  if (refusal !== undefined) return refusal;
  const entries = [...exact, ...wildcards.map(printWildcard)].sort(compareText);
  if (entries.length > MAX_ORIGINS) {
    const message = `the Gateway API takes at most ${MAX_ORIGINS} origins, and these are ${entries.length}: list fewer, or cover them with wildcards`;
    return refused('TooManyOrigins', message);
  }
  return entries.length === 0 ? refused('NoOrigins', 'no origin is left to write') : { ok: true, entries };
}

function firstDefined<Item, Found>(items: readonly Item[], find: (item: Item) => Found | undefined): Found | undefined {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}

function wildcardRefusal(wildcard: Wildcard): Inexpressible | undefined {
  const text = printWildcard(wildcard);
  if (wildcard.depth === 'Single') {
    const message = `${text} stands for one label, and the Gateway API reads *. as any number of them: set wildcardDepth: Any if deeper names may be let in too, or list the origins`;
    return refused('WildcardDepth', message);
  }
  return hostRefusal(text, wildcard.scheme, wildcard.base);
}

function exactRefusal(text: string): Inexpressible | undefined {
  const origin = parseOrigin(text);
  if (origin?.hostKind === 'ipv6') {
    return refused('IpV6', `${text} is an IPv6 address, which the Gateway API does not take: use a host name`);
  }
  return origin === undefined ? undefined : hostRefusal(text, origin.scheme, origin.host);
}

function hostRefusal(text: string, scheme: string, host: string): Inexpressible | undefined {
  if (scheme !== 'http' && scheme !== 'https') {
    return refused('CustomScheme', `the Gateway API takes http and https only, so ${text} cannot be written`);
  }
  if (text.length > MAX_ORIGIN_LENGTH) {
    return refused(
      'TokenLimit',
      `the Gateway API takes origins of at most ${MAX_ORIGIN_LENGTH} bytes: ${text} is longer`,
    );
  }
  if (isWrittenOrigin(text)) return undefined;
  const what = host.includes('_') ? 'has an underscore' : 'ends in a dot';
  const message = `the host of ${text} ${what}, which the Gateway API does not take: use a host name without`;
  return refused('HostUnderscore', message);
}

function methodRefusal(policy: Policy): Inexpressible | undefined {
  const strange = policy.allowMethods.find((method) => method !== '*' && !METHODS.has(method));
  if (strange === undefined) return undefined;
  const message = `the Gateway API knows no method ${strange}: leave it out, or allow all with *`;
  return refused('MethodUnsupported', message);
}

function headerRefusal(policy: Policy): Inexpressible | undefined {
  const headers = policy.allowHeaders;
  if (headers.length === 1 && headers[0] === '*' && !policy.allowCredentials) {
    const message =
      'without credentials * leaves Authorization out, and gateways that echo what is asked would allow it: list the headers, or Authorization beside *';
    return refused('HeaderUnsupported', message);
  }
  return nameRefusal('HeaderUnsupported', headers);
}

function exposedRefusal(policy: Policy): Inexpressible | undefined {
  const headers = policy.exposeHeaders;
  if (headers.includes('*') && policy.allowCredentials) {
    return refused(
      'ExposeUnsupported',
      'with credentials * exposes nothing: list the response headers in exposeHeaders',
    );
  }
  return nameRefusal('ExposeUnsupported', headers);
}

function nameRefusal(
  reason: 'HeaderUnsupported' | 'ExposeUnsupported',
  names: readonly string[],
): Inexpressible | undefined {
  if (names.length > MAX_NAMES) {
    return refused(
      reason,
      `the Gateway API takes at most ${MAX_NAMES} header names, and these are ${names.length}: list fewer`,
    );
  }
  const long = names.find((name) => name.length > MAX_HEADER_LENGTH);
  if (long === undefined) return undefined;
  return refused(reason, `the Gateway API takes header names of at most ${MAX_HEADER_LENGTH} bytes: ${long} is longer`);
}

/** A star stands alone; what it leaves out is a loss where the implementation does not echo. */
function writtenHeaders(policy: Policy): readonly string[] {
  const headers = policy.allowHeaders;
  return headers.includes('*') ? ['*'] : headers;
}

function filled(field: string, list: readonly string[]): Readonly<Record<string, readonly string[]>> {
  return list.length === 0 ? {} : { [field]: list };
}

function refused(reason: Inexpressible['reason'], message: string): Inexpressible {
  return { ok: false, reason, message };
}
