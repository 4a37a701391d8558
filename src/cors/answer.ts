import { isNonWildcardRequestHeaderName, lowerCaseName } from './header-name.ts';
import type { Policy } from './policy.ts';

/** Longest time that a policy can ask for, in seconds. */
const MAX_MAX_AGE = 86_400;

/** What is sent, and whether it lets the page in. */
export type Decision = {
  readonly kind: 'preflight' | 'actual';
  readonly granted: boolean;
  /** 204 or 403 on a preflight, which is answered at once; undefined on an actual request: the upstream's. */
  readonly status: 204 | 403 | undefined;
  /** Name, value, name, value… with `Vary`, and with `Content-Length` on a refused preflight. */
  readonly headers: readonly string[];
};

/** Headers with places that a request fills in: each an index into `headers`, -1 for none. */
export type Template = {
  readonly headers: readonly string[];
  readonly origin: number;
  readonly method: number;
  readonly names: number;
};

/** Every answer that a policy can give. */
export type Answers = {
  readonly preflight: Template;
  /** Where requested header names are echoed and there are none; else the same as `preflight`. */
  readonly preflightWithoutNames: Template;
  readonly actual: Template;
  readonly refusals: Refusals;
  /** The granting answers of a policy for everyone, which are the same to all; absent for any other policy. */
  readonly constant?: { readonly preflight: Decision; readonly actual: Decision };
};

/** Answers that grant nothing: no CORS header at all, so that the browser blocks. */
export type Refusals = { readonly preflight: Decision; readonly actual: Decision };

/**
 * Refusals for all but a policy for everyone; also where there is no policy to decide by: a cache must not keep them for
 * another origin, which another policy may let in.
 */
export const REFUSALS: Refusals = refusals(['Vary', 'Origin']);

/**
 * Builds every header value of a policy.
 *
 * @param policy one whose lists hold nothing but tokens
 */
export function prepareAnswers(policy: Policy): Answers {
  const lines = preflightLines(policy);
  const preflight = template(lines);
  const actual = template(actualLines(policy));
  const preflightWithoutNames = template(lines.filter(([, value]) => value !== NAMES));
  const answers = { preflight, preflightWithoutNames, actual };
  if (!isForEveryone(policy)) return { ...answers, refusals: REFUSALS };
  const constant = {
    preflight: decision('preflight', 204, preflight.headers),
    actual: decision('actual', undefined, actual.headers),
  };
  return { ...answers, refusals: refusals([]), constant };
}

/** Whether a policy says `*` and may: it gives the same answer to everyone. */
export function isForEveryone(policy: Policy): boolean {
  return policy.origins.any && !policy.allowCredentials;
}

/** Fills the places of a template, in a new list. */
export function fillTemplate(form: Template, origin: string, method: string, names: string): readonly string[] {
  const headers = form.headers.slice();
  if (form.origin !== -1) headers[form.origin] = origin;
  if (form.method !== -1) headers[form.method] = method;
  if (form.names !== -1) headers[form.names] = names;
  return headers;
}

function refusals(vary: readonly string[]): Refusals {
  return {
    preflight: {
      kind: 'preflight',
      granted: false,
      status: 403,
      headers: Object.freeze(['Content-Length', '0', ...vary]),
    },
    actual: { kind: 'actual', granted: false, status: undefined, headers: Object.freeze([...vary]) },
  };
}

function decision(kind: Decision['kind'], status: 204 | undefined, headers: readonly string[]): Decision {
  return { kind, granted: true, status, headers: Object.freeze([...headers]) };
}

/** A value that each request brings. */
type Place = { readonly place: 'origin' | 'method' | 'names' };
const ORIGIN: Place = { place: 'origin' };
const METHOD: Place = { place: 'method' };
const NAMES: Place = { place: 'names' };

/** A header to send; without a value it is left out. */
type Line = readonly [name: string, value: string | Place | undefined];

function template(lines: readonly Line[]): Template {
  const sent = lines.filter(([, value]) => value !== undefined && value !== '');
  const indexOf = (place: Place): number => {
    const index = sent.findIndex(([, value]) => value === place);
    return index === -1 ? -1 : 2 * index + 1;
  };
  const headers = sent.flatMap(([name, value]) => [name, typeof value === 'string' ? value : '']);
  return { headers, origin: indexOf(ORIGIN), method: indexOf(METHOD), names: indexOf(NAMES) };
}

function preflightLines(policy: Policy): readonly Line[] {
  const methods = allowMethods(policy);
  const headers = allowHeaders(policy);
  const echoed = [
    methods === METHOD ? 'Access-Control-Request-Method' : '',
    headers === NAMES ? 'Access-Control-Request-Headers' : '',
  ];
  return [
    ...originLines(policy),
    ['Access-Control-Allow-Methods', methods],
    ['Access-Control-Allow-Headers', headers],
    ['Access-Control-Max-Age', maxAge(policy)],
    ['Vary', isForEveryone(policy) ? '' : ['Origin', ...echoed].filter((name) => name !== '').join(', ')],
  ];
}

function actualLines(policy: Policy): readonly Line[] {
  return [
    ...originLines(policy),
    ['Access-Control-Expose-Headers', exposeHeaders(policy)],
    ['Vary', isForEveryone(policy) ? '' : 'Origin'],
  ];
}

function originLines(policy: Policy): readonly Line[] {
  return [
    ['Access-Control-Allow-Origin', isForEveryone(policy) ? '*' : ORIGIN],
    ['Access-Control-Allow-Credentials', policy.allowCredentials ? 'true' : ''],
  ];
}

function allowMethods({ allowMethods: methods, allowCredentials }: Policy): string | Place {
  if (!methods.includes('*')) return [...new Set(methods)].sort().join(', ');
  return allowCredentials ? METHOD : '*';
}

function allowHeaders({ allowHeaders: names, allowCredentials }: Policy): string | Place {
  if (!names.includes('*')) return headerList(names);
  if (allowCredentials) return NAMES;
  return names.some(isNonWildcardRequestHeaderName) ? '*, authorization' : '*';
}

/** With credentials a star is the name of a header and exposes nothing: it is left out, and so is a lone one. */
function exposeHeaders({ exposeHeaders: names, allowCredentials }: Policy): string {
  if (!names.includes('*')) return headerList(names);
  return allowCredentials ? headerList(names.filter((name) => name !== '*')) : '*';
}

function maxAge({ maxAge: seconds }: Policy): string {
  if (seconds === undefined || !Number.isInteger(seconds) || seconds < 0 || seconds > MAX_MAX_AGE) return '';
  return String(seconds);
}

/** As written, each name once in any case, sorted without regard to case: equal policies give equal bytes. */
function headerList(names: readonly string[]): string {
  const byName = new Map<string, string>();
  for (const name of [...names].sort()) {
    const lower = lowerCaseName(name);
    if (!byName.has(lower)) byName.set(lower, name);
  }
  return [...byName.keys()]
    .sort()
    .map((lower) => byName.get(lower))
    .join(', ');
}
