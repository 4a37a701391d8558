import { isToken } from '../../../cors/method.ts';
import { isRecord } from '../../../model/object-shape.ts';
import { isCorsFilter } from '../../target-keys.ts';

/**
 * Bounds of HTTPCORSFilter in Gateway API 1.5 and 1.6.
 *
 * @see https://gateway-api.sigs.k8s.io/reference/spec/#httpcorsfilter
 */
export const MAX_ORIGINS = 64;

/** Longest origin in bytes. */
export const MAX_ORIGIN_LENGTH = 253;

/** Most request headers, and most response headers. */
export const MAX_NAMES = 64;

/** Longest header name in bytes. */
export const MAX_HEADER_LENGTH = 256;

/** Most filters of one rule. */
export const MAX_FILTERS = 16;

/** Methods that the filter can name. */
export const METHODS: ReadonlySet<string> = new Set([
  'CONNECT',
  'DELETE',
  'GET',
  'HEAD',
  'OPTIONS',
  'PATCH',
  'POST',
  'PUT',
  'TRACE',
]);

const ORIGIN = /^https?:\/\/(?:\*\.)?[a-zA-Z0-9-]+(?:\.[a-zA-Z0-9-]+)*(?::[0-9]{1,5})?$/;

/** Whether the filter takes an entry, a star for everything left aside. Narrower than its own pattern, which also takes `https://*`. */
export function isWrittenOrigin(text: string): boolean {
  return text.length <= MAX_ORIGIN_LENGTH && ORIGIN.test(text);
}

/** What the API server would refuse in a CORS filter, or fill in by itself. */
export function filterViolations(filter: Readonly<Record<string, unknown>>): readonly string[] {
  const cors = filter['cors'];
  if (!isCorsFilter(filter) || !isRecord(cors)) return ['filter: no CORS filter'];
  const { allowOrigins, allowCredentials, allowMethods, allowHeaders, exposeHeaders, maxAge } = cors;
  const origins = texts(allowOrigins);
  const isAny = origins.length === 1 && origins[0] === '*';
  const checks: readonly (readonly [boolean, string])[] = [
    [origins.length > 0 && origins.length <= MAX_ORIGINS && isSet(origins), `allowOrigins: ${origins.length} entries`],
    [isAny || origins.every(isWrittenOrigin), `allowOrigins: ${origins.find((each) => !isWrittenOrigin(each))}`],
    [allowCredentials === undefined || (allowCredentials === true && !isAny), 'allowCredentials: with *'],
    [isList(allowMethods, (name) => METHODS.has(name), METHODS.size), `allowMethods: ${String(allowMethods)}`],
    [isList(allowHeaders, isName, MAX_NAMES), `allowHeaders: ${String(allowHeaders)}`],
    [isList(exposeHeaders, isName, MAX_NAMES), `exposeHeaders: ${String(exposeHeaders)}`],
    [
      typeof maxAge === 'number' && Number.isInteger(maxAge) && maxAge >= 1 && maxAge <= 86_400,
      `maxAge: ${String(maxAge)}`,
    ],
  ];
  return checks.filter(([holds]) => !holds).map(([, words]) => words);
}

function isName(name: string): boolean {
  return isToken(name) && name !== '*' && name.length <= MAX_HEADER_LENGTH;
}

/** Absent, a star alone, or a list without duplicates. */
function isList(value: unknown, isItem: (item: string) => boolean, most: number): boolean {
  if (value === undefined) return true;
  const list = texts(value);
  if (list.length === 1 && list[0] === '*') return true;
  return list.length > 0 && list.length <= most && isSet(list) && list.every(isItem);
}

function isSet(list: readonly string[]): boolean {
  return new Set(list).size === list.length;
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
