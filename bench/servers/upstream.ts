import { createServer } from 'node:http';
import { announce } from '../announce.ts';

// An application that answers at once, so that what a proxy in front costs is what is measured.
const body = JSON.stringify({ orders: Array.from({ length: 20 }, (_, index) => ({ id: index, total: index * 3 })) });

const server = createServer((_request, response) => {
  response.writeHead(200, {
    'Content-Type': 'application/json',
    'Content-Length': body.length,
    'Cache-Control': 'no-store',
  });
  response.end(body);
});
server.listen(0, '127.0.0.1', () => announce(server));
