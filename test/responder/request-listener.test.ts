import type { IncomingMessage, RequestListener } from 'node:http';
import { describe, expect, it } from 'vitest';
import { headerValues, openRawClient, type RawAnswer, type RawClient } from '../support/raw-client.ts';
import {
  startTestResponder,
  type TestResponder,
  type TestResponderSetup,
  testPolicy,
} from '../support/responder-fixture.ts';
import { freePort, startSocketUpstream, startUpstream, type TestUpstream } from '../support/upstream-fixture.ts';

const ORIGIN = 'Origin: https://app.example.com\r\n';
const HEAD = `Host: api.example.com\r\n${ORIGIN}`;

type Served = { readonly responder: TestResponder; readonly upstream: TestUpstream; readonly client: RawClient };

async function serve(listener: RequestListener, setup: Partial<TestResponderSetup> = {}): Promise<Served> {
  const upstream = await startUpstream(listener);
  const responder = await startTestResponder({
    routes: [{ policy: testPolicy() }],
    defaultUpstream: upstream.url,
    ...setup,
  });
  return { responder, upstream, client: await openRawClient(responder.port) };
}

/** Calls back with the whole body; a broken one is none. */
function readBody(request: IncomingMessage, onBody: (body: string) => void): void {
  let body = '';
  request.on('data', (chunk: Buffer) => {
    body += chunk.toString('latin1');
  });
  request.on('end', () => onBody(body));
}

function corsLines(answer: RawAnswer): readonly string[] {
  return answer.headers.filter((name, index) => index % 2 === 0 && name.toLowerCase().startsWith('access-control-'));
}

