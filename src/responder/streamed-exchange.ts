import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { failureOf } from './pooled-exchange.ts';
import { isBodyPending } from './request-lines.ts';
import type { ResponderLimits } from './responder-limits.ts';
import type { AnswerSink, Exchange, UpstreamCall } from './upstream-exchange.ts';

/**
 * Sends a request through Node's own client, which streams a body as it comes: headers first, `Expect` and the 100 that
 * answers it passed through, trailers behind the last chunk. Never repeated.
 */
export function startStreamedExchange(call: UpstreamCall, sink: AnswerSink, limits: ResponderLimits): Exchange {
  const { upstream } = call;
  const outgoing = httpRequest({
    agent: upstream.agent,
    hostname: upstream.hostname,
    port: upstream.port,
    method: call.method,
    path: call.pathAndQuery,
    headers: call.headers,
    // No header of Node's own: it would announce chunks on a POST that has no body at all.
    setDefaultHeaders: false,
    timeout: limits.upstreamTimeout,
  });
  const exchange: StreamedExchange = { call, sink, outgoing, answer: undefined, paused: false, closed: false };
  watchConnect(exchange, limits);
  outgoing.on('error', (error) => fail(exchange, error));
  outgoing.on('timeout', () => onSilence(exchange, limits));
  outgoing.on('close', () => {
    // A switch of protocols that nobody asked for ends without an error.
    if (exchange.answer === undefined) {
      fail(exchange, new Error('the connection ended'));
    }
  });
  outgoing.on('information', ({ statusCode, rawHeaders }) => {
    // A 100 is told by `continue` too, and means something only to who expects it.
    if (statusCode !== 100) {
      sink.information(statusCode, rawHeaders);
    }
  });
  outgoing.on('response', (answer) => onAnswer(exchange, answer));
  sendBody(exchange, limits);
  return {
    resume: () => {
      exchange.paused = false;
      exchange.answer?.resume();
    },
    cancel: () => {
      exchange.closed = true;
      outgoing.destroy();
    },
  };
}

type StreamedExchange = {
  readonly call: UpstreamCall;
  readonly sink: AnswerSink;
  readonly outgoing: ClientRequest;
  answer: IncomingMessage | undefined;
  /** The client does not read fast enough. */
  paused: boolean;
  /** The sink has got its last event. */
  closed: boolean;
};

function fail(exchange: StreamedExchange, error: unknown): void {
  if (!exchange.closed) {
    exchange.closed = true;
    exchange.outgoing.destroy();
    exchange.sink.failed(failureOf(error));
  }
}

class UpstreamTimeout extends Error {
  readonly code = 'UPSTREAM_TIMEOUT';
}

/** Node's client has no timeout of its own for connecting. */
function watchConnect(exchange: StreamedExchange, limits: ResponderLimits): void {
  exchange.outgoing.on('socket', (socket) => {
    if (socket.connecting) {
      const timer = setTimeout(() => fail(exchange, new UpstreamTimeout('no connection')), limits.connectTimeout);
      socket.once('connect', () => clearTimeout(timer));
      socket.once('close', () => clearTimeout(timer));
    }
  });
}

/** Silence that the client caused, by not reading or not sending, is not the upstream's; the client has its own limit. */
function onSilence(exchange: StreamedExchange, limits: ResponderLimits): void {
  const { body } = exchange.call;
  if (exchange.paused || (body !== undefined && isBodyPending(body))) {
    exchange.outgoing.setTimeout(limits.upstreamTimeout);
  } else {
    fail(exchange, new UpstreamTimeout('no answer'));
  }
}

function onAnswer(exchange: StreamedExchange, answer: IncomingMessage): void {
  const { sink } = exchange;
  exchange.answer = answer;
  sink.head(answer.statusCode ?? 0, answer.statusMessage ?? '', answer.rawHeaders);
  answer.on('data', (chunk: Uint8Array) => {
    if (!sink.data(chunk)) {
      exchange.paused = true;
      answer.pause();
    }
  });
  answer.on('end', () => {
    if (!exchange.closed) {
      exchange.closed = true;
      sink.end(answer.rawTrailers);
    }
    // Answered before the body was complete: the rest of it has nowhere to go.
    if (!exchange.outgoing.writableEnded) {
      exchange.outgoing.destroy();
    }
  });
  answer.on('error', (error) => fail(exchange, error));
}

function sendBody(exchange: StreamedExchange, limits: ResponderLimits): void {
  const { call, outgoing } = exchange;
  if (call.body === undefined) {
    outgoing.end();
    return;
  }
  const body = call.body;
  if (call.expectation !== '100-continue') {
    outgoing.flushHeaders();
    pipeBody(body, outgoing);
    return;
  }
  const start = (): void => {
    clearTimeout(patience);
    outgoing.removeListener('continue', start);
    if (!exchange.closed && exchange.answer === undefined) {
      exchange.sink.information(100, []);
      pipeBody(body, outgoing);
    }
  };
  // https://www.rfc-editor.org/rfc/rfc9110#section-10.1.1: a client does not wait for ever, since servers may not know it.
  const patience = setTimeout(start, limits.continueTimeout);
  outgoing.on('continue', start);
  outgoing.once('close', () => clearTimeout(patience));
}

function pipeBody(body: IncomingMessage, outgoing: ClientRequest): void {
  body.on('data', (chunk: Uint8Array) => {
    if (!outgoing.write(chunk)) {
      body.pause();
    }
  });
  outgoing.on('drain', () => body.resume());
  body.on('end', () => {
    const trailers = body.rawTrailers;
    if (trailers.length > 0) {
      outgoing.addTrailers(pairs(trailers));
    }
    outgoing.end();
  });
}

function pairs(lines: readonly string[]): [string, string][] {
  const result: [string, string][] = [];
  for (let index = 0; index < lines.length; index += 2) {
    result.push([lines[index] ?? '', lines[index + 1] ?? '']);
  }
  return result;
}
