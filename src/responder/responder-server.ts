import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import Fastify, { type FastifyInstance } from 'fastify';
import { answerBrokenRequest } from './broken-request.ts';
import type { DataPlane } from './data-plane.ts';
import { answerProblem, noRoute } from './problem.ts';
import type { RefusedOrigins } from './refused-origins.ts';
import { createRequestListener, type RequestListener } from './request-listener.ts';
import type { ResponderCounts } from './responder-counts.ts';
import type { ResponderLimits } from './responder-limits.ts';
import type { RoutingState } from './routing-state.ts';
import { createTunnels, isWebSocketRequest, type Tunnels } from './tunnel.ts';
import { cutUnreadAnswers } from './unread-answers.ts';
import type { Upstreams } from './upstreams.ts';

/** What a responder serves with. */
export type ResponderOptions = {
  /** Asked once per request, so that a swap is one assignment and no request sees half of it. */
  readonly currentState: () => RoutingState;
  readonly upstreams: Upstreams;
  readonly counts: ResponderCounts;
  readonly refusedOrigins: RefusedOrigins;
  readonly limits: ResponderLimits;
};

/** A responder that listens. */
export type Responder = {
  readonly address: AddressInfo;
  /**
   * Takes no more connections, lets requests under way finish within the limit, cuts WebSockets, then closes what it holds
   * open at upstreams.
   */
  readonly stop: () => Promise<void>;
  /** Cuts every connection; a `stop` that waits is done then. */
  readonly cut: () => void;
};

/**
 * Starts a responder.
 *
 * @param listen port 0 takes a free one
 * @throws the system's error when the address cannot be listened on
 */
export async function startResponder(
  options: ResponderOptions,
  listen: { readonly host: string; readonly port: number },
): Promise<Responder> {
  const plane: DataPlane = {
    ...options,
    viaToken: `cors-operator-${randomBytes(VIA_TOKEN_BYTES).toString('hex')}`,
    isStopping: false,
  };
  const tunnels = createTunnels(plane);
  const app = createApp(plane, tunnels);
  await app.listen({ host: listen.host, port: listen.port });
  const address = app.server.address();
  if (address === null || typeof address === 'string') {
    throw new Error('the responder listens on no port');
  }
  return {
    address,
    stop: () => stopServing(plane, app, tunnels),
    cut() {
      tunnels.close();
      app.server.closeAllConnections();
    },
  };
}

/** Enough that no other process ever has the same name in `Via`. */
const VIA_TOKEN_BYTES = 8;

function createApp(plane: DataPlane, tunnels: Tunnels): FastifyInstance {
  const app = Fastify({
    serverFactory: (rest) => createHttpServer(plane, tunnels, rest),
    clientErrorHandler: (error, socket) => {
      plane.counts.brokenRequests += 1;
      answerBrokenRequest(error, socket);
    },
    // A target that the router cannot read has no route either.
    frameworkErrors: (_error, _request, reply) => {
      reply.hijack();
      answerProblem(reply.raw, noRoute, undefined);
    },
  });
  app.addHook('onRequest', (_request, reply) => {
    reply.hijack();
    answerProblem(reply.raw, noRoute, undefined);
  });
  return app;
}

function createHttpServer(plane: DataPlane, tunnels: Tunnels, rest: RequestListener): Server {
  const { limits } = plane;
  const listener = createRequestListener(plane, rest);
  const server = createServer(
    {
      maxHeaderSize: limits.headerBytes,
      headersTimeout: limits.headersTimeout,
      // Would bound a whole request, long uploads too. Silence within one is bounded where the request is sent on.
      requestTimeout: 0,
      keepAliveTimeout: limits.keepAliveTimeout,
      connectionsCheckingInterval: Math.min(CHECKING_INTERVAL, limits.headersTimeout / 2),
      optimizeEmptyRequests: true,
      noDelay: true,
      shouldUpgradeCallback: isWebSocketRequest,
    },
    listener,
  );
  server.on('close', cutUnreadAnswers(server, limits.clientTimeout));
  server.maxConnections = limits.connections;
  // Node ignores what comes behind the first thousand lines, a second Origin for example; their bytes are bounded already.
  server.maxHeadersCount = 0;
  // With these events Node leaves the 100 to us, and does not answer other expectations itself.
  server.on('checkContinue', listener);
  server.on('checkExpectation', listener);
  server.on('upgrade', tunnels.open);
  server.on('connect', (_request, socket) => {
    socket.end('HTTP/1.1 405 Method Not Allowed\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
  });
  return server;
}

/** Milliseconds between two looks for connections that are too slow. */
const CHECKING_INTERVAL = 2_000;

async function stopServing(plane: DataPlane, app: FastifyInstance, tunnels: Tunnels): Promise<void> {
  plane.isStopping = true;
  tunnels.close();
  // Connections that never sent anything do not count as idle for Node, so that it would wait for them.
  const sweep = setInterval(() => {
    app.server.closeIdleConnections();
    if (plane.counts.activeRequests === 0) {
      app.server.closeAllConnections();
    }
  }, SWEEP_INTERVAL);
  const cut = setTimeout(() => app.server.closeAllConnections(), plane.limits.stopTimeout);
  await app.close();
  clearInterval(sweep);
  clearTimeout(cut);
  await plane.upstreams.close();
}

/** Milliseconds: what was sent just before the end still gets its answer. */
const SWEEP_INTERVAL = 50;
