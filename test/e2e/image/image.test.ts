import { chmod } from 'node:fs/promises';
import { getContainerRuntimeClient, type StartedTestContainer, Wait } from 'testcontainers';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { imageFiles, removeDockerImage } from '../../rig/docker-build.ts';
import { type DockerEngine, useDockerEngine } from '../../rig/docker-engine.ts';
import { buildProjectImage, HardenedContainer } from '../../rig/project-image.ts';
import { QUICKSTART } from '../../support/program.ts';
import { folderWith } from '../../support/standalone-process.ts';

const TAG = `cors-operator-test:${process.pid}`;

/** What operations.md allows, bytes. */
const MAXIMUM_SIZE = 140_000_000;

/** Far more than an end takes, seconds: what takes as long does not listen to SIGTERM. */
const STOP_TIMEOUT = 10_000;

const NODE = '/usr/bin/node';

let engine: DockerEngine;

beforeAll(async () => {
  engine = await useDockerEngine();
  await buildProjectImage(engine, TAG);
}, 600_000);

afterAll(async () => {
  if (engine?.kind === 'Found') await removeDockerImage(TAG);
  await engine?.stop();
}, 120_000);

async function inspect(id: string) {
  const client = await getContainerRuntimeClient();
  return client.container.getById(id).inspect();
}

/** Runs a command line to its end on a folder that is mounted at /data. */
async function runToEnd(args: readonly string[], folder: string): Promise<{ code: number; output: string }> {
  const lines: string[] = [];
  const container = await new HardenedContainer(TAG)
    .withBindMounts([{ source: folder, target: '/data', mode: 'ro' }])
    .withCommand([...args])
    .withWaitStrategy(Wait.forLogMessage(/./))
    .withLogConsumer((stream) => stream.on('data', (line) => lines.push(String(line))))
    .start();
  const client = await getContainerRuntimeClient();
  const ended: { StatusCode: number } = await client.container.getById(container.getId()).wait();
  await container.stop();
  return { code: ended.StatusCode, output: lines.join('') };
}

async function startStandalone(): Promise<StartedTestContainer> {
  const container = await new HardenedContainer(TAG)
    .withBindMounts([{ source: QUICKSTART, target: '/data', mode: 'ro' }])
    .withCommand(['standalone', '/data', '--listen', '127.0.0.1:8080'])
    .withWaitStrategy(Wait.forLogMessage(/^curl /))
    .start();
  onTestFinished(async () => {
    await container.stop({ timeout: 0 });
  });
  return container;
}

/** Runs a script of Node's inside the container: there is nothing else that could be run. */
async function evaluate(container: StartedTestContainer, script: string): Promise<string> {
  const { exitCode, output } = await container.exec([NODE, '-e', script]);
  expect(output === '' ? exitCode : output).not.toBe(undefined);
  return output.trim();
}

describe('the image', () => {
  test('is not larger than 140 MB', async () => {
    const client = await getContainerRuntimeClient();
    const { Size: size } = await client.container.dockerode.getImage(TAG).inspect();
    expect(size).toBeGreaterThan(100_000_000);
    expect(size).toBeLessThanOrEqual(MAXIMUM_SIZE);
  });

  test('runs as nobody of its own, and says what it is', async () => {
    const client = await getContainerRuntimeClient();
    const { Config: config } = await client.container.dockerode.getImage(TAG).inspect();
    expect(config.User).toBe('65532:65532');
    expect(config.Labels).toMatchObject({
      'org.opencontainers.image.title': 'cors-operator',
      'org.opencontainers.image.licenses': 'Apache-2.0',
      'org.opencontainers.image.version': '1.2.3-test',
      'org.opencontainers.image.revision': 'abc123',
    });
  });

  test('holds Node, its libraries and one bundle: no shell and no package', async () => {
    const files = await imageFiles(TAG);
    const others = files.filter((file) => !/^(app|etc|lib|lib64|usr\/lib|usr\/bin)\//.test(file));
    expect(others).toEqual([]);
    expect(files.filter((file) => file.startsWith('usr/bin/'))).toEqual(['usr/bin/node']);
    expect(files.filter((file) => file.startsWith('app/'))).toEqual([
      'app/LICENSE',
      'app/cors-operator.mjs',
      'app/cors-operator.mjs.LEGAL.txt',
    ]);
    expect(files.filter((file) => /lib/.test(file)).every((file) => /\.so(\.\d+)*$/.test(file))).toBe(true);
  });
});

describe('a container', () => {
  test('lint: a file that is mounted, wrong: exit code 1 and the reason', async () => {
    const folder = await folderWith({
      'policy.yaml': `
apiVersion: cors-operator.dev/v1alpha1
kind: CorsPolicy
metadata: { name: storefront, namespace: shop }
spec:
  targetSelector: {}
  allowOrigins: [ "https://www.example.com/" ]
`,
    });
    await chmod(folder, 0o755);
    const { code, output } = await runToEnd(['lint', '-f', 'policy.yaml'], folder);
    expect(output).toContain('OriginTrailingSlash');
    expect(code).toBe(1);
  });

  test('--help is what it says without arguments, with exit code 0', async () => {
    const { code, output } = await runToEnd([], QUICKSTART);
    expect(output).toContain('Usage: cors-operator');
    expect(code).toBe(0);
  });

  test('controller: without a cluster it says so, with exit code 2', async () => {
    const { code, output } = await runToEnd(['controller'], QUICKSTART);
    expect(output).toContain('no cluster');
    expect(code).toBe(2);
  });

  test('standalone: a preflight is answered, read-only root, no capabilities, uid 65532', async () => {
    const container = await startStandalone();
    const script = `
      const headers = { host: 'shop.example.com', origin: 'https://www.example.com', 'access-control-request-method': 'PUT' };
      require('node:http').request({ port: 8080, method: 'OPTIONS', path: '/', headers }, (response) => {
        console.log(JSON.stringify({ status: response.statusCode, origin: response.headers['access-control-allow-origin'] }));
        response.resume();
      }).end();`;
    expect(JSON.parse(await evaluate(container, script))).toEqual({ status: 204, origin: 'https://www.example.com' });

    const user = await evaluate(
      container,
      `console.log(process.getuid(), process.getgid(), require('os').userInfo().username)`,
    );
    expect(user).toBe('65532 65532 nonroot');
    const status = await evaluate(container, `console.log(require('fs').readFileSync('/proc/1/status', 'utf8'))`);
    expect(status).toMatch(/^CapEff:\s+0+$/m);
    expect(status).toMatch(/^CapBnd:\s+0+$/m);
    expect(status).toMatch(/^NoNewPrivs:\s+1$/m);
    const write = await evaluate(
      container,
      `try { require('fs').writeFileSync('/app/x', '') } catch (error) { console.log(error.code) }`,
    );
    expect(write).toBe('EROFS');
  });

  test('standalone: SIGTERM ends it with exit code 0 before it would be killed', async () => {
    const container = await startStandalone();
    const start = performance.now();
    await container.stop({ timeout: STOP_TIMEOUT, remove: false });
    expect(performance.now() - start).toBeLessThan(STOP_TIMEOUT / 2);
    const { State: state } = await inspect(container.getId());
    expect(state.ExitCode).toBe(0);
  });
});
