import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { startFakeCluster, TOKEN, writeKubeconfig } from '../support/fake-cluster.ts';
import { statusBody } from '../support/fake-store.ts';
import { inputFolder } from '../support/input-folder.ts';
import { ingressText } from '../support/manifests.ts';
import { QUICKSTART, runInProcess } from '../support/program.ts';

/** Every command that asks a cluster. */
const COMMANDS: readonly (readonly string[])[] = [
  ['lint'],
  ['render'],
  ['explain'],
  ['check', '--host', 'web.example.com', '--origin', 'https://a.example.com'],
  ['diff'],
  ['diff', '-f', QUICKSTART],
  ['restore'],
  ['restore', '--dry-run'],
  ['restore', '--break-glass'],
  ['resume'],
];

describe('a cluster that cannot be asked: exit 3, nothing on standard output', () => {
  test.each(COMMANDS.map((command) => ({ name: command.slice(0, 2).join(' '), command })))(
    '$name: a closed port is named, with what to look at',
    async ({ command }) => {
      const kubeconfig = await writeKubeconfig('http://127.0.0.1:1');
      const { code, stdout, stderr } = await runInProcess([...command, '--kubeconfig', kubeconfig]);
      expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
      expect(stderr).toMatch(/error: context test \(http:\/\/127\.0\.0\.1:1\) cannot be asked: .*ECONNREFUSED/);
      expect(stderr).toContain('are --kubeconfig and --context the ones that you mean?');
      expect(stderr).not.toContain(TOKEN);
    },
  );

  test.each([
    {
      name: 'credentials that are refused',
      fault: statusBody(401, 'Unauthorized', 'Unauthorized'),
      says: 'does not accept the credentials: log in again',
    },
    {
      name: 'an API server that is failing',
      fault: statusBody(500, 'InternalError', 'etcd is away'),
      says: 'etcd is away',
    },
    {
      name: 'something that is no API server',
      fault: { status: 404, body: 'not found' },
      says: 'so it is no API server of Kubernetes',
    },
    { name: 'something that speaks no JSON', fault: { status: 200, body: '<html>' }, says: 'cannot be asked' },
    { name: 'a connection that breaks', fault: 'Reset' as const, says: 'the connection broke' },
  ])('$name', async ({ fault, says }) => {
    const cluster = await startFakeCluster();
    cluster.server.setFault(() => fault);
    const { code, stdout, stderr } = await cluster.run(['lint']);
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toContain(says);
    expect(stderr).toContain(cluster.server.url);
    expect(stderr).not.toContain(TOKEN);
  });

  test('a password in the address of the server is not told', async () => {
    const kubeconfig = await writeKubeconfig('http://somebody:hunter2@127.0.0.1:1');
    const { code, stderr } = await runInProcess(['lint', '--kubeconfig', kubeconfig]);
    expect(code).toBe(3);
    expect(stderr).not.toMatch(/hunter2|somebody/);
  });
});

describe('a command line that names no cluster that can be used: exit 2', () => {
  test.each([['diff'], ['restore'], ['resume']])('%s: nothing names one', async (command) => {
    const { code, stdout, stderr } = await runInProcess([command]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('no cluster: there is no kubeconfig');
  });

  test.each(['lint', 'render', 'explain'])('%s: neither files nor a cluster', async (command) => {
    const { code, stderr } = await runInProcess([command]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/name the input: a file, a folder, or - .* no kubeconfig either/);
  });

  test('a context that the kubeconfig does not have', async () => {
    const cluster = await startFakeCluster();
    const { code, stderr } = await cluster.run(['lint', '--context', 'prod']);
    expect(code).toBe(2);
    expect(stderr).toMatch(/no context "prod"/);
  });

  test('a kubeconfig that is not there is no reason to look elsewhere', async () => {
    const path = join(await inputFolder(), 'nothing');
    for (const command of [['lint'], ['diff', '-f', QUICKSTART], ['restore']]) {
      const { code, stdout } = await runInProcess([...command, '--kubeconfig', path]);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    }
  });

  test('files and a cluster at once', async () => {
    const { code, stderr } = await runInProcess(['lint', '-f', QUICKSTART, '--context', 'prod']);
    expect(code).toBe(2);
    expect(stderr).toContain('-f names files and --context a cluster: give one of them');
  });
});

test('a kubeconfig in the environment does not matter where -f names files', async () => {
  const kubeconfig = await writeKubeconfig('http://127.0.0.1:1');
  const folder = await inputFolder({ 'a.yaml': ingressText('web') });
  const { code } = await runInProcess(['lint', '-f', folder], { env: { KUBECONFIG: kubeconfig } });
  expect(code).toBe(0);
});

test('the cluster of KUBECONFIG is asked where nothing else is named, as the command', async () => {
  const cluster = await startFakeCluster();
  const { code } = await runInProcess(['lint'], { env: { KUBECONFIG: cluster.kubeconfig } });
  expect(code).toBe(0);
  expect(cluster.server.requests[0]?.headers['user-agent']).toMatch(/^cors-operator\/\S+ \(lint\)$/);
});