describe('what reaches the upstream', () => {
  it.each(['/a/../b', '/%zz//x;y?q=%41&z', '/?', "/!$&'()*+,~", '/a%2Fb?c=d?e#f'])(
    'target %s arrives byte for byte',
    async (target) => {
      const { client, upstream } = await serve((_request, response) => response.end());
      client.send(`GET ${target} HTTP/1.1\r\n${HEAD}\r\n`);
      await client.answer();
      expect(upstream.requests[0]?.url).toBe(target);
    },
  );

  it('absolute form arrives in origin form', async () => {
    const { client, upstream } = await serve((_request, response) => response.end());
    client.send(`GET http://api.example.com/a?b HTTP/1.1\r\n${HEAD}\r\n`);
    await client.answer();
    expect(upstream.requests[0]?.url).toBe('/a?b');
  });

  it.each([
    'GET',
    'HEAD',
    'POST',
    'PUT',
    'PATCH',
    'DELETE',
    'OPTIONS',
    'PROPFIND',
    'PURGE',
    'M-SEARCH',
    'QUERY',
    'TRACE',
  ])('method %s arrives, and its answer comes back with CORS headers', async (method) => {
    const { client, upstream } = await serve((_request, response) => response.end('x'));
    client.send(`${method} / HTTP/1.1\r\n${HEAD}\r\n`);
    const answer = await client.answer({ bodiless: method === 'HEAD' });
    expect(upstream.requests[0]?.method).toBe(method);
    expect(headerValues(answer.headers, 'access-control-allow-origin')).toEqual(['https://app.example.com']);
  });

  it('header lines arrive in order and spelling, repeated ones apart, with Via behind them', async () => {
    const { client, upstream } = await serve((_request, response) => response.end());
    client.send(
      `GET / HTTP/1.1\r\nhOST: api.example.com\r\nX-B: 1\r\nx-a: caf\u00e9\r\nX-B: 2\r\nX-Forwarded-For: 192.0.2.1\r\n\r\n`,
    );
    await client.answer();
    const lines = upstream.requests[0]?.rawHeaders ?? [];
    expect(headerValues(lines, 'host')).toEqual(['api.example.com']);
    const ours = lines.slice(lines.indexOf('X-B'));
    expect(ours.slice(0, 8)).toEqual(['X-B', '1', 'x-a', 'caf\u00e9', 'X-B', '2', 'X-Forwarded-For', '192.0.2.1']);
    expect(headerValues(lines, 'via')).toEqual([expect.stringMatching(/^1\.1 cors-operator-[0-9a-f]{16}$/)]);
    expect(headerValues(lines, 'x-forwarded-proto')).toEqual([]);
  });

  it('without a front, X-Forwarded-* tell who asked', async () => {
    const { client, upstream } = await serve((_request, response) => response.end());
    client.send(`GET / HTTP/1.1\r\n${HEAD}\r\n`);
    await client.answer();
    expect(upstream.requests[0]?.headers).toMatchObject({
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-host': 'api.example.com',
      'x-forwarded-proto': 'http',
    });
  });

  it.each([
    {
      name: 'a body with a length',
      method: 'POST',
      framing: 'Content-Length: 5\r\n\r\nhello',
      body: 'hello',
      header: 'content-length',
    },
    {
      name: 'an empty body',
      method: 'DELETE',
      framing: 'Content-Length: 0\r\n\r\n',
      body: '',
      header: 'content-length',
    },
    {
      name: 'a chunked body',
      method: 'PUT',
      framing: 'Transfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2;x=y\r\nlo\r\n0\r\n\r\n',
      body: 'hello',
      header: 'transfer-encoding',
    },
    {
      name: 'an empty chunked body',
      method: 'POST',
      framing: 'Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      body: '',
      header: 'transfer-encoding',
    },
    {
      name: 'a body of GET',
      method: 'GET',
      framing: 'Content-Length: 5\r\n\r\nhello',
      body: 'hello',
      header: 'content-length',
    },
    {
      name: 'a chunked body of GET',
      method: 'GET',
      framing: 'Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n',
      body: 'hello',
      header: 'transfer-encoding',
    },
  ])('$name arrives, framed as it was, and the connection goes on', async ({ method, framing, body, header }) => {
    const bodies: string[] = [];
    const { client, upstream } = await serve((request, response) => {
      readBody(request, (body) => {
        bodies.push(body);
        response.end('ok');
      });
    });
    client.send(`${method} / HTTP/1.1\r\n${HEAD}${framing}`);
    expect(await client.answer()).toMatchObject({ status: 200, body: 'ok' });
    expect(bodies).toEqual([body]);
    expect(upstream.requests[0]?.headers).toHaveProperty(header);
    client.send(`GET / HTTP/1.1\r\n${HEAD}\r\n`);
    expect((await client.answer()).status).toBe(200);
  });

  it('a request inside of a body is part of the body', async () => {
    const smuggled = 'GET /admin HTTP/1.1\r\nHost: api.example.com\r\n\r\n';
    const bodies: string[] = [];
    const { client, upstream } = await serve((request, response) => {
      readBody(request, (body) => {
        bodies.push(body);
        response.end();
      });
    });
    client.send(`POST / HTTP/1.1\r\n${HEAD}Content-Length: ${smuggled.length}\r\n\r\n${smuggled}`);
    await client.answer();
    expect(bodies).toEqual([smuggled]);
    expect(upstream.requests).toHaveLength(1);
  });

  it('request trailers arrive', async () => {
    const { client, upstream } = await serve((request, response) => {
      request.resume().on('end', () => response.end());
    });
    client.send(
      `POST / HTTP/1.1\r\n${HEAD}Trailer: X-Sum\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nX-Sum: 7\r\n\r\n`,
    );
    await client.answer();
    expect(upstream.requests[0]?.trailers).toEqual({ 'x-sum': '7' });
  });

  it('the header section arrives before the body begins', async () => {
    const { client, upstream } = await serve((request, response) => {
      request.resume().on('end', () => response.end());
    });
    client.send(`POST / HTTP/1.1\r\n${HEAD}Content-Length: 1\r\n\r\n`);
    await expect.poll(() => upstream.requests.length).toBe(1);
    client.send('a');
    expect((await client.answer()).status).toBe(200);
  });

  it('a large body is streamed, at the upstream’s pace', async () => {
    const size = 8 * 1024 * 1024;
    let received = 0;
    const { client } = await serve((request, response) => {
      setTimeout(() => {
        request.on('data', (chunk: Buffer) => {
          received += chunk.length;
        });
        request.on('end', () => response.end(String(received)));
      }, 50);
    });
    client.send(`PUT / HTTP/1.1\r\n${HEAD}Content-Length: ${size}\r\n\r\n`);
    client.socket.write(Buffer.alloc(size, 'x'));
    expect((await client.answer()).body).toBe(String(size));
  });

  it('Upgrade to anything but a WebSocket is dropped, and the request served', async () => {
    const { client, upstream } = await serve((_request, response) => response.end('plain'));
    client.send(
      `GET / HTTP/1.1\r\n${HEAD}Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n\r\n`,
    );
    expect((await client.answer()).body).toBe('plain');
    expect(upstream.requests[0]?.headers).not.toHaveProperty('upgrade');
    expect(upstream.requests[0]?.headers).not.toHaveProperty('http2-settings');
  });

  it('a route names its own upstream by Service and port, number or name', async () => {
    const other = await startUpstream((_request, response) => response.end('named'));
    const { responder, client } = await serve((_request, response) => response.end('default'), {
      upstreams: new Map([['shop/web:http', other.url]]),
    });
    responder.swap([{ policy: testPolicy(), backend: { namespace: 'shop', service: 'web', port: 'http' } }]);
    client.send(`GET / HTTP/1.1\r\n${HEAD}\r\n`);
    expect((await client.answer()).body).toBe('named');
  });
});

