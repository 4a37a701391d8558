import { lowerCaseName } from '../../../cors/header-name.ts';
import { defaultPort } from '../../../cors/origin.ts';
import { parseOriginPattern, type Wildcard } from '../../../cors/origin-pattern.ts';
import type { OriginSet } from '../../../cors/policy.ts';
import { type Fields, isRecord } from '../../../model/object-shape.ts';
import type { Reading } from '../../dialect.ts';
import { LONGEST_MAX_AGE } from '../../plain-policy.ts';
import { quoteExpression } from '../../quoted-expression.ts';
import { unionReading } from '../../reading-union.ts';
import { readableHeaders, sentHeaders, sentMethods } from '../../sent-names.ts';
import { readStaticHeaders } from '../../static-headers.ts';
import { isCorsFilter } from '../../target-keys.ts';

/**
 * What the filters of one rule do. Where implementations differ, the one that grants most is taken: `*` for request headers
 * covers Authorization, names are compared without case, a written default port counts as none.
 *
 * @see https://gateway-api.sigs.k8s.io/reference/spec/#httpcorsfilter
 */
export function readFilters(filters: readonly unknown[]): Reading {
  const cors = filters.filter(isCorsFilter);
  if (cors.length > 1) return { kind: 'Invalid', message: 'the CORS filter is repeated, so the route is not accepted' };
  const fields = cors[0]?.['cors'];
  if (cors.length === 1 && !isRecord(fields)) {
    return { kind: 'Invalid', message: 'a filter of type CORS has no field cors, so the route is not accepted' };
  }
  const statics = filters.map(modifiedHeaders).filter((headers) => headers.size > 0);
  return unionReading([...(isRecord(fields) ? [readFields(fields)] : []), ...statics.map(readStaticHeaders)]);
}

const NO_HEADERS: ReadonlyMap<string, string> = new Map();

/** Response headers that a ResponseHeaderModifier sets or adds, by name in lower case. */
export function modifiedHeaders(filter: unknown): ReadonlyMap<string, string> {
  const modifier = isRecord(filter) ? filter['responseHeaderModifier'] : undefined;
  if (!isRecord(modifier)) return NO_HEADERS;
  const entries = [modifier['set'], modifier['add']]
    .flatMap((list) => (Array.isArray(list) ? list : []))
    .filter(isRecord);
  return new Map(entries.map((entry) => [lowerCaseName(String(entry['name'])), String(entry['value'])]));
}

function readFields(cors: Fields): Reading {
  const entries = texts(cors['allowOrigins']);
  const isAny = entries.includes('*');
  const allowCredentials = cors['allowCredentials'] === true;
  return {
    kind: 'On',
    policy: {
      origins: isAny ? { any: true, exact: [], wildcards: [], regexes: [] } : originSet(entries),
      allowMethods: sentMethods(texts(cors['allowMethods'])),
      allowHeaders: requestHeaders(cors, allowCredentials),
      exposeHeaders: readableHeaders(texts(cors['exposeHeaders'])),
      allowCredentials,
      maxAge: maxAge(cors['maxAge']),
    },
    anyOrigin: anyOrigin(isAny, allowCredentials),
    nullOrigin: entries.includes('null'),
  };
}

function anyOrigin(isAny: boolean, allowCredentials: boolean): 'No' | 'Star' | 'Echo' {
  if (!isAny) return 'No';
  return allowCredentials ? 'Echo' : 'Star';
}

function requestHeaders(cors: Fields, allowCredentials: boolean): readonly string[] {
  const names = sentHeaders(texts(cors['allowHeaders']));
  return names.includes('*') && !allowCredentials ? ['*', 'Authorization'] : names;
}

function originSet(entries: readonly string[]): OriginSet {
  const exact: string[] = [];
  const wildcards: Wildcard[] = [];
  const regexes: string[] = [];
  for (const entry of entries) {
    const pattern = parseOriginPattern(browserText(entry), 'Any');
    if (pattern?.kind === 'exact') exact.push(pattern.origin);
    else if (pattern?.kind === 'wildcard' && isWeb(pattern.wildcard)) wildcards.push(pattern.wildcard);
    else if (entry.includes('*')) regexes.push(quoteExpression(browserText(entry)).replaceAll('\\*', '.*'));
  }
  return { any: false, exact, wildcards, regexes };
}

/** Under other schemes a host need not consist of labels, and the star covers what no wildcard of a policy does. */
function isWeb(wildcard: Wildcard): boolean {
  return wildcard.scheme === 'http' || wildcard.scheme === 'https';
}

/** As a browser would write it, for http and https: lower case, without the default port. */
function browserText(entry: string): string {
  const scheme = entry.slice(0, Math.max(entry.indexOf('://'), 0)).toLowerCase();
  const port = defaultPort(scheme);
  if (port === undefined) return entry;
  const lower = entry.toLowerCase();
  return lower.endsWith(`:${port}`) ? lower.slice(0, -`:${port}`.length) : lower;
}

/** The API server fills in 5; browsers cut long times. */
function maxAge(value: unknown): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 1) return 5;
  return Math.min(value, LONGEST_MAX_AGE);
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}
