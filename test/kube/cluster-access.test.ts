import { chmodSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { type ClusterAccess, type ClusterAccessOptions, loadClusterAccess } from '../../src/kube/cluster-access.ts';
import { KubeError } from '../../src/kube/kube-error.ts';
import { createFakeClock, type FakeClock } from '../support/fake-clock.ts';

let folder: string;
let clock: FakeClock;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'access-'));
  clock = createFakeClock();
});

afterEach(() => rmSync(folder, { recursive: true }));

type Parts = { readonly cluster?: object; readonly user?: object; readonly context?: object };

function kubeconfig(name: string, { cluster = {}, user = {}, context = {} }: Parts = {}): object {
  return {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': name,
    clusters: [{ name, cluster: { server: `https://${name}.example:6443`, ...cluster } }],
    users: [{ name, user }],
    contexts: [{ name, context: { cluster: name, user: name, ...context } }],
  };
}

function write(file: string, content: object | string): string {
  const path = join(folder, file);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, typeof content === 'string' ? content : stringify(content));
  return path;
}

function load(options: Partial<ClusterAccessOptions> = {}): Promise<ClusterAccess> {
  return loadClusterAccess({ environment: {}, serviceAccountFolder: join(folder, 'nowhere'), clock, ...options });
}

function loadParts(parts: Parts): Promise<ClusterAccess> {
  return load({ kubeconfig: write('config', kubeconfig('test', parts)) });
}

async function authorization(access: ClusterAccess): Promise<string | undefined> {
  return (await access.credentials()).headers['authorization'];
}

async function failureOf(call: Promise<unknown>): Promise<KubeError> {
  try {
    await call;
  } catch (error) {
    if (error instanceof KubeError) return error;
    throw error;
  }
  throw new Error('it did not fail');
}

