import { execFile } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { headerValues, openRawClient, type RawAnswer } from '../support/raw-client.ts';
import { folderWith, startStandalone } from '../support/standalone-process.ts';
import { startUpstream } from '../support/upstream-fixture.ts';

/** Starting a process takes a second or two on a busy machine. */
const PATIENCE = { timeout: 60_000 };

const INGRESS = `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: storefront, namespace: shop }
spec:
  ingressClassName: nginx
  rules:
    - host: shop.example.com
      http:
        paths:
          - path: /
            pathType: Prefix
            backend: { service: { name: web, port: { number: 80 } } }
---
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: { name: nginx }
spec: { controller: k8s.io/ingress-nginx }
`;

function policy(origin: string, extra = ''): string {
  return `apiVersion: cors-operator.dev/v1alpha1
kind: CorsPolicy
metadata: { name: storefront, namespace: shop }
spec:
  targetRefs:
    - { group: networking.k8s.io, kind: Ingress, name: storefront }
  allowOrigins:
    - ${origin}
  allowMethods: [PUT]
${extra}`;
}

async function ask(port: number, text: string): Promise<RawAnswer> {
  const client = await openRawClient(port);
  client.send(text);
  return client.answer();
}

async function isGranted(port: number, origin: string): Promise<boolean> {
  const lines = `Host: shop.example.com\r\nOrigin: ${origin}\r\nAccess-Control-Request-Method: PUT\r\n`;
  const answer = await ask(port, `OPTIONS / HTTP/1.1\r\n${lines}\r\n`);
  expect(answer.status === 204).toBe(headerValues(answer.headers, 'access-control-allow-origin')[0] === origin);
  return answer.status === 204;
}

async function ready(adminPort: number): Promise<{ status: string; problems: { source: string; reason: string }[] }> {
  return JSON.parse((await ask(adminPort, 'GET /readyz HTTP/1.1\r\nHost: localhost\r\n\r\n')).body);
}

/** Runs a printed command: what a shell makes of it, sent as it says. */
async function runCurl(port: number, command: string): Promise<RawAnswer> {
  const { stdout } = await promisify(execFile)('sh', ['-c', `printf '%s\\n' ${command}`]);
  const words = stdout.trimEnd().split('\n');
  const url = new URL(words.find((word) => word.startsWith('http://')) ?? '');
  expect(Number(url.port)).toBe(port);
  const method = words[words.indexOf('-X') + 1];
  const headers = words.filter((_, index) => words[index - 1] === '-H').map((line) => `${line}\r\n`);
  return ask(port, `${method} ${url.pathname} HTTP/1.1\r\n${headers.join('')}\r\n`);
}

