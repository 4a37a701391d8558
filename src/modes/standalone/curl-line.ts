import { decide } from '../../cors/decision.ts';
import { findDestination, type RoutingState } from '../../responder/routing-state.ts';
import type { ExampleRequest } from './evaluation-task.ts';

/** Commands to try, with what each shows. */
export type CurlLine = { readonly shows: string; readonly command: string };

const STRANGER = 'https://stranger.example';

/**
 * Two `curl` commands that work against a state: a preflight that is granted, and the same from an origin that is not; or,
 * where every origin is, the request that follows.
 *
 * @param base `http://host:port` of the responder
 * @returns empty when no route grants anything to anyone
 */
export function curlLines(examples: readonly ExampleRequest[], state: RoutingState, base: string): readonly CurlLine[] {
  const example = examples.find((each) => isGranted(state, each));
  if (example === undefined) {
    return [];
  }
  const stranger = { ...example, origin: STRANGER };
  return [
    { shows: 'a preflight that is granted', command: preflightCommand(example, base) },
    isGranted(state, stranger)
      ? { shows: 'the request that follows it', command: requestCommand(example, base) }
      : { shows: 'the same from an origin that is not allowed', command: preflightCommand(stranger, base) },
  ];
}

function isGranted(state: RoutingState, example: ExampleRequest): boolean {
  const grants = findDestination(state, example.host, example.path, example.method)?.grants;
  if (grants === undefined || typeof grants === 'string') {
    return false;
  }
  const { origin, method, header } = example;
  return decide(grants, { method: 'OPTIONS', origin, requestMethod: method, requestHeaders: header }).granted;
}

function preflightCommand(example: ExampleRequest, base: string): string {
  return command('OPTIONS', example, base, [
    `Origin: ${example.origin}`,
    `Access-Control-Request-Method: ${example.method}`,
    ...(example.header === undefined ? [] : [`Access-Control-Request-Headers: ${example.header.toLowerCase()}`]),
  ]);
}

function requestCommand(example: ExampleRequest, base: string): string {
  return command(example.method, example, base, [`Origin: ${example.origin}`]);
}

function command(method: string, { host, path }: ExampleRequest, base: string, lines: readonly string[]): string {
  const headers = [...(host === '' ? [] : [`Host: ${host}`]), ...lines];
  const words = ['curl', '-i', ...pathOptions(path), ...methodOptions(method), `${base}${path}`];
  return [...words.map(quoted), ...headers.flatMap((line) => ['-H', quoted(line)])].join(' ');
}

/** Left alone, curl resolves dot segments and asks for another path. */
function pathOptions(path: string): readonly string[] {
  return path.includes('/.') ? ['--path-as-is'] : [];
}

/** With `-X HEAD` curl waits for a body. */
function methodOptions(method: string): readonly string[] {
  if (method === 'HEAD') {
    return ['--head'];
  }
  return method === 'GET' ? [] : ['-X', method];
}

/** As one word for a POSIX shell. */
function quoted(word: string): string {
  return /^[\w./:@%+=,-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
