import type { IncomingMessage, ServerResponse } from 'node:http';
import type { BackendRef } from '../model/route.ts';
import { createAnswerRelay } from './answer-relay.ts';
import type { DataPlane } from './data-plane.ts';
import { startPooledExchange } from './pooled-exchange.ts';
import { answerProblem, type Problem, type ProblemReason } from './problem.ts';
import type { AnswerCors } from './relayed-headers.ts';
import { type Admission, admitRequest } from './request-admission.ts';
import { isBodyPending } from './request-lines.ts';
import { startStreamedExchange } from './streamed-exchange.ts';
import type { AnswerSink, Exchange, UpstreamCall, UpstreamFailure } from './upstream-exchange.ts';
import { upstreamHeaders } from './upstream-headers.ts';
import { backendKey, type Upstream } from './upstreams.ts';

/** Serves one request. */
export type RequestListener = (request: IncomingMessage, response: ServerResponse) => void;

/**
 * Answers preflights and sends other requests on, both before any router: a router decodes paths and parses bodies, and
 * would take longer than the decision itself.
 *
 * @param serveRest gets what no route owns
 */
export function createRequestListener(plane: DataPlane, serveRest: RequestListener): RequestListener {
  return (request, response) => {
    if (plane.isStopping) {
      response.shouldKeepAlive = false;
    }
    const admission = admitRequest(plane, request);
    if (admission.kind === 'Preflight') {
      answerPreflight(response, admission);
    } else if (admission.kind === 'Request') {
      serveRequest(plane, { request, response, admission });
    } else if (admission.problem.reason === 'NoRoute') {
      plane.counts.problems.NoRoute += 1;
      serveRest(request, response);
    } else {
      answer(plane, response, admission.problem, undefined);
    }
  };
}

type PreflightAdmission = Extract<Admission, { kind: 'Preflight' }>;
type RequestAdmission = Extract<Admission, { kind: 'Request' }>;

function answerPreflight(response: ServerResponse, admission: PreflightAdmission): void {
  if (admission.hasBody) {
    // No browser sends one. It is not waited for.
    response.shouldKeepAlive = false;
  }
  // Node only reads the list; its type says otherwise.
  response.writeHead(admission.status, admission.headers as string[]);
  response.end();
}

function answer(plane: DataPlane, response: ServerResponse, problem: Problem, cors: AnswerCors): void {
  plane.counts.problems[problem.reason] += 1;
  answerProblem(response, problem, cors);
}

type Serving = {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly admission: RequestAdmission;
};

function serveRequest(plane: DataPlane, serving: Serving): void {
  const { request, response, admission } = serving;
  const upstream = plane.upstreams.find(admission.destination.backend);
  if (upstream === undefined) {
    answer(plane, response, noUpstream(admission.destination.backend), admission.cors);
    return;
  }
  const carries = admission.lines.hasBody ? 'Body' : 'None';
  const { headers, isLoop } = upstreamHeaders(request, { viaToken: plane.viaToken, carries });
  const obstacle = obstacleTo(plane, upstream, isLoop);
  if (obstacle === undefined) {
    exchange(plane, serving, upstream, headers);
  } else {
    answer(plane, response, obstacle, admission.cors);
  }
}

/** Why a request cannot be sent on. */
export function noUpstream(backend: BackendRef | undefined): Problem {
  const message =
    backend === undefined
      ? 'This route sends such requests to no plain Service, and there is no default upstream. Start with --default-upstream URL.'
      : `No upstream is known for ${backendKey(backend)}. Start with --upstream ${backendKey(backend)}=URL or --default-upstream URL.`;
  return { status: 404, reason: 'NoUpstream', message };
}

/** Why a request that has an upstream cannot be sent there now. */
export function obstacleTo(plane: DataPlane, upstream: Upstream, isLoop: boolean): Problem | undefined {
  if (isLoop) {
    return { status: 508, reason: 'RequestLoop', message: 'The upstream of this route leads back to the responder.' };
  }
  if (upstream.active >= plane.limits.requestsPerUpstream) {
    return { status: 503, reason: 'UpstreamBusy', message: 'Too many requests are under way at the upstream.' };
  }
  return undefined;
}

function exchange(plane: DataPlane, serving: Serving, upstream: Upstream, headers: string[]): void {
  const { request, response, admission } = serving;
  const call: UpstreamCall = {
    upstream,
    method: admission.lines.method,
    pathAndQuery: admission.pathAndQuery,
    headers,
    body: admission.lines.hasBody ? request : undefined,
    expectation: admission.lines.expectation?.toLowerCase(),
  };
  let started: Exchange | undefined;
  const relay = createAnswerRelay(response, admission.cors, (failure) => {
    plane.counts.problems[FAILURES[failure]] += 1;
    started?.cancel();
  });
  watch(plane, serving, upstream, () => started?.cancel());
  started = start(call, relay, plane);
  response.on('drain', () => started?.resume());
}

const FAILURES: Readonly<Record<UpstreamFailure, ProblemReason>> = {
  Unreachable: 'UpstreamUnreachable',
  Timeout: 'UpstreamTimeout',
  BrokenAnswer: 'UpstreamBroken',
};

const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);

function start(call: UpstreamCall, relay: AnswerSink, plane: DataPlane): Exchange | undefined {
  const isPlain = call.body === undefined && call.expectation === undefined && SAFE_METHODS.has(call.method);
  const pool = isPlain ? call.upstream.pool() : undefined;
  try {
    return pool === undefined
      ? startStreamedExchange(call, relay, plane.limits)
      : startPooledExchange(pool, call, relay);
  } catch {
    // Header lines that Node's parser lets in and its clients do not let out.
    relay.failed('BrokenAnswer');
    return undefined;
  }
}

/** Counts a request while it is under way, and gives the client the upstream's time to wait in. */
function watch(plane: DataPlane, { request, response }: Serving, upstream: Upstream, onGone: () => void): void {
  plane.counts.activeRequests += 1;
  upstream.active += 1;
  if (isBodyPending(request)) {
    request.socket.setTimeout(plane.limits.clientTimeout);
    request.once('end', () => waitForUpstream(plane, request));
  } else {
    waitForUpstream(plane, request);
  }
  // An aborted answer tells by `close`; what is written to it in between is lost either way.
  response.on('error', () => undefined);
  response.on('close', () => {
    plane.counts.activeRequests -= 1;
    upstream.active -= 1;
    if (!response.writableFinished) {
      onGone();
    }
  });
}

/** A client that has sent all waits as long as the upstream may take; Node ends this limit with the next request. */
function waitForUpstream({ limits }: DataPlane, { socket }: IncomingMessage): void {
  socket.setTimeout(limits.upstreamTimeout + limits.clientTimeout);
}
