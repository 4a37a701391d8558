import { createServer } from 'node:http';
import { announce } from '../announce.ts';

// What Node itself can do: the same five response headers, no decision.
const headers = [
  'Access-Control-Allow-Origin',
  'https://tenant-0000003.apps.example.com',
  'Access-Control-Allow-Methods',
  'DELETE, GET, PUT',
  'Access-Control-Allow-Headers',
  'content-type, x-request-id',
  'Access-Control-Max-Age',
  '600',
  'Vary',
  'Origin',
];

const server = createServer({ optimizeEmptyRequests: true }, (_request, response) => {
  response.writeHead(204, headers);
  response.end();
});
server.listen(0, '127.0.0.1', () => announce(server));
