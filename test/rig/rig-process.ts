import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { tether } from './tether.ts';

/** A server that the rig started. */
export type RigProcess = {
  readonly name: string;
  readonly pid: number;
  /** File that holds what it printed. */
  readonly log: string;
  /** Whether it still runs; one that is paused does. */
  readonly isRunning: () => boolean;
  /** The last lines that it printed, for messages. */
  readonly lastWords: () => string;
  readonly signal: (signal: 'SIGSTOP' | 'SIGCONT' | 'SIGTERM') => void;
  /** Ends it at once and waits until it is gone. */
  readonly kill: () => Promise<void>;
};

/** What to start. */
export type ProcessCommand = {
  readonly name: string;
  readonly path: string;
  readonly args: readonly string[];
  /** Where its log goes. */
  readonly folder: string;
  readonly env?: Readonly<Record<string, string>>;
};

/**
 * Starts a server that ends when this process does, even when this one is killed.
 *
 * Started a second time, it appends to the same log.
 */
export function startProcess({ name, path, args, folder, env = {} }: ProcessCommand): RigProcess {
  const log = join(folder, `${name}.log`);
  const output = openSync(log, 'a');
  const [command, ...commandArguments] = [...tether(), path, ...args];
  const child = spawn(command ?? path, commandArguments, {
    stdio: ['ignore', output, output],
    env: { ...process.env, ...env },
  });
  closeSync(output);
  let failure: Error | undefined;
  const gone = new Promise<void>((resolve) => {
    child.once('close', () => resolve());
    child.once('error', (error) => {
      failure = error;
      resolve();
    });
  });
  const isRunning = () => failure === undefined && child.exitCode === null && child.signalCode === null;
  const killNow = () => {
    child.kill('SIGKILL');
  };
  // For systems without setpriv; a killed runner leaves the servers behind there.
  process.once('exit', killNow);
  return {
    name,
    pid: child.pid ?? -1,
    log,
    isRunning,
    lastWords: () => failure?.message ?? lastLines(log),
    signal: (signal) => {
      child.kill(signal);
    },
    kill: async () => {
      process.off('exit', killNow);
      killNow();
      await gone;
    },
  };
}

function lastLines(log: string): string {
  const lines = readFileSync(log, 'utf8').split('\n');
  return lines
    .filter((line) => line !== '')
    .slice(-5)
    .join('; ');
}
