#!/usr/bin/env node
import { enableCompileCache } from 'node:module';
import { basename } from 'node:path';
import { isMainThread, workerData } from 'node:worker_threads';

// Before anything of ours is loaded: it keeps what stripping types and compiling cost the last time.
enableCompileCache();

if (isMainThread) {
  await run();
} else {
  await work();
}

/** Runs the command line; everything is loaded when it is needed. */
async function run(): Promise<void> {
  const { runProgram } = await import('./cli/program.ts');
  const { stdin, stdout, stderr, env, argv } = process;
  stdout.on('error', endQuietly);
  const { isTTY: isTerminal = false, columns } = stdout;
  const io = { stdin, stdout, stderr, env, isTerminal, columns };
  process.exitCode = await runProgram(argv.slice(2), {
    io,
    name: basename(argv[1] ?? '').startsWith('kubectl-cors') ? 'kubectl cors' : 'cors-operator',
    modes: {
      standalone: async (options) => {
        const { runStandalone } = await import('./modes/standalone.ts');
        return runStandalone(options, io, { entry: new URL(import.meta.url) });
      },
    },
  });
}

/** A thread of `standalone` runs this same file, so that one bundled file stays enough. */
async function work(): Promise<void> {
  if (isEvaluation(workerData)) {
    const { runStandaloneWorker } = await import('./modes/standalone-worker.ts');
    await runStandaloneWorker();
  }
}

function isEvaluation(data: unknown): boolean {
  return typeof data === 'object' && data !== null && 'task' in data && data.task === 'evaluate';
}

/** Whoever read the results has enough, as `head` has; nothing is left to be said. */
function endQuietly(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') {
    process.exit();
  }
  throw error;
}
