import { isCorsResponseHeader, mergeVary } from '../cors/vary.ts';
import { hopByHopNames } from './upstream-headers.ts';

/**
 * CORS headers of one answer, decided when its request came in: names and values in turn, `Vary` among them.
 *
 * Undefined stands for a route without a policy, whose answers pass unchanged.
 */
export type AnswerCors = { readonly headers: readonly string[] } | undefined;

/**
 * Header lines of an upstream's answer on their way to the client: hop-by-hop lines dropped, its CORS headers replaced by
 * ours, its `Vary` extended.
 *
 * @param mayHaveTrailers the answer's body is chunked on its way to the client, so that `Trailer` may announce some
 */
export function relayedHeaders(raw: readonly string[], cors: AnswerCors, mayHaveTrailers: boolean): string[] {
  const dropped = hopByHopNames(raw);
  const isDropped = (name: string, key: string): boolean =>
    dropped.has(key) || isReplaced(name, cors) || (key === 'trailer' && !mayHaveTrailers);
  const headers: string[] = [];
  const vary: string[] = [];
  for (let index = 0; index < raw.length; index += 2) {
    const name = raw[index] ?? '';
    const value = raw[index + 1] ?? '';
    const key = name.toLowerCase();
    if (cors !== undefined && key === 'vary') {
      vary.push(value);
    } else if (!isDropped(name, key)) {
      headers.push(name, value);
    }
  }
  return cors === undefined ? headers : withCors(headers, vary, cors.headers);
}

/**
 * Trailers that may be sent on: none that frame or route a message, and no CORS header where CORS is ours.
 *
 * @returns names and values in pairs
 */
export function relayedTrailers(raw: readonly string[], cors: AnswerCors): [string, string][] {
  const trailers: [string, string][] = [];
  for (let index = 0; index < raw.length; index += 2) {
    const name = raw[index] ?? '';
    if (!(NO_TRAILER.has(name.toLowerCase()) || isReplaced(name, cors))) {
      trailers.push([name, raw[index + 1] ?? '']);
    }
  }
  return trailers;
}

/** @see https://www.rfc-editor.org/rfc/rfc9110#section-6.5.1 */
const NO_TRAILER: ReadonlySet<string> = new Set([
  'connection',
  'content-encoding',
  'content-length',
  'content-range',
  'content-type',
  'host',
  'set-cookie',
  'trailer',
  'transfer-encoding',
  'vary',
]);

function isReplaced(name: string, cors: AnswerCors): boolean {
  return cors !== undefined && isCorsResponseHeader(name);
}

function withCors(headers: string[], vary: readonly string[], ours: readonly string[]): string[] {
  const added: string[] = [];
  for (let index = 0; index < ours.length; index += 2) {
    const name = ours[index] ?? '';
    const value = ours[index + 1] ?? '';
    if (name.toLowerCase() === 'vary') {
      added.push(value);
    } else {
      headers.push(name, value);
    }
  }
  if (vary.length + added.length > 0) {
    const merged = mergeVary(vary, added);
    if (merged !== '') {
      headers.push('Vary', merged);
    }
  }
  return headers;
}
