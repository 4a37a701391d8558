import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CorsRequest } from '../../src/cors/request.ts';
import { responderLimits } from '../../src/responder/responder-limits.ts';
import { checkInvariants } from '../support/cors-invariants.ts';
import { hostilePolicy, hostileRequest } from '../support/cors-policies.ts';
import { headerValues, openRawClient, type RawAnswer, rawExchange } from '../support/raw-client.ts';
import { startTestResponder, testPolicy } from '../support/responder-fixture.ts';
import { startUpstream } from '../support/upstream-fixture.ts';

const ORIGIN = 'Origin: https://app.example.com\r\n';
const ASKED = `${ORIGIN}Access-Control-Request-Method: PUT\r\n`;

function preflight(path: string, lines: string, host = 'api.example.com'): string {
  return `OPTIONS ${path} HTTP/1.1\r\nHost: ${host}\r\n${lines}\r\n`;
}

function corsNames(answer: RawAnswer): readonly string[] {
  return answer.headers.filter((name, index) => index % 2 === 0 && name.toLowerCase().startsWith('access-control-'));
}

async function askOnce(port: number, text: string): Promise<RawAnswer> {
  const client = await openRawClient(port);
  client.send(text);
  return client.answer();
}

describe('preflights on the wire', () => {
  it('a granted preflight is 204 with the policy’s headers and no Content-Length', async () => {
    const { port } = await startTestResponder({ routes: [{ policy: testPolicy({ maxAge: 600 }) }] });
    const answer = await askOnce(port, preflight('/orders?x=1', `${ASKED}Access-Control-Request-Headers: x-token\r\n`));
    expect(answer.status).toBe(204);
    const sent = answer.headers.slice(0, answer.headers.indexOf('Date'));
    expect(sent).toEqual([
      'Access-Control-Allow-Origin',
      'https://app.example.com',
      'Access-Control-Allow-Methods',
      'PUT',
      'Access-Control-Allow-Headers',
      'X-Token',
      'Access-Control-Max-Age',
      '600',
      'Vary',
      'Origin',
    ]);
    expect(headerValues(answer.headers, 'content-length')).toEqual([]);
    expect(headerValues(answer.headers, 'transfer-encoding')).toEqual([]);
  });

  it.each([
    { name: 'another origin', lines: 'Origin: https://evil.example\r\nAccess-Control-Request-Method: PUT\r\n' },
    { name: 'null', lines: 'Origin: null\r\nAccess-Control-Request-Method: PUT\r\n' },
    { name: 'an empty origin', lines: 'Origin:\r\nAccess-Control-Request-Method: PUT\r\n' },
    { name: 'two Origin lines', lines: `${ASKED}${ORIGIN}` },
    { name: 'another method', lines: `${ORIGIN}Access-Control-Request-Method: PATCH\r\n` },
    { name: 'a method in other case', lines: `${ORIGIN}Access-Control-Request-Method: put\r\n` },
    { name: 'two method lines', lines: `${ASKED}Access-Control-Request-Method: PUT\r\n` },
    { name: 'an empty method', lines: `${ORIGIN}Access-Control-Request-Method:\r\n` },
    { name: 'another header', lines: `${ASKED}Access-Control-Request-Headers: x-token,x-other\r\n` },
    {
      name: 'a header on a second line',
      lines: `${ASKED}${'Access-Control-Request-Headers: x-token\r\n'.repeat(1)}Access-Control-Request-Headers: x-other\r\n`,
    },
    {
      name: '129 header names',
      lines: `${ASKED}Access-Control-Request-Headers: ${Array(129).fill('x-token').join(',')}\r\n`,
    },
    {
      name: '9 KiB of header names',
      lines: `${ASKED}Access-Control-Request-Headers: x-token${' '.repeat(9_000)},x-token\r\n`,
    },
  ])('a preflight with $name is 403, empty, without any CORS header, and varies by Origin', async ({ lines }) => {
    const { port } = await startTestResponder({ routes: [{ policy: testPolicy() }] });
    const answer = await askOnce(port, preflight('/', lines));
    expect(answer).toMatchObject({ status: 403, body: '' });
    expect(headerValues(answer.headers, 'content-length')).toEqual(['0']);
    expect(headerValues(answer.headers, 'vary')).toEqual(['Origin']);
    expect(corsNames(answer)).toEqual([]);
  });

  it.each(['api.example.com:8443', 'API.EXAMPLE.COM', 'api.example.com.', 'api.example.com.:80'])(
    'the route of Host %s is that of api.example.com',
    async (host) => {
      const { port } = await startTestResponder({ routes: [{ policy: testPolicy() }] });
      expect((await askOnce(port, preflight('/', ASKED, host))).status).toBe(204);
    },
  );

  it.each([
    { name: 'absolute form', target: 'http://api.example.com/a?b', status: 204 },
    { name: 'two slashes', target: '//x', status: 204 },
    { name: 'a malformed escape', target: '/%zz', status: 204 },
    { name: 'bytes beyond ASCII', target: '/caf\u00e9', status: 400 },
    { name: 'an empty query', target: '/?', status: 204 },
    { name: 'absolute form of another host', target: 'http://evil.example/a', status: 400 },
    { name: 'the asterisk', target: '*', status: 404 },
  ])('a target in the shape of $name is answered', async ({ target, status }) => {
    const { port } = await startTestResponder({ routes: [{ policy: testPolicy() }] });
    const answer = await askOnce(port, preflight(target, ASKED));
    expect(answer.status).toBe(status);
    expect(corsNames(answer).length > 0).toBe(status === 204);
  });

  it.each([
    { name: 'an unknown host', text: preflight('/', ASKED, 'other.example') },
    { name: 'no host at all', text: `OPTIONS / HTTP/1.0\r\n${ASKED}\r\n` },
    { name: 'another path', text: preflight('/other', ASKED) },
  ])('$name is 404 without any CORS header', async ({ text }) => {
    const { port } = await startTestResponder({ routes: [{ policy: testPolicy(), path: '/api' }] });
    const answer = await askOnce(port, text);
    expect(answer.status).toBe(404);
    expect(corsNames(answer)).toEqual([]);
    expect(JSON.parse(answer.body)).toMatchObject({ reason: 'NoRoute' });
  });

  it('a route whose policy is invalid grants nothing', async () => {
    const { port } = await startTestResponder({ routes: [{ policy: 'Nothing' }] });
    const answer = await askOnce(port, preflight('/', ASKED));
    expect(answer.status).toBe(403);
    expect(corsNames(answer)).toEqual([]);
  });

  it('a preflight belongs to the route of the method it asks about', async () => {
    const { port } = await startTestResponder({
      routes: [
        { method: 'PUT', policy: testPolicy({ allowMethods: ['PUT'] }) },
        { method: 'DELETE', policy: testPolicy({ allowMethods: ['PUT'] }) },
      ],
    });
    expect((await askOnce(port, preflight('/', ASKED))).status).toBe(204);
    const other = preflight('/', `${ORIGIN}Access-Control-Request-Method: DELETE\r\n`);
    expect((await askOnce(port, other)).status).toBe(403);
  });

  it('a policy for OPTIONS alone grants nothing for methods of other routes', async () => {
    const { port } = await startTestResponder({ routes: [{ method: 'OPTIONS', policy: testPolicy() }] });
    const answer = await askOnce(port, preflight('/', ASKED));
    expect(answer.status).toBe(403);
    expect(corsNames(answer)).toEqual([]);
  });

  it('a preflight for a route without policy is the application’s, answered as it answers', async () => {
    const upstream = await startUpstream((_request, response) => {
      response.writeHead(200, { 'Access-Control-Allow-Origin': '*' }).end('mine');
    });
    const { port } = await startTestResponder({ routes: [{}], defaultUpstream: upstream.url });
    const answer = await askOnce(port, preflight('/', ASKED));
    expect(answer).toMatchObject({ status: 200, body: 'mine' });
    expect(headerValues(answer.headers, 'access-control-allow-origin')).toEqual(['*']);
  });

  it.each([
    '/open/../admin',
    '/open/%2e%2e/admin',
    '/open%2f..%2fadmin',
    '/open/..;/admin',
    '/open/%252e%252e/admin',
    '//admin',
  ])('%s, which another server may read as a path of another policy, is granted nothing', async (path) => {
    const everyone = testPolicy({ origins: { any: true, exact: [], wildcards: [], regexes: [] } });
    const { port } = await startTestResponder({
      routes: [
        { path: '/', policy: everyone },
        { path: '/open', policy: everyone },
        { path: '/admin', policy: testPolicy() },
      ],
    });
    const answer = await askOnce(port, preflight(path, ASKED));
    expect(answer.status).toBe(403);
    expect(corsNames(answer)).toEqual([]);
  });

  it('a path that every server reads as one of the same policy is granted', async () => {
    const { port } = await startTestResponder({ routes: [{ policy: testPolicy() }] });
    expect((await askOnce(port, preflight('/a/../b%2Fc/.well-known//x;y', ASKED))).status).toBe(204);
  });

  it('refused origins are remembered; a refusal for another reason is none', async () => {
    const { port, refusedOrigins } = await startTestResponder({ routes: [{ policy: testPolicy() }] });
    await askOnce(port, preflight('/', 'Origin: https://evil.example\r\nAccess-Control-Request-Method: PUT\r\n'));
    await askOnce(port, preflight('/', `${ORIGIN}Access-Control-Request-Method: PATCH\r\n`));
    expect(refusedOrigins.read().map(({ origin }) => origin)).toEqual(['https://evil.example']);
  });

  it('decisions are counted by policy', async () => {
    const { port, policyCounts } = await startTestResponder({ routes: [{ policy: testPolicy() }] });
    await askOnce(port, preflight('/', ASKED));
    await askOnce(port, preflight('/', ASKED));
    await askOnce(port, preflight('/', `${ORIGIN}Access-Control-Request-Method: PATCH\r\n`));
    expect(policyCounts.countsOf('CorsPolicy shop/policy-0')).toMatchObject({
      preflightsGranted: 2,
      preflightsRefused: 1,
    });
  });

  it('every answer keeps the invariants, whatever policy and request', async () => {
    const responder = await startTestResponder({ routes: [] });
    const policyAndRequest = hostilePolicy().chain((policy) =>
      hostileRequest(policy).map((asked) => ({ policy, asked })),
    );
    await fc.assert(
      fc.asyncProperty(policyAndRequest, async ({ policy, asked }) => {
        const request = { ...sendable(asked), method: asked.method === 'OPTIONS' ? 'OPTIONS' : 'GET' };
        responder.swap([{ host: '', policy }]);
        const text = `${request.method} / HTTP/1.1\r\nHost: a\r\n${lines(request)}\r\n`;
        const answer = await askOnce(responder.port, text);
        const isTooLarge = text.length > responderLimits.headerBytes;
        expect(isTooLarge ? corsNames(answer) : checkInvariants(policy, request, answer)).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});

function lines({ origin, requestMethod, requestHeaders }: CorsRequest): string {
  const line = (name: string, value: string | undefined) => (value === undefined ? '' : `${name}: ${value}\r\n`);
  return `${line('Origin', origin)}${line('Access-Control-Request-Method', requestMethod)}${line('Access-Control-Request-Headers', requestHeaders)}`;
}

/** A header line can hold one byte per character, no line end, and no space around its value. */
function sendable(request: CorsRequest): CorsRequest {
  const value = (text: string | undefined) =>
    text?.replaceAll(/[^\t\x20-\x7e\x80-\xff]/g, '?').replaceAll(/^[ \t]+|[ \t]+$/g, '');
  return {
    method: request.method,
    origin: value(request.origin),
    requestMethod: value(request.requestMethod),
    requestHeaders: value(request.requestHeaders),
  };
}

describe('connections', () => {
  it('pipelined requests are answered in order', async () => {
    const { port } = await startTestResponder({ routes: [{ policy: testPolicy() }] });
    const client = await openRawClient(port);
    const refused = preflight('/', 'Origin: https://evil.example\r\nAccess-Control-Request-Method: PUT\r\n');
    client.send(`${preflight('/', ASKED)}${refused}${preflight('/', ASKED)}`);
    const statuses = [(await client.answer()).status, (await client.answer()).status, (await client.answer()).status];
    expect(statuses).toEqual([204, 403, 204]);
  });

  it('an error of our own leaves the connection open for the next request', async () => {
    const { port } = await startTestResponder({ routes: [{ policy: testPolicy() }] });
    const client = await openRawClient(port);
    for (const host of ['api.example.com', 'none.example']) {
      client.send(`GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
      expect((await client.answer()).status).toBe(404);
    }
    client.send(preflight('/', ASKED));
    expect((await client.answer()).status).toBe(204);
  });

  it('a client may wait for an upstream longer than it may be silent itself', async () => {
    const upstream = await startUpstream((_request, response) => {
      setTimeout(() => response.end('late'), 400);
    });
    const { port } = await startTestResponder({
      routes: [{ policy: testPolicy() }],
      defaultUpstream: upstream.url,
      limits: { clientTimeout: 100 },
    });
    for (const lines of ['', 'Content-Length: 1\r\n']) {
      const client = await openRawClient(port);
      client.send(`POST / HTTP/1.1\r\nHost: api.example.com\r\n${lines}\r\n${lines === '' ? '' : 'a'}`);
      expect((await client.answer()).body).toBe('late');
    }
  });

  it('a preflight that announces a body is answered, and its connection ends', async () => {
    const { port } = await startTestResponder({ routes: [{ policy: testPolicy() }] });
    const text = await rawExchange(port, preflight('/', `${ASKED}Content-Length: 1000000000\r\n`));
    expect(text).toMatch(/^HTTP\/1\.1 204 /);
    expect(text).toContain('Connection: close');
  });

  it.each([
    { name: 'more than 16 KiB of header lines', lines: `${ASKED}X: ${'a'.repeat(17_000)}\r\n`, status: 431 },
    { name: 'a long target', lines: ASKED, path: `/${'a'.repeat(17_000)}`, status: 431 },
    { name: 'two Host lines', lines: `Host: api.example.com\r\n${ASKED}`, status: 400 },
    { name: 'a malformed Host', host: 'a b', lines: ASKED, status: 400 },
    { name: 'a space before the colon', lines: 'X : y\r\n', status: 400 },
    { name: 'a folded line', lines: 'X: y\r\n z\r\n', status: 400 },
    { name: 'a NUL', lines: 'X: a\u0000b\r\n', status: 400 },
    { name: 'a lone CR', lines: 'X: a\rY: b\r\n', status: 400 },
    { name: 'two lengths', lines: 'Content-Length: 1\r\nContent-Length: 2\r\n', status: 400 },
    { name: 'a length that is none', lines: 'Content-Length: +1\r\n', status: 400 },
    { name: 'a length and chunks', lines: 'Content-Length: 1\r\nTransfer-Encoding: chunked\r\n', status: 400 },
    { name: 'chunks that are not last', lines: 'Transfer-Encoding: chunked, gzip\r\n', status: 400 },
    { name: 'a coding under the chunks', lines: 'Transfer-Encoding: gzip, chunked\r\n', status: 501 },
    { name: 'chunks twice', lines: 'Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n', status: 400 },
  ])('$name: $status, no CORS header, and the connection ends', async ({ lines: sent, status, path, host }) => {
    const upstream = await startUpstream((_request, response) => response.end());
    const { port } = await startTestResponder({ routes: [{ policy: testPolicy() }], defaultUpstream: upstream.url });
    const text = await rawExchange(port, preflight(path ?? '/', `${sent}Connection: close\r\n`, host));
    expect(text).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(text.toLowerCase()).not.toContain('access-control-');
    expect(upstream.requests).toHaveLength(0);
  });

  it('HTTP/1.0 with Transfer-Encoding is refused', async () => {
    const { port } = await startTestResponder({ routes: [{ host: '', policy: testPolicy() }] });
    const text = await rawExchange(port, 'POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n');
    expect(text).toMatch(/^HTTP\/1\.1 400 /);
  });

  it('HTTP/1.0 is answered, and the connection ends', async () => {
    const { port } = await startTestResponder({ routes: [{ policy: testPolicy() }] });
    const text = await rawExchange(port, `OPTIONS / HTTP/1.0\r\nHost: api.example.com\r\n${ASKED}\r\n`);
    expect(text).toMatch(/^HTTP\/1\.1 204 /);
  });

  it('CONNECT is refused, and the connection ends', async () => {
    const { port } = await startTestResponder({ routes: [{ host: '', policy: testPolicy() }] });
    expect(await rawExchange(port, 'CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n')).toMatch(/^HTTP\/1\.1 405 /);
  });

  it('what is no HTTP is 400, and the connection ends', async () => {
    const { port, counts } = await startTestResponder({ routes: [] });
    expect(await rawExchange(port, '\u0016\u0003\u0001\u0000\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /);
    expect(counts.brokenRequests).toBe(1);
  });

  it('a client that does not finish its header section in time gets 408, and the connection ends', async () => {
    const { port } = await startTestResponder({ routes: [], limits: { headersTimeout: 100 } });
    const client = await openRawClient(port);
    client.send('OPTIONS / HTTP/1.1\r\nHost: a\r\nX-Slow: ');
    const drip = setInterval(() => client.send('a'), 20);
    const text = await client.rest();
    clearInterval(drip);
    expect(text).toMatch(/^HTTP\/1\.1 408 /);
  });

  it('a client that stops in the middle of a body is cut', async () => {
    const upstream = await startUpstream((request) => request.resume());
    const { port, counts } = await startTestResponder({
      routes: [{ policy: testPolicy() }],
      defaultUpstream: upstream.url,
      limits: { clientTimeout: 100 },
    });
    const client = await openRawClient(port);
    client.send('POST / HTTP/1.1\r\nHost: api.example.com\r\nContent-Length: 10\r\n\r\nabc');
    await client.closed;
    await expect.poll(() => counts.activeRequests).toBe(0);
  });

  it('a client that sends preflights and reads no answer is cut', async () => {
    const { port } = await startTestResponder({
      routes: [{ policy: testPolicy() }],
      limits: { clientTimeout: 200 },
    });
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.pause();
    const flood = setInterval(() => socket.write(preflight('/', ASKED).repeat(2_000)), 5);
    await new Promise((resolve) => socket.once('close', resolve));
    clearInterval(flood);
  });

  it('a client that reads its answers slowly is not cut', async () => {
    const { port } = await startTestResponder({
      routes: [{ policy: testPolicy() }],
      limits: { clientTimeout: 200 },
    });
    const client = await openRawClient(port);
    for (let round = 0; round < 5; round += 1) {
      await delay(150);
      client.send(preflight('/', ASKED));
      expect((await client.answer()).status).toBe(204);
    }
  });

  it('a connection beyond the limit is not served', async () => {
    const { port } = await startTestResponder({ routes: [{ policy: testPolicy() }], limits: { connections: 1 } });
    const first = await openRawClient(port);
    first.send(preflight('/', ASKED));
    await first.answer();
    const second = await openRawClient(port);
    second.send(preflight('/', ASKED));
    expect(await second.rest()).toBe('');
  });
});

describe('the end', () => {
  it('stop: requests under way are answered, idle connections close, nothing more is accepted', async () => {
    const release: (() => void)[] = [];
    const upstream = await startUpstream((_request, response) => {
      release.push(() => response.end('done'));
    });
    const responder = await startTestResponder({
      routes: [{ policy: testPolicy() }],
      defaultUpstream: upstream.url,
      limits: { stopTimeout: 5_000 },
    });
    const idle = await openRawClient(responder.port);
    idle.send(preflight('/', ASKED));
    await idle.answer();
    const busy = await openRawClient(responder.port);
    busy.send('GET / HTTP/1.1\r\nHost: api.example.com\r\n\r\n');
    await expect.poll(() => upstream.requests.length).toBe(1);
    const stopped = responder.stop();
    await idle.closed;
    release[0]?.();
    expect(await busy.answer()).toMatchObject({ status: 200, body: 'done' });
    await stopped;
    await expect(openRawClient(responder.port)).rejects.toThrow();
  });

  it('stop: with nothing under way it takes no time', async () => {
    const responder = await startTestResponder({ routes: [{ policy: testPolicy() }], limits: { stopTimeout: 60_000 } });
    await openRawClient(responder.port);
    const kept = await openRawClient(responder.port);
    kept.send(preflight('/', ASKED));
    await kept.answer();
    const start = performance.now();
    await responder.stop();
    expect(performance.now() - start).toBeLessThan(2_000);
  });

  it('stop: what takes too long is cut', async () => {
    const upstream = await startUpstream((_request, response) => {
      response.write('begun');
    });
    const responder = await startTestResponder({
      routes: [{ policy: testPolicy() }],
      defaultUpstream: upstream.url,
      limits: { stopTimeout: 100 },
    });
    const client = await openRawClient(responder.port);
    client.send('GET / HTTP/1.1\r\nHost: api.example.com\r\n\r\n');
    await expect.poll(() => upstream.requests.length).toBe(1);
    await responder.stop();
    await client.closed;
  });
});
