import type { Dispatcher } from 'undici';
import Pool from 'undici/lib/dispatcher/pool.js';
import type { ClusterAccess, TlsMaterial } from './access-credentials.ts';
import type { Clock } from './clock.ts';

/** The connections to one API server: one under HTTP/2, which all calls share. */
export type Connections = {
  /** Where calls go now; another one when certificates changed. */
  readonly pool: (tls: TlsMaterial) => Promise<Dispatcher>;
  /** A call on it got no answer: new calls go over a new connection, as it may be half-open. */
  readonly suspect: (pool: Dispatcher) => void;
  /** Ends all of them; calls under way fail. */
  readonly close: () => Promise<void>;
};

/** A pool is not replaced for silence before it is so many milliseconds old: the server may just be slow. */
const YOUNG = 5000;

/** HTTP/1.1 connections at most, where a server speaks no HTTP/2: a watch takes one each. */
const MOST_CONNECTIONS = 256;

/** Opens nothing before the first call. */
export function createConnections(access: ClusterAccess, clock: Clock): Connections {
  let current: { readonly tls: TlsMaterial; readonly pool: Promise<Dispatcher>; readonly since: number } | undefined;
  const open = new Set<Promise<Dispatcher>>();
  const retire = () => {
    const old = current?.pool;
    current = undefined;
    if (old !== undefined) {
      // Calls under way are answered over the old connection, watches until the server ends them.
      const closed = old.then((pool) => pool.close()).catch(() => undefined);
      void closed.then(() => open.delete(old));
    }
  };
  return {
    pool(tls) {
      if (current?.tls !== tls) {
        retire();
        current = { tls, pool: createPool(access, tls), since: clock.now() };
        open.add(current.pool);
      }
      return current.pool;
    },
    suspect(pool) {
      void current?.pool.then((ours) => {
        if (ours === pool && current !== undefined && clock.now() - current.since > YOUNG) {
          retire();
        }
      });
    },
    async close() {
      current = undefined;
      await Promise.all([...open].map((pool) => pool.then((one) => one.destroy()).catch(() => undefined)));
      open.clear();
    },
  };
}

async function createPool(access: ClusterAccess, tls: TlsMaterial): Promise<Dispatcher> {
  const { origin } = new URL(access.server);
  const connect = { ...tls, ...keepAlive };
  if (access.proxy === undefined) {
    return new Pool(origin, { connect: { ...connect, preferH2: true }, connections: MOST_CONNECTIONS });
  }
  const { ProxyAgent, Socks5ProxyAgent } = await import('undici');
  return /^socks/.test(access.proxy)
    ? new Socks5ProxyAgent(access.proxy.replace(/^socks5h:/, 'socks5:'), { requestTls: tls })
    : new ProxyAgent({ uri: access.proxy, requestTls: connect });
}

/** Half a minute, as client-go: load balancers forget a silent connection after one. */
const keepAlive = { keepAlive: true, keepAliveInitialDelay: 30_000 };
