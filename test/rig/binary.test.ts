import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { type BinaryRecipe, cachePath, findBinary, RIG_PROBLEM } from './binary.ts';

let made = 0;
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'binary-test-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  vi.stubEnv('PATH', '/usr/bin:/bin');
  vi.stubEnv('KUBEBUILDER_ASSETS', undefined);
  vi.stubEnv(RIG_PROBLEM, undefined);
  vi.stubEnv('RIG_CACHE', join(folder, 'cache'));
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
});

/** A recipe of a program that nobody else has. */
function recipe(more: Partial<BinaryRecipe> = {}): BinaryRecipe {
  made++;
  const name = `rig-test-${process.pid}-${made}`;
  return { name, module: 'k8s', package: 'example.com/x', version: '1.2.3', ...more };
}

async function program(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, `#!/bin/sh\n${text}\n`);
  await chmod(path, 0o755);
  return path;
}

/** A `go` that says what it was told, takes its time and writes a program to what follows `-o`. */
async function fakeGo(outcome = 'exit 0'): Promise<void> {
  await program(
    'go',
    `[ "$1" = version ] && exit 0
echo "$PWD CGO_ENABLED=$CGO_ENABLED $GOFLAGS $*" >> ${folder}/calls
sleep 0.3
while [ $# -gt 0 ]; do [ "$1" = -o ] && out=$2; shift; done
printf '#!/bin/sh\\n' > "$out"; chmod +x "$out"
${outcome}`,
  );
  vi.stubEnv('PATH', `${folder}:/usr/bin:/bin`);
}

describe('findBinary', () => {
  test('a variable of its own comes first', async () => {
    const wanted = recipe({ inAssets: true });
    vi.stubEnv(`RIG_${wanted.name.toUpperCase().replaceAll('-', '_')}`, await program('mine', 'exit 0'));
    vi.stubEnv('KUBEBUILDER_ASSETS', dirname(await program(wanted.name, 'exit 0')));
    expect(await findBinary(wanted)).toBe(join(folder, 'mine'));
  });

  test('a variable that leads nowhere is an error, not passed over', async () => {
    const wanted = recipe();
    vi.stubEnv(`RIG_${wanted.name.toUpperCase().replaceAll('-', '_')}`, join(folder, 'nothing'));
    await expect(findBinary(wanted)).rejects.toThrow('is not a program');
  });

  test('KUBEBUILDER_ASSETS is taken for those that belong there, whatever their version', async () => {
    const wanted = recipe({ inAssets: true });
    vi.stubEnv('KUBEBUILDER_ASSETS', dirname(await program(wanted.name, 'exit 0')));
    expect(await findBinary(wanted)).toBe(join(folder, wanted.name));
    await fakeGo();
    const other = recipe({ name: wanted.name });
    expect(await findBinary(other)).toBe(cachePath(other));
  });

  test.each([
    { name: 'the same version', says: 'Kubernetes v1.2.3', taken: true },
    { name: 'the same version, bare', says: '{"version": "1.2.3"}', taken: true },
    { name: 'another version', says: 'Kubernetes v1.2.30', taken: false },
    { name: 'a pre-release', says: 'Kubernetes v1.2.3-rc.0', taken: false },
    { name: 'no version', says: 'hello', taken: false },
  ])('PATH: $name', async ({ says, taken }) => {
    const wanted = recipe({ versionArgs: ['--version'] });
    await fakeGo();
    const path = await program(wanted.name, `[ "$1" = --version ] && echo '${says}'`);
    expect(await findBinary(wanted)).toBe(taken ? path : cachePath(wanted));
  });

  test('PATH is not looked at without a way to tell the version', async () => {
    await fakeGo();
    const wanted = recipe();
    await program(wanted.name, 'exit 0');
    expect(await findBinary(wanted)).toBe(cachePath(wanted));
  });

  test('a build runs in the module, with the flags of the recipe', async () => {
    await fakeGo();
    const wanted = recipe({ ldflags: ['-X a.b=c'], tags: ['one', 'two'], cgo: true });
    await findBinary(wanted);
    const calls = await readFile(join(folder, 'calls'), 'utf8');
    expect(calls).toMatch(/test\/rig\/go\/k8s CGO_ENABLED=1 -mod=readonly build -trimpath/);
    expect(calls).toContain('-ldflags -s -w -X a.b=c -tags one,two -o ');
    expect(calls.trim().endsWith(' example.com/x')).toBe(true);
  });

  test('what is cached is not built again, unless it would be built in another way', async () => {
    await fakeGo();
    const wanted = recipe();
    expect(await findBinary(wanted)).toBe(await findBinary(wanted));
    const changed = recipe({ name: wanted.name, ldflags: ['-X a.b=c'] });
    expect(await findBinary(changed)).not.toBe(await findBinary(wanted));
    expect((await readFile(join(folder, 'calls'), 'utf8')).split('\n').filter((line) => line !== '')).toHaveLength(2);
  });

  test('two processes and two callers build it once', async () => {
    await fakeGo();
    const wanted = recipe();
    const module = new URL('./binary.ts', import.meta.url).href;
    const script = `import { findBinary } from '${module}'; await findBinary(${JSON.stringify(wanted)});`;
    const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', script], { stdio: 'inherit' });
    const ended = once(child, 'exit');
    await Promise.all([findBinary(wanted), findBinary(wanted)]);
    expect(await ended).toEqual([0, null]);
    expect((await readFile(join(folder, 'calls'), 'utf8')).trim().split('\n')).toHaveLength(1);
  });

  test('a build that fails leaves nothing and says why', async () => {
    await fakeGo("echo 'go: downloading x' >&2; echo 'no required module' >&2; exit 1");
    const wanted = recipe();
    await expect(findBinary(wanted)).rejects.toThrow(/go build of .* failed: no required module$/);
    expect(existsSync(cachePath(wanted))).toBe(false);
  });

  test('without Go one line says how to get it', async () => {
    vi.stubEnv('PATH', folder);
    const wanted = recipe({ inAssets: true });
    const line = `${wanted.name} 1.2.3 is not there: install Go 1.26 or newer to have it built, set KUBEBUILDER_ASSETS`;
    await expect(findBinary(wanted)).rejects.toThrow(line);
  });

  test('a known problem is said at once', async () => {
    await fakeGo();
    vi.stubEnv(RIG_PROBLEM, 'no disk');
    await expect(findBinary(recipe())).rejects.toThrow('no disk');
    expect(existsSync(join(folder, 'calls'))).toBe(false);
  });
});