describe('loadClusterAccess: where', () => {
  it('the flag comes first, then KUBECONFIG, then the home folder, then the pod', async () => {
    const flag = write('flag', kubeconfig('flag'));
    const variable = write('variable', kubeconfig('variable'));
    write('home/.kube/config', kubeconfig('home'));
    write('pod/token', 't');
    write('pod/ca.crt', 'c');
    const pod = { KUBERNETES_SERVICE_HOST: '10.0.0.1', KUBERNETES_SERVICE_PORT: '443' };
    const serviceAccountFolder = join(folder, 'pod');
    const home = { ...pod, HOME: join(folder, 'home') };
    const found = [
      await load({ environment: { ...home, KUBECONFIG: variable }, kubeconfig: flag, serviceAccountFolder }),
      await load({ environment: { ...home, KUBECONFIG: variable }, serviceAccountFolder }),
      await load({ environment: home, serviceAccountFolder }),
      await load({ environment: { ...pod, HOME: '/nonexistent' }, serviceAccountFolder }),
    ];
    expect(found.map(({ name }) => name)).toEqual(['flag', 'variable', 'home', 'in-cluster']);
  });

  it('without any, it says what was looked for', async () => {
    const error = await failureOf(load());
    expect(error.reason).toBe('NoAccess');
    expect(error.message).toContain('--kubeconfig');
  });

  it('a context can be chosen, and a wrong one names those that exist', async () => {
    const first = write('first', kubeconfig('first', { context: { namespace: 'shop' } }));
    const second = write('second', kubeconfig('second'));
    const environment = { KUBECONFIG: `${first}:${second}` };
    expect((await load({ environment })).namespace).toBe('shop');
    const chosen = await load({ environment, context: 'second' });
    expect([chosen.name, chosen.server, chosen.namespace]).toEqual([
      'second',
      'https://second.example:6443',
      'default',
    ]);
    const error = await failureOf(load({ environment, context: 'third' }));
    expect(error.message).toContain('first, second');
  });

  it('of several files that define a name the first counts, and files that do not exist are passed over', async () => {
    const first = write('first', { ...kubeconfig('a', { cluster: { server: 'https://one' } }), 'current-context': '' });
    const second = write('second', kubeconfig('a', { cluster: { server: 'https://two' } }));
    const access = await load({ environment: { KUBECONFIG: `${join(folder, 'none')}:${first}:${second}` } });
    expect(access.server).toBe('https://one');
  });

  it.each([
    { name: 'a missing file', content: undefined, says: 'cannot be read' },
    { name: 'no YAML', content: 'a: [', says: 'cannot be read' },
    { name: 'no current context', content: { ...kubeconfig('a'), 'current-context': '' }, says: '--context' },
    { name: 'a cluster that is not there', content: { ...kubeconfig('a'), clusters: [] }, says: 'no cluster "a"' },
    { name: 'a user that is not there', content: { ...kubeconfig('a'), users: null }, says: 'no user "a"' },
    { name: 'a server that is no URL', content: kubeconfig('a', { cluster: { server: 'a:b' } }), says: 'server' },
    {
      name: 'a server of another scheme',
      content: kubeconfig('a', { cluster: { server: 'ftp://x' } }),
      says: 'server',
    },
    { name: 'lists that are none', content: { ...kubeconfig('a'), contexts: 'x' }, says: 'no context "a"' },
    { name: 'a list', content: '[]', says: 'no context' },
  ])('a kubeconfig that was asked for is refused with what is wrong: $name', async ({ content, says }) => {
    const path = content === undefined ? join(folder, 'none') : write('config', content);
    const error = await failureOf(load({ kubeconfig: path }));
    expect([error.reason, error.message]).toEqual(['NoAccess', expect.stringContaining(says)]);
    expect(error.message).toContain(path);
  });

  it('an excerpt of a kubeconfig is in no message', async () => {
    const error = await failureOf(load({ kubeconfig: write('config', 'users:\n- user: {token: s3cr3t\n  x: [') }));
    expect(`${error.message}${String(error.cause)}`).not.toContain('s3cr3t');
  });

  it('plain http, a path, and a slash at the end are taken', async () => {
    const access = await loadParts({ cluster: { server: 'http://127.0.0.1:8001/k8s/' } });
    expect(access.server).toBe('http://127.0.0.1:8001/k8s');
  });

  it('a proxy of the kubeconfig wins over that of the environment', async () => {
    const environment = { HTTPS_PROXY: 'http://environment:1' };
    const own = write('own', kubeconfig('own', { cluster: { 'proxy-url': 'socks5://own:2' } }));
    const none = write('none', kubeconfig('none'));
    expect((await load({ environment, kubeconfig: own })).proxy).toBe('socks5://own:2');
    expect((await load({ environment, kubeconfig: none })).proxy).toBe('http://environment:1');
    expect(await load({ kubeconfig: none })).not.toHaveProperty('proxy');
  });
});

