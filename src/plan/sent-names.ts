import { isForbiddenRequestHeaderName, isForbiddenResponseHeaderName } from '../cors/header-name.ts';
import { isToken, normalizeMethod } from '../cors/method.ts';

/** Of methods that a controller allows, those that a browser can send: `put` is none, since browsers send `PUT`. */
export function sentMethods(methods: readonly string[]): readonly string[] {
  return methods.filter((method) => isToken(method) && normalizeMethod(method) === method);
}

/** Of request headers that a controller allows, those that a script can set. */
export function sentHeaders(names: readonly string[]): readonly string[] {
  return names.filter((name) => isToken(name) && !isForbiddenRequestHeaderName(name));
}

/** Of response headers that a controller exposes, those that a script can read. */
export function readableHeaders(names: readonly string[]): readonly string[] {
  return names.filter((name) => isToken(name) && !isForbiddenResponseHeaderName(name));
}
