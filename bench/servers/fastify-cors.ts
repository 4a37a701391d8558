import cors from '@fastify/cors';
import fastify from 'fastify';
import { announce } from '../announce.ts';
import { tenOrigins } from '../inputs/origins.ts';

const app = fastify();
await app.register(cors, {
  origin: [...tenOrigins],
  methods: ['DELETE', 'GET', 'PUT'],
  allowedHeaders: ['content-type', 'x-request-id'],
  maxAge: 600,
});
app.get('/api/orders', () => 'ok');
await app.listen({ port: 0, host: '127.0.0.1' });
announce(app.server);
