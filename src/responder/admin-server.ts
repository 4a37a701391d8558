import type { AddressInfo } from 'node:net';
import Fastify, { type FastifyInstance, type FastifyReply } from 'fastify';
import { escapeText } from '../log.ts';
import { createHostCheck } from './admin-host.ts';
import type { RefusedOrigins } from './refused-origins.ts';
import type { StateHealth } from './state-health.ts';

/** What the admin server tells. */
export type AdminOptions = {
  readonly health: () => StateHealth;
  /** Prometheus text; loaded with the first scrape. */
  readonly metrics: () => Promise<{ readonly contentType: string; readonly text: string }>;
  readonly refusedOrigins: RefusedOrigins;
  /** JSON of the routes and issues that are served, ready to be sent; undefined before the first state. */
  readonly documents: () => AdminDocuments | undefined;
  /** Host names it answers to, besides loopback and the address it listens on. */
  readonly hosts: readonly string[];
};

/** JSON documents as UTF-8, made where the state was evaluated. */
export type AdminDocuments = { readonly routes: Uint8Array; readonly issues: Uint8Array };

/** An admin server that listens. */
export type AdminServer = { readonly address: AddressInfo; readonly stop: () => Promise<void> };

/**
 * Starts the admin server: health, readiness, metrics and what the console shows, as JSON.
 *
 * Anyone who reaches it may read it, so it answers only to names that mean this machine, and sends no CORS headers: a page
 * that gets a browser here by a DNS name of its own sees nothing.
 *
 * @throws the system's error when the address cannot be listened on
 */
export async function startAdminServer(
  options: AdminOptions,
  listen: { readonly host: string; readonly port: number },
): Promise<AdminServer> {
  const app = Fastify({ forceCloseConnections: true, bodyLimit: MAXIMUM_BODY });
  const isAllowedHost = createHostCheck([listen.host, ...options.hosts]);
  app.addHook('onRequest', async (request, reply) => {
    if (!isAllowedHost(request.headers.host ?? '')) {
      await problem(reply, 421, 'MisdirectedRequest', 'The admin server does not answer to this host name.');
      return;
    }
    reply.headers(SECURITY_HEADERS);
  });
  app.setNotFoundHandler((_request, reply) => problem(reply, 404, 'NotFound', 'There is no such page.'));
  app.setErrorHandler((_error, _request, reply) => problem(reply, 500, 'Internal', 'The answer could not be made.'));
  addRoutes(app, options);
  await app.listen({ host: listen.host, port: listen.port });
  const address = app.server.address();
  if (address === null || typeof address === 'string') {
    throw new Error('the admin server listens on no port');
  }
  return { address, stop: () => app.close() };
}

/** No endpoint takes a body. */
const MAXIMUM_BODY = 1024;

const SECURITY_HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
};

const JSON_TYPE = 'application/json; charset=utf-8';

function problem(reply: FastifyReply, status: number, reason: string, message: string): FastifyReply {
  return reply
    .code(status)
    .type(JSON_TYPE)
    .send(`${JSON.stringify({ reason, message })}\n`);
}

function addRoutes(app: FastifyInstance, options: AdminOptions): void {
  app.get('/healthz', () => 'ok\n');
  app.get('/readyz', (_request, reply) => {
    const health = options.health();
    const body = { status: health.status, problems: health.problems.map(escapeProblem) };
    return reply
      .code(health.status === 'not ready' ? 503 : 200)
      .type(JSON_TYPE)
      .send(`${JSON.stringify(body)}\n`);
  });
  app.get('/metrics', async (_request, reply) => {
    const { contentType, text } = await options.metrics();
    return reply.header('content-type', contentType).send(text);
  });
  app.get('/api/routes', (_request, reply) => document(reply, options.documents()?.routes));
  app.get('/api/issues', (_request, reply) => document(reply, options.documents()?.issues));
  app.get('/api/refused-origins', (_request, reply) => {
    const origins = options.refusedOrigins.read().map(({ origin, count, error, lastSeen }) => ({
      origin: escapeText(origin),
      count,
      error,
      lastSeen: new Date(lastSeen).toISOString(),
    }));
    return reply.type(JSON_TYPE).send(`${JSON.stringify({ origins })}\n`);
  });
}

function document(reply: FastifyReply, json: Uint8Array | undefined): FastifyReply {
  if (json === undefined) {
    return problem(reply, 503, 'NotReady', 'Nothing was loaded yet.');
  }
  return reply.type(JSON_TYPE).send(Buffer.from(json.buffer, json.byteOffset, json.byteLength));
}

function escapeProblem({ source, reason, message }: StateHealth['problems'][number]): object {
  return { source: escapeText(source), reason, message };
}
