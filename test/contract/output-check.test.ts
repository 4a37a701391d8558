import { describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { inputFolder } from '../support/input-folder.ts';
import { ingressText, policyText, stream } from '../support/manifests.ts';
import { QUICKSTART, runInProcess, spawnProgram } from '../support/program.ts';
import { checkDocument } from './output-documents.ts';

type Checked = { readonly code: number | null; readonly document: z.infer<typeof checkDocument> };

async function check(args: readonly string[], input = QUICKSTART): Promise<Checked> {
  const { code, stdout } = await runInProcess(['check', '-f', input, '-o', 'json', ...args]);
  return { code, document: checkDocument.parse(JSON.parse(stdout)) };
}

describe('check -o json', () => {
  test('as a process: an allowed request with everything that decided', { timeout: 30_000 }, async () => {
    const asked = ['--host', 'shop.example.com', '--origin', 'https://admin.example.com', '--method', 'PUT'];
    const more = ['--header', 'X-Request-Id', '--credentials'];
    const { code, stdout } = await spawnProgram(['check', '-f', QUICKSTART, '-o', 'json', ...asked, ...more]);
    expect(code).toBe(0);
    expect(checkDocument.parse(JSON.parse(stdout))).toMatchObject({
      allowed: true,
      outcome: 'Native',
      preflight: {
        needed: true,
        status: 204,
        headers: {
          'access-control-allow-origin': 'https://admin.example.com',
          'access-control-allow-credentials': 'true',
          'access-control-max-age': '600',
        },
      },
      response: { headers: { 'access-control-allow-origin': 'https://admin.example.com' } },
      decidedBy: { kind: 'CorsPolicy', namespace: 'shop', name: 'storefront', path: 'spec.allowOrigins[1]' },
      reason: 'OriginAllowed',
    });
  });

  test.each([
    {
      name: 'an origin that is nearly right names the entry it misses',
      args: ['--host', 'shop.example.com', '--origin', 'https://www.example.com:8443'],
      expected: {
        outcome: 'Native',
        reason: 'OriginNotListed',
        nearest: 'https://www.example.com differs in the port',
        decidedBy: { name: 'storefront', path: 'spec.allowOrigins' },
        response: { headers: {} },
      },
    },
    {
      name: 'a method that is not listed names the field',
      args: ['--host', 'shop.example.com', '--origin', 'https://www.example.com', '--method', 'PATCH'],
      expected: { reason: 'MethodNotAllowed', decidedBy: { path: 'spec.allowMethods' }, preflight: { needed: true } },
    },
    {
      name: 'patch in lower case is not PATCH, and not normalised',
      args: ['--host', 'catalog.example.com', '--origin', 'https://www.example.com', '--method', 'patch'],
      expected: { reason: 'MethodNotAllowed', preflight: { needed: true } },
    },
    {
      name: 'a header that is not listed names the field',
      args: ['--host', 'shop.example.com', '--origin', 'https://www.example.com', '--header', 'X-Other'],
      expected: { reason: 'HeaderNotAllowed', decidedBy: { path: 'spec.allowHeaders' } },
    },
    {
      name: 'credentials that the policy does not allow are the browser’s refusal',
      args: ['--host', 'catalog.example.com', '--origin', 'https://www.example.com', '--credentials'],
      expected: { reason: 'CredentialsNotAllowed', decidedBy: { path: 'spec.allowCredentials' } },
    },
    {
      name: 'an invalid policy names its first wrong field',
      args: ['--host', 'newsletter.example.com', '--origin', 'https://news.example.com'],
      expected: {
        outcome: 'Refused',
        reason: 'PolicyInvalid',
        decidedBy: { name: 'newsletter', path: 'spec.allowOrigins[0]' },
        preflight: { headers: {} },
      },
    },
    {
      name: 'a route without a policy has no CORS headers',
      args: ['--host', 'intranet.example.com', '--origin', 'https://www.example.com'],
      expected: { outcome: 'NoPolicy', reason: 'NoPolicy', response: { headers: {} } },
    },
    {
      name: 'what no dialect expresses and no responder may answer has none either',
      args: ['--host', 'reports.example.com', '--origin', 'https://build-7.ci.example.com'],
      expected: { outcome: 'NotExpressible', reason: 'Regex', response: { headers: {} } },
    },
    {
      name: 'the origin null is refused',
      args: ['--host', 'shop.example.com', '--origin', 'null'],
      expected: { reason: 'OriginNull' },
    },
    {
      name: 'an origin as no browser writes it is refused',
      args: ['--host', 'shop.example.com', '--origin', 'https://www.example.com/'],
      expected: { reason: 'OriginMalformed' },
    },
  ])('refused: $name', async ({ args, expected }) => {
    const { code, document } = await check(args);
    expect(code).toBe(1);
    expect(document).toMatchObject({ allowed: false, ...expected });
  });

  test.each([
    { name: 'two labels below a wildcard', origin: 'https://a.b.preview.example.com', path: 'spec.allowOrigins[0]' },
    { name: 'a regex', origin: 'https://build-42.ci.example.com', path: 'spec.allowOriginRegexes[0]' },
  ])('the responder answers: $name', async ({ origin, path }) => {
    const { code, document } = await check(['--host', 'search.example.com', '--origin', origin]);
    expect(code).toBe(0);
    expect(document).toMatchObject({
      allowed: true,
      outcome: 'Responder',
      decidedBy: { path },
      response: { headers: { 'access-control-allow-origin': origin, vary: 'Origin' } },
    });
  });

  test('no route for the host: says so, and names hosts that there are', async () => {
    const { code, document } = await check(['--host', 'shap.example.com', '--origin', 'https://www.example.com']);
    expect(code).toBe(1);
    expect(document).toMatchObject({ allowed: false, reason: 'NoRoute', response: { headers: {} } });
    expect(document).not.toHaveProperty('outcome');
    expect(document.message).toContain('shop.example.com');
  });

  test('CORS configuration that is nobody’s policy is predicted as what it does', async () => {
    const annotations =
      '  annotations:\n    nginx.ingress.kubernetes.io/enable-cors: "true"\n    nginx.ingress.kubernetes.io/cors-allow-origin: https://raw.example.com\n';
    const folder = await inputFolder({
      'a.yaml': ingressText('raw', annotations),
      '.cors-operator.yaml': 'classes: { nginx: ingress-nginx@1.15.1 }\n',
    });
    const allowed = await check(['--host', 'raw.example.com', '--origin', 'https://raw.example.com'], folder);
    expect(allowed.document).toMatchObject({
      allowed: true,
      outcome: 'NoPolicy',
      decidedBy: { kind: 'Ingress', name: 'raw', path: 'metadata.annotations' },
    });
    const refused = await check(['--host', 'raw.example.com', '--origin', 'https://other.example.com'], folder);
    expect(refused.document).toMatchObject({ allowed: false, reason: 'OriginNotListed' });
  });

  describe('CORS configuration without a policy: what the controller sends, judged as browsers do', () => {
    const sent = {
      'access-control-allow-origin': '*',
      'access-control-allow-credentials': 'true',
      'access-control-allow-methods': 'GET, PUT, POST, DELETE, PATCH, OPTIONS',
      'access-control-allow-headers':
        'DNT,Keep-Alive,User-Agent,X-Requested-With,If-Modified-Since,Cache-Control,Content-Type,Range,Authorization',
      'access-control-max-age': '1728000',
    };

    async function checkRaw(values: Readonly<Record<string, string>>, ...args: readonly string[]): Promise<Checked> {
      const lines = Object.entries({ 'enable-cors': 'true', ...values }).map(
        ([key, value]) => `    nginx.ingress.kubernetes.io/${key}: ${JSON.stringify(value)}\n`,
      );
      const folder = await inputFolder({
        'a.yaml': ingressText('raw', `  annotations:\n${lines.join('')}`),
        '.cors-operator.yaml': 'classes: { nginx: ingress-nginx@1.15.1 }\n',
      });
      return check(['--host', 'raw.example.com', '--origin', 'https://a.example.com', ...args], folder);
    }

    test('defaults, byte for byte, on preflights and on other answers', async () => {
      const { code, document } = await checkRaw({}, '--method', 'PUT');
      expect(code).toBe(0);
      expect(document.preflight).toEqual({ needed: true, status: 204, headers: sent });
      expect(document.response.headers).toEqual(sent);
    });

    test('credentials beside a star are shown, and refused as browsers do', async () => {
      const { code, document } = await checkRaw({}, '--credentials');
      expect(code).toBe(1);
      expect(document).toMatchObject({ allowed: false, reason: 'CredentialsNotAllowed' });
      expect(document.response.headers).toEqual(sent);
    });

    test('an origin that is not listed gets none of it', async () => {
      const { document } = await checkRaw({ 'cors-allow-origin': 'https://b.example.com' }, '--method', 'PUT');
      expect(document).toMatchObject({ allowed: false, reason: 'OriginNotListed' });
      expect(document.preflight).toEqual({ needed: true, headers: {} });
      expect(document.response.headers).toEqual({});
    });

    test('a list sends no Vary', async () => {
      const { document } = await checkRaw({ 'cors-allow-origin': 'https://a.example.com' });
      const headers = { ...sent, 'access-control-allow-origin': 'https://a.example.com' };
      expect(document).toMatchObject({ allowed: true, response: { headers } });
      expect(document.response.headers).not.toHaveProperty('vary');
    });

    test('what browsers cannot use is shown, and refused', async () => {
      const values = { 'cors-allow-origin': 'https://a.example.com', 'cors-allow-methods': 'put, GET' };
      const { document } = await checkRaw(values, '--method', 'PUT');
      expect(document).toMatchObject({
        allowed: false,
        reason: 'MethodNotAllowed',
        preflight: { headers: { 'access-control-allow-methods': 'put, GET' } },
      });
    });

    test.each([
      { name: 'methods', values: { 'cors-allow-methods': 'GET PUT' }, reason: 'MethodMalformed' },
      { name: 'headers', values: { 'cors-allow-headers': 'X-A X-B, X-Other' }, reason: 'HeaderMalformed' },
    ])('a malformed list of $name refuses every preflight, and no other request', async ({ values, reason }) => {
      const listed = { 'cors-allow-headers': 'X-Other', ...values };
      expect((await checkRaw(listed, '--header', 'X-Other')).document).toMatchObject({ allowed: false, reason });
      expect((await checkRaw(listed)).document).toMatchObject({ allowed: true });
    });
  });

  test('the longest path decides, and the query does not count', async () => {
    const folder = await inputFolder({
      'a.yaml': stream(
        policyText('web', '  allowOrigins: [https://a.example.com]\n'),
        ingressText('web').replace('path: /', 'path: /api'),
        ingressText('rest').replace('host: rest', 'host: web'),
      ),
      '.cors-operator.yaml': 'classes: { nginx: ingress-nginx@1.15.1 }\n',
    });
    const asked = ['--host', 'web.example.com', '--origin', 'https://a.example.com'];
    expect((await check([...asked, '--path', '/api/x?y=/'], folder)).document).toMatchObject({ outcome: 'Native' });
    expect((await check([...asked, '--path', '/apix'], folder)).document).toMatchObject({ outcome: 'NoPolicy' });
  });
});

describe('check: when a browser sends a preflight', () => {
  test.each([
    { name: 'GET without headers', args: [], needed: false },
    { name: 'post, which is normalised', args: ['--method', 'post'], needed: false },
    { name: 'PUT', args: ['--method', 'PUT'], needed: true },
    { name: 'Accept', args: ['--header', 'Accept'], needed: false },
    { name: 'Content-Type of a value that is not told', args: ['--header', 'Content-Type'], needed: true },
    { name: 'a form', args: ['--header', 'Content-Type: text/plain; charset=utf-8'], needed: false },
    { name: 'JSON', args: ['--header', 'Content-Type: application/json'], needed: true },
    { name: 'a simple Range', args: ['--header', 'Range: bytes=0-99'], needed: false },
    { name: 'a suffix Range', args: ['--header', 'Range: bytes=-99'], needed: true },
    { name: 'Accept with a byte that is not safe', args: ['--header', 'Accept: "x"'], needed: true },
    { name: 'Authorization', args: ['--header', 'authorization'], needed: true },
  ])('$name: $needed', async ({ args, needed }) => {
    const asked = ['--host', 'shop.example.com', '--origin', 'https://www.example.com', ...args];
    expect((await check(asked)).document.preflight.needed).toBe(needed);
  });

  test.each([
    { name: 'a forbidden method', args: ['--method', 'TRACE'] },
    { name: 'a forbidden header', args: ['--header', 'Cookie'] },
    { name: 'no header name', args: ['--header', 'a b'] },
  ])('$name cannot be asked', async ({ args }) => {
    const asked = ['check', '-f', QUICKSTART, '--host', 'a', '--origin', 'https://a.example.com', ...args];
    const { code, stdout, stderr } = await runInProcess(asked);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^error: --(?:method|header): /);
  });
});
