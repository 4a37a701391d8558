import type { IncomingMessage } from 'node:http';
import { decide, decideNothing, isOriginGranted } from '../cors/decision.ts';
import { isPreflight } from '../cors/request.ts';
import type { DataPlane } from './data-plane.ts';
import { noRoute, type Problem } from './problem.ts';
import type { AnswerCors } from './relayed-headers.ts';
import { type RequestLines, readRequestLines } from './request-lines.ts';
import { parseRequestTarget } from './request-target.ts';
import { type Destination, findDestination, type RoutingState } from './routing-state.ts';

/** What becomes of a request, decided from its header section and one routing state. */
export type Admission =
  /** A preflight: answered at once. */
  | {
      readonly kind: 'Preflight';
      readonly status: number;
      readonly headers: readonly string[];
      readonly hasBody: boolean;
    }
  /** A request to be sent on, or an error in its place, under these CORS headers. */
  | {
      readonly kind: 'Request';
      readonly lines: RequestLines;
      readonly pathAndQuery: string;
      readonly destination: Destination;
      readonly cors: AnswerCors;
    }
  /** Answered with an error, no CORS headers: no route was asked. */
  | { readonly kind: 'Problem'; readonly problem: Problem };

/**
 * Decides what becomes of a request, and counts it.
 *
 * A preflight belongs to the route that will get the method it asks about. If no policy governs that route it is sent on
 * like any OPTIONS request; unless OPTIONS itself would reach a route with a policy, which then refuses it, since nothing
 * may be granted there in another policy's name.
 */
export function admitRequest(plane: DataPlane, request: IncomingMessage): Admission {
  const lines = readRequestLines(request);
  const target = parseRequestTarget(request.url ?? '', lines.host);
  if (!target.ok) {
    return malformed(target.message);
  }
  const framing = framingProblem(request, lines);
  if (framing !== undefined) {
    return framing;
  }
  const asked: Asked = { state: plane.currentState(), lines, host: target.host, path: target.path };
  const preflight = isPreflight(lines) ? admitPreflight(plane, asked) : undefined;
  return preflight ?? admitActual(plane, asked, target.pathAndQuery);
}

/** What a route is looked up with. */
type Asked = {
  readonly state: RoutingState;
  readonly lines: RequestLines;
  readonly host: string;
  readonly path: string;
};

function destinationFor({ state, host, path }: Asked, method: string): Destination | undefined {
  return findDestination(state, host, path, method);
}

function malformed(message: string): Admission {
  return { kind: 'Problem', problem: { status: 400, reason: 'MalformedRequest', message } };
}

/** What Node's parser lets pass although the next server could understand it differently. */
function framingProblem(request: IncomingMessage, lines: RequestLines): Admission | undefined {
  if (lines.transferEncoding === undefined) {
    return undefined;
  }
  if (request.httpVersion !== '1.1') {
    return malformed('HTTP/1.0 has no Transfer-Encoding.');
  }
  return lines.transferEncoding.toLowerCase() === 'chunked' ? undefined : UNSUPPORTED_ENCODING;
}

/** Node takes the chunks apart and leaves other codings as they are, so that their name would be lost on the way. */
const UNSUPPORTED_ENCODING: Admission = {
  kind: 'Problem',
  problem: {
    status: 501,
    reason: 'TransferEncodingUnsupported',
    message: 'The only Transfer-Encoding that can be sent on is chunked.',
  },
};

function admitPreflight(plane: DataPlane, asked: Asked): Admission | undefined {
  const { lines } = asked;
  const requested = destinationFor(asked, lines.requestMethod ?? '');
  if (requested !== undefined && requested.grants !== 'NoPolicy') {
    return answerTo(plane, requested, lines);
  }
  const reached = destinationFor(asked, lines.method);
  if (reached !== undefined && reached.grants !== 'NoPolicy') {
    return answerTo(plane, { ...reached, grants: 'Nothing' }, lines);
  }
  return undefined;
}

function answerTo(plane: DataPlane, { route, grants }: Destination, lines: RequestLines): Admission {
  const decision = typeof grants === 'string' ? decideNothing(lines) : decide(grants, lines);
  if (decision.granted) {
    route.counts.preflightsGranted += 1;
  } else {
    route.counts.preflightsRefused += 1;
    if (typeof grants === 'string' || !isOriginGranted(grants, lines.origin)) {
      plane.refusedOrigins.add(lines.origin ?? '');
    }
  }
  const { status, headers } = decision;
  return { kind: 'Preflight', status: status ?? 403, headers, hasBody: lines.hasBody };
}

function admitActual(plane: DataPlane, asked: Asked, pathAndQuery: string): Admission {
  const { lines } = asked;
  const destination = destinationFor(asked, lines.method);
  if (destination === undefined) {
    return { kind: 'Problem', problem: noRoute };
  }
  return { kind: 'Request', lines, pathAndQuery, destination, cors: answerCors(plane, destination, lines) };
}

function answerCors(plane: DataPlane, { route, grants }: Destination, lines: RequestLines): AnswerCors {
  if (grants === 'NoPolicy') {
    route.counts.requestsPassed += 1;
    return undefined;
  }
  const decision = grants === 'Nothing' ? decideNothing(lines) : decide(grants, lines);
  if (lines.origin === undefined) {
    route.counts.requestsPassed += 1;
  } else if (decision.granted) {
    route.counts.requestsGranted += 1;
  } else {
    route.counts.requestsRefused += 1;
    plane.refusedOrigins.add(lines.origin);
  }
  return decision;
}
