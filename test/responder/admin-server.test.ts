import { describe, expect, it, onTestFinished } from 'vitest';
import { type AdminOptions, startAdminServer } from '../../src/responder/admin-server.ts';
import { createRefusedOrigins } from '../../src/responder/refused-origins.ts';
import type { StateHealth } from '../../src/responder/state-health.ts';
import { headerValues, openRawClient, type RawAnswer } from '../support/raw-client.ts';

type Setup = { readonly health?: StateHealth; readonly documents?: boolean; readonly hosts?: readonly string[] };

async function startAdmin({ health = { status: 'ok', problems: [] }, documents = true, hosts = [] }: Setup = {}) {
  const refusedOrigins = createRefusedOrigins(100, () => Date.UTC(2026, 0, 2));
  const options: AdminOptions = {
    health: () => health,
    metrics: async () => ({ contentType: 'text/plain; version=0.0.4', text: 'up 1\n' }),
    refusedOrigins,
    documents: () =>
      documents ? { routes: Buffer.from('{"routes":[]}\n'), issues: Buffer.from('{"issues":[]}\n') } : undefined,
    hosts,
  };
  const admin = await startAdminServer(options, { host: '127.0.0.1', port: 0 });
  onTestFinished(admin.stop);
  const get = async (path: string, lines = ''): Promise<RawAnswer> => {
    const client = await openRawClient(admin.address.port);
    client.send(`GET ${path} HTTP/1.1\r\n${lines === '' ? 'Host: localhost\r\n' : lines}\r\n`);
    return client.answer();
  };
  return { get, refusedOrigins };
}

describe('startAdminServer', () => {
  it('startAdminServer: /healthz says that the process lives', async () => {
    const { get } = await startAdmin({ health: { status: 'not ready', problems: [] } });
    expect(await get('/healthz')).toMatchObject({ status: 200, body: 'ok\n' });
  });

  it.each([
    { name: 'before the first state', health: { status: 'not ready', problems: [] }, status: 503 },
    { name: 'with the newest input', health: { status: 'ok', problems: [] }, status: 200 },
    {
      name: 'while the newest input is wrong',
      health: { status: 'warning', problems: [{ source: 'a\n.yaml:3', reason: 'YamlSyntax', message: 'broken' }] },
      status: 200,
    },
  ] as const)('startAdminServer: /readyz $name is $status and says why', async ({ health, status }) => {
    const { get } = await startAdmin({ health });
    const answer = await get('/readyz');
    expect(answer.status).toBe(status);
    const problems = health.problems.map((problem) => ({ ...problem, source: problem.source.replace('\n', '\\u{a}') }));
    expect(JSON.parse(answer.body)).toEqual({ status: health.status, problems });
  });

  it('startAdminServer: metrics and documents come as they are', async () => {
    const { get } = await startAdmin();
    expect(await get('/metrics')).toMatchObject({ status: 200, body: 'up 1\n' });
    expect((await get('/api/routes')).body).toBe('{"routes":[]}\n');
    expect((await get('/api/issues')).body).toBe('{"issues":[]}\n');
  });

  it('startAdminServer: documents are 503 before the first state', async () => {
    const { get } = await startAdmin({ documents: false });
    expect((await get('/api/routes')).status).toBe(503);
  });

  it('startAdminServer: refused origins are cut and escaped', async () => {
    const { get, refusedOrigins } = await startAdmin();
    refusedOrigins.add('https://evil.example');
    refusedOrigins.add(`\u0007<script>\u00e9${'x'.repeat(400)}`);
    refusedOrigins.add('https://evil.example');
    const { origins } = JSON.parse((await get('/api/refused-origins')).body);
    expect(origins[0]).toEqual({
      origin: 'https://evil.example',
      count: 2,
      error: 0,
      lastSeen: '2026-01-02T00:00:00.000Z',
    });
    expect(origins[1].origin).toMatch(/^\\u\{7\}<script>\\u\{e9\}x+$/);
  });

  it.each(['', '/', '/api', '/api/routes/', '/..%2f', '/%zz', '//healthz'])(
    'startAdminServer: %s is no page, and tells nothing',
    async (path) => {
      const { get } = await startAdmin();
      const answer = await get(path === '' ? '*' : path);
      expect([400, 404]).toContain(answer.status);
      expect(answer.body).not.toMatch(/at .*\(|node_modules|\.ts/);
    },
  );

  it.each(['evil.example', 'localhost.evil.example', '127.0.0.1.nip.io', '10.0.0.1:9090'])(
    'startAdminServer: Host %s is 421, whatever the page',
    async (host) => {
      const { get } = await startAdmin();
      for (const path of ['/readyz', '/api/routes', '/none']) {
        const answer = await get(path, `Host: ${host}\r\n`);
        expect(answer.status).toBe(421);
        expect(answer.body).not.toContain(host);
      }
    },
  );

  it('startAdminServer: a configured Host is answered', async () => {
    const { get } = await startAdmin({ hosts: ['admin.example.com'] });
    expect((await get('/healthz', 'Host: admin.example.com:9090\r\n')).status).toBe(200);
  });

  it('startAdminServer: no CORS header, for nobody, and no other site may embed or guess at it', async () => {
    const { get } = await startAdmin();
    const answer = await get('/api/routes', 'Host: localhost\r\nOrigin: http://localhost\r\n');
    expect(answer.headers.join('\n').toLowerCase()).not.toContain('access-control-');
    expect(headerValues(answer.headers, 'x-content-type-options')).toEqual(['nosniff']);
    expect(headerValues(answer.headers, 'content-security-policy')[0]).toContain("default-src 'none'");
  });
});