describe('standalone', () => {
  it('serves a folder, says what there is and what to try, and ends on Ctrl-C at once', PATIENCE, async () => {
    const folder = await folderWith({ 'a.yaml': INGRESS, 'b.yaml': policy('https://*.example.com') });
    const program = startStandalone(folder);
    const { port, adminPort } = await program.serving();
    expect(program.stdout()).toMatch(/Ingress shop\/storefront +ingress-nginx .*Responder/);
    expect(program.stdout()).toMatch(/^\+\+\+ b\/.*a\.yaml$/m);
    const commands = program.stdout().match(/^curl .*$/gm) ?? [];
    expect(commands).toHaveLength(2);
    expect((await runCurl(port, commands[0] ?? '')).status).toBe(204);
    expect((await runCurl(port, commands[1] ?? '')).status).toBe(403);
    expect(await isGranted(port, 'https://a.b.example.com')).toBe(true);
    expect(await ready(adminPort)).toEqual({ status: 'ok', problems: [] });
    const noUpstream = await ask(
      port,
      'GET / HTTP/1.1\r\nHost: shop.example.com\r\nOrigin: https://a.example.com\r\n\r\n',
    );
    expect(noUpstream).toMatchObject({ status: 404, body: expect.stringContaining('shop/web:80') });
    expect(headerValues(noUpstream.headers, 'access-control-allow-origin')).toEqual(['https://a.example.com']);
    const { routes } = JSON.parse((await ask(adminPort, 'GET /api/routes HTTP/1.1\r\nHost: localhost\r\n\r\n')).body);
    expect(routes).toMatchObject([{ outcome: 'Responder', policy: { name: 'storefront' } }]);
    const metrics = await ask(adminPort, 'GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n');
    expect(metrics.body).toContain('{policy="CorsPolicy shop/storefront",kind="preflight",decision="granted"} 2');
    expect((await ask(adminPort, 'GET /readyz HTTP/1.1\r\nHost: evil.example\r\n\r\n')).status).toBe(421);
    const start = performance.now();
    program.child.kill('SIGINT');
    expect(await program.exit).toBe(0);
    expect(performance.now() - start).toBeLessThan(3_000);
    expect(program.stderr()).toBe('');
  });

  it(
    'takes right changes whole, keeps the last good state over wrong ones, and says what is wrong once',
    PATIENCE,
    async () => {
      const folder = await folderWith({ 'a.yaml': INGRESS, 'b.yaml': policy('https://one.example') });
      const program = startStandalone(folder, '--log-format', 'json', '--log-level', 'info');
      const { port, adminPort } = await program.serving();
      expect(await isGranted(port, 'https://one.example')).toBe(true);

      await writeFile(join(folder, 'b.yaml'), policy('https://two.example'));
      await expect.poll(() => isGranted(port, 'https://two.example'), PATIENCE).toBe(true);
      expect(await isGranted(port, 'https://one.example')).toBe(false);

      await writeFile(join(folder, 'b.yaml'), policy('https://three.example/path'));
      await expect.poll(async () => (await ready(adminPort)).status, PATIENCE).toBe('warning');
      expect((await ready(adminPort)).problems).toMatchObject([
        { source: join(folder, 'b.yaml:8'), reason: 'OriginPath' },
      ]);
      expect(await isGranted(port, 'https://two.example')).toBe(true);

      await writeFile(join(folder, 'c.yaml'), 'a: [\n');
      await expect.poll(async () => (await ready(adminPort)).problems.length, PATIENCE).toBe(2);
      await writeFile(join(folder, 'c.yaml'), 'a: [\n# touched\n');
      expect(await isGranted(port, 'https://two.example')).toBe(true);

      await rm(join(folder, 'c.yaml'));
      await writeFile(join(folder, 'b.yaml'), policy('https://three.example'));
      await expect.poll(async () => (await ready(adminPort)).status, PATIENCE).toBe('ok');
      expect(await isGranted(port, 'https://three.example')).toBe(true);

      await rm(join(folder, 'a.yaml'));
      await expect
        .poll(async () => (await ask(port, 'GET / HTTP/1.1\r\nHost: shop.example.com\r\n\r\n')).body, PATIENCE)
        .toContain('NoRoute');

      program.child.kill('SIGTERM');
      expect(await program.exit).toBe(0);
      const log = program
        .stderr()
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line));
      const alone = log.filter(({ reason, source }) => reason === 'OriginPath' && source.endsWith('b.yaml:8'));
      expect(alone.length).toBeGreaterThan(0);
      expect(alone.length).toBeLessThanOrEqual(3);
      expect(log.map(({ msg }) => msg)).toContain('the files are right again and taken');
    },
  );

  it('a first state takes errors: what they concern grants nothing, the rest is served', PATIENCE, async () => {
    const folder = await folderWith({
      'a.yaml': INGRESS,
      'b.yaml': policy('https://one.example/'),
      'c.yaml': 'broken: [',
      'd.yaml': `${INGRESS.replace('name: storefront', 'name: other').replace('shop.example.com', 'other.example')}---
${policy('https://one.example').replaceAll('name: storefront', 'name: other')}`,
    });
    const program = startStandalone(folder);
    const { port, adminPort } = await program.serving();
    expect(await isGranted(port, 'https://one.example')).toBe(false);
    const lines = 'Host: other.example\r\nOrigin: https://one.example\r\nAccess-Control-Request-Method: PUT\r\n';
    expect((await ask(port, `OPTIONS / HTTP/1.1\r\n${lines}\r\n`)).status).toBe(204);
    expect(program.stderr()).toContain(`${join(folder, 'b.yaml')}:8`);
    expect(program.stderr()).toContain(`${join(folder, 'c.yaml')}:`);
    expect((await ready(adminPort)).status).toBe('ok');

    await rm(join(folder, 'c.yaml'));
    await writeFile(join(folder, 'b.yaml'), policy('https://one.example'));
    await expect.poll(() => isGranted(port, 'https://one.example'), PATIENCE).toBe(true);
  });

  it('a guardrail that narrows takes effect, also when it leaves a policy nothing', PATIENCE, async () => {
    const folder = await folderWith({ 'a.yaml': INGRESS, 'b.yaml': policy('https://one.example') });
    const program = startStandalone(folder);
    const { port, adminPort } = await program.serving();
    await writeFile(
      join(folder, 'c.yaml'),
      `apiVersion: cors-operator.dev/v1alpha1
kind: ClusterCorsPolicy
metadata: { name: org }
spec:
  enforcement: Enforce
  guardrail: { allowOrigins: ["https://only.example"], allowMethods: ["*"] }
`,
    );
    await expect.poll(() => isGranted(port, 'https://one.example'), PATIENCE).toBe(false);
    expect((await ready(adminPort)).status).toBe('ok');
  });

  it(
    'sends requests on, and lets those under way finish before it ends; a second signal does not',
    PATIENCE,
    async () => {
      const release: (() => void)[] = [];
      const upstream = await startUpstream((_request, response) => {
        release.push(() => response.end('finished'));
      });
      const folder = await folderWith({ 'a.yaml': INGRESS, 'b.yaml': policy('https://one.example') });
      for (const signals of [1, 2]) {
        const program = startStandalone(folder, '--upstream', `shop/web:80=${upstream.url}`);
        const { port } = await program.serving();
        const client = await openRawClient(port);
        client.send('GET /x HTTP/1.1\r\nHost: shop.example.com\r\nOrigin: https://one.example\r\n\r\n');
        await expect.poll(() => release.length, PATIENCE).toBe(signals);
        program.child.kill('SIGTERM');
        await new Promise((resolve) => {
          setTimeout(resolve, 300);
        });
        expect(program.child.exitCode).toBeNull();
        if (signals === 2) {
          program.child.kill('SIGTERM');
          await expect(client.answer()).rejects.toThrow('ended');
        } else {
          release[0]?.();
          const answer = await client.answer();
          expect(answer).toMatchObject({ status: 200, body: 'finished' });
          expect(headerValues(answer.headers, 'access-control-allow-origin')).toEqual(['https://one.example']);
        }
        expect(await program.exit).toBe(0);
      }
    },
  );

  it('writes the reconciled manifests, again with each change', PATIENCE, async () => {
    const folder = await folderWith({ 'a.yaml': INGRESS, 'b.yaml': policy('https://one.example') });
    const output = await folderWith({});
    const program = startStandalone(folder, '--output', output);
    await program.serving();
    const written = () => readFile(join(output, 'a.yaml'), 'utf8');
    expect(await written()).toContain('https://one.example');
    await writeFile(join(folder, 'b.yaml'), policy('https://two.example'));
    await expect.poll(written, PATIENCE).toContain('https://two.example');
  });

  it('an address that is taken, and a folder that is not there, end it with 2 and a sentence', PATIENCE, async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => {
      taken.listen(0, '127.0.0.1', resolve);
    });
    onTestFinished(() => {
      taken.close();
    });
    const address = taken.address();
    const listen = `127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
    const folder = await folderWith({ 'a.yaml': INGRESS, 'b.yaml': policy('https://one.example') });
    const inside = join(folder, 'out');
    const cases = [
      { args: [folder, '--listen', listen], says: `--listen ${listen}: another program listens there` },
      { args: [folder, '--admin', listen], says: `--admin ${listen}: another program listens there` },
      {
        args: [folder, '--listen', '192.0.2.1:0'],
        says: '--listen 192.0.2.1:0: this machine does not have that address',
      },
      { args: [join(folder, 'none')], says: 'nothing could be read' },
      { args: [folder, '--output', inside], says: '--output' },
      { args: [folder, '--dialect', 'nonsense'], says: 'nonsense' },
    ];
    const check = async ({ args, says }: (typeof cases)[number]): Promise<void> => {
      const program = startStandalone(...args);
      expect(await program.exit).toBe(2);
      expect(program.stderr()).toContain(says);
      expect(program.stderr()).not.toMatch(/^ +at /m);
    };
    await Promise.all(cases.map(check));
  });

  describe('with an exception that ends', () => {
    /** Every question is a connection of its own. */
    const CALM = { timeout: 30_000, interval: 300 };
    const GUARDRAIL = `apiVersion: cors-operator.dev/v1alpha1