describe('a request without a body', () => {
  it.each(['POST', 'PUT', 'PATCH', 'DELETE'])('%s without a body has none at the upstream either', async (method) => {
    const { client, upstream } = await serve((_request, response) => response.end());
    client.send(`${method} / HTTP/1.1\r\n${HEAD}\r\n`);
    await client.answer();
    expect(upstream.requests[0]?.headers).not.toHaveProperty('transfer-encoding');
    expect(upstream.requests[0]?.headers).not.toHaveProperty('content-length');
  });
});

describe('what comes back', () => {
  it('status, status text, header lines and body come back as the upstream sent them', async () => {
    const { client } = await serve((_request, response) => {
      response.writeHead(299, 'Fine', [
        'X-B',
        '1',
        'x-a',
        '2',
        'Set-Cookie',
        'a=b',
        'Set-Cookie',
        'c=d',
        'Date',
        'Tue',
      ]);
      response.end('body');
    });
    client.send(`GET / HTTP/1.1\r\n${HEAD}\r\n`);
    const answer = await client.answer();
    expect(answer).toMatchObject({ status: 299, statusText: 'Fine', body: 'body' });
    const start = answer.headers.indexOf('X-B');
    expect(answer.headers.slice(start, start + 10)).toEqual([
      'X-B',
      '1',
      'x-a',
      '2',
      'Set-Cookie',
      'a=b',
      'Set-Cookie',
      'c=d',
      'Date',
      'Tue',
    ]);
  });

  it.each([200, 204, 301, 304, 401, 404, 418, 500, 503])(
    'a %i has our CORS headers and not the upstream’s',
    async (status) => {
      const { client } = await serve((_request, response) => {
        response.writeHead(status, {
          'Access-Control-Allow-Origin': '*',
          'Access-Control-Allow-Credentials': 'true',
          'Access-Control-Allow-Private-Network': 'true',
          Vary: 'Accept-Encoding',
        });
        response.end();
      });
      client.send(`GET / HTTP/1.1\r\n${HEAD}\r\n`);
      const answer = await client.answer();
      expect(answer.status).toBe(status);
      expect(corsLines(answer)).toEqual(['Access-Control-Allow-Origin', 'Access-Control-Expose-Headers']);
      expect(headerValues(answer.headers, 'vary')).toEqual(['Accept-Encoding, Origin']);
    },
  );

  it.each([
    { name: 'a refused origin', origin: 'Origin: https://evil.example\r\n' },
    { name: 'no origin', origin: '' },
    { name: 'two origins', origin: `${ORIGIN}${ORIGIN}` },
  ])('$name gets the answer without CORS headers, but with Vary', async ({ origin }) => {
    const { client } = await serve((_request, response) => {
      response.writeHead(200, { 'Access-Control-Allow-Origin': '*' }).end('secret');
    });
    client.send(`GET / HTTP/1.1\r\nHost: api.example.com\r\n${origin}\r\n`);
    const answer = await client.answer();
    expect(answer).toMatchObject({ status: 200, body: 'secret' });
    expect(corsLines(answer)).toEqual([]);
    expect(headerValues(answer.headers, 'vary')).toEqual(['Origin']);
  });

  it('a policy for everyone answers * also without Origin, and adds no Vary', async () => {
    const everyone = testPolicy({ origins: { any: true, exact: [], wildcards: [], regexes: [] } });
    const { client } = await serve((_request, response) => response.end(), { routes: [{ policy: everyone }] });
    client.send('GET / HTTP/1.1\r\nHost: api.example.com\r\n\r\n');
    const answer = await client.answer();
    expect(headerValues(answer.headers, 'access-control-allow-origin')).toEqual(['*']);
    expect(headerValues(answer.headers, 'vary')).toEqual([]);
  });

  it('a route without policy passes unchanged', async () => {
    const { client } = await serve(
      (_request, response) => {
        response.writeHead(200, { 'Access-Control-Allow-Origin': 'https://any.example', Vary: 'Accept' }).end();
      },
      { routes: [{}] },
    );
    client.send(`GET / HTTP/1.1\r\n${HEAD}\r\n`);
    const answer = await client.answer();
    expect(headerValues(answer.headers, 'access-control-allow-origin')).toEqual(['https://any.example']);
    expect(headerValues(answer.headers, 'vary')).toEqual(['Accept']);
  });

  it('a path that may be read as another policy’s is answered without CORS headers', async () => {
    const { client } = await serve((_request, response) => response.end(), {
      routes: [
        { path: '/open', policy: testPolicy() },
        { path: '/admin', policy: testPolicy({ allowMethods: [] }) },
      ],
    });
    client.send(`GET /open/../admin HTTP/1.1\r\n${HEAD}\r\n`);
    const answer = await client.answer();
    expect(answer.status).toBe(200);
    expect(corsLines(answer)).toEqual([]);
  });

  it.each(['GET', 'POST'])('response trailers of %s come back, announced', async (method) => {
    const { client } = await serve((_request, response) => {
      response.writeHead(200, { Trailer: 'X-Sum' });
      response.write('a');
      response.addTrailers({ 'X-Sum': '7', 'Access-Control-Allow-Origin': '*' });
      response.end();
    });
    client.send(`${method} / HTTP/1.1\r\n${HEAD}\r\n`);
    const answer = await client.answer();
    expect(headerValues(answer.headers, 'trailer')).toEqual(['X-Sum']);
    expect(answer.trailers).toEqual(['X-Sum', '7']);
  });

  it('trailers that cannot be sent on are dropped, not the answer', async () => {
    const { client } = await serve((_request, response) => {
      response.writeHead(200, { Trailer: 'X-Sum' });
      response.write('a');
      response.addTrailers({ 'X-Sum': '7' });
      response.end();
    });
    client.send(`GET / HTTP/1.0\r\n${HEAD}\r\n`);
    expect(await client.answer()).toMatchObject({ status: 200, body: 'a' });
  });

  it('HEAD keeps the length that GET would have', async () => {
    const { client } = await serve((_request, response) => {
      response.writeHead(200, { 'Content-Length': '1234' }).end();
    });
    client.send(`HEAD / HTTP/1.1\r\n${HEAD}\r\n`);
    const answer = await client.answer({ bodiless: true });
    expect(headerValues(answer.headers, 'content-length')).toEqual(['1234']);
    client.send(`HEAD / HTTP/1.1\r\n${HEAD}\r\n`);
    expect((await client.answer({ bodiless: true })).status).toBe(200);
  });

  it('events come through as they are sent, the header section before the first', async () => {
    const steps: (() => void)[] = [];
    const { client } = await serve((_request, response) => {
      response.writeHead(200, { 'Content-Type': 'text/event-stream' });
      response.flushHeaders();
      steps.push(
        () => response.write('data: 1\n\n'),
        () => response.end('data: 2\n\n'),
      );
    });
    client.send(`GET / HTTP/1.1\r\n${HEAD}\r\n`);
    const answer = client.answer();
    let seen = '';
    client.socket.on('data', (chunk: Buffer) => {
      seen += chunk.toString('latin1');
    });
    await expect.poll(() => seen).toContain('text/event-stream');
    expect(seen).not.toContain('data: 1');
    steps[0]?.();
    await expect.poll(() => seen).toContain('data: 1');
    expect(seen).not.toContain('data: 2');
    steps[1]?.();
    expect((await answer).body).toBe('data: 1\n\ndata: 2\n\n');
  });

  it('a slow reader slows the upstream down', async () => {
    let written = 0;
    let isFull = false;
    const { client } = await serve((_request, response) => {
      const chunk = Buffer.alloc(64 * 1024, 'x');
      const fill = (): void => {
        while (written < 64 * 1024 * 1024 && !isFull) {
          written += chunk.length;
          isFull = !response.write(chunk);
        }
      };
      response.on('drain', () => {
        isFull = false;
        fill();
      });
      fill();
    });
    client.socket.pause();
    client.send(`GET / HTTP/1.1\r\n${HEAD}\r\n`);
    let before = -1;
    await expect
      .poll(
        () => {
          const isStill = written === before;
          before = written;
          return isStill && written > 0;
        },
        { interval: 200, timeout: 8_000 },
      )
      .toBe(true);
    expect(written).toBeLessThan(48 * 1024 * 1024);
  });

  it('interim answers come through: 103 without CORS of the upstream, then the final one', async () => {
    const { client } = await serve((_request, response) => {
      response.writeInformation(103, { Link: '</a.css>; rel=preload', 'Access-Control-Allow-Origin': '*' });
      response.end('final');
    });
    client.send(`GET / HTTP/1.1\r\n${HEAD}\r\n`);
    const hints = await client.answer();
    expect(hints).toMatchObject({ status: 103 });
    expect(headerValues(hints.headers, 'link')).toEqual(['</a.css>; rel=preload']);
    expect(headerValues(hints.headers, 'access-control-allow-origin')).toEqual(['https://app.example.com']);
    expect(await client.answer()).toMatchObject({ status: 200, body: 'final' });
  });
});

