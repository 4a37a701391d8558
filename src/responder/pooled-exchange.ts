import type { Dispatcher, Pool } from 'undici';
import type { AnswerSink, Exchange, UpstreamCall, UpstreamFailure } from './upstream-exchange.ts';

/**
 * Sends a safe request without body through undici's pool, which costs about half of what Node's own client does.
 *
 * `@fastify/reply-from` is not used: it builds a `URL` of the path, which normalises it, joins header lines of one name, and
 * drops trailers and interim responses. Nor is undici for anything that has a body: it writes no header before the
 * body's first byte, no trailers, and refuses `Expect`; see `streamed-exchange.ts`.
 *
 * Repeated once when the connection broke before an answer began: an upstream may close an idle connection in the moment
 * in which it is used.
 */
export function startPooledExchange(pool: Pool, call: UpstreamCall, sink: AnswerSink): Exchange {
  const exchange: PooledExchange = { pool, controller: undefined, cancelled: false, repeated: false };
  dispatch(exchange, call, sink);
  return {
    resume: () => exchange.controller?.resume(),
    cancel: () => {
      exchange.cancelled = true;
      exchange.controller?.abort(new Error('the client is gone'));
    },
  };
}

type PooledExchange = {
  readonly pool: Pool;
  controller: Dispatcher.DispatchController | undefined;
  cancelled: boolean;
  repeated: boolean;
};

function dispatch(exchange: PooledExchange, call: UpstreamCall, sink: AnswerSink): void {
  let begun = false;
  exchange.pool.dispatch(
    { path: call.pathAndQuery, method: call.method, headers: call.headers },
    {
      onRequestStart(controller) {
        exchange.controller = controller;
        if (exchange.cancelled) {
          controller.abort(new Error('the client is gone'));
        }
      },
      onResponseStart(controller, status, _headers, statusText) {
        begun ||= status >= 200;
        const headers = textLines(controller.rawHeaders);
        if (status < 200) {
          sink.information(status, headers);
        } else {
          sink.head(status, statusText ?? '', headers);
        }
      },
      onResponseData(controller, chunk) {
        if (!sink.data(chunk)) {
          controller.pause();
        }
      },
      onResponseEnd(controller) {
        sink.end(textLines(controller.rawTrailers));
      },
      onResponseError(_controller, error) {
        if (exchange.cancelled) {
          return;
        }
        if (!(begun || exchange.repeated) && isBrokenConnection(error)) {
          exchange.repeated = true;
          dispatch(exchange, call, sink);
        } else {
          sink.failed(failureOf(error));
        }
      },
    },
  );
}

/** Header lines as text of one character per byte, so that what is written again are the same bytes. */
function textLines(
  lines: readonly (Buffer | string)[] | Record<string, unknown> | null | undefined,
): readonly string[] {
  if (!Array.isArray(lines)) {
    return [];
  }
  return lines.map((line: Buffer | string) => (typeof line === 'string' ? line : line.toString('latin1')));
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

function isBrokenConnection(error: unknown): boolean {
  return ['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE'].includes(codeOf(error));
}

/** What an error of the connection means for the client; codes are undici's and the system's. */
export function failureOf(error: unknown): UpstreamFailure {
  const code = codeOf(error);
  if (/TIMEOUT|ETIMEDOUT/.test(code)) {
    return 'Timeout';
  }
  return /^(ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|EADDRNOTAVAIL)$/.test(code)
    ? 'Unreachable'
    : 'BrokenAnswer';
}
