import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { z } from 'zod';
import type { KubernetesObject } from '../../src/model/kubernetes-object.ts';
import {
  clusterPolicyObject,
  exceptionObject,
  ingressClassObject,
  ingressObject,
  ingressTarget,
  policyObject,
} from '../support/cluster-objects.ts';
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

const asked = (origin: string, ...more: readonly string[]): readonly string[] => [
  '--host',
  'web.example.com',
  '--origin',
  origin,
  ...more,
];

type Fields = Readonly<Record<string, unknown>>;

/** A policy under a guardrail; more objects may join them. */
function guarded(enforcement: string, policy: Fields = {}, more: readonly KubernetesObject[] = []): Promise<string> {
  const objects = [
    ingressClassObject('nginx'),
    ingressObject('web'),
    policyObject('web', {
      targetRefs: [ingressTarget('web')],
      allowOrigins: ['https://www.example.com', 'https://*.partner.example'],
      allowMethods: ['PUT', 'DELETE'],
      allowHeaders: ['X-One', 'X-Two'],
      wildcardDepth: 'Single',
      ...policy,
    }),
    clusterPolicyObject('org', {
      guardrail: {
        allowOrigins: ['https://*.example.com'],
        allowMethods: ['PUT'],
        allowHeaders: ['X-One'],
        allowCredentials: false,
      },
      enforcement,
    }),
    ...more,
  ];
  return inputFolder({ 'all.yaml': objects.map((object) => JSON.stringify(object)).join('\n---\n') });
}

const PARTNER = 'https://pay.partner.example';
const ORG = { kind: 'ClusterCorsPolicy', name: 'org' };

describe('check and guardrails', () => {
  test.each<{ name: string; args: readonly string[]; policy?: Fields; path: string; says: string }>([
    {
      name: 'an origin',
      args: asked(PARTNER),
      path: 'spec.guardrail.allowOrigins',
      says: 'CorsPolicy shop/web spec.allowOrigins[1] allows the origin, but the guardrail org does not',
    },
    {
      name: 'an origin of a preflight',
      args: asked(PARTNER, '--method', 'PUT'),
      path: 'spec.guardrail.allowOrigins',
      says: 'spec.allowOrigins[1] allows the origin',
    },
    {
      name: 'a method',
      args: asked('https://www.example.com', '--method', 'DELETE'),
      path: 'spec.guardrail.allowMethods',
      says: 'CorsPolicy shop/web allows the method DELETE, but the guardrail org does not',
    },
    {
      name: 'a header',
      args: asked('https://www.example.com', '--header', 'X-Two'),
      path: 'spec.guardrail.allowHeaders',
      says: 'allows the requested headers',
    },
    {
      name: 'credentials',
      args: asked('https://www.example.com', '--credentials'),
      policy: { allowCredentials: true },
      path: 'spec.guardrail.allowCredentials',
      says: 'allows credentials',
    },
    {
      name: 'an origin of a policy of which nothing is left',
      args: asked(PARTNER),
      policy: { allowOrigins: [PARTNER] },
      path: 'spec.guardrail.allowOrigins',
      says: 'spec.allowOrigins[0] allows the origin',
    },
  ])('$name that a guardrail cut: the guardrail decides, by this field', async ({ args, policy, path, says }) => {
    const { code, document } = await check(args, await guarded('Enforce', policy));
    expect({ code, document }).toMatchObject({
      code: 1,
      document: { allowed: false, reason: 'ExceedsGuardrail', decidedBy: { ...ORG, path } },
    });
    expect(document.message).toContain(says);
  });

  test('beyond the first hundred entries it decides as well', async () => {
    const allowOrigins = Array.from({ length: 150 }, (_, index) => `https://p${index}.partner.example`);
    const { document } = await check(asked('https://p149.partner.example'), await guarded('Enforce', { allowOrigins }));
    expect(document).toMatchObject({ reason: 'ExceedsGuardrail', decidedBy: ORG });
    expect(document.message).toContain('spec.allowOrigins[149]');
  });

  test('of two guardrails the one that refuses is named', async () => {
    const wide = clusterPolicyObject('a-wide', { guardrail: { allowOrigins: ['https://*.example.com', PARTNER] } });
    const { document } = await check(asked(PARTNER), await guarded('Enforce', {}, [wide]));
    expect(document.decidedBy).toMatchObject(ORG);
  });

  test('a guardrail that is not valid allows nothing, and the field that is wrong is named', async () => {
    const broken = clusterPolicyObject('broken', { guardrail: { allowOrigins: ['https://*.example.com/'] } });
    const { document } = await check(asked('https://www.example.com'), await guarded('Audit', {}, [broken]));
    expect(document).toMatchObject({
      allowed: false,
      decidedBy: { kind: 'ClusterCorsPolicy', name: 'broken', path: 'spec.guardrail.allowOrigins[0]' },
    });
    expect(document.message).toContain('is not valid');
  });

  test('what the policy does not allow by itself is no matter of the guardrail', async () => {
    const { document } = await check(asked('https://stranger.example'), await guarded('Enforce'));
    expect(document).toMatchObject({
      reason: 'OriginNotListed',
      decidedBy: { kind: 'CorsPolicy', name: 'web', path: 'spec.allowOrigins' },
    });
  });

  test.each(['Warn', 'Audit'])(
    '%s: allowed by the policy, and the message says what the guardrail would do',
    async (mode) => {
      const { code, document } = await check(asked(PARTNER), await guarded(mode));
      expect({ code, document }).toMatchObject({
        code: 0,
        document: { allowed: true, reason: 'OriginAllowed', decidedBy: { path: 'spec.allowOrigins[1]' } },
      });
      expect(document.message).toContain(`the guardrail org would refuse it, but says ${mode}`);
    },
  );
});

