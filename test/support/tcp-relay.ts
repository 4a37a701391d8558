import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** Stands between a client and a server, and can let the connections between them go silent. */
export type TcpRelay = {
  readonly port: number;
  /** Connections that are open now pass nothing on any more, yet do not end; new ones work. */
  readonly freeze: () => void;
  /** Connections end, and new ones end at once, until they are let in again. */
  readonly block: () => void;
  readonly unblock: () => void;
  readonly connections: () => number;
  readonly close: () => Promise<void>;
};

/** Relays TCP on loopback. */
export async function startTcpRelay(targetPort: number): Promise<TcpRelay> {
  const pairs = new Set<readonly [Socket, Socket]>();
  let connections = 0;
  let isBlocked = false;
  const destroyAll = (): void => {
    for (const pair of pairs) for (const socket of pair) socket.destroy();
    pairs.clear();
  };
  const server = createServer((client) => {
    connections += 1;
    if (isBlocked) {
      client.destroy();
      return;
    }
    const upstream = connect(targetPort, '127.0.0.1');
    const pair = [client, upstream] as const;
    pairs.add(pair);
    for (const [from, to] of [pair, [upstream, client] as const]) {
      from.on('error', () => to.destroy());
      from.on('close', () => to.destroy());
      from.pipe(to);
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    freeze() {
      for (const [client, upstream] of pairs) {
        client.unpipe();
        upstream.unpipe();
        client.pause();
        upstream.pause();
      }
    },
    block() {
      isBlocked = true;
      destroyAll();
    },
    unblock() {
      isBlocked = false;
    },
    connections: () => connections,
    async close() {
      destroyAll();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
