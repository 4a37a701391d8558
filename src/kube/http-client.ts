import type { Dispatcher } from 'undici';
import type { ClusterAccess } from './access-credentials.ts';
import { callName, repeatCall } from './call-repeat.ts';
import { type Clock, systemClock } from './clock.ts';
import { type Connections, createConnections } from './connections.ts';
import { type OpenAnswer, openExchange } from './http-exchange.ts';
import { readBody } from './json-answer.ts';
import { readJsonLines } from './json-stream.ts';
import type { KubeCall, KubeClient } from './kube-client.ts';
import { isKubeError, KubeError } from './kube-error.ts';
import { parseRetryAfter } from './retry-after.ts';
import { statusError } from './status-error.ts';

/** What a client is told besides where the cluster is. */
export type KubeClientOptions = {
  /** As `cors-operator/0.1.0 (controller)`. */
  readonly userAgent: string;
  /** Largest answer of `send` and largest line of `stream`, in bytes. Default 64 MiB. */
  readonly maxBytes?: number;
  /** Seconds for which an answer's beginning, and under `send` each next part of it, is waited for. Default 30. */
  readonly timeout?: number;
  readonly clock?: Clock;
};

/**
 * A client that shares its connections among all calls.
 *
 * Reads are repeated when the connection broke before an answer; what the server put off (429, 503) is repeated up to three
 * times when it asks for a short wait only, reads always, writes if the call has a `permit`; a refused token is got anew once.
 */
export function createKubeClient(access: ClusterAccess, options: KubeClientOptions): KubeClient {
  const clock = options.clock ?? systemClock;
  let closed = false;
  const context: Context = {
    access,
    clock,
    connections: createConnections(access, clock),
    origin: new URL(access.server).origin,
    prefix: new URL(access.server).pathname.replace(/\/$/, ''),
    userAgent: options.userAgent,
    maxBytes: options.maxBytes ?? 67_108_864,
    timeout: 1000 * (options.timeout ?? 30),
    isClosed: () => closed,
  };
  return {
    send: (call) => repeatCall(clock, call, () => renewToken(context, () => sendOnce(context, call))),
    stream: async (call) => {
      const answer = await renewToken(context, () => openAnswer(context, call, 0));
      return readJsonLines(answer, callName(call), context.maxBytes);
    },
    close: async () => {
      closed = true;
      await context.connections.close();
    },
  };
}

type Context = {
  readonly access: ClusterAccess;
  readonly clock: Clock;
  readonly connections: Connections;
  readonly origin: string;
  /** Path of the server's URL, "" for none. */
  readonly prefix: string;
  readonly userAgent: string;
  readonly maxBytes: number;
  /** Milliseconds. */
  readonly timeout: number;
  readonly isClosed: () => boolean;
};

async function renewToken<T>(context: Context, attempt: () => Promise<T>): Promise<T> {
  try {
    return await attempt();
  } catch (error) {
    if (!isKubeError(error, 'Unauthorized')) {
      throw error;
    }
    context.access.forget();
    return attempt();
  }
}

async function sendOnce(context: Context, call: KubeCall): Promise<unknown> {
  const answer = await openAnswer(context, call, context.timeout);
  return readBody(answer, callName(call), context.maxBytes);
}

/** @param bodyTimeout milliseconds between two parts of the answer, 0 for no end */
async function openAnswer(context: Context, call: KubeCall, bodyTimeout: number): Promise<OpenAnswer> {
  const { headers, tls } = await context.access.credentials();
  const name = callName(call);
  if (context.isClosed()) {
    throw new KubeError('Aborted', `${name}: the client was closed`);
  }
  const pool = await context.connections.pool(tls);
  const answer = await openExchange(pool, requestOf(context, call, { headers, bodyTimeout }), {
    call: name,
    signal: call.signal,
    permit: call.permit,
    onFailure: (error) => {
      if (error.reason === 'Timeout') {
        context.connections.suspect(pool);
      }
    },
  });
  if (answer.status < 200 || answer.status >= 300) {
    throw await refusal(context, answer, name);
  }
  return answer;
}

type RequestDetails = { readonly headers: Readonly<Record<string, string>>; readonly bodyTimeout: number };

function requestOf(context: Context, call: KubeCall, details: RequestDetails): Dispatcher.DispatchOptions {
  return {
    origin: context.origin,
    path: `${context.prefix}${call.path}${queryText(call.query ?? {})}`,
    method: call.method,
    headers: {
      ...details.headers,
      accept: 'application/json',
      'user-agent': context.userAgent,
      ...(call.method === 'GET' ? { 'accept-encoding': 'gzip' } : {}),
      ...(call.body === undefined ? {} : { 'content-type': call.contentType ?? 'application/json' }),
    },
    body: call.body === undefined ? null : JSON.stringify(call.body),
    headersTimeout: context.timeout,
    bodyTimeout: details.bodyTimeout,
  };
}

/** Cheaper than URLSearchParams, for every single request. */
function queryText(query: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(query).map(
    ([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`,
  );
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`;
}

async function refusal(context: Context, answer: OpenAnswer, name: string): Promise<KubeError> {
  const header = answer.headers['retry-after'];
  const retryAfter = parseRetryAfter(header, context.clock.date());
  const body = await readBody(answer, name, MOST_OF_REFUSAL).catch(() => undefined);
  return statusError({ status: answer.status, body, retryAfter }, name);
}

/** A refusal may quote the object, which is 1.5 MiB at most. */
const MOST_OF_REFUSAL = 4_194_304;