describe('Expect: 100-continue', () => {
  it('the upstream’s 100 comes through, and only then the body goes', async () => {
    const upstream = await startUpstream(() => undefined);
    const bodies: string[] = [];
    upstream.server.on('checkContinue', (request: IncomingMessage, response) => {
      expect(request.headers.expect).toBe('100-continue');
      response.writeContinue();
      readBody(request, (body) => {
        bodies.push(body);
        response.end('stored');
      });
    });
    const { port } = await startTestResponder({ routes: [{ policy: testPolicy() }], defaultUpstream: upstream.url });
    const client = await openRawClient(port);
    client.send(`PUT / HTTP/1.1\r\n${HEAD}Content-Length: 5\r\nExpect: 100-continue\r\n\r\n`);
    expect((await client.answer()).status).toBe(100);
    client.send('hello');
    expect(await client.answer()).toMatchObject({ status: 200, body: 'stored' });
    expect(bodies).toEqual(['hello']);
  });

  it('the upstream’s refusal comes through without a body having been sent, and the connection ends', async () => {
    const upstream = await startUpstream(() => undefined);
    upstream.server.on('checkContinue', (_request, response) => response.writeHead(413).end('too large'));
    const { port } = await startTestResponder({ routes: [{ policy: testPolicy() }], defaultUpstream: upstream.url });
    const client = await openRawClient(port);
    client.send(`PUT / HTTP/1.1\r\n${HEAD}Content-Length: 5\r\nExpect: 100-continue\r\n\r\n`);
    const answer = await client.answer();
    expect(answer).toMatchObject({ status: 413, body: 'too large' });
    expect(corsLines(answer)).not.toEqual([]);
    await client.closed;
  });

  it('an upstream that does not know it gets the body after a while', async () => {
    const upstream = await startSocketUpstream((socket) => {
      let seen = '';
      socket.on('data', (chunk: Buffer) => {
        seen += chunk.toString('latin1');
        if (seen.endsWith('hello')) {
          socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
        }
      });
    });
    const { port } = await startTestResponder({
      routes: [{ policy: testPolicy() }],
      defaultUpstream: upstream.url,
      limits: { continueTimeout: 50 },
    });
    const client = await openRawClient(port);
    client.send(`PUT / HTTP/1.1\r\n${HEAD}Content-Length: 5\r\nExpect: 100-continue\r\n\r\n`);
    expect((await client.answer()).status).toBe(100);
    client.send('hello');
    expect(await client.answer()).toMatchObject({ status: 200, body: 'ok' });
  });

  it('another expectation is for the upstream to judge', async () => {
    const upstream = await startUpstream(() => undefined);
    upstream.server.on('checkExpectation', (request: IncomingMessage, response) => {
      response.writeHead(417).end(request.headers.expect);
    });
    const { port } = await startTestResponder({ routes: [{ policy: testPolicy() }], defaultUpstream: upstream.url });
    const client = await openRawClient(port);
    client.send(`GET / HTTP/1.1\r\n${HEAD}Expect: wonders\r\n\r\n`);
    const answer = await client.answer();
    expect(answer).toMatchObject({ status: 417, body: 'wonders' });
    expect(corsLines(answer)).not.toEqual([]);
  });
});

