import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type ControlPlane, startControlPlane } from '../../rig/control-plane.ts';
import { until } from '../../rig/patience.ts';
import { isRunning } from '../../rig/process-table.ts';
import { createRigFolder, RIG_FOLDER_PREFIX } from '../../rig/rig-folder.ts';

const RIG = fileURLToPath(new URL('../../rig/main.ts', import.meta.url));

function foldersOf(pid: number | undefined): readonly string[] {
  return readdirSync(tmpdir()).filter((name) => name.startsWith(`${RIG_FOLDER_PREFIX}${pid}-`));
}

/** Ids of processes that were started with a word among their arguments. */
function processesWith(word: string): readonly number[] {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,args='], { encoding: 'utf8', maxBuffer: 2 ** 24 }).split('\n');
  return lines.filter((line) => line.includes(word)).map((line) => Number.parseInt(line, 10));
}

describe('a control plane', () => {
  let plane: ControlPlane;

  beforeAll(async () => {
    plane = await startControlPlane({ users: [{ name: 'alice', groups: ['shop-team'] }] });
  });
  afterAll(() => plane.stop());

  test('is ready and says the version that was asked for', async () => {
    expect(await plane.kubectl(['get', '--raw', '/readyz'])).toBe('ok');
    expect(JSON.parse(await plane.kubectl(['version', '-o', 'json']))).toMatchObject({
      serverVersion: { major: '1', gitVersion: expect.stringMatching(/^v1\.\d+\.\d+$/) },
    });
  });

  test('keeps what it holds when the API server is killed and started again', async () => {
    await plane.kubectl(['create', 'configmap', 'kept', '--from-literal=a=b']);
    const before = plane.processes();
    await plane.killApiServer();
    expect(plane.processes()).toEqual({ etcd: before['etcd'] });
    expect((await plane.tryKubectl(['get', 'configmap', 'kept'])).code).not.toBe(0);
    await plane.startApiServer();
    expect(await plane.kubectl(['get', 'configmap', 'kept', '-o', 'jsonpath={.data.a}'])).toBe('b');
    expect(plane.processes()['kube-apiserver']).not.toBe(before['kube-apiserver']);
  });

  test('keeps what it holds when etcd is stopped and started again', async () => {
    await plane.kubectl(['create', 'configmap', 'kept-too', '--from-literal=a=b']);
    await plane.stopEtcd();
    await plane.startEtcd();
    expect(await plane.kubectl(['get', 'configmap', 'kept-too', '-o', 'jsonpath={.data.a}'])).toBe('b');
  });

  test('stores nothing while etcd is paused', async () => {
    plane.pauseEtcd();
    const create = ['create', 'configmap', 'late', '--request-timeout=1s'];
    expect((await plane.tryKubectl(create)).code).not.toBe(0);
    plane.resumeEtcd();
    await expect.poll(async () => (await plane.tryKubectl(['get', '--raw', '/readyz'])).code).toBe(0);
  });

  test('answers a watch from before a compaction with Expired', async () => {
    const list = JSON.parse(await plane.kubectl(['get', '--raw', '/api/v1/namespaces/default/configmaps']));
    const old: string = list.metadata.resourceVersion;
    for (const name of ['one', 'two']) await plane.kubectl(['create', 'configmap', name]);
    await plane.compactEtcd();
    await plane.killApiServer();
    await plane.startApiServer();
    const path = `/api/v1/namespaces/default/configmaps?watch=true&timeoutSeconds=2&resourceVersion=${old}`;
    const { stdout, stderr } = await plane.tryKubectl(['get', '--raw', path]);
    expect(stdout + stderr).toMatch(/Expired|too old resource version/);
  });

  test('gives a user no right that nobody gave', async () => {
    const kubeconfig = await plane.kubeconfigFor('alice');
    const get = ['get', 'configmaps', '-o', 'name'];
    const refused = await plane.tryKubectl(get, { kubeconfig });
    expect(refused.code).not.toBe(0);
    expect(refused.stderr).toContain('alice');
    await plane.kubectl(['create', 'role', 'reader', '--verb=list', '--resource=configmaps']);
    await plane.kubectl(['create', 'rolebinding', 'shop', '--role=reader', '--group=shop-team']);
    await expect.poll(async () => (await plane.tryKubectl(get, { kubeconfig })).code).toBe(0);
    await expect(plane.kubeconfigFor('bob')).rejects.toThrow('bob');
  });

  test('gives a service account a token of its own', async () => {
    await plane.kubectl(['create', 'serviceaccount', 'robot']);
    const kubeconfig = await plane.kubeconfigForServiceAccount('default', 'robot');
    const who = await plane.kubectl(['auth', 'whoami', '-o', 'jsonpath={.status.userInfo.username}'], { kubeconfig });
    expect(who).toBe('system:serviceaccount:default:robot');
    await expect(plane.serviceAccountToken('default', 'nobody')).rejects.toThrow('nobody');
  });

  test('records writes with what is stored afterwards', async () => {
    await plane.kubectl(['create', 'configmap', 'recorded', '--from-literal=a=b', '--field-manager=somebody']);
    await plane.settleAuditLog();
    const events = readFileSync(plane.auditLog, 'utf8')
      .split('\n')
      .filter((line) => line.includes('"recorded"'));
    expect(events.map((line) => JSON.parse(line))).toEqual([
      expect.objectContaining({
        stage: 'ResponseComplete',
        verb: 'create',
        requestURI: expect.stringContaining('fieldManager=somebody'),
        user: expect.objectContaining({ username: 'admin' }),
        responseObject: expect.objectContaining({ data: { a: 'b' } }),
      }),
    ]);
  });

  test('leaves nothing behind when it is stopped', async () => {
    const short = await startControlPlane({ controllerManager: true });
    const ids = Object.values(short.processes());
    expect(ids).toHaveLength(3);
    await short.kubectl(['create', 'namespace', 'shop']);
    await short.kubectl(['delete', 'namespace', 'shop', '--timeout=20s']);
    await short.stop();
    expect(ids.filter(isRunning)).toEqual([]);
    expect(existsSync(short.folder)).toBe(false);
    await short.stop();
  });

  test('leaves nothing behind when it cannot start, and says why', async () => {
    const before = foldersOf(process.pid);
    await expect(startControlPlane({ apiServerArguments: ['--no-such-flag'] })).rejects.toThrow('no-such-flag');
    expect(foldersOf(process.pid)).toEqual(before);
    expect(processesWith('--no-such-flag')).toEqual([]);
  });
});

