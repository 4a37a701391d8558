import { createServer } from 'node:http';
import cors from 'cors';
import express from 'express';
import { announce } from '../announce.ts';
import { tenOrigins } from '../inputs/origins.ts';

const app = express();
app.use(
  cors({
    origin: [...tenOrigins],
    methods: ['DELETE', 'GET', 'PUT'],
    allowedHeaders: ['content-type', 'x-request-id'],
    maxAge: 600,
  }),
);
const server = createServer(app);
server.listen(0, '127.0.0.1', () => announce(server));
