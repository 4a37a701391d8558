import { type ClientRequest, request as httpRequest, type IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { createAnswerRelay } from './answer-relay.ts';
import type { DataPlane } from './data-plane.ts';
import { failureOf } from './pooled-exchange.ts';
import { answerProblem, type Problem } from './problem.ts';
import { relayedHeaders } from './relayed-headers.ts';
import { type Admission, admitRequest } from './request-admission.ts';
import { noUpstream, obstacleTo } from './request-listener.ts';
import { upstreamHeaders } from './upstream-headers.ts';
import type { Upstream } from './upstreams.ts';

/** WebSockets that are open, and the way to open more. */
export type Tunnels = {
  /** For the `upgrade` event of a server. */
  readonly open: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
  /** Cuts them all. */
  readonly close: () => void;
};

/**
 * Whether a request asks for a WebSocket and nothing else. Any other `Upgrade` is dropped as the hop-by-hop line that it is:
 * a tunnel for `h2c` would carry requests past every decision made here.
 */
export function isWebSocketRequest(request: IncomingMessage): boolean {
  const { upgrade, 'content-length': length, 'transfer-encoding': encoding } = request.headers;
  const hasBody = (length ?? '0') !== '0' || encoding !== undefined;
  return request.method === 'GET' && upgrade?.toLowerCase() === 'websocket' && !hasBody;
}

/**
 * Carries WebSockets beside the proxy. The upstream has to agree with a 101 before any byte passes; any other answer is
 * passed on as an answer, and ends the connection.
 */
export function createTunnels(plane: DataPlane): Tunnels {
  const sockets = new Set<Duplex>();
  return {
    open(request, socket, head) {
      const tunnel: Tunnel = { plane, request, socket, head, sockets };
      sockets.add(socket);
      plane.counts.activeTunnels += 1;
      socket.on('error', () => socket.destroy());
      socket.once('close', () => {
        sockets.delete(socket);
        plane.counts.activeTunnels -= 1;
      });
      openTunnel(tunnel);
    },
    close() {
      for (const socket of sockets) {
        socket.destroy();
      }
    },
  };
}

type Tunnel = {
  readonly plane: DataPlane;
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  /** What the client sent behind its request, before it knew the answer. */
  readonly head: Buffer;
  readonly sockets: ReadonlySet<Duplex>;
};

type RequestAdmission = Extract<Admission, { kind: 'Request' }>;

function openTunnel(tunnel: Tunnel): void {
  const { plane, request } = tunnel;
  const admission = admitRequest(plane, request);
  if (admission.kind !== 'Request') {
    refuse(tunnel, admission.kind === 'Problem' ? admission.problem : TOO_MANY, undefined);
    return;
  }
  const { headers, isLoop } = upstreamHeaders(request, { viaToken: plane.viaToken, carries: 'Upgrade' });
  const upstream = plane.upstreams.find(admission.destination.backend);
  const obstacle =
    upstream === undefined
      ? noUpstream(admission.destination.backend)
      : (obstacleTo(plane, upstream, isLoop) ?? shortage(tunnel));
  if (upstream === undefined || obstacle !== undefined) {
    refuse(tunnel, obstacle ?? TOO_MANY, admission);
  } else {
    connect(tunnel, admission, { upstream, headers });
  }
}

function shortage({ plane, sockets }: Tunnel): Problem | undefined {
  return plane.isStopping || sockets.size > plane.limits.tunnels ? TOO_MANY : undefined;
}

const TOO_MANY: Problem = { status: 503, reason: 'UpstreamBusy', message: 'No more WebSockets can be opened now.' };

/** Node gave the socket away with the request; this is how to answer on it. */
function responseOn({ request, socket }: Tunnel): ServerResponse {
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  // A server's `upgrade` event hands over the client's `net.Socket`, whatever its type says.
  response.assignSocket(request.socket);
  response.once('finish', () => socket.end());
  response.on('error', () => undefined);
  return response;
}

function refuse(tunnel: Tunnel, problem: Problem, admission: RequestAdmission | undefined): void {
  tunnel.plane.counts.problems[problem.reason] += 1;
  answerProblem(responseOn(tunnel), problem, admission?.cors);
}

type Handshake = { readonly upstream: Upstream; readonly headers: string[] };

function connect(tunnel: Tunnel, admission: RequestAdmission, { upstream, headers }: Handshake): void {
  const { plane, socket } = tunnel;
  const outgoing = httpRequest({
    agent: false,
    hostname: upstream.hostname,
    port: upstream.port,
    method: 'GET',
    path: admission.pathAndQuery,
    headers,
    timeout: plane.limits.upstreamTimeout,
  });
  socket.once('close', () => outgoing.destroy());
  outgoing.on('timeout', () => outgoing.destroy(Object.assign(new Error('no answer'), { code: 'UPSTREAM_TIMEOUT' })));
  outgoing.on('upgrade', (answer, upstreamSocket, upstreamHead) => {
    outgoing.removeAllListeners('error').on('error', () => socket.destroy());
    if (answer.headers.upgrade?.toLowerCase() !== 'websocket') {
      upstreamSocket.destroy();
      createAnswerRelay(responseOn(tunnel), admission.cors, () => undefined).failed('BrokenAnswer');
      return;
    }
    join(tunnel, admission, { answer, socket: upstreamSocket, head: upstreamHead });
  });
  relayOtherAnswers(tunnel, admission, outgoing);
  outgoing.end();
}

/** The upstream refuses, or does not answer: the client gets that as the answer to its request. */
function relayOtherAnswers(tunnel: Tunnel, admission: RequestAdmission, outgoing: ClientRequest): void {
  const { plane, socket } = tunnel;
  const relayOnce = () => {
    const response = responseOn(tunnel);
    const relay = createAnswerRelay(response, admission.cors, () => {
      plane.counts.problems.UpstreamBroken += 1;
      outgoing.destroy();
    });
    return { response, relay };
  };
  outgoing.on('error', (error) => {
    if (!socket.destroyed) {
      relayOnce().relay.failed(failureOf(error));
    }
  });
  outgoing.on('response', (answer) => {
    const { response, relay } = relayOnce();
    outgoing.removeAllListeners('error').on('error', () => relay.failed('BrokenAnswer'));
    relay.head(answer.statusCode ?? 0, answer.statusMessage ?? '', answer.rawHeaders);
    answer.on('data', (chunk: Uint8Array) => {
      if (!relay.data(chunk)) {
        answer.pause();
      }
    });
    response.on('drain', () => answer.resume());
    answer.on('end', () => relay.end([]));
    answer.on('error', () => relay.failed('BrokenAnswer'));
  });
}

type Agreement = { readonly answer: IncomingMessage; readonly socket: Duplex; readonly head: Buffer };

/** Both sides agreed: from here on bytes pass as they come, until one side ends or both are silent for too long. */
function join(tunnel: Tunnel, { cors }: RequestAdmission, upstream: Agreement): void {
  const { socket, plane } = tunnel;
  const lines = relayedHeaders(upstream.answer.rawHeaders, cors, false);
  const head = ['HTTP/1.1 101 Switching Protocols', 'Connection: Upgrade', 'Upgrade: websocket'];
  for (let index = 0; index < lines.length; index += 2) {
    head.push(`${lines[index]}: ${lines[index + 1]}`);
  }
  socket.write(`${head.join('\r\n')}\r\n\r\n`, 'latin1');
  socket.write(upstream.head);
  upstream.socket.write(tunnel.head);
  const end = (): void => {
    socket.destroy();
    upstream.socket.destroy();
  };
  for (const side of [tunnel.request.socket, upstream.answer.socket]) {
    side.setTimeout(plane.limits.tunnelTimeout, end);
    side.setKeepAlive(true, KEEP_ALIVE_PROBE);
    side.setNoDelay(true);
    side.on('error', end);
    side.on('close', end);
  }
  socket.pipe(upstream.socket);
  upstream.socket.pipe(socket);
}

/** Milliseconds after which a silent peer is asked whether it is still there; a vanished one is noticed in minutes. */
const KEEP_ALIVE_PROBE = 60_000;