describe('check and exceptions', () => {
  beforeEach(() => vi.useFakeTimers({ toFake: ['Date'], now: Date.parse('2026-03-01T00:00:00Z') }));
  afterEach(() => vi.useRealTimers());

  const exception = (spec: Fields): KubernetesObject =>
    exceptionObject('launch', {
      policyRefs: [{ namespace: 'shop', name: 'web' }],
      expiresAt: '2026-06-01T00:00:00Z',
      ...spec,
    });

  test.each<{ name: string; args: readonly string[]; spec: Fields; path: string }>([
    { name: 'an origin', args: asked(PARTNER), spec: { allowOrigins: [PARTNER] }, path: 'spec.allowOrigins' },
    {
      name: 'an origin, by a regex',
      args: asked(PARTNER),
      spec: { allowOriginRegexes: ['^https://[a-z]+\\.partner\\.example$'] },
      path: 'spec.allowOriginRegexes',
    },
    {
      name: 'a method',
      args: asked('https://www.example.com', '--method', 'DELETE'),
      spec: { allowMethods: ['DELETE'] },
      path: 'spec.allowMethods',
    },
  ])('$name that one lets through: it decides, and until when is said', async ({ args, spec, path }) => {
    const policy = { allowOrigins: ['https://www.example.com', PARTNER] };
    const { code, document } = await check(args, await guarded('Enforce', policy, [exception(spec)]));
    expect({ code, document }).toMatchObject({
      code: 0,
      document: { allowed: true, reason: 'OriginAllowed', decidedBy: { kind: 'CorsException', name: 'launch', path } },
    });
    expect(document.message).toContain('beyond the guardrail org, the exception launch allows it until 2026-06-01');
  });

  test('after its end the guardrail decides again', async () => {
    const folder = await guarded('Enforce', {}, [exception({ allowOrigins: [PARTNER] })]);
    vi.setSystemTime(Date.parse('2026-06-01T00:00:00Z'));
    const { code, document } = await check(asked(PARTNER), folder);
    expect({ code, document }).toMatchObject({ code: 1, document: { reason: 'ExceedsGuardrail', decidedBy: ORG } });
  });

  test('what the guardrail allows anyway is not its merit', async () => {
    const folder = await guarded('Enforce', {}, [exception({ allowOrigins: [PARTNER, 'https://www.example.com'] })]);
    const { document } = await check(asked('https://www.example.com'), folder);
    expect(document.decidedBy).toMatchObject({ kind: 'CorsPolicy', path: 'spec.allowOrigins[0]' });
  });
});
