/** Where a request wants to go, as far as its first line and its Host line say so consistently. */
export type RequestTarget =
  | {
      readonly ok: true;
      /** Lower case, without port and without the root's dot; "" when the request names no host. */
      readonly host: string;
      /** Path as sent: nothing decoded, nothing normalised, without the query. */
      readonly path: string;
      /** Origin form to send on, byte for byte: path and query. */
      readonly pathAndQuery: string;
    }
  | { readonly ok: false; readonly message: string };

/**
 * Splits a request target.
 *
 * Absolute form is taken when its authority is the Host line's: whoever stands in front may have chosen by either, so
 * two that differ are refused. `*` and anything else that is no path is a target that no route owns: its path is "".
 *
 * @param target as sent: `/a?b`, `http://host/a?b`, `*`
 * @param hostLine value of the Host line
 * @see https://www.rfc-editor.org/rfc/rfc9112#section-3.2
 */
export function parseRequestTarget(target: string, hostLine: string | undefined): RequestTarget {
  const host = parseHost(hostLine ?? '');
  if (host === undefined) {
    return {
      ok: false,
      message: 'There is more than one Host header, or it is not a name or address with an optional port.',
    };
  }
  if (target.charCodeAt(0) === SLASH) {
    return { ok: true, host, path: pathOf(target), pathAndQuery: target };
  }
  const absolute = ABSOLUTE_FORM.exec(target);
  if (absolute === null) {
    return { ok: true, host, path: '', pathAndQuery: target };
  }
  const [, authority = '', rest = ''] = absolute;
  if (authority.toLowerCase() !== (hostLine ?? '').toLowerCase()) {
    return { ok: false, message: 'The request target names another host than the Host header.' };
  }
  const pathAndQuery = rest.startsWith('/') ? rest : `/${rest}`;
  return { ok: true, host, path: pathOf(pathAndQuery), pathAndQuery };
}

const SLASH = 0x2f;
const ABSOLUTE_FORM = /^https?:\/\/([^/?#]*)(.*)$/is;

function pathOf(pathAndQuery: string): string {
  const query = pathAndQuery.indexOf('?');
  return query === -1 ? pathAndQuery : pathAndQuery.slice(0, query);
}

/**
 * Host of a Host line: a name of letters, digits, dots, hyphens and underscores, an IPv4 address, or IPv6 in brackets; then
 * perhaps a port.
 *
 * @returns lower case, without port and final dot; brackets of IPv6 kept; undefined when malformed
 */
export function parseHost(hostLine: string): string | undefined {
  if (isPlainHost(hostLine)) {
    return hostLine;
  }
  const match = HOST_LINE.exec(hostLine);
  if (match === null) {
    return undefined;
  }
  const host = (match[1] ?? '').toLowerCase();
  return host.endsWith('.') ? host.slice(0, -1) : host;
}

const HOST_LINE = /^([A-Za-z0-9._-]*|\[[0-9A-Fa-f:.]+\])(?::[0-9]*)?$/;

/** What nearly every request sends, lower case and without port: read character by character, which costs least. */
function isPlainHost(hostLine: string): boolean {
  for (let index = 0; index < hostLine.length; index += 1) {
    if (PLAIN_HOST[hostLine.charCodeAt(index)] !== 1) {
      return false;
    }
  }
  return hostLine.charCodeAt(hostLine.length - 1) !== DOT;
}

const DOT = 0x2e;
const PLAIN_HOST = Uint8Array.from({ length: 128 }, (_, code) =>
  /[a-z0-9._-]/.test(String.fromCharCode(code)) ? 1 : 0,
);
