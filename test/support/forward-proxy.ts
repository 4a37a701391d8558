import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect, createServer as createTcpServer, type Socket } from 'node:net';

/** A proxy on loopback that notes what it was asked for. */
export type ForwardProxy = {
  readonly url: string;
  readonly asked: readonly string[];
  readonly close: () => Promise<void>;
};

/** An HTTP proxy that tunnels. */
export async function startHttpProxy(): Promise<ForwardProxy> {
  const asked: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer();
  server.on('connect', (request, client: Socket) => {
    asked.push(request.url ?? '');
    const { hostname, port } = new URL(`tcp://${request.url}`);
    const upstream = connect(Number(port), hostname, () => client.write('HTTP/1.1 200 OK\r\n\r\n'));
    join(client, upstream, sockets);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, asked, close: () => end(server, sockets) };
}

/** A SOCKS 5 proxy without authentication that knows IPv4 addresses and names. @see https://www.rfc-editor.org/rfc/rfc1928 */
export async function startSocksProxy(): Promise<ForwardProxy> {
  const asked: string[] = [];
  const sockets = new Set<Socket>();
  const server = createTcpServer((client) => {
    void serveSocks(client, asked, sockets);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { url: `socks5://127.0.0.1:${port}`, asked, close: () => end(server, sockets) };
}

async function serveSocks(client: Socket, asked: string[], sockets: Set<Socket>): Promise<void> {
  await once(client, 'data');
  client.write(Buffer.from([5, 0]));
  const [request]: Buffer[] = await once(client, 'data');
  if (request === undefined) return;
  const host =
    request[3] === 1 ? [...request.subarray(4, 8)].join('.') : request.toString('latin1', 5, 5 + (request[4] ?? 0));
  const port = request.readUInt16BE(request.length - 2);
  asked.push(`${host}:${port}`);
  const upstream = connect(port, host, () => client.write(Buffer.from([5, 0, 0, 1, 127, 0, 0, 1, 0, 0])));
  join(client, upstream, sockets);
}

function join(client: Socket, upstream: Socket, sockets: Set<Socket>): void {
  for (const [from, to] of [[client, upstream] as const, [upstream, client] as const]) {
    sockets.add(from);
    from.on('error', () => to.destroy());
    from.on('close', () => to.destroy());
    from.pipe(to);
  }
}

async function end(server: { close: (done: () => void) => unknown }, sockets: Iterable<Socket>): Promise<void> {
  for (const socket of sockets) socket.destroy();
  await new Promise<void>((resolve) => server.close(resolve));
}
