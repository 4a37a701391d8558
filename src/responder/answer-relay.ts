import type { ServerResponse } from 'node:http';
import { answerProblem, type Problem } from './problem.ts';
import { type AnswerCors, relayedHeaders, relayedTrailers } from './relayed-headers.ts';
import { isBodyPending } from './request-lines.ts';
import type { AnswerSink, UpstreamFailure } from './upstream-exchange.ts';

/**
 * Passes an upstream's answer to the client.
 *
 * @param cors what was decided about the request when it came in
 * @param onFailure told when the upstream gave no answer, or one that cannot be passed on; nothing more is passed on
 */
export function createAnswerRelay(
  response: ServerResponse,
  cors: AnswerCors,
  onFailure: (failure: UpstreamFailure) => void,
): AnswerSink {
  const relay: Relay = { response, cors, onFailure, isOver: false, hasBody: false };
  return {
    information: (status, headers) => passInformation(relay, status, headers),
    head: (status, statusText, raw) => passHead(relay, { status, statusText, raw }),
    data(chunk) {
      relay.hasBody = true;
      return relay.isOver || response.write(chunk);
    },
    end: (trailers) => passEnd(relay, trailers),
    failed: (failure) => fail(relay, failure),
  };
}

type Relay = {
  readonly response: ServerResponse;
  readonly cors: AnswerCors;
  readonly onFailure: (failure: UpstreamFailure) => void;
  isOver: boolean;
  /** Some of the body was written, and the header section with it. */
  hasBody: boolean;
};

type Head = { readonly status: number; readonly statusText: string; readonly raw: readonly string[] };

function fail(relay: Relay, failure: UpstreamFailure): void {
  if (relay.isOver) {
    return;
  }
  relay.isOver = true;
  relay.onFailure(failure);
  if (relay.response.headersSent) {
    // Too late for an error: a cut answer is the only one that no client takes for the whole.
    relay.response.destroy();
  } else {
    answerProblem(relay.response, PROBLEMS[failure], relay.cors);
  }
}

const PROBLEMS: Readonly<Record<UpstreamFailure, Problem>> = {
  Unreachable: { status: 502, reason: 'UpstreamUnreachable', message: 'The upstream does not accept connections.' },
  Timeout: { status: 504, reason: 'UpstreamTimeout', message: 'The upstream did not answer in time.' },
  BrokenAnswer: {
    status: 502,
    reason: 'UpstreamBroken',
    message: 'The upstream closed the connection or sent something that is not HTTP/1.1.',
  },
};

function passHead(relay: Relay, { status, statusText, raw }: Head): void {
  const { response, cors } = relay;
  if (isBodyPending(response.req)) {
    // Answered before the request was complete: where the next one would begin is not known.
    response.shouldKeepAlive = false;
  }
  try {
    response.writeHead(status, statusText, relayedHeaders(raw, cors, isChunked(response, status, raw)));
  } catch {
    fail(relay, 'BrokenAnswer');
    return;
  }
  setImmediate(() => flushHead(relay));
}

/** Events and long answers begin before their body does; most answers come with it, and go out in one packet. */
function flushHead(relay: Relay): void {
  if (!(relay.hasBody || relay.response.writableEnded)) {
    relay.response.flushHeaders();
  }
}

/** Whether Node will chunk the answer: the only form that has trailers. */
function isChunked(response: ServerResponse, status: number, raw: readonly string[]): boolean {
  const { method, httpVersion } = response.req;
  if (httpVersion !== '1.1' || method === 'HEAD' || status === 204 || status === 304) {
    return false;
  }
  return !raw.some((name, index) => index % 2 === 0 && name.toLowerCase() === 'content-length');
}

function passInformation(relay: Relay, status: number, raw: readonly string[]): void {
  const { response, cors } = relay;
  if (response.req.httpVersion !== '1.1' || response.headersSent || relay.isOver) {
    return;
  }
  if (status === 100) {
    response.writeContinue();
  } else {
    response.writeInformation(status, relayedHeaders(raw, cors, false));
  }
}

function passEnd(relay: Relay, trailers: readonly string[]): void {
  if (relay.isOver) {
    return;
  }
  relay.isOver = true;
  if (trailers.length > 0) {
    relay.response.addTrailers(relayedTrailers(trailers, relay.cors));
  }
  relay.response.end();
}
