import { type ServerResponse, STATUS_CODES } from 'node:http';
import type { AnswerCors } from './relayed-headers.ts';
import { isBodyPending } from './request-lines.ts';

/** Why the responder answers a request itself, with an error. */
export type ProblemReason =
  | 'MalformedRequest'
  | 'TransferEncodingUnsupported'
  | 'NoRoute'
  | 'NoUpstream'
  | 'NotReady'
  | 'UpstreamBusy'
  | 'UpstreamUnreachable'
  | 'UpstreamTimeout'
  | 'UpstreamBroken'
  | 'RequestLoop';

/** An error as a client sees it; never holds anything that the request sent. */
export type Problem = { readonly status: number; readonly reason: ProblemReason; readonly message: string };

/** Body of an error answer: JSON of one line. */
function problemBody({ reason, message }: Problem): string {
  return `${JSON.stringify({ reason, message })}\n`;
}

/**
 * Answers with an error, CORS headers in place so that a page may read it.
 *
 * @param cors undefined for a route without policy, and where no route was found
 */
export function answerProblem(response: ServerResponse, problem: Problem, cors: AnswerCors): void {
  if (isBodyPending(response.req)) {
    // What is left of the request's body is not read: the connection ends with this answer.
    response.shouldKeepAlive = false;
  }
  const body = problemBody(problem);
  response.writeHead(problem.status, STATUS_CODES[problem.status] ?? 'Error', [
    'Content-Type',
    'application/json; charset=utf-8',
    'Content-Length',
    String(Buffer.byteLength(body)),
    'Cache-Control',
    'no-store',
    ...(problem.status === 503 ? ['Retry-After', '1'] : []),
    ...(cors?.headers ?? []),
  ]);
  response.end(body);
}

/** No route has such requests. */
export const noRoute: Problem = {
  status: 404,
  reason: 'NoRoute',
  message: 'No Ingress or HTTPRoute that was read has this host, path and method.',
};
