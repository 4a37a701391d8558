import { describe, expect, test } from 'vitest';
import { browserRequest } from '../../src/cli/browser-request.ts';
import { sendLive } from '../../src/cli/live-request.ts';
import { startSocketUpstream, startUpstream } from '../support/upstream-fixture.ts';

const ORIGIN = 'https://app.example.com';

function pageRequest(method: string, header: readonly string[] = [], credentials = false) {
  return browserRequest({ origin: ORIGIN, method, header, credentials });
}

const target = { host: 'shop.example.com', path: '/basket?item=1', header: [] };

describe('sendLive', () => {
  test('a preflight and the request go to the address with the host, path and origin asked for', async () => {
    const { url, requests } = await startUpstream((_, response) => response.end());
    const header = ['X-Trace: 7', 'X-Other'];
    await sendLive(pageRequest('GET', header), { ...target, header, address: url });
    const [preflight, actual] = requests;
    expect([preflight, actual].map((each) => `${each?.method} ${each?.url} ${each?.headers.host}`)).toEqual([
      'OPTIONS /basket?item=1 shop.example.com',
      'GET /basket?item=1 shop.example.com',
    ]);
    expect(preflight?.headers).toMatchObject({
      origin: ORIGIN,
      'access-control-request-method': 'GET',
      'access-control-request-headers': 'x-other,x-trace',
    });
    expect(preflight?.headers).not.toHaveProperty('x-trace');
    expect(actual?.headers).toMatchObject({ origin: ORIGIN, 'x-trace': '7' });
    expect(actual?.headers).not.toHaveProperty('access-control-request-method');
  });

  test('the host of the address keeps its port', async () => {
    const { url, port, requests } = await startUpstream((_, response) => response.end());
    await sendLive(pageRequest('GET'), { ...target, host: '127.0.0.1', address: url });
    expect(requests[0]?.headers.host).toBe(`127.0.0.1:${port}`);
  });

  test.each([
    { method: 'GET', sent: ['GET'] },
    { method: 'HEAD', sent: ['HEAD'] },
    { method: 'OPTIONS', sent: ['OPTIONS', 'OPTIONS'] },
    { method: 'POST', sent: ['OPTIONS'] },
    { method: 'PUT', sent: ['OPTIONS'] },
    { method: 'PATCH', sent: ['OPTIONS'] },
    { method: 'DELETE', sent: ['OPTIONS'] },
    { method: 'PURGE', sent: ['OPTIONS'] },
  ])('$method: $sent', async ({ method, sent }) => {
    const { url, requests } = await startUpstream((_, response) => response.end());
    await sendLive(pageRequest(method), { ...target, address: url });
    expect(requests.map((each) => each.method)).toEqual(sent);
  });

  test('credentials are never sent', async () => {
    const { url, requests } = await startUpstream((_, response) => response.end());
    const header = ['Authorization: Bearer secret'];
    await sendLive(pageRequest('GET', header, true), { ...target, header, address: url });
    expect(requests).toHaveLength(2);
    expect(requests.flatMap(({ rawHeaders }) => rawHeaders).join('\n')).not.toMatch(/secret|cookie/i);
  });

  test('a redirect is not followed', async () => {
    const { url, requests } = await startUpstream((_, response) => response.writeHead(302, { Location: '/b' }).end());
    const { response } = await sendLive(pageRequest('GET'), { ...target, address: url });
    expect(response?.status).toBe(302);
    expect(requests).toHaveLength(1);
  });

  test('an endless body is not waited for', async () => {
    const { url } = await startUpstream((_, response) => {
      const timer = setInterval(() => response.write('x'.repeat(65_536)), 1);
      response.on('close', () => clearInterval(timer));
    });
    expect(await sendLive(pageRequest('GET'), { ...target, address: url })).toMatchObject({
      response: { status: 200 },
    });
  });

  test('repeated lines stay apart', async () => {
    const { url } = await startUpstream((_, response) =>
      response.writeHead(200, ['Vary', 'Origin', 'X-A', '1', 'vary', 'Accept']).end(),
    );
    const { response } = await sendLive(pageRequest('GET'), { ...target, address: url });
    expect(response?.lines.filter(({ name }) => name === 'vary')).toEqual([
      { name: 'vary', value: 'Origin' },
      { name: 'vary', value: 'Accept' },
    ]);
  });

  test('a preflight that was answered is kept when the request fails', async () => {
    const { url } = await startUpstream((request, response) =>
      request.method === 'OPTIONS' ? response.writeHead(204).end() : request.socket.destroy(),
    );
    const exchange = await sendLive(pageRequest('GET', ['X-A: 1']), { ...target, address: url });
    expect(exchange).toMatchObject({ preflight: { status: 204 }, error: expect.stringContaining('hang up') });
  });

  test.each([
    { name: 'bytes that are no HTTP', scheme: 'http', says: /Parse Error/ },
    { name: 'a server without TLS behind https', scheme: 'https', says: /SSL|wrong version|packet length/i },
  ])('$name are an error', async ({ scheme, says }) => {
    const { port } = await startSocketUpstream((socket) => socket.end('no such protocol\r\n\r\n'));
    const exchange = await sendLive(pageRequest('GET'), { ...target, address: `${scheme}://127.0.0.1:${port}` });
    expect(exchange).toEqual({ error: expect.stringMatching(says) });
  });

  test('a host that no header can hold is an error, and nothing is sent', async () => {
    const { url, requests } = await startUpstream((_, response) => response.end());
    const exchange = await sendLive(pageRequest('GET'), { ...target, host: 'a\r\nX: 1', address: url });
    expect(exchange.error).toContain('Invalid character');
    expect(requests).toEqual([]);
  });
});
