import { foldTokenCode } from './token.ts';

export { isToken } from './token.ts';

const FORBIDDEN_REQUEST = new Set([
  'accept-charset',
  'accept-encoding',
  'access-control-request-headers',
  'access-control-request-method',
  'connection',
  'content-length',
  'cookie',
  'cookie2',
  'date',
  'dnt',
  'expect',
  'host',
  'keep-alive',
  'origin',
  'referer',
  'set-cookie',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'via',
]);

const SAFELISTED_REQUEST = new Set(['accept', 'accept-language', 'content-language', 'content-type', 'range']);

const SAFELISTED_RESPONSE = new Set([
  'cache-control',
  'content-language',
  'content-length',
  'content-type',
  'expires',
  'last-modified',
  'pragma',
]);

const FORBIDDEN_RESPONSE = new Set(['set-cookie', 'set-cookie2']);

/**
 * Header names in lower case, for look-ups that make no string: hash of a name → the names that have it.
 * Plain data: it can be handed to another thread.
 */
export type HeaderNameSet = ReadonlyMap<number, readonly string[]>;

/**
 * Whether scripts may never set a request header. Names alone: `X-HTTP-Method-Override` and its kin are forbidden only
 * with certain values.
 *
 * @see https://fetch.spec.whatwg.org/#forbidden-request-header
 */
export function isForbiddenRequestHeaderName(name: string): boolean {
  const lower = lowerCaseName(name);
  return FORBIDDEN_REQUEST.has(lower) || lower.startsWith('proxy-') || lower.startsWith('sec-');
}

/**
 * Whether a request header is safelisted by name. Its value may still make it unsafe (then it has to be listed).
 *
 * @see https://fetch.spec.whatwg.org/#cors-safelisted-request-header
 */
export function isSafelistedRequestHeaderName(name: string): boolean {
  return SAFELISTED_REQUEST.has(lowerCaseName(name));
}

/**
 * Whether scripts may read a response header without it being exposed.
 *
 * @see https://fetch.spec.whatwg.org/#cors-safelisted-response-header-name
 */
export function isSafelistedResponseHeaderName(name: string): boolean {
  return SAFELISTED_RESPONSE.has(lowerCaseName(name));
}

/**
 * Whether scripts can never read a response header.
 *
 * @see https://fetch.spec.whatwg.org/#forbidden-response-header-name
 */
export function isForbiddenResponseHeaderName(name: string): boolean {
  return FORBIDDEN_RESPONSE.has(lowerCaseName(name));
}

/**
 * Whether `*` without credentials leaves a request header out.
 *
 * @see https://fetch.spec.whatwg.org/#cors-non-wildcard-request-header-name
 */
export function isNonWildcardRequestHeaderName(name: string): boolean {
  return lowerCaseName(name) === 'authorization';
}

const BEYOND_ASCII = /[^\0-\x7f]/;

/** Writes a header name in lower case; ASCII only, so that `K` (the Kelvin sign) does not become a letter. */
export function lowerCaseName(name: string): string {
  return BEYOND_ASCII.test(name) ? name.replace(/[A-Z]/g, (letter) => letter.toLowerCase()) : name.toLowerCase();
}

/** Collects header names for {@link hasHeaderName}; case does not matter. */
export function headerNameSet(names: readonly string[]): HeaderNameSet {
  const set = new Map<number, string[]>();
  for (const name of names) {
    const lower = lowerCaseName(name);
    const hash = hashName(lower, 0, lower.length);
    const known = set.get(hash);
    if (known === undefined) set.set(hash, [lower]);
    else if (!known.includes(lower)) known.push(lower);
  }
  return set;
}

/** Whether the name at `start` (included) to `end` (excluded) of a text is in a set, in any case; allocates nothing. */
export function hasHeaderName(set: HeaderNameSet, text: string, start: number, end: number): boolean {
  const candidates = set.get(hashName(text, start, end));
  if (candidates === undefined) return false;
  for (const candidate of candidates) {
    if (equalsName(candidate, text, start, end)) return true;
  }
  return false;
}

/** Whether the name at `start` to `end` of a text equals a name in lower case, in any case; allocates nothing. */
export function equalsName(lower: string, text: string, start: number, end: number): boolean {
  if (end - start !== lower.length) return false;
  for (let index = 0; index < lower.length; index += 1) {
    if (foldTokenCode(text.charCodeAt(start + index)) !== lower.charCodeAt(index)) return false;
  }
  return true;
}

/** 31 bits, so that it stays a small integer for the map. */
function hashName(text: string, start: number, end: number): number {
  let hash = end - start;
  for (let index = start; index < end; index += 1) {
    hash = Math.imul(hash ^ foldTokenCode(text.charCodeAt(index)), 0x01000193);
  }
  return (hash ^ (hash >>> 15)) & 0x3fffffff;
}