describe('loadClusterAccess: who', () => {
  it.each<{ name: string; user: object; expected: string | undefined }>([
    { name: 'nobody', user: {}, expected: undefined },
    { name: 'a token', user: { token: 'abc' }, expected: 'Bearer abc' },
    {
      name: 'a password',
      user: { username: 'ann', password: 'pä:ss' },
      expected: `Basic ${Buffer.from('ann:pä:ss').toString('base64')}`,
    },
    {
      name: 'an empty token is none',
      user: { token: '', username: 'ann' },
      expected: `Basic ${Buffer.from('ann:').toString('base64')}`,
    },
  ])('$name', async ({ user, expected }) => {
    expect(await authorization(await loadParts({ user }))).toBe(expected);
  });

  it('a token file is named relative to its kubeconfig, read again when it changes, and wins over a token', async () => {
    const token = write('tokens/token', 'one\n');
    const access = await loadParts({ user: { tokenFile: 'tokens/token', token: 'zero' } });
    expect(await authorization(access)).toBe('Bearer one');
    writeFileSync(token, 'two');
    expect(await authorization(access)).toBe('Bearer one');
    clock.jump(1001);
    expect(await authorization(access)).toBe('Bearer two');
  });

  it('a file that looks the same is read again after a minute, and at once when the server refused it', async () => {
    const token = write('token', 'one');
    const access = await loadParts({ user: { tokenFile: token } });
    const replace = (text: string) => {
      writeFileSync(token, text);
      utimesSync(token, 1000, 1000);
    };
    replace('one');
    clock.jump(1001);
    await authorization(access);
    replace('two');
    clock.jump(1001);
    expect(await authorization(access)).toBe('Bearer one');
    access.forget();
    expect(await authorization(access)).toBe('Bearer two');
    replace('six');
    clock.jump(60_001);
    expect(await authorization(access)).toBe('Bearer six');
  });

  it('a file that is away for the moment leaves what was read; one that never was is refused', async () => {
    const token = write('token', 'one');
    const access = await loadParts({ user: { tokenFile: token } });
    await authorization(access);
    rmSync(token);
    clock.jump(70_000);
    expect(await authorization(access)).toBe('Bearer one');
    expect((await failureOf(authorization(await loadParts({ user: { tokenFile: token } })))).reason).toBe('NoAccess');
  });

  it('who is impersonated is sent', async () => {
    const { headers } = await (
      await loadParts({ user: { as: 'ann', 'as-uid': '7', 'as-groups': ['dev'] } })
    ).credentials();
    expect(headers).toEqual({ 'impersonate-user': 'ann', 'impersonate-uid': '7', 'impersonate-group': 'dev' });
  });

  it('impersonation that cannot be sent whole is refused', async () => {
    expect((await failureOf(loadParts({ user: { as: 'ann', 'as-groups': ['a', 'b'] } }))).reason).toBe('NoAccess');
    expect((await failureOf(loadParts({ user: { as: 'ann', 'as-user-extra': { scopes: ['x'] } } }))).reason).toBe(
      'NoAccess',
    );
  });
});

describe('loadClusterAccess: TLS', () => {
  const base64 = (text: string) => Buffer.from(text).toString('base64');

  it('data wins over a file, and files are relative to the kubeconfig', async () => {
    write('ca.crt', 'file');
    const data = await loadParts({
      cluster: { 'certificate-authority': 'ca.crt', 'certificate-authority-data': base64('data') },
    });
    const file = await loadParts({ cluster: { 'certificate-authority': 'ca.crt' } });
    expect(String((await data.credentials()).tls.ca)).toBe('data');
    expect(String((await file.credentials()).tls.ca)).toBe('file');
  });

  it('it is the same object until a file changes, even when the token does', async () => {
    const ca = write('ca.crt', 'one');
    const cert = write('cert', 'two');
    const token = write('token', 'three');
    const access = await loadParts({
      cluster: { 'certificate-authority': ca },
      user: { 'client-certificate': cert, 'client-key-data': base64('key'), tokenFile: token },
    });
    const first = (await access.credentials()).tls;
    writeFileSync(token, 'four');
    clock.jump(61_000);
    expect((await access.credentials()).tls).toBe(first);
    writeFileSync(cert, 'five');
    clock.jump(1001);
    const second = (await access.credentials()).tls;
    expect([String(second.ca), String(second.cert), String(second.key)]).toEqual(['one', 'five', 'key']);
  });

  it('an insecure cluster is not verified, whatever its CA; another name may be expected', async () => {
    const insecure = await loadParts({
      cluster: {
        'insecure-skip-tls-verify': true,
        'certificate-authority-data': base64('x'),
        'tls-server-name': 'api',
      },
    });
    expect((await insecure.credentials()).tls).toEqual({ rejectUnauthorized: false, servername: 'api' });
    expect((await (await loadParts({})).credentials()).tls).toEqual({});
  });
});

describe('loadClusterAccess: pod', () => {
  const environment = { KUBERNETES_SERVICE_HOST: 'fd00::1', KUBERNETES_SERVICE_PORT: '6443' };

  it('token and CA are read again when they change', async () => {
    write('pod/token', 'one\n');
    write('pod/ca.crt', 'ca1');
    write('pod/namespace', 'cors-system\n');
    const access = await load({ environment, serviceAccountFolder: join(folder, 'pod') });
    expect([access.server, access.namespace]).toEqual(['https://[fd00::1]:6443', 'cors-system']);
    const first = await access.credentials();
    expect([first.headers['authorization'], String(first.tls.ca)]).toEqual(['Bearer one', 'ca1']);
    write('pod/token', 'two');
    write('pod/ca.crt', 'ca2');
    clock.jump(1001);
    const second = await access.credentials();
    expect([second.headers['authorization'], String(second.tls.ca)]).toEqual(['Bearer two', 'ca2']);
  });

  it('a pod without a service account is none', async () => {
    expect((await failureOf(load({ environment }))).reason).toBe('NoAccess');
  });
});

