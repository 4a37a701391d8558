import type { Server } from 'node:http';

/** Tells the benchmark where a server listens. */
export function announce(server: Server): void {
  const address = server.address();
  if (address !== null && typeof address === 'object') {
    console.log(`listening http://127.0.0.1:${address.port}/`);
  }
}
