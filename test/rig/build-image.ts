import { execFile } from 'node:child_process';
import { mkdir, realpath, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { copyIntoRoot, copyProgram, NODE } from './image-root.ts';
import { programPath } from './system-packages.ts';

const run = promisify(execFile);

/** What the build stage of the Dockerfile runs. `bash` is what ldd is written in, `env` what npm starts with. */
const PROGRAMS = ['sh', 'bash', 'env', 'mkdir', 'cp', 'rm', 'dirname', 'sed', 'ldd'];

/**
 * Fills the root folder of an image that can build the project, from this machine: no registry of images is asked.
 *
 * @returns environment of the image
 * @throws when one of the programs is not on this machine
 */
export async function writeBuildImage(root: string): Promise<Readonly<Record<string, string>>> {
  for (const name of PROGRAMS) {
    await copyProgram(root, { from: pathOf(name), to: `/usr/bin/${name}` });
  }
  await copyProgram(root, { from: NODE, to: '/usr/bin/node' });
  const npm = await realpath(pathOf('npm'));
  await copyIntoRoot(root, [{ from: dirname(dirname(npm)), to: '/usr/lib/npm' }]);
  await symlink('../lib/npm/bin/npm-cli.js', join(root, 'usr/bin/npm'));
  // Scripts look for their interpreters there.
  await symlink('usr/bin', join(root, 'bin'));
  await mkdir(join(root, 'tmp'));
  await mkdir(join(root, 'etc'), { recursive: true });
  await writeFile(join(root, 'etc/passwd'), 'root:x:0:0::/root:/bin/sh\n');
  return { PATH: '/usr/bin', ...(await npmSettings(root)) };
}

function pathOf(name: string): string {
  const path = programPath(name);
  if (path === undefined) throw new Error(`there is no ${name} on PATH, which the image is built with`);
  return path;
}

/** Settings with which this machine's npm reaches its registry; no credentials. */
const NPM_SETTINGS = ['registry', 'cafile', 'proxy', 'https-proxy', 'noproxy'];

async function npmSettings(root: string): Promise<Readonly<Record<string, string>>> {
  const { stdout } = await run('npm', ['config', 'get', ...NPM_SETTINGS]);
  const settings: Record<string, string> = {};
  for (const line of stdout.split('\n')) {
    const [, name = '', value = ''] = /^([a-z-]+)=(.+)$/.exec(line) ?? [];
    if (value !== '' && value !== 'null') settings[`npm_config_${name.replaceAll('-', '_')}`] = value;
  }
  // Node may be told of further authorities in the environment alone, which the image does not have.
  const { npm_config_cafile: cafile = process.env['NODE_EXTRA_CA_CERTS'] } = settings;
  if (cafile !== undefined) settings['npm_config_cafile'] = cafile;
  if (cafile !== undefined) await copyIntoRoot(root, [{ from: cafile, to: cafile }]);
  return settings;
}
