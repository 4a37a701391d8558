import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { ClientRequest, IncomingMessage, ServerResponse } from 'node:http';
import { Agent, createServer, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { ControlPlane } from '../rig/control-plane.ts';
import { makeThrowawayCertificate } from './throwaway-certificate.ts';

/** Stands between a client and a real API server, and does to the traffic what real servers and networks do on bad days. */
export type ApiProxy = {
  readonly url: string;
  /** Verifies it, PEM. */
  readonly ca: string;
  /** What happens to requests from now on; without a rule all pass. */
  readonly setRule: (rule?: ProxyRule) => void;
  /** All requests so far, in the order in which they came. */
  readonly requests: () => readonly ProxiedRequest[];
  readonly close: () => Promise<void>;
};

/** A request as it came. */
export type ProxiedRequest = {
  /** Milliseconds on the clock of `performance.now`. */
  readonly at: number;
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
};

/** What happens to one request. */
export type ProxyFault =
  /** It is answered here and not forwarded. */
  | {
      readonly kind: 'Answer';
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body: unknown;
    }
  /** It is forwarded, but later. */
  | { readonly kind: 'Hold'; readonly until: Promise<void> }
  /** It is forwarded, and the connection breaks before the answer. */
  | { readonly kind: 'LoseAnswer' }
  /** It is forwarded with other parameters. */
  | { readonly kind: 'Ask'; readonly query: Readonly<Record<string, string>> }
  /** Its answer goes through a function; undefined breaks the connection. */
  | { readonly kind: 'Garble'; readonly through: (chunk: Buffer) => readonly Buffer[] | undefined };

export type ProxyRule = (request: ProxiedRequest) => ProxyFault | undefined;

/** Starts a proxy on loopback. */
export async function startApiProxy(plane: Pick<ControlPlane, 'url' | 'caFile'>): Promise<ApiProxy> {
  const certificate = await makeThrowawayCertificate();
  const requests: ProxiedRequest[] = [];
  let rule: ProxyRule | undefined;
  const upstream: Upstream = { url: plane.url, agent: new Agent({ ca: readFileSync(plane.caFile), keepAlive: true }) };
  const server = createServer({ ...certificate, ALPNProtocols: ['http/1.1'] }, (incoming, response) => {
    const asked = readRequest(incoming);
    requests.push(asked);
    void serve(upstream, { incoming, response, asked }, rule?.(asked)).catch(() => response.destroy());
  });
  server.requestTimeout = 0;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `https://127.0.0.1:${port}`,
    ca: certificate.cert,
    setRule(next) {
      rule = next;
    },
    requests: () => requests,
    async close() {
      server.closeAllConnections();
      upstream.agent.destroy();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}

type Upstream = { readonly url: string; readonly agent: Agent };

type Exchange = {
  readonly incoming: IncomingMessage;
  readonly response: ServerResponse;
  readonly asked: ProxiedRequest;
};

function readRequest({ method = '', url = '' }: IncomingMessage): ProxiedRequest {
  const { pathname, searchParams } = new URL(url, 'https://host');
  return { at: performance.now(), method, path: pathname, query: searchParams };
}

async function serve(upstream: Upstream, exchange: Exchange, fault: ProxyFault | undefined): Promise<void> {
  const { incoming, response, asked } = exchange;
  const body = await readBody(incoming);
  switch (fault?.kind) {
    case 'Answer':
      response.writeHead(fault.status, { 'content-type': 'application/json', ...fault.headers });
      response.end(JSON.stringify(fault.body));
      return;
    case 'Hold':
      await fault.until;
      break;
    case 'Ask':
      for (const [name, value] of Object.entries(fault.query)) asked.query.set(name, value);
      break;
    default:
  }
  const answer = await forward(upstream, exchange, body);
  if (fault?.kind === 'LoseAnswer') {
    answer.resume();
    response.destroy();
    return;
  }
  passOn(answer, response, fault?.kind === 'Garble' ? fault.through : (chunk) => [chunk]);
}

async function readBody(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

/** Answers come uncompressed, so that they can be garbled. A client that goes takes its request to the server along. */
function forward({ url, agent }: Upstream, exchange: Exchange, body: Buffer): Promise<IncomingMessage> {
  const { incoming, response, asked } = exchange;
  const { host: _host, 'accept-encoding': _encoding, 'transfer-encoding': _transfer, ...headers } = incoming.headers;
  const target = new URL(`${asked.path}?${asked.query.toString()}`, url);
  return new Promise((resolve, reject) => {
    const call: ClientRequest = request(target, { agent, method: asked.method, headers }, resolve);
    call.once('error', reject);
    response.once('close', () => call.destroy());
    call.end(body);
  });
}

function passOn(
  answer: IncomingMessage,
  response: ServerResponse,
  through: (chunk: Buffer) => readonly Buffer[] | undefined,
): void {
  const {
    'content-length': _length,
    'transfer-encoding': _encoding,
    connection: _connection,
    ...headers
  } = answer.headers;
  response.writeHead(answer.statusCode ?? 502, headers);
  response.flushHeaders();
  answer.on('data', (chunk: Buffer) => {
    const parts = through(chunk);
    if (parts === undefined) response.destroy();
    for (const part of parts ?? []) response.write(part);
  });
  answer.once('end', () => response.end());
  answer.once('error', () => response.destroy());
}
