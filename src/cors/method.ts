export { isToken } from './token.ts';

const NORMALIZED = new Set(['DELETE', 'GET', 'HEAD', 'OPTIONS', 'POST', 'PUT']);
const FORBIDDEN = new Set(['CONNECT', 'TRACE', 'TRACK']);

/**
 * Whether a method needs no permission: GET, HEAD or POST, bytes compared.
 *
 * @see https://fetch.spec.whatwg.org/#cors-safelisted-method
 */
export function isSafelistedMethod(method: string): boolean {
  return method === 'GET' || method === 'POST' || method === 'HEAD';
}

/**
 * Whether scripts may never send a method, in any case.
 *
 * @see https://fetch.spec.whatwg.org/#forbidden-method
 */
export function isForbiddenMethod(method: string): boolean {
  return FORBIDDEN.has(upperCase(method));
}

/**
 * Writes a method as browsers send it: six names in upper case, every other as it is (`patch` stays `patch`).
 *
 * @see https://fetch.spec.whatwg.org/#concept-method-normalize
 */
export function normalizeMethod(method: string): string {
  if (NORMALIZED.has(method)) return method;
  const upper = upperCase(method);
  return NORMALIZED.has(upper) ? upper : method;
}

/** ASCII only: `toUpperCase` alone would turn U+0131 into the I of OPTIONS, and U+017F into its S. */
function upperCase(method: string): string {
  return method.replace(/[a-z]/g, (letter) => letter.toUpperCase());
}