describe('loadClusterAccess: exec', () => {
  function program(body: string): string {
    const path = write('plugins/give', `#!/bin/sh\necho x >> "${folder}/runs"\n${body}\n`);
    chmodSync(path, 0o755);
    return path;
  }

  function credential(status: object): string {
    return `cat <<'END'\n${JSON.stringify({ apiVersion: 'client.authentication.k8s.io/v1', kind: 'ExecCredential', status })}\nEND`;
  }

  it('the program is found relative to the kubeconfig, told the version, and run once until it expires or is refused', async () => {
    program(
      `echo "$KUBERNETES_EXEC_INFO" > "${folder}/information"\n${credential({ token: 'abc', expirationTimestamp: '2999-01-01T00:00:00Z' })}`,
    );
    const exec = {
      apiVersion: 'client.authentication.k8s.io/v1beta1',
      command: './plugins/give',
      provideClusterInfo: true,
    };
    const access = await loadParts({ user: { exec } });
    const all = await Promise.all([authorization(access), authorization(access), authorization(access)]);
    expect(new Set(all)).toEqual(new Set(['Bearer abc']));
    const { readFileSync } = await import('node:fs');
    expect(JSON.parse(readFileSync(join(folder, 'information'), 'utf8'))).toMatchObject({
      apiVersion: 'client.authentication.k8s.io/v1beta1',
      spec: { interactive: false, cluster: { server: 'https://test.example:6443' } },
    });
    access.forget();
    await authorization(access);
    expect(readFileSync(join(folder, 'runs'), 'utf8')).toBe('x\nx\n');
  });

  it('it may give a certificate', async () => {
    program(credential({ clientCertificateData: 'CERT', clientKeyData: 'KEY' }));
    const access = await loadParts({ user: { exec: { command: './plugins/give' } } });
    const { tls, headers } = await access.credentials();
    expect([tls.cert, tls.key, headers]).toEqual(['CERT', 'KEY', {}]);
    expect((await access.credentials()).tls).toBe(tls);
  });

  it.each([
    { name: 'not installed', command: 'no-such-program-here', body: '', says: 'is not installed. Get it from there' },
    { name: 'fails', command: './plugins/give', body: 'echo "log in first" >&2; exit 1', says: 'log in first' },
    { name: 'gives no JSON', command: './plugins/give', body: 'echo "s3cr3t"', says: 'gave no credentials' },
    { name: 'gives nothing useful', command: './plugins/give', body: 'echo "{}"', says: 'gave no credentials' },
  ])('a program that $name is an error without its output', async ({ command, body, says }) => {
    if (body !== '') program(body);
    const access = await loadParts({ user: { exec: { command, installHint: 'Get it from there' } } });
    const error = await failureOf(access.credentials());
    expect([error.reason, error.message]).toEqual(['NoAccess', expect.stringContaining(says)]);
    expect(`${error.message}${String(error.cause)}`).not.toContain('s3cr3t');
  });
});

describe('loadClusterAccess: auth-provider', () => {
  it('an OpenID Connect token is taken while it is valid', async () => {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const token = `${part({ alg: 'none' })}.${part({ exp: 32_503_680_000 })}.${part({})}`;
    const access = await loadParts({ user: { 'auth-provider': { name: 'oidc', config: { 'id-token': token } } } });
    expect(await authorization(access)).toBe(`Bearer ${token}`);
  });

  it('a provider that is not known gives nothing', async () => {
    const access = await loadParts({ user: { 'auth-provider': { name: 'other' } } });
    expect(await authorization(access)).toBeUndefined();
  });
});
