import { compilePolicy } from '../cors/compiled-policy.ts';
import type { Policy } from '../cors/policy.ts';
import type { CorsRequest } from '../cors/request.ts';
import { explainDecision, type Verdict } from '../cors/verdict.ts';
import type { RouteEvaluation } from '../evaluate.ts';
import type { LossCode } from '../model/route-reason.ts';
import type { Dialect, Reading, SentFields } from '../plan/dialect.ts';
import {
  type BrowserRequest,
  type HeaderFields,
  type PreflightRefusal,
  passesCorsCheck,
  preflightRefusal,
} from './browser-request.ts';
import { type RouteReading, readPolicy } from './route-reading.ts';

/** What comes back for one request. */
export type PredictedAnswer = {
  /** Absent where the application says it. */
  readonly status?: number;
  /** Those that CORS concerns; what the application adds is not known. */
  readonly headers: HeaderFields;
  /** What the policy that answers thinks of the request; absent where none answers. */
  readonly verdict?: Verdict;
};

/** How a page's requests are answered, and what its browser makes of it. */
export type Prediction = {
  readonly preflight: PredictedAnswer;
  readonly response: PredictedAnswer;
  /** Whether the page gets the answer. */
  readonly allowed: boolean;
  /** What the browser stumbles over in answers that grant something. */
  readonly refusedByBrowser?: BrowserRefusal;
};

/** A reason of the browser's own. */
export type BrowserRefusal = { readonly what: 'credentials' } | PreflightRefusal;

/** The routes that a page's requests reach. They may differ: a route can be for some methods only. */
export type AnsweringRoutes = {
  readonly preflight: RouteEvaluation | undefined;
  readonly actual: RouteEvaluation | undefined;
};

/** Tells what a route's controller really does. */
export type RouteReader = (route: RouteEvaluation) => RouteReading | undefined;

/** Predicts what a page gets. */
export function predict(request: BrowserRequest, routes: AnsweringRoutes, readRoute: RouteReader): Prediction {
  const preflight = answerOf(routes.preflight, preflightRequest(request), readRoute);
  const response = answerOf(routes.actual, actualRequest(request), readRoute);
  const refusedByBrowser = browserRefusal(request, preflight.headers, response.headers);
  const granted = isGranted(response) && (!request.needsPreflight || isGranted(preflight));
  return {
    preflight,
    response,
    allowed: granted && refusedByBrowser === undefined,
    ...(granted && refusedByBrowser !== undefined ? { refusedByBrowser } : {}),
  };
}

/** The request that decides: the preflight, where one is needed. */
export function decidingRequest(request: BrowserRequest): CorsRequest {
  return request.needsPreflight ? preflightRequest(request) : actualRequest(request);
}

function preflightRequest({ origin, method, unsafeHeaders }: BrowserRequest): CorsRequest {
  const requestHeaders = unsafeHeaders.length === 0 ? undefined : unsafeHeaders.join(',');
  return { method: 'OPTIONS', origin, requestMethod: method, requestHeaders };
}

function actualRequest({ origin, method }: BrowserRequest): CorsRequest {
  return { method, origin, requestMethod: undefined, requestHeaders: undefined };
}

function isGranted({ verdict }: PredictedAnswer): boolean {
  return verdict?.allowed === true;
}

function answerOf(route: RouteEvaluation | undefined, request: CorsRequest, readRoute: RouteReader): PredictedAnswer {
  if (route === undefined) {
    return { headers: {} };
  }
  const { governed } = route.resolution;
  if (route.plan.outcome === 'Responder' && governed.by === 'Policy') {
    return responderAnswer(governed.effective.cors, request);
  }
  const found = readRoute(route);
  const policy = found && readPolicy(found.reading, request.origin ?? '');
  return found === undefined || policy === undefined
    ? { headers: {} }
    : controllerAnswer(policy, request, { route, found });
}

function responderAnswer(policy: Policy, request: CorsRequest): PredictedAnswer {
  const verdict = explainDecision(policy, compilePolicy(policy), request);
  const { status, headers } = verdict.decision;
  return { ...(status === undefined ? {} : { status }), headers: headerFields(headers), verdict };
}

/** Controllers say what they allow to every origin they know, whatever method and headers the preflight asks for. */
function controllerAnswer(
  policy: Policy,
  request: CorsRequest,
  { route, found }: { readonly route: RouteEvaluation; readonly found: RouteReading },
): PredictedAnswer {
  const compiled = compilePolicy(policy);
  const verdict = explainDecision(policy, compiled, request);
  const isPreflight = request.requestMethod !== undefined;
  const lenient =
    verdict.allowed || !isPreflight
      ? verdict
      : explainDecision(policy, compiled, { ...request, requestMethod: 'GET', requestHeaders: undefined });
  const fields = headerFields(lenient.decision.headers);
  const sent = sentFields(found.reading);
  const headers = sent === undefined ? withoutUnsure(fields, route) : knownFields(fields, sent);
  const answered =
    isPreflight && (lenient.allowed || (sent === undefined && !loses(route, 'UnmatchedPreflightForwarded')));
  return { ...(answered ? { status: preflightStatus(route, found.dialect) } : {}), headers, verdict };
}

function sentFields(reading: Reading): SentFields | undefined {
  return reading.kind === 'On' ? reading.sent : undefined;
}

/** What is known to be sent takes the place of what it amounts to. */
function knownFields({ 'access-control-allow-origin': origin }: HeaderFields, sent: SentFields): HeaderFields {
  return origin === undefined ? {} : { 'access-control-allow-origin': origin, ...sent };
}

/** Only what is sure is predicted. */
function withoutUnsure({ 'content-length': _, vary, ...fields }: HeaderFields, route: RouteEvaluation): HeaderFields {
  const isUnsure = vary === undefined || loses(route, 'NoVary') || loses(route, 'VaryUnspecified');
  return isUnsure ? fields : { ...fields, vary };
}

function preflightStatus(route: RouteEvaluation, dialect: Dialect): number {
  return dialect.preflightStatus ?? (loses(route, 'Status200') ? 200 : 204);
}

function loses({ plan }: RouteEvaluation, code: LossCode): boolean {
  return plan.losses.some((loss) => loss.code === code);
}

/** @param flat names and values in turn */
function headerFields(flat: readonly string[]): HeaderFields {
  const fields: Record<string, string> = {};
  for (let index = 0; index + 1 < flat.length; index += 2) {
    fields[(flat[index] ?? '').toLowerCase()] = flat[index + 1] ?? '';
  }
  return fields;
}

function browserRefusal(
  request: BrowserRequest,
  preflight: HeaderFields,
  response: HeaderFields,
): BrowserRefusal | undefined {
  const credentials = { what: 'credentials' } as const;
  if (request.needsPreflight) {
    return passesCorsCheck(request, preflight)
      ? (preflightRefusal(request, preflight) ?? (passesCorsCheck(request, response) ? undefined : credentials))
      : credentials;
  }
  return passesCorsCheck(request, response) ? undefined : credentials;
}
