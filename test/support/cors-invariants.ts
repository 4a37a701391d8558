import type { Policy } from '../../src/cors/policy.ts';
import type { CorsRequest } from '../../src/cors/request.ts';
import { naiveGrant } from '../cors/naive-decision.ts';

/** What was answered. `headers` alternates names and values, as `rawHeaders` of node does; others than ours may be among them. */
export type Answer = { readonly status: number | undefined; readonly headers: readonly string[] };

const ORIGIN = 'access-control-allow-origin';
const CREDENTIALS = 'access-control-allow-credentials';
const MAX_AGE = 'access-control-max-age';
const LISTS = ['access-control-allow-methods', 'access-control-allow-headers', 'access-control-expose-headers'];
const KNOWN = [ORIGIN, CREDENTIALS, MAX_AGE, ...LISTS];
const PREFLIGHT_ONLY = [MAX_AGE, 'access-control-allow-methods', 'access-control-allow-headers'];

/**
 * Holds an answer against the invariants of CORS, whoever gave it.
 *
 * @returns a sentence per violation; empty when all is well
 */
export function checkInvariants(policy: Policy, request: CorsRequest, answer: Answer): readonly string[] {
  const lines = headerLines(answer.headers);
  const cors = lines.filter(([name]) => name.startsWith('access-control-'));
  const given: Given = { policy, request, answer, lines, cors, isGranted: naiveGrant(policy, request) };
  const rules = [...shapeRules(given), ...grantRules(given), ...preflightRules(given)];
  return rules.filter(([, holds]) => !holds).map(([rule]) => `${rule}: ${JSON.stringify({ policy, request, answer })}`);
}

type Line = readonly [name: string, value: string];
type Rule = readonly [words: string, holds: boolean];

/** Everything a rule may ask about; header names in lower case. */
type Given = {
  readonly policy: Policy;
  readonly request: CorsRequest;
  readonly answer: Answer;
  readonly lines: readonly Line[];
  readonly cors: readonly Line[];
  readonly isGranted: boolean;
};

function shapeRules({ lines, cors, policy }: Given): readonly Rule[] {
  const sent = [...cors, ...lines.filter(([name]) => name === 'vary')];
  const maxAges = valuesOf(cors, MAX_AGE);
  return [
    ['only the headers of the CORS protocol', cors.every(([name]) => KNOWN.includes(name))],
    ['each of them at most once', new Set(cors.map(([name]) => name)).size === cors.length],
    ['visible ASCII only', sent.every(([, value]) => /^[\x20-\x7e]*$/.test(value))],
    ['a max age of at most a day', maxAges.every((value) => /^\d+$/.test(value) && Number(value) <= 86_400)],
    ['Vary: Origin unless everyone gets the same', varyIsRight(policy, lines)],
  ];
}

function grantRules({ policy, request, cors, isGranted }: Given): readonly Rule[] {
  const origins = valuesOf(cors, ORIGIN);
  const credentials = valuesOf(cors, CREDENTIALS);
  return [
    ['no CORS header without a grant', isGranted || cors.length === 0],
    ['an allowed origin with every grant', !isGranted || origins.length === 1],
    ['the allowed origin is * or the request’s', origins.every((value) => isOwnOrigin(policy, request, value))],
    ['no * beside credentials', credentials.length === 0 || !holdsStar(cors)],
    [
      'credentials exactly as the policy says',
      credentials.join() === (isGranted && policy.allowCredentials ? 'true' : ''),
    ],
  ];
}

function preflightRules({ request, answer, lines, cors, isGranted }: Given): readonly Rule[] {
  if (request.method !== 'OPTIONS' || request.origin === undefined || request.requestMethod === undefined) {
    return [['preflight headers on preflights only', !cors.some(([name]) => PREFLIGHT_ONLY.includes(name))]];
  }
  const length = valuesOf(lines, 'content-length').join();
  return [
    ['exposed headers on actual responses only', valuesOf(cors, 'access-control-expose-headers').length === 0],
    ['204 or 403 on a preflight', answer.status === (isGranted ? 204 : 403)],
    ['content length 0 on a refusal only', length === (isGranted ? '' : '0')],
  ];
}

function valuesOf(lines: readonly Line[], name: string): readonly string[] {
  return lines.filter(([found]) => found === name).map(([, value]) => value);
}

function headerLines(headers: readonly string[]): readonly Line[] {
  const lines: [string, string][] = [];
  for (let index = 0; index < headers.length; index += 2) {
    lines.push([(headers[index] ?? '').toLowerCase(), headers[index + 1] ?? '']);
  }
  return lines;
}

function isOwnOrigin(policy: Policy, request: CorsRequest, value: string): boolean {
  return policy.origins.any ? value === '*' : value === request.origin;
}

function holdsStar(lines: readonly Line[]): boolean {
  return lines.some(([, value]) => value.split(',').some((name) => name.trim() === '*'));
}

function varyIsRight(policy: Policy, lines: readonly Line[]): boolean {
  const names = lines
    .filter(([name]) => name === 'vary')
    .flatMap(([, value]) => value.split(',').map((part) => part.trim().toLowerCase()));
  if (policy.origins.any && !policy.allowCredentials) return true;
  return names.includes('origin') || names.includes('*');
}