describe('failures', () => {
  it.each(['GET', 'POST'])('%s to an upstream that does not listen is 502 with CORS headers', async (method) => {
    const { port } = await startTestResponder({
      routes: [{ policy: testPolicy() }],
      defaultUpstream: `http://127.0.0.1:${await freePort()}`,
    });
    const client = await openRawClient(port);
    client.send(`${method} / HTTP/1.1\r\n${HEAD}\r\n`);
    const answer = await client.answer();
    expect(answer.status).toBe(502);
    expect(JSON.parse(answer.body)).toEqual({ reason: 'UpstreamUnreachable', message: expect.any(String) });
    expect(headerValues(answer.headers, 'access-control-allow-origin')).toEqual(['https://app.example.com']);
    expect(headerValues(answer.headers, 'vary')).toEqual(['Origin']);
  });

  it.each(['GET', 'POST'])('%s to an upstream that does not answer is 504 with CORS headers', async (method) => {
    const { client, responder } = await serve((request) => request.resume(), { limits: { upstreamTimeout: 200 } });
    client.send(`${method} / HTTP/1.1\r\n${HEAD}\r\n`);
    const answer = await client.answer();
    expect(answer.status).toBe(504);
    expect(corsLines(answer)).not.toEqual([]);
    expect(responder.counts.problems.UpstreamTimeout).toBe(1);
  });

  it.each([
    { name: 'closes at once', says: '' },
    { name: 'speaks no HTTP', says: 'SSH-2.0-OpenSSH\r\n' },
    { name: 'sends a header line that is none', says: 'HTTP/1.1 200 OK\r\nX : y\r\n\r\n' },
    { name: 'closes within its header section', says: 'HTTP/1.1 200 OK\r\nX: ' },
    {
      name: 'switches protocols unasked',
      says: 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n',
    },
    { name: 'sends two lengths', says: 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab' },
  ])('an upstream that $name: 502 with CORS headers, for both clients', async ({ says }) => {
    const upstream = await startSocketUpstream((socket) => {
      socket.once('data', () => socket.end(says));
    });
    const responder = await startTestResponder({ routes: [{ policy: testPolicy() }], defaultUpstream: upstream.url });
    for (const method of ['GET', 'POST']) {
      const client = await openRawClient(responder.port);
      client.send(`${method} / HTTP/1.1\r\n${HEAD}\r\n`);
      const answer = await client.answer();
      expect(answer.status).toBe(502);
      expect(corsLines(answer)).not.toEqual([]);
    }
  });

  it.each(['GET', 'POST'])('an answer to %s that breaks off is cut, not completed', async (method) => {
    const upstream = await startSocketUpstream((socket) => {
      socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc'));
    });
    const responder = await startTestResponder({ routes: [{ policy: testPolicy() }], defaultUpstream: upstream.url });
    const client = await openRawClient(responder.port);
    client.send(`${method} / HTTP/1.1\r\n${HEAD}\r\n`);
    await expect(client.answer()).rejects.toThrow('7 bytes early');
  });

  it('an answer that falls silent is cut', async () => {
    const { client } = await serve((_request, response) => response.write('begun'), {
      limits: { upstreamTimeout: 200 },
    });
    client.send(`GET / HTTP/1.1\r\n${HEAD}\r\n`);
    await expect(client.answer()).rejects.toThrow('ended');
  });

  it('an idle connection that the upstream closed is no failure', async () => {
    const { client, upstream } = await serve((_request, response) => response.end('ok'));
    for (let round = 0; round < 5; round += 1) {
      client.send(`GET / HTTP/1.1\r\n${HEAD}\r\n`);
      expect((await client.answer()).status).toBe(200);
      upstream.server.closeIdleConnections();
    }
  });

  it('a safe request is repeated once when a kept connection breaks under it; no other is', async () => {
    let requests = 0;
    const upstream = await startSocketUpstream((socket) => {
      let served = 0;
      socket.on('data', () => {
        served += 1;
        requests += 1;
        if (served === 1) {
          socket.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
        } else {
          socket.destroy();
        }
      });
    });
    const responder = await startTestResponder({ routes: [{ policy: testPolicy() }], defaultUpstream: upstream.url });
    const client = await openRawClient(responder.port);
    for (let round = 0; round < 2; round += 1) {
      client.send(`GET / HTTP/1.1\r\n${HEAD}\r\n`);
      expect((await client.answer()).status).toBe(200);
    }
    expect(requests).toBeGreaterThanOrEqual(2);
    for (const expected of [200, 502]) {
      client.send(`POST / HTTP/1.1\r\n${HEAD}\r\n`);
      expect((await client.answer()).status).toBe(expected);
    }
  });

  it.each(['GET', 'PUT'])('a client that leaves cancels its %s at the upstream', async (method) => {
    const closed = Promise.withResolvers<void>();
    const { client, upstream, responder } = await serve((_request, response) => {
      response.on('close', closed.resolve);
    });
    client.send(`${method} / HTTP/1.1\r\n${HEAD}${method === 'PUT' ? 'Content-Length: 10\r\n' : ''}\r\n`);
    await expect.poll(() => upstream.requests.length).toBe(1);
    client.socket.destroy();
    await closed.promise;
    await expect.poll(() => responder.counts.activeRequests).toBe(0);
  });

  it('a client that leaves in the middle of an answer cancels it', async () => {
    const closed = Promise.withResolvers<void>();
    const { client } = await serve((_request, response) => {
      response.write('begun');
      response.on('close', closed.resolve);
    });
    client.send(`GET / HTTP/1.1\r\n${HEAD}\r\n`);
    await new Promise((resolve) => {
      client.socket.once('data', resolve);
    });
    client.socket.destroy();
    await closed.promise;
  });

  it('an answer before the body is complete comes through, and the connection ends', async () => {
    const { client } = await serve((_request, response) => response.writeHead(413).end('too large'));
    client.send(`PUT / HTTP/1.1\r\n${HEAD}Content-Length: 1000000\r\n\r\nabc`);
    const answer = await client.answer();
    expect(answer).toMatchObject({ status: 413, body: 'too large' });
    expect(headerValues(answer.headers, 'connection')).toEqual(['close']);
    await client.closed;
  });

  it('a body whose framing breaks cancels the request, and no second status line follows the answer', async () => {
    const { client, responder } = await serve((request, response) => {
      response.write('begun');
      request.resume();
    });
    client.send(`POST / HTTP/1.1\r\n${HEAD}Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n`);
    let seen = '';
    client.socket.on('data', (chunk: Buffer) => {
      seen += chunk.toString('latin1');
    });
    await expect.poll(() => seen).toContain('begun');
    client.send('zz\r\n');
    await client.closed;
    expect(seen.match(/HTTP\/1\.1/g)).toHaveLength(1);
    await expect.poll(() => responder.counts.activeRequests).toBe(0);
  });

  it('without an upstream a request is 404 that says so, CORS headers in place', async () => {
    const { port } = await startTestResponder({ routes: [{ policy: testPolicy() }] });
    const client = await openRawClient(port);
    client.send(`GET /x HTTP/1.1\r\n${HEAD}\r\n`);
    const answer = await client.answer();
    expect(answer.status).toBe(404);
    expect(JSON.parse(answer.body)).toEqual({
      reason: 'NoUpstream',
      message: 'No upstream is known for shop/web:80. Start with --upstream shop/web:80=URL or --default-upstream URL.',
    });
    expect(headerValues(answer.headers, 'access-control-allow-origin')).toEqual(['https://app.example.com']);
  });

  it('without an upstream and without a policy a request is 404 without CORS headers', async () => {
    const { port } = await startTestResponder({ routes: [{ backend: null }] });
    const client = await openRawClient(port);
    client.send(`GET / HTTP/1.1\r\n${HEAD}\r\n`);
    const answer = await client.answer();
    expect(answer.status).toBe(404);
    expect(corsLines(answer)).toEqual([]);
  });

  it('an upstream that leads back here is 508, not a loop', async () => {
    const port = await freePort();
    const relay = await startSocketUpstream(() => undefined);
    expect(relay.port).not.toBe(port);
    const upstreams = new Map<string, string>();
    const responder = await startTestResponder({ routes: [{ policy: testPolicy() }], upstreams });
    upstreams.set('shop/web:80', `http://127.0.0.1:${responder.port}`);
    const client = await openRawClient(responder.port);
    client.send(`GET / HTTP/1.1\r\n${HEAD}\r\n`);
    const answer = await client.answer();
    expect(answer.status).toBe(508);
    expect(corsLines(answer)).not.toEqual([]);
    expect(responder.counts.problems.RequestLoop).toBe(1);
  });

  it('more requests under way than an upstream may have are 503 with CORS headers, and room is given back', async () => {
    const release: (() => void)[] = [];
    const { client, responder, upstream } = await serve(
      (_request, response) => {
        release.push(() => response.end());
      },
      { limits: { requestsPerUpstream: 1 } },
    );
    client.send(`GET / HTTP/1.1\r\n${HEAD}\r\n`);
    await expect.poll(() => upstream.requests.length).toBe(1);
    const second = await openRawClient(responder.port);
    second.send(`GET / HTTP/1.1\r\n${HEAD}\r\n`);
    const answer = await second.answer();
    expect(answer.status).toBe(503);
    expect(corsLines(answer)).not.toEqual([]);
    release[0]?.();
    await client.answer();
    await expect.poll(() => responder.counts.activeRequests).toBe(0);
    second.send(`GET / HTTP/1.1\r\n${HEAD}\r\n`);
    await expect.poll(() => upstream.requests.length).toBe(2);
    release[1]?.();
    expect((await second.answer()).status).toBe(200);
  });
});

describe('a swap', () => {
  it('never mixes two states, in preflights or in answers', async () => {
    const { responder } = await serve((_request, response) => {
      setTimeout(() => response.end(), Math.random() * 3);
    });
    const one = testPolicy({ exposeHeaders: ['X-One'], allowHeaders: ['X-One'], allowMethods: ['PUT'] });
    const two = testPolicy({
      exposeHeaders: ['X-Two'],
      allowHeaders: ['X-Two'],
      allowMethods: ['DELETE'],
      allowCredentials: true,
    });
    const wholes = new Set(['X-One', 'X-Two,true', 'PUT,X-One', 'DELETE,X-Two,true', 'refused']);
    const seen = new Set<string>();
    let isSwapping = true;
    const ask = async (method: string): Promise<void> => {
      const client = await openRawClient(responder.port);
      const preflight = 'Access-Control-Request-Method: GET\r\n';
      while (isSwapping) {
        client.send(`${method} / HTTP/1.1\r\n${HEAD}${method === 'OPTIONS' ? preflight : ''}\r\n`);
        seen.add(signature(await client.answer()));
      }
    };
    const clients = ['OPTIONS', 'OPTIONS', 'GET', 'POST', 'GET'].map(ask);
    for (let swap = 0; swap < 100; swap += 1) {
      responder.swap([{ policy: swap % 2 === 0 ? two : one }]);
      await new Promise((resolve) => {
        setTimeout(resolve, 3);
      });
    }
    isSwapping = false;
    await Promise.all(clients);
    expect([...seen].filter((each) => !wholes.has(each))).toEqual([]);
    expect(seen.size).toBe(4);
  });
});

/** What an answer says of its policy, as one text. */
function signature({ headers }: RawAnswer): string {
  const names = ['methods', 'headers'].map((name) => `access-control-allow-${name}`);
  return [...names, 'access-control-expose-headers', 'access-control-allow-credentials']
    .flatMap((name) => headerValues(headers, name))
    .join();
}
