#!/usr/bin/env node
import { enableCompileCache } from 'node:module';
import { basename } from 'node:path';
import { isMainThread, workerData } from 'node:worker_threads';
import { EVALUATION_THREAD, startEvaluationThread } from './modes/standalone/evaluation-thread.ts';

// Before anything of ours is loaded: it keeps what stripping types and compiling cost the last time.
enableCompileCache();

if (isMainThread) {
  await run();
} else {
  await work();
}

/** Runs the command line; everything is loaded when it is needed, and what standalone needs first in two threads at once. */
async function run(): Promise<void> {
  const entry = new URL(import.meta.url);
  const firstThread = process.argv[2] === 'standalone' ? startEvaluationThread(entry) : undefined;
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
        return runStandalone(options, io, { entry, firstThread });
      },
      controller: async (options) => {
        const { runController } = await import('./modes/controller.ts');
        return runController(options, io);
      },
    },
  });
}

/** A thread of `standalone` runs this same file, so that one bundled file stays enough. */
async function work(): Promise<void> {
  if (workerData === EVALUATION_THREAD) {
    const { runStandaloneWorker } = await import('./modes/standalone-worker.ts');
    await runStandaloneWorker();
  }
}

/** Whoever read the results has enough, as `head` has; nothing is left to be said. */
function endQuietly(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') {
    process.exit();
  }
  throw error;
}
