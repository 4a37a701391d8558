import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

const ENTRY = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

/** `standalone` as a process of its own; killed when the test ends. */
export type StandaloneProcess = {
  readonly child: ChildProcess;
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** Resolved with the exit code, null after a signal. */
  readonly exit: Promise<number | null>;
  /** Resolved once it serves. */
  readonly serving: () => Promise<Serving>;
};

/** Ports of a process that serves. */
export type Serving = { readonly port: number; readonly adminPort: number };

/** A folder with files, removed when the test ends. */
export async function folderWith(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'cors-operator-test-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    await writeFile(join(folder, name), text);
  }
  return folder;
}

/** Starts `standalone` on free ports of loopback. */
export function startStandalone(...args: readonly string[]): StandaloneProcess {
  const ports = ['--listen', '127.0.0.1:0', '--admin', '127.0.0.1:0'];
  const child = spawn(process.execPath, [ENTRY, 'standalone', ...ports, ...args], {
    env: { ...process.env, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const exit = new Promise<number | null>((resolve) => {
    child.once('close', resolve);
  });
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await exit;
  });
  return {
    child,
    stdout: () => stdout,
    stderr: () => stderr,
    exit,
    serving: () => serving(child, exit, () => stdout + stderr),
  };
}

async function serving(child: ChildProcess, exit: Promise<unknown>, output: () => string): Promise<Serving> {
  let hasExited = false;
  exit.then(
    () => {
      hasExited = true;
    },
    () => undefined,
  );
  for (;;) {
    const port = /^responder {2}http:\/\/127\.0\.0\.1:(\d+)$/m.exec(output())?.[1];
    const adminPort = /^admin {6}http:\/\/127\.0\.0\.1:(\d+) /m.exec(output())?.[1];
    if (port !== undefined && adminPort !== undefined && output().includes('curl ')) {
      return { port: Number(port), adminPort: Number(adminPort) };
    }
    if (hasExited) {
      throw new Error(`it ended with ${child.exitCode}: ${output()}`);
    }
    await new Promise((resolve) => {
      setTimeout(resolve, 10);
    });
  }
}
