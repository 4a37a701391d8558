import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { createServer as createSocketServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** A real HTTP server that a responder sends requests on to, stopped when the test ends. */
export type TestUpstream = {
  readonly url: string;
  readonly port: number;
  readonly server: Server;
  /** Every request that came, in order. */
  readonly requests: readonly IncomingMessage[];
};

/** Starts an upstream on a free port of loopback. */
export async function startUpstream(listener: RequestListener): Promise<TestUpstream> {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    listener(request, response);
  });
  const port = await listen(server);
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${port}`, port, server, requests };
}

/** A bare TCP server in an upstream's place: says exactly the bytes it is told to. */
export async function startSocketUpstream(
  onConnection: (socket: Socket) => void,
): Promise<{ url: string; port: number }> {
  const sockets = new Set<Socket>();
  const server = createSocketServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    onConnection(socket);
  });
  const port = await listen(server);
  onTestFinished(() => {
    for (const socket of sockets) {
      socket.destroy();
    }
    server.close();
  });
  return { url: `http://127.0.0.1:${port}`, port };
}

/** A port of loopback on which nothing listens. */
export async function freePort(): Promise<number> {
  const server = createSocketServer();
  const port = await listen(server);
  await new Promise((resolve) => {
    server.close(resolve);
  });
  return port;
}

function listen(server: Server | ReturnType<typeof createSocketServer>): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
}
