import { createServer, type IncomingMessage } from 'node:http';
import { expect, it, onTestFinished } from 'vitest';
import { type RequestLines, readRequestLines } from '../../src/responder/request-lines.ts';
import { openRawClient } from '../support/raw-client.ts';

/** Reads lines from a request that Node's own parser made of these bytes. */
async function linesOf(head: string): Promise<RequestLines> {
  const { promise, resolve } = Promise.withResolvers<RequestLines>();
  const listener = (request: IncomingMessage): void => resolve(readRequestLines(request));
  const server = createServer(listener).on('checkExpectation', listener).on('checkContinue', listener);
  server.maxHeadersCount = 0;
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  await new Promise<void>((ready) => {
    server.listen(0, '127.0.0.1', ready);
  });
  const address = server.address();
  const client = await openRawClient(typeof address === 'object' && address !== null ? address.port : 0);
  client.send(`${head}\r\n\r\n`);
  return promise;
}

it('readRequestLines: reads what decides, in any case of the names', async () => {
  const lines = await linesOf(
    'OPTIONS / HTTP/1.1\r\nHOST: a\r\norigin: https://x.example\r\nAccess-Control-Request-method: PUT\r\nACCESS-CONTROL-REQUEST-HEADERS: a,b',
  );
  expect(lines).toEqual({
    method: 'OPTIONS',
    host: 'a',
    origin: 'https://x.example',
    requestMethod: 'PUT',
    requestHeaders: 'a,b',
    hasBody: false,
    transferEncoding: undefined,
    expectation: undefined,
  });
});

it.each([
  {
    name: 'Origin',
    head: 'Origin: https://x\r\nX: y\r\noriGIN: https://y',
    field: 'origin',
    value: 'https://x, https://y',
  },
  { name: 'Host', head: 'hOST: b', field: 'host', value: 'a, b' },
  { name: 'the same Host twice', head: 'Host: a', field: 'host', value: 'a, a' },
  {
    name: 'Access-Control-Request-Method',
    head: 'Access-Control-Request-Method: GET\r\nAccess-Control-Request-Method: PUT',
    field: 'requestMethod',
    value: 'GET, PUT',
  },
  {
    name: 'Access-Control-Request-Headers',
    head: 'Access-Control-Request-Headers: a\r\nAccess-Control-Request-Headers: b',
    field: 'requestHeaders',
    value: 'a, b',
  },
] as const)('readRequestLines: several lines of $name are joined', async ({ head, field, value }) => {
  const lines = await linesOf(`OPTIONS / HTTP/1.1\r\nHost: a\r\n${head}`);
  expect(lines[field]).toBe(value);
});

it('readRequestLines: an empty Origin is not a missing one', async () => {
  expect((await linesOf('GET / HTTP/1.1\r\nHost: a\r\nOrigin:')).origin).toBe('');
  expect((await linesOf('GET / HTTP/1.1\r\nHost: a')).origin).toBeUndefined();
});

it('readRequestLines: a second Origin behind two thousand other lines is seen', async () => {
  const filler = 'a:b\r\n'.repeat(2_000);
  const lines = await linesOf(`GET / HTTP/1.1\r\nHost: a\r\nOrigin: https://x\r\n${filler}Origin: https://y`);
  expect(lines.origin).toBe('https://x, https://y');
});

it.each([
  { name: 'Content-Length', head: 'Content-Length: 3', hasBody: true },
  { name: 'an empty body', head: 'Content-Length: 0', hasBody: true },
  { name: 'Transfer-Encoding', head: 'Transfer-Encoding: chunked', hasBody: true },
  { name: 'neither', head: 'X: y', hasBody: false },
])('readRequestLines: a body is announced by $name', async ({ head, hasBody }) => {
  expect((await linesOf(`POST / HTTP/1.1\r\nHost: a\r\n${head}`)).hasBody).toBe(hasBody);
});

it('readRequestLines: names of an object prototype are no lines', async () => {
  const lines = await linesOf('GET / HTTP/1.1\r\nHost: a\r\n__proto__: x\r\nconstructor: y');
  expect(lines.origin).toBeUndefined();
});
