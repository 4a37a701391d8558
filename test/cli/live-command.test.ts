import { describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { checkDocument } from '../contract/output-documents.ts';
import { QUICKSTART, runInProcess } from '../support/program.ts';
import { freePort, startUpstream, type TestUpstream } from '../support/upstream-fixture.ts';

const ORIGIN = 'https://www.example.com';
const asked = ['check', '-f', QUICKSTART, '--host', 'catalog.example.com', '--origin', ORIGIN];

const granted = ['Access-Control-Allow-Origin', ORIGIN, 'Vary', 'Origin'];
const grantedPreflight = [
  ...granted,
  'Access-Control-Allow-Methods',
  'PUT',
  'Access-Control-Allow-Headers',
  'content-type',
  'Access-Control-Max-Age',
  '300',
];

type Head = { readonly status: number; readonly headers: readonly string[] };

/** Answers OPTIONS with one head and everything else with another. */
function startServer(preflight: Head, response: Head = { status: 200, headers: granted }): Promise<TestUpstream> {
  return startUpstream((incoming, outgoing) => {
    const head = incoming.method === 'OPTIONS' ? preflight : response;
    outgoing.writeHead(head.status, [...head.headers]).end('content');
  });
}

type Live = NonNullable<z.infer<typeof checkDocument>['live']>;

async function checkLive(url: string, args: readonly string[] = []): Promise<{ code: number | null; live: Live }> {
  const { code, stdout } = await runInProcess([...asked, '-o', 'json', '--live', url, ...args]);
  const { live } = checkDocument.parse(JSON.parse(stdout));
  if (live === undefined) {
    throw new Error('the document says nothing about the server');
  }
  return { code, live };
}

describe('check --live', () => {
  test('a server that does what was predicted is exit 0', async () => {
    const { url } = await startServer({ status: 200, headers: grantedPreflight });
    const { code, live } = await checkLive(url, ['--method', 'PUT']);
    expect(code).toBe(0);
    expect(live).toMatchObject({
      url,
      preflight: { status: 200, headers: { 'access-control-allow-origin': ORIGIN, vary: 'Origin' } },
      allowed: true,
      differences: [],
      findings: ['the PUT request itself was not sent, since it could change something'],
    });
  });

  test('a request without a preflight is answered as predicted', async () => {
    const { url, requests } = await startServer({ status: 500, headers: [] });
    const { code, live } = await checkLive(url);
    expect(code).toBe(0);
    expect(live).toEqual({
      url,
      response: { status: 200, headers: { 'access-control-allow-origin': ORIGIN, vary: 'Origin' } },
      allowed: true,
      differences: [],
      findings: [],
    });
    expect(requests.map(({ method }) => method)).toEqual(['GET']);
  });

  test('a server that refuses what is predicted to be allowed is exit 1', async () => {
    const { url } = await startServer({ status: 200, headers: ['Vary', 'Origin'] }, { status: 200, headers: [] });
    const { code, live } = await checkLive(url);
    expect(code).toBe(1);
    expect(live).toMatchObject({
      allowed: false,
      differences: [
        { where: 'response', header: 'access-control-allow-origin', predicted: ORIGIN },
        { where: 'response', header: 'vary', predicted: 'Origin' },
      ],
    });
  });

  test('a server that grants what is predicted to be refused is exit 1', async () => {
    const { url } = await startServer({ status: 204, headers: [] });
    const { code, live } = await checkLive(url, ['--host', 'wiki.example.com']);
    expect(code).toBe(1);
    expect(live).toMatchObject({
      allowed: true,
      differences: [{ header: 'access-control-allow-origin', received: ORIGIN }],
      findings: [expect.stringContaining('the application itself seems to send CORS headers')],
    });
  });

  test.each([
    { name: 'a redirect', head: { status: 301, headers: ['Location', '/login'] }, says: 'status 301 to /login' },
    { name: '401', head: { status: 401, headers: grantedPreflight }, says: 'must be answered without a login' },
    { name: '403', head: { status: 403, headers: grantedPreflight }, says: 'must be answered without a login' },
    { name: '404', head: { status: 404, headers: grantedPreflight }, says: 'from 200 to 299 only' },
  ])('$name on the preflight is refused, and said', async ({ head, says }) => {
    const { url, requests } = await startServer(head);
    const { code, live } = await checkLive(url, ['--method', 'PUT']);
    expect({ code, allowed: live.allowed }).toEqual({ code: 1, allowed: false });
    expect(live.differences[0]).toEqual({
      where: 'preflight',
      header: 'status',
      predicted: '200',
      received: String(head.status),
    });
    expect(live.findings[0]).toContain(says);
    expect(requests.map(({ method }) => method)).toEqual(['OPTIONS']);
  });

  test('headers that the application sends a second time are refused, and said', async () => {
    const twice = { status: 200, headers: [...granted, 'Access-Control-Allow-Origin', ORIGIN] };
    const { url } = await startServer(twice, twice);
    const { code, live } = await checkLive(url);
    expect({ code, allowed: live.allowed }).toEqual({ code: 1, allowed: false });
    expect(live.response?.headers).toMatchObject({ 'access-control-allow-origin': `${ORIGIN}, ${ORIGIN}` });
    expect(live.findings).toEqual([
      expect.stringMatching(/access-control-allow-origin comes 2 times .* browsers refuse/),
    ]);
  });

  test('an echoed origin without Vary: Origin is said', async () => {
    const head = { status: 200, headers: ['Access-Control-Allow-Origin', ORIGIN, 'Vary', 'Accept-Encoding'] };
    const { code, live } = await checkLive((await startServer(head, head)).url);
    expect(code).toBe(0);
    expect(live.findings).toEqual([expect.stringContaining('without Vary: Origin')]);
    expect(live.differences).toEqual([
      { where: 'response', header: 'vary', predicted: 'Origin', received: 'Accept-Encoding' },
    ]);
  });

  test('a server that is not there is an error, and exit 1', async () => {
    const { code, live } = await checkLive(`http://127.0.0.1:${await freePort()}`);
    expect(code).toBe(1);
    expect(live).toMatchObject({ allowed: false, error: expect.stringContaining('ECONNREFUSED') });
    expect(live).not.toHaveProperty('response');
  });

  test('the table holds prediction and reality side by side', async () => {
    const { url } = await startServer({ status: 403, headers: ['Access-Control-Allow-Origin', '*'] });
    const { code, stdout } = await runInProcess([...asked, '--method', 'PUT', '--live', url]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^allowed {2}OriginAllowed/);
    expect(stdout).toContain(`live refused  ${url}\n`);
    expect(stdout).toMatch(/^PREFLIGHT +PREDICTED +RECEIVED\n/m);
    expect(stdout).toMatch(/^status +200 +403 +differs$/m);
    expect(stdout).toMatch(/^access-control-allow-origin +https:\/\/www\.example\.com +\* +differs$/m);
    expect(stdout).toMatch(/^access-control-max-age +300 +- +differs$/m);
    expect(stdout).toContain('- the PUT request itself was not sent');
  });

  test('YAML holds the same, and without the flag nothing is said', async () => {
    const { url } = await startServer({ status: 200, headers: [] });
    expect((await runInProcess([...asked, '-o', 'yaml', '--live', url])).stdout).toContain(`\nlive:\n  url: ${url}\n`);
    expect((await runInProcess([...asked, '-o', 'yaml'])).stdout).not.toContain('live');
  });

  test.each([
    'shop.example.com',
    'ftp://shop.example.com',
    'http://',
    'http:///path',
    'https://user:secret@shop.example.com',
    'https://shop.example.com/path',
    'https://shop.example.com/?query',
    'https://shop.example.com:99999',
  ])('%s is wrong usage', async (url) => {
    const { code, stdout, stderr } = await runInProcess([...asked, '--live', url]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('--live: must');
  });
});
