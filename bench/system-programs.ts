import { spawnSync } from 'node:child_process';

/** What the benchmarks run besides Node, and the Debian package that brings it. */
const packages: Readonly<Record<string, string>> = {
  wrk: 'wrk',
  h2load: 'nghttp2-client',
  nginx: 'nginx-light',
  taskset: 'util-linux',
};

/**
 * Installs what is missing where that is possible: as root on Debian.
 *
 * @throws elsewhere, with what to install
 */
export function preparePrograms(): void {
  const missing = Object.keys(packages).filter((program) => !isThere(program));
  if (missing.length === 0) {
    return;
  }
  const names = missing.map((program) => packages[program] ?? program);
  if (process.getuid?.() !== 0 || !isThere('apt-get')) {
    throw new Error(`the benchmarks need ${missing.join(', ')}: install ${names.join(', ')} (Debian's names)`);
  }
  console.error(`installing ${names.join(', ')} …`);
  run('apt-get', ['update', '-qq']);
  run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...names]);
}

function isThere(program: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;
}

function run(command: string, args: readonly string[]): void {
  const { status } = spawnSync(command, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  if (status !== 0) {
    throw new Error(`${command} ${args.join(' ')} failed`);
  }
}
