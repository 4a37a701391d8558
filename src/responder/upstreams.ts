import { Agent } from 'node:http';
import type { Pool } from 'undici';
import type { BackendRef } from '../model/route.ts';
import type { ResponderLimits } from './responder-limits.ts';

/** A server that requests are sent on to, with the connections to it. */
export type Upstream = {
  /** `http://host:port`, for messages. */
  readonly url: string;
  readonly hostname: string;
  readonly port: number;
  /** undici's connections; undefined until undici is loaded, and Node's own client does in its place. */
  readonly pool: () => Pool | undefined;
  readonly agent: Agent;
  /** Requests under way; the one number here that changes. */
  active: number;
};

/** The upstreams a responder knows, by the Service port that a route names. */
export type Upstreams = {
  /** Undefined when no upstream is known for it. */
  readonly find: (backend: BackendRef | undefined) => Upstream | undefined;
  /** Closes idle connections at once and the others with their last answer. */
  readonly close: () => Promise<void>;
};

/** `NAMESPACE/SERVICE:PORT` as the route writes the port, number or name. */
export function backendKey(backend: BackendRef): string {
  return `${backend.namespace}/${backend.service}:${backend.port}`;
}

/**
 * Prepares upstreams; nothing is connected before the first request.
 *
 * @param urls absolute `http:` URLs without path, by `backendKey`
 * @param fallback for every Service port that `urls` lacks, and for backends that are no Service
 */
export function createUpstreams(
  urls: ReadonlyMap<string, string>,
  fallback: string | undefined,
  limits: ResponderLimits,
): Upstreams {
  const byUrl = new Map<string, { readonly upstream: Upstream; readonly close: () => Promise<void> }>();
  const loadPool = createPoolLoader();
  const connect = (url: string): Upstream => {
    const known = byUrl.get(url) ?? createUpstream(url, limits, loadPool);
    byUrl.set(url, known);
    return known.upstream;
  };
  return {
    find(backend) {
      const url = (backend === undefined ? undefined : urls.get(backendKey(backend))) ?? fallback;
      return url === undefined ? undefined : connect(url);
    },
    async close() {
      await Promise.all([...byUrl.values()].map(({ close }) => close()));
    },
  };
}

type PoolClass = typeof Pool;
type PoolLoader = () => PoolClass | undefined;

/** Loading undici takes as long as all else that serves; nothing waits for it, neither the start nor a first request. */
function createPoolLoader(): PoolLoader {
  let loaded: PoolClass | undefined;
  let isLoading = false;
  const load = async (): Promise<void> => {
    loaded = (await import('undici')).Pool;
  };
  return () => {
    if (!isLoading) {
      isLoading = true;
      load().catch(() => undefined);
    }
    return loaded;
  };
}

/**
 * How long Node's client keeps an idle connection: what it sends cannot be repeated, and a server that closes its side in
 * the same moment fails it. Servers keep idle connections for 2 s and more.
 */
const UNREPEATABLE_KEEP_ALIVE = 1_000;

function createUpstream(
  url: string,
  limits: ResponderLimits,
  loadPool: PoolLoader,
): { readonly upstream: Upstream; readonly close: () => Promise<void> } {
  const { hostname, port, origin } = new URL(url);
  const agent = new Agent({
    keepAlive: true,
    maxSockets: limits.requestsPerUpstream,
    timeout: UNREPEATABLE_KEEP_ALIVE,
  });
  let pool: Pool | undefined;
  const openPool = (): Pool | undefined => {
    const LoadedPool = loadPool();
    pool ??= LoadedPool === undefined ? undefined : new LoadedPool(origin, poolOptions(limits));
    return pool;
  };
  return {
    upstream: {
      url: origin,
      hostname: hostname.replace(/^\[|\]$/g, ''),
      port: port === '' ? 80 : Number(port),
      active: 0,
      pool: openPool,
      agent,
    },
    async close() {
      agent.destroy();
      await pool?.destroy();
    },
  };
}

function poolOptions({ requestsPerUpstream, connectTimeout, upstreamTimeout }: ResponderLimits): Pool.Options {
  return {
    connections: requestsPerUpstream,
    pipelining: 1,
    connect: { timeout: connectTimeout },
    headersTimeout: upstreamTimeout,
    bodyTimeout: upstreamTimeout,
  };
}
