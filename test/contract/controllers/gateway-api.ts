import type { KubernetesObject } from '../../../src/model/kubernetes-object.ts';
import type { Controller, ControllerRequest, ResponseHeaders } from './browser.ts';

type Cors = {
  readonly allowOrigins?: readonly string[];
  readonly allowCredentials?: boolean;
  readonly allowMethods?: readonly string[];
  readonly allowHeaders?: readonly string[];
  readonly exposeHeaders?: readonly string[];
  readonly maxAge?: number;
};

/** What the standard leaves to implementations: `*` is sent as it is, or by echoing what was asked. */
export type StarAnswer = 'Literal' | 'Echo';

/**
 * A gateway that carries out the CORS filter of the second rule as the standard says.
 *
 * @param application what the application answers to every request
 */
export function gatewayController(
  object: KubernetesObject,
  star: StarAnswer,
  application: ResponseHeaders,
): Controller {
  const cors = corsOf(object, 1);
  if (cors === undefined) return () => application;
  return (request) => {
    if (!(cors.allowOrigins ?? []).some((entry) => matches(entry, request.origin))) return application;
    const answer = new Map<string, string>(application);
    const set = (name: string, value: string | undefined): void => {
      if (value !== undefined && value !== '') answer.set(name, value);
    };
    set('access-control-allow-origin', starred(cors, cors.allowOrigins, star) ? '*' : request.origin);
    if (cors.allowCredentials === true) set('access-control-allow-credentials', 'true');
    set('access-control-expose-headers', cors.exposeHeaders?.join(', '));
    if (request.method === 'OPTIONS' && request.requestMethod !== undefined) addPreflight(set, cors, request, star);
    return answer;
  };
}

function addPreflight(
  set: (name: string, value: string | undefined) => void,
  cors: Cors,
  request: ControllerRequest,
  star: StarAnswer,
): void {
  const listed = (list: readonly string[] | undefined, asked: string | undefined): string | undefined => {
    if (list?.includes('*') !== true) return list?.join(', ');
    return starred(cors, list, star) ? '*' : asked;
  };
  set('access-control-allow-methods', listed(cors.allowMethods, request.requestMethod));
  set('access-control-allow-headers', listed(cors.allowHeaders, request.requestHeaders));
  set('access-control-max-age', String(cors.maxAge ?? 5));
}

function starred(cors: Cors, list: readonly string[] | undefined, star: StarAnswer): boolean {
  return list?.includes('*') === true && cors.allowCredentials !== true && star === 'Literal';
}

/** A star stands for everything to its left, dots included. */
function matches(entry: string, origin: string): boolean {
  const [before = '', after] = entry.split('*');
  if (after === undefined) return entry === origin;
  return origin.startsWith(before) && origin.endsWith(after) && origin.length > before.length + after.length;
}

function corsOf(object: KubernetesObject, rule: number): Cors | undefined {
  const spec: { rules?: { filters?: { type?: string; cors?: Cors }[] }[] } = Object(object['spec']);
  return spec.rules?.[rule]?.filters?.find((filter) => filter.type === 'CORS')?.cors;
}
