import type { IncomingMessage } from 'node:http';

/** What a request's own header lines say about sending it on. */
export type UpstreamHeaders = {
  /** Names and values in turn, in the client's order and spelling, then ours. */
  readonly headers: string[];
  /** Our own token stands in `Via`: the request came from us. */
  readonly isLoop: boolean;
};

/** How a request is sent on. */
export type Forwarding = {
  /** Pseudonym of this process in `Via`. */
  readonly viaToken: string;
  /** `Upgrade` of a tunnel, `Body` with its framing, `None` without body. */
  readonly carries: 'Upgrade' | 'Body' | 'None';
};

/**
 * Header lines of a request on its way to the upstream: every end-to-end line byte for byte, hop-by-hop lines dropped.
 *
 * `X-Forwarded-*` and `Forwarded` are passed as they came, since requests without Origin reach the application without
 * us and it has to see the same. Only when no one in front wrote any, they are ours to write.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-7.6
 */
export function upstreamHeaders(request: IncomingMessage, forwarding: Forwarding): UpstreamHeaders {
  const raw = request.rawHeaders;
  const dropped = hopByHopNames(raw);
  const lines: Lines = { headers: [], isLoop: false, isForwarded: false, host: undefined };
  for (let index = 0; index < raw.length; index += 2) {
    const name = raw[index] ?? '';
    sendOn(lines, { name, key: name.toLowerCase(), value: raw[index + 1] ?? '' }, { dropped, forwarding });
  }
  if (!lines.isForwarded) {
    lines.headers.push(...forwardedLines(request, lines.host));
  }
  if (forwarding.carries === 'Upgrade') {
    lines.headers.push('Connection', 'Upgrade', 'Upgrade', 'websocket');
  }
  lines.headers.push('Via', `${request.httpVersion} ${forwarding.viaToken}`);
  return lines;
}

type Lines = { readonly headers: string[]; isLoop: boolean; isForwarded: boolean; host: string | undefined };
type Line = { readonly name: string; readonly key: string; readonly value: string };
type Rules = { readonly dropped: ReadonlySet<string>; readonly forwarding: Forwarding };

function sendOn(lines: Lines, line: Line, rules: Rules): void {
  if (line.key === 'te') {
    if (/(^|[\s,])trailers\s*(,|;|$)/i.test(line.value)) {
      lines.headers.push('TE', 'trailers');
    }
    return;
  }
  if (line.key === 'transfer-encoding' && rules.forwarding.carries === 'Body') {
    lines.headers.push('Transfer-Encoding', 'chunked');
    return;
  }
  if (rules.dropped.has(line.key)) {
    return;
  }
  if (line.key === 'host') {
    lines.host = line.value;
  }
  lines.isLoop ||= line.key === 'via' && line.value.includes(rules.forwarding.viaToken);
  lines.isForwarded ||= line.key === 'forwarded' || line.key.startsWith('x-forwarded-');
  lines.headers.push(line.name, line.value);
}

function forwardedLines(request: IncomingMessage, host: string | undefined): readonly string[] {
  const address = request.socket.remoteAddress;
  return [
    ...(address === undefined ? [] : ['X-Forwarded-For', address.replace(/^::ffff:/, '')]),
    'X-Forwarded-Proto',
    'http',
    ...(host === undefined ? [] : ['X-Forwarded-Host', host]),
  ];
}

/** Names of lines that belong to one connection: the standard's, and those that `Connection` lists. */
export function hopByHopNames(raw: readonly string[]): ReadonlySet<string> {
  let names: ReadonlySet<string> = HOP_BY_HOP;
  for (let index = 0; index < raw.length; index += 2) {
    const value = raw[index + 1] ?? '';
    if (raw[index]?.toLowerCase() === 'connection' && !ORDINARY_CONNECTION.has(value.toLowerCase())) {
      names = new Set([...names, ...listedNames(value)]);
    }
  }
  return names;
}

const ORDINARY_CONNECTION: ReadonlySet<string> = new Set(['keep-alive', 'close', 'upgrade', '']);

const HOP_BY_HOP: ReadonlySet<string> = new Set([
  'connection',
  'http2-settings',
  'keep-alive',
  'proxy-connection',
  'te',
  'transfer-encoding',
  'upgrade',
]);

/**
 * `Connection: X-Forwarded-For` would make us remove what the application trusts, so that what says who asks, for
 * what, and how long it is cannot be listed away.
 */
function listedNames(value: string): readonly string[] {
  const names = value.toLowerCase().split(',');
  return names.map((name) => name.trim()).filter((name) => !END_TO_END.has(name) && !name.startsWith('x-forwarded-'));
}

const END_TO_END: ReadonlySet<string> = new Set([
  'authorization',
  'content-encoding',
  'content-length',
  'content-type',
  'cookie',
  'expect',
  'forwarded',
  'host',
  'origin',
  'set-cookie',
  'vary',
  'via',
  'x-real-ip',
]);
