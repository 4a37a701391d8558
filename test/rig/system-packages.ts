import { execFile, spawnSync } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { rigCache } from './binary.ts';
import { withLock } from './build-lock.ts';

const run = promisify(execFile);

/** Programs that a suite runs, each with the Debian package that brings it. */
export type SystemPrograms = Readonly<Record<string, string>>;

/**
 * Installs what is missing of a suite's programs, where that is possible: as root on Debian.
 *
 * @param purpose begins the sentence "<purpose> needs …"
 * @throws elsewhere, with one line that says what to install
 */
export async function ensurePrograms(purpose: string, programs: SystemPrograms): Promise<void> {
  if (missingPrograms(programs).length === 0) return;
  await mkdir(rigCache(), { recursive: true });
  await withLock(join(rigCache(), 'packages.lock'), async () => {
    const missing = missingPrograms(programs);
    if (missing.length === 0) return;
    const names = [...new Set(missing.map((program) => programs[program] ?? program))];
    if (!isRoot() || !hasProgram('apt-get')) {
      throw new Error(`${purpose} needs ${missing.join(', ')}: install ${names.join(', ')} (Debian's names)`);
    }
    process.stderr.write(`rig: installing ${names.join(', ')} …\n`);
    await install(names);
  });
}

/** Whether this process may do what only root may. */
export function isRoot(): boolean {
  return process.getuid?.() === 0;
}

/** Where a program of PATH is; undefined when it is not there. */
export function programPath(name: string): string | undefined {
  const { status, stdout } = spawnSync('sh', ['-c', 'command -v "$1"', 'sh', name], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}

function hasProgram(name: string): boolean {
  return programPath(name) !== undefined;
}

function missingPrograms(programs: SystemPrograms): readonly string[] {
  return Object.keys(programs).filter((program) => !hasProgram(program));
}

/** Somebody else's apt-get may run: it is waited for. Package lists may be there already, or missing, or too old. */
async function install(names: readonly string[]): Promise<void> {
  const options = ['-y', '--no-install-recommends', ...names];
  if ((await aptGet('install', options)) === undefined) return;
  await aptGet('update', []);
  const problem = await aptGet('install', options);
  if (problem !== undefined) throw new Error(`apt-get could not install ${names.join(', ')}: ${problem}`);
}

/** What went wrong, or undefined. */
async function aptGet(command: string, args: readonly string[]): Promise<string | undefined> {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  try {
    await run('apt-get', [command, '-qq', '-o', 'DPkg::Lock::Timeout=300', ...args], { env });
    return undefined;
  } catch (error) {
    return lastLines(error instanceof Error ? error.message : String(error));
  }
}

function lastLines(text: string): string {
  return text.trim().split('\n').slice(-3).join('; ');
}
