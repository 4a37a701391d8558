import { createHash } from 'node:crypto';
import { describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { headerValues, openRawClient } from '../support/raw-client.ts';
import { startTestResponder, type TestResponderSetup, testPolicy } from '../support/responder-fixture.ts';
import { startSocketUpstream, startUpstream } from '../support/upstream-fixture.ts';

const KEY = 'dGhlIHNhbXBsZSBub25jZQ==';
const HANDSHAKE = `Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: ${KEY}\r\nSec-WebSocket-Version: 13\r\n`;
const ACCEPT = createHash('sha1').update(`${KEY}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');

function upgrade(lines = '', host = 'api.example.com'): string {
  return `GET /socket?x=1 HTTP/1.1\r\nHost: ${host}\r\nOrigin: https://app.example.com\r\n${HANDSHAKE}${lines}\r\n`;
}

/** An echo server of WebSockets behind a responder. */
async function serveEcho(setup: Partial<TestResponderSetup> = {}) {
  const upstream = await startUpstream((_request, response) => response.end('no socket'));
  const sockets = new WebSocketServer({ server: upstream.server });
  const urls: (string | undefined)[] = [];
  sockets.on('connection', (socket, request) => {
    urls.push(request.url);
    socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
  });
  onTestFinished(() => {
    for (const socket of sockets.clients) {
      socket.terminate();
    }
    sockets.close();
  });
  const responder = await startTestResponder({
    routes: [{ policy: testPolicy() }],
    defaultUpstream: upstream.url,
    ...setup,
  });
  return { upstream, sockets, responder, urls };
}

function openWebSocket(port: number): WebSocket {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/socket?x=1`, { headers: { Host: 'api.example.com' } });
  onTestFinished(() => socket.terminate());
  return socket;
}

function next<T>(socket: WebSocket, event: 'message' | 'close' | 'open'): Promise<T> {
  return new Promise((resolve, reject) => {
    socket.once(event, resolve);
    socket.once('error', reject);
  });
}

describe('WebSockets', () => {
  it('messages pass in both directions, text, binary and large ones', async () => {
    const { responder, urls } = await serveEcho();
    const socket = openWebSocket(responder.port);
    await next(socket, 'open');
    for (const message of [Buffer.from('hello'), Buffer.alloc(3 * 1024 * 1024, 7)]) {
      socket.send(message);
      expect(message.equals(await next<Buffer>(socket, 'message'))).toBe(true);
    }
    expect(urls).toEqual(['/socket?x=1']);
  });

  it('either side may close', async () => {
    const { responder, sockets } = await serveEcho();
    const first = openWebSocket(responder.port);
    await next(first, 'open');
    first.close(1000);
    await next(first, 'close');
    const second = openWebSocket(responder.port);
    await next(second, 'open');
    for (const peer of sockets.clients) {
      peer.close(4321);
    }
    expect(await next(second, 'close')).toBe(4321);
    await expect.poll(() => responder.counts.activeTunnels).toBe(0);
  });

  it('a client that vanishes closes the upstream’s side', async () => {
    const { responder, sockets } = await serveEcho();
    const socket = openWebSocket(responder.port);
    await next(socket, 'open');
    socket.terminate();
    await expect.poll(() => sockets.clients.size).toBe(0);
  });

  it('an upstream that vanishes closes the client’s side', async () => {
    const { responder, sockets } = await serveEcho();
    const socket = openWebSocket(responder.port);
    await next(socket, 'open');
    for (const peer of sockets.clients) {
      peer.terminate();
    }
    await next(socket, 'close');
  });

  it('the 101 comes through with the upstream’s lines, and CORS headers are ours', async () => {
    const upstream = await startSocketUpstream((socket) => {
      socket.once('data', () => {
        const lines = ['Upgrade: websocket', 'Connection: Upgrade', `Sec-WebSocket-Accept: ${ACCEPT}`, 'X-Own: 1'];
        socket.write(`HTTP/1.1 101 Switching\r\n${lines.join('\r\n')}\r\nAccess-Control-Allow-Origin: *\r\n\r\nfirst`);
      });
    });
    const { port } = await startTestResponder({ routes: [{ policy: testPolicy() }], defaultUpstream: upstream.url });
    const client = await openRawClient(port);
    client.send(upgrade());
    const answer = await client.answer();
    expect(answer.status).toBe(101);
    expect(headerValues(answer.headers, 'sec-websocket-accept')).toEqual([ACCEPT]);
    expect(headerValues(answer.headers, 'x-own')).toEqual(['1']);
    expect(headerValues(answer.headers, 'upgrade')).toEqual(['websocket']);
    expect(headerValues(answer.headers, 'access-control-allow-origin')).toEqual(['https://app.example.com']);
    client.socket.end();
    expect(await client.rest()).toBe('first');
  });

  it('what the client sends early reaches the upstream only after its 101', async () => {
    const seen: string[] = [];
    const upstream = await startSocketUpstream((socket) => {
      socket.on('data', (chunk: Buffer) => {
        seen.push(chunk.toString('latin1'));
        if (seen.length === 1) {
          setTimeout(() => socket.write('HTTP/1.1 101 OK\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n'), 50);
        }
      });
    });
    const { port } = await startTestResponder({ routes: [{ policy: testPolicy() }], defaultUpstream: upstream.url });
    const client = await openRawClient(port);
    client.send(`${upgrade()}early`);
    await client.answer();
    await expect.poll(() => seen.length).toBe(2);
    expect(seen[0]).not.toContain('early');
    expect(seen[1]).toBe('early');
  });

  it('a refusal of the upstream is passed on as an answer, nothing behind it, and the connection ends', async () => {
    const { responder, upstream } = await serveEcho();
    const smuggled = 'GET /admin HTTP/1.1\r\nHost: api.example.com\r\n\r\n';
    const client = await openRawClient(responder.port);
    const wrongVersion = upgrade().replace('Version: 13', 'Version: 777');
    client.send(`${wrongVersion}${smuggled}`);
    const answer = await client.answer();
    expect(answer.status).toBe(400);
    expect(headerValues(answer.headers, 'access-control-allow-origin')).toEqual(['https://app.example.com']);
    expect(await client.rest()).toBe('');
    expect(upstream.requests.map(({ url }) => url)).not.toContain('/admin');
  });

  it('an upstream that switches to something else is 502', async () => {
    const upstream = await startSocketUpstream((socket) => {
      socket.once('data', () => socket.write('HTTP/1.1 101 OK\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n'));
    });
    const { port } = await startTestResponder({ routes: [{ policy: testPolicy() }], defaultUpstream: upstream.url });
    const client = await openRawClient(port);
    client.send(upgrade());
    expect((await client.answer()).status).toBe(502);
  });

  it('an upstream that does not answer is 504', async () => {
    const upstream = await startSocketUpstream(() => undefined);
    const { port } = await startTestResponder({
      routes: [{ policy: testPolicy() }],
      defaultUpstream: upstream.url,
      limits: { upstreamTimeout: 100 },
    });
    const client = await openRawClient(port);
    client.send(upgrade());
    expect((await client.answer()).status).toBe(504);
  });

  it.each([
    { name: 'without a route', text: upgrade('', 'other.example'), status: 404 },
    { name: 'with two Host lines', text: upgrade('Host: api.example.com\r\n'), status: 400 },
  ])('a request $name is refused, and the connection ends', async ({ text, status }) => {
    const { responder } = await serveEcho();
    const client = await openRawClient(responder.port);
    client.send(text);
    expect((await client.answer()).status).toBe(status);
    await client.closed;
  });

  it('without an upstream it is 404 that says so', async () => {
    const { port } = await startTestResponder({ routes: [{ policy: testPolicy() }] });
    const client = await openRawClient(port);
    client.send(upgrade());
    expect(await client.answer()).toMatchObject({ status: 404, body: expect.stringContaining('NoUpstream') });
  });

  it.each([
    { name: 'a body', lines: 'Content-Length: 5\r\n', body: 'hello' },
    { name: 'chunks', lines: 'Transfer-Encoding: chunked\r\n', body: '0\r\n\r\n' },
  ])('a request with $name is no handshake: it is served without the upgrade', async ({ lines, body }) => {
    const { responder, upstream } = await serveEcho();
    const client = await openRawClient(responder.port);
    client.send(`${upgrade(lines)}${body}`);
    expect((await client.answer()).body).toBe('no socket');
    expect(upstream.requests[0]?.headers).not.toHaveProperty('upgrade');
  });

  it('more WebSockets than the limit are 503, and room is given back', async () => {
    const { responder } = await serveEcho({ limits: { tunnels: 1 } });
    const socket = openWebSocket(responder.port);
    await next(socket, 'open');
    const client = await openRawClient(responder.port);
    client.send(upgrade());
    expect((await client.answer()).status).toBe(503);
    socket.terminate();
    await expect.poll(() => responder.counts.activeTunnels).toBe(0);
    await next(openWebSocket(responder.port), 'open');
  });

  it('silence in both directions ends it', async () => {
    const { responder } = await serveEcho({ limits: { tunnelTimeout: 100 } });
    const socket = openWebSocket(responder.port);
    await next(socket, 'open');
    await next(socket, 'close');
  });

  it('the end of the responder ends them all at once', async () => {
    const { responder } = await serveEcho({ limits: { stopTimeout: 60_000 } });
    const socket = openWebSocket(responder.port);
    await next(socket, 'open');
    const closed = next(socket, 'close');
    await responder.stop();
    await closed;
  });
});