describe('npm run rig', () => {
  async function startRig(): Promise<{ readonly child: ReturnType<typeof spawn>; readonly kubeconfig: string }> {
    const child = spawn(process.execPath, [RIG, 'own'], { stdio: ['ignore', 'pipe', 'inherit'] });
    onTestFinished(() => {
      child.kill('SIGKILL');
    });
    for await (const line of createInterface({ input: child.stdout })) {
      const kubeconfig = /^export KUBECONFIG=(.*)$/.exec(line)?.[1];
      if (kubeconfig !== undefined) return { child, kubeconfig };
    }
    throw new Error(`it ended with ${child.exitCode}`);
  }

  test('stops cleanly when it is interrupted', async () => {
    const { child, kubeconfig } = await startRig();
    expect(readFileSync(kubeconfig, 'utf8')).toContain('https://127.0.0.1:');
    const ended = once(child, 'exit');
    child.kill('SIGINT');
    expect(await ended).toEqual([0, null]);
    expect(existsSync(kubeconfig)).toBe(false);
    expect(processesWith(dirname(kubeconfig))).toEqual([]);
  });

  test('leaves no server behind when it is killed, and its folder only until the next start', async () => {
    const { child, kubeconfig } = await startRig();
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
    await until({ what: 'the end of all servers', check: () => processesWith(dirname(kubeconfig)).length === 0 });
    const folder = await createRigFolder();
    onTestFinished(() => rm(folder, { recursive: true }));
    expect(foldersOf(child.pid)).toEqual([]);
  });
});
