import Fastify from 'fastify';
import type { KindState } from '../sources/cluster-source.ts';
import type { Controller } from './controller.ts';

/** A server that listens. */
export type HealthServer = {
  /** `http://host:port`. */
  readonly url: string;
  readonly stop: () => Promise<void>;
};

/**
 * Starts the server of probes and metrics.
 *
 * `/readyz` says 200 once everything was read and decided, and stays so while the API server is away: a controller that is
 * restarted for it would be no nearer to it. What is not known is told in the body.
 *
 * @throws the system's error when the address cannot be listened on
 */
export async function startHealthServer(
  controller: Controller,
  listen: { readonly host: string; readonly port: number },
): Promise<HealthServer> {
  const app = Fastify({ forceCloseConnections: true, bodyLimit: MAXIMUM_BODY });
  app.addHook('onRequest', async (_request, reply) => {
    reply.headers({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
  });
  app.get('/healthz', () => 'ok\n');
  app.get('/readyz', (_request, reply) => {
    const isReady = controller.isReady();
    const status = isReady ? 'ready' : 'not ready';
    return reply
      .code(isReady ? 200 : 503)
      .send({ status, leader: controller.elector.isHeld(), kinds: controller.source.kinds().map(kindText) });
  });
  app.get('/metrics', async (_request, reply) => {
    // Loaded with the first scrape: a controller that nobody measures does without.
    const { createControllerMetrics } = await import('./controller-metrics.ts');
    registry ??= createControllerMetrics(controller);
    return reply.header('content-type', registry.contentType).send(await registry.metrics());
  });
  let registry: Awaited<ReturnType<typeof import('./controller-metrics.ts')['createControllerMetrics']>> | undefined;
  const url = await app.listen({ host: listen.host, port: listen.port });
  return { url, stop: () => app.close() };
}

/** No endpoint takes a body. */
const MAXIMUM_BODY = 1024;

function kindText({ resource, state, objects, lastContact }: KindState): object {
  return { kind: resource.kind, ...state, objects, lastContact: lastContact?.toFixed(0) };
}