kind: ClusterCorsPolicy
metadata: { name: org }
spec:
  enforcement: Enforce
  guardrail: { allowOrigins: ["https://inside.example"] }
`;
    const exception = (end: number) => `apiVersion: cors-operator.dev/v1alpha1
kind: CorsException
metadata: { name: partner }
spec:
  guardrailRef: { name: org }
  policyRefs: [{ namespace: shop, name: storefront }]
  allowOrigins: ["https://partner.example"]
  expiresAt: "${new Date(end).toISOString()}"
  owner: platform
  reason: migration
`;
    const files = (end: number) => ({
      'a.yaml': INGRESS,
      'b.yaml': policy('https://inside.example\n    - https://partner.example'),
      'c.yaml': GUARDRAIL,
      'd.yaml': exception(end),
    });

    it('withdraws what it allowed, by itself and on time', PATIENCE, async () => {
      const end = Date.now() + 6_000;
      const program = startStandalone(await folderWith(files(end)));
      const { port } = await program.serving();
      expect(await isGranted(port, 'https://partner.example')).toBe(true);
      await expect.poll(() => isGranted(port, 'https://partner.example'), CALM).toBe(false);
      expect(Date.now()).toBeGreaterThanOrEqual(end);
      expect(Date.now()).toBeLessThan(end + 30_000);
      expect(await isGranted(port, 'https://inside.example')).toBe(true);
    });

    it('withdraws its policies whole while the files are wrong, until they are right', PATIENCE, async () => {
      const end = Date.now() + 6_000;
      const folder = await folderWith(files(end));
      const program = startStandalone(folder);
      const { port, adminPort } = await program.serving();
      expect(await isGranted(port, 'https://partner.example')).toBe(true);
      await writeFile(join(folder, 'e.yaml'), '{');
      await expect.poll(async () => (await ready(adminPort)).status, CALM).toBe('warning');
      await expect.poll(() => isGranted(port, 'https://partner.example'), CALM).toBe(false);
      expect(await isGranted(port, 'https://inside.example')).toBe(false);
      await rm(join(folder, 'e.yaml'));
      await expect.poll(() => isGranted(port, 'https://inside.example'), CALM).toBe(true);
      expect(await isGranted(port, 'https://partner.example')).toBe(false);
    });
  });
});
