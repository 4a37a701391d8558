import { RE2JS } from 're2js';
import type { KubernetesObject } from '../../../src/model/kubernetes-object.ts';
import type { Controller, ControllerRequest, ResponseHeaders } from './browser.ts';

/** The fields of a headers Middleware that this model knows; anything else would fail its type guard below. */
type Headers = {
  readonly accessControlAllowOriginList?: readonly string[];
  readonly accessControlAllowOriginListRegex?: readonly string[];
  readonly accessControlAllowMethods?: readonly string[];
  readonly accessControlAllowHeaders?: readonly string[];
  readonly accessControlAllowCredentials?: boolean;
  readonly accessControlExposeHeaders?: readonly string[];
  readonly accessControlMaxAge?: number;
  readonly addVaryHeader?: boolean;
  readonly customResponseHeaders?: Readonly<Record<string, string>>;
};

/** Before 3.6.22 and 3.7.6, and since. */
export type TraefikAge = 'Old' | 'Repaired';

/**
 * Traefik with the Middlewares of an Ingress, in the order of its list; a name that does not exist takes the route away.
 *
 * @param owned Middlewares that exist beside the Ingress, by legacy names
 * @param application what the application answers to every request
 */
export function traefikController(
  object: KubernetesObject,
  owned: readonly KubernetesObject[],
  age: TraefikAge,
  application: ResponseHeaders,
): Controller {
  const list = object.metadata.annotations?.['traefik.ingress.kubernetes.io/router.middlewares'] ?? '';
  const names = list.split(',').filter((name) => name !== '');
  const chain = names.map((name) => owned.find((each) => legacyName(each) === name));
  if (chain.includes(undefined)) return () => new Map();
  return chain
    .flatMap((each) => (each === undefined ? [] : [headersOf(each)]))
    .reduceRight(
      (next: Controller, headers) => wrap(next, headers, age),
      () => application,
    );
}

function wrap(next: Controller, headers: Headers, age: TraefikAge): Controller {
  return (request) => {
    const isPreflight = request.method === 'OPTIONS' && request.origin !== '' && (request.requestMethod ?? '') !== '';
    return isPreflight ? preflight(headers, request, age) : actual(next(request), headers, request, age);
  };
}

function preflight(headers: Headers, request: ControllerRequest, age: TraefikAge): ResponseHeaders {
  const answer = new Map<string, string>();
  const credentials = headers.accessControlAllowCredentials === true;
  const isEcho = (list: readonly string[] | undefined): boolean =>
    age === 'Repaired' && credentials && list?.includes('*') === true;
  if (credentials) answer.set('access-control-allow-credentials', 'true');
  const names = headers.accessControlAllowHeaders;
  setFilled(answer, 'access-control-allow-headers', isEcho(names) ? request.requestHeaders : names?.join(','));
  const methods = headers.accessControlAllowMethods;
  setFilled(answer, 'access-control-allow-methods', isEcho(methods) ? request.requestMethod : methods?.join(','));
  setFilled(answer, 'access-control-allow-origin', matchOrigin(headers, request.origin, age));
  const fallback = age === 'Old' ? '0' : undefined;
  setFilled(answer, 'access-control-max-age', headers.accessControlMaxAge?.toString() ?? fallback);
  return answer;
}

function actual(
  response: ResponseHeaders,
  headers: Headers,
  request: ControllerRequest,
  age: TraefikAge,
): ResponseHeaders {
  const answer = new Map(response);
  for (const [name, value] of Object.entries(headers.customResponseHeaders ?? {})) {
    if (value === '') answer.delete(name.toLowerCase());
    else answer.set(name.toLowerCase(), value);
  }
  setFilled(answer, 'access-control-allow-origin', matchOrigin(headers, request.origin, age));
  if (headers.accessControlAllowCredentials === true) answer.set('access-control-allow-credentials', 'true');
  setFilled(answer, 'access-control-expose-headers', headers.accessControlExposeHeaders?.join(','));
  if (headers.addVaryHeader === true) answer.set('vary', [...list(answer.get('vary')), 'Origin'].join(','));
  return answer;
}

function list(value: string | undefined): readonly string[] {
  return value === undefined || value === 'Origin' ? [] : [value];
}

function matchOrigin(headers: Headers, origin: string, age: TraefikAge): string | undefined {
  const listed = (headers.accessControlAllowOriginList ?? []).find((item) => item === origin || item === '*');
  const isEcho = age === 'Repaired' && headers.accessControlAllowCredentials === true;
  if (listed !== undefined) return isEcho ? origin : listed;
  const expressions = headers.accessControlAllowOriginListRegex ?? [];
  return expressions.some((expression) => compiled(expression).matcher(origin).find()) ? origin : undefined;
}

const expressionsSeen = new Map<string, RE2JS>();

/** Compiled once: the suite asks thousands of times. */
function compiled(expression: string): RE2JS {
  const known = expressionsSeen.get(expression) ?? RE2JS.compile(expression);
  expressionsSeen.set(expression, known);
  return known;
}

function setFilled(headers: Map<string, string>, name: string, value: string | undefined): void {
  if (value !== undefined && value !== '') headers.set(name, value);
}

function headersOf(object: KubernetesObject): Headers {
  const spec = object['spec'];
  const headers = typeof spec === 'object' && spec !== null && 'headers' in spec ? spec.headers : undefined;
  return typeof headers === 'object' && headers !== null ? headers : {};
}

function legacyName(object: KubernetesObject): string {
  const words = `${object.metadata.namespace}-${object.metadata.name}`
    .split(/[^A-Za-z0-9]+/)
    .filter((word) => word !== '');
  return `${words.join('-')}@kubernetescrd`;
}
