import { spawn, spawnSync } from 'node:child_process';
import { accessSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type BinaryRecipe, GO_MODULES, rigCache, variableOf } from './binary.ts';
import { withLock } from './build-lock.ts';
import { tether } from './tether.ts';

/**
 * Builds a program from the committed Go module of its recipe.
 *
 * One build at a time on this machine's checkout; whoever waited finds the result. The file appears at once or not at all.
 *
 * @throws when there is no Go, or when the build fails; its output stands in the message
 */
export async function buildBinary(recipe: BinaryRecipe, path: string): Promise<void> {
  if (spawnSync('go', ['version']).status !== 0) throw new Error(howToGet(recipe));
  await mkdir(rigCache(), { recursive: true });
  await withLock(join(rigCache(), 'build.lock'), async () => {
    if (exists(path)) return;
    const start = performance.now();
    const time = recipe.buildTime === undefined ? '' : `, about ${recipe.buildTime}`;
    report(`building ${recipe.name} ${recipe.version} (once${time}) …`);
    await runBuild(recipe, path);
    report(`built ${recipe.name} in ${Math.round((performance.now() - start) / 1000)} s`);
  });
}

/** Tells people who wait what the rig does; vitest shows standard error at once. */
function report(text: string): void {
  process.stderr.write(`rig: ${text}\n`);
}

function howToGet(recipe: BinaryRecipe): string {
  const folder = recipe.inAssets === true ? ', set KUBEBUILDER_ASSETS to a folder that holds it' : '';
  return `${recipe.name} ${recipe.version} is not there: install Go 1.26 or newer to have it built${folder}, or name one by ${variableOf(recipe)}`;
}

async function runBuild(recipe: BinaryRecipe, path: string): Promise<void> {
  const folder = dirname(path);
  const unfinished = `${folder}.${process.pid}`;
  await mkdir(folder, { recursive: true });
  try {
    await go(recipe, buildArguments(recipe, unfinished));
    await rename(unfinished, path);
  } finally {
    await rm(unfinished, { force: true });
  }
}

function buildArguments({ package: source, ldflags = [], tags = [] }: BinaryRecipe, output: string): readonly string[] {
  const tagArguments = tags.length === 0 ? [] : ['-tags', tags.join(',')];
  return [
    'build',
    '-trimpath',
    '-buildvcs=false',
    '-ldflags',
    ['-s', '-w', ...ldflags].join(' '),
    ...tagArguments,
    '-o',
    output,
    source,
  ];
}

function go(recipe: BinaryRecipe, args: readonly string[]): Promise<void> {
  const [command = 'go', ...rest] = [...tether(), 'go', ...args];
  const child = spawn(command, rest, {
    cwd: join(GO_MODULES, recipe.module),
    env: { ...process.env, CGO_ENABLED: recipe.cgo === true ? '1' : '0', GOFLAGS: '-mod=readonly', GOWORK: 'off' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let output = '';
  child.stderr.on('data', (chunk) => {
    output += chunk;
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) return resolve();
      const lines = output.split('\n').filter((line) => line !== '' && !line.startsWith('go: downloading '));
      reject(new Error(`go build of ${recipe.name} failed: ${lines.slice(-5).join('; ')}`));
    });
  });
}

function exists(path: string): boolean {
  try {
    accessSync(path);
    return true;
  } catch {
    return false;
  }
}
