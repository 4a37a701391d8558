import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { CorsRequest } from '../cors/request.ts';

/**
 * What the responder reads from a request's header section.
 *
 * Several lines of one name are joined with ", ": two `Origin` lines can never look like one well-formed origin, two
 * `Host` lines never like one host, two `Access-Control-Request-Method` lines never like one token.
 */
export type RequestLines = CorsRequest & {
  /** Undefined in HTTP/1.0, which may do without. */
  readonly host: string | undefined;
  /** Whether a body follows the header section, even an empty one. */
  readonly hasBody: boolean;
  readonly transferEncoding: string | undefined;
  readonly expectation: string | undefined;
};

/**
 * Reads the lines that decide.
 *
 * Node has built its `headers` object already, and joins lines of these names; of several `Host` lines it keeps the first
 * without a word, so that those are counted here.
 */
export function readRequestLines({ method = '', headers, rawHeaders }: IncomingMessage): RequestLines {
  return {
    method,
    origin: headers.origin,
    requestMethod: headers['access-control-request-method'],
    requestHeaders: headers['access-control-request-headers'],
    host: hasOneHost(rawHeaders) ? headers.host : joinedHosts(rawHeaders),
    hasBody: announcesBody(headers),
    transferEncoding: headers['transfer-encoding'],
    expectation: headers.expect,
  };
}

/**
 * Whether some of a request's body is still to come, so that the connection cannot take another request. Node calls a
 * request incomplete while it hands it over, also one without a body.
 */
export function isBodyPending({ complete, headers }: IncomingMessage): boolean {
  return !complete && announcesBody(headers);
}

function announcesBody(headers: IncomingHttpHeaders): boolean {
  return headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;
}

/** Lengths are compared first: nearly every line is no Host line, and says so without a look at its name. */
function hasOneHost(raw: readonly string[]): boolean {
  let hosts = 0;
  for (let index = 0; index < raw.length; index += 2) {
    const name = raw[index] ?? '';
    if (name.length === HOST.length && (name === 'Host' || name.toLowerCase() === HOST)) {
      hosts += 1;
    }
  }
  return hosts <= 1;
}

const HOST = 'host';

function joinedHosts(raw: readonly string[]): string {
  return raw.filter((_, index) => index % 2 === 1 && raw[index - 1]?.toLowerCase() === HOST).join(', ');
}
