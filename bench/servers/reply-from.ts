import replyFrom from '@fastify/reply-from';
import fastify from 'fastify';
import { announce } from '../announce.ts';

// A pass-through without any CORS: what proxying alone costs.
const [base = ''] = process.argv.slice(2);
const app = fastify();
await app.register(replyFrom, { base, undici: { connections: 256, pipelining: 1 } });
app.all('/*', (request, reply) => reply.from(request.url));
await app.listen({ port: 0, host: '127.0.0.1' });
announce(app.server);
