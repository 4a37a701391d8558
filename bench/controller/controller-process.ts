import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { residentMib } from '../server-process.ts';

/** The controller as the image runs it. */
export type ControllerProcess = {
  readonly pid: number;
  /** When it was started, by `performance.now()`. */
  readonly started: number;
  /** When its server of probes listened, in milliseconds since 1970: until then nobody waits for it. */
  readonly listens: Promise<number>;
  /** When it came to hold the Lease; never settled when it does not. */
  readonly leads: Promise<number>;
  readonly residentMib: () => number;
  /** Largest so far, MiB. */
  readonly peakMib: () => number;
  /** What blocked its event loop; empty unless that was asked for. */
  readonly blocks: () => Promise<LoopBlocks>;
  readonly stop: (signal: 'SIGTERM' | 'SIGKILL') => Promise<void>;
};

/** Blocks of an event loop, of those that are worth a line. */
export type LoopBlocks = {
  /** `at`: milliseconds since 1970; `milliseconds` of processor time. */
  readonly blocks: readonly { readonly at: number; readonly milliseconds: number }[];
  /** The longest one by the wall clock, in milliseconds. */
  readonly wall: number;
};

export type ControllerCommand = {
  readonly kubeconfig: string;
  readonly flags?: readonly string[];
  /** File for what blocks its event loop. */
  readonly watchLoop?: string;
  /** Flags of Node. */
  readonly nodeFlags?: readonly string[];
};

/** What the chart gives it besides its name. */
export const CONTROLLER_ENVIRONMENT: Readonly<Record<string, string>> = {
  NODE_OPTIONS: '--max-semi-space-size=2',
  MALLOC_ARENA_MAX: '1',
  MALLOC_MMAP_THRESHOLD_: '32768',
  MALLOC_TRIM_THRESHOLD_: '65536',
  MALLOC_TOP_PAD_: '16384',
};

const BUNDLE = 'dist/cors-operator.mjs';

/** Builds what is started. */
export function buildProgram(): void {
  execFileSync(process.execPath, ['scripts/build.ts', BUNDLE], { stdio: ['ignore', 'ignore', 'inherit'] });
}

/** Starts it. */
export function startControllerProcess(command: ControllerCommand): ControllerProcess {
  const { kubeconfig, flags = [], watchLoop, nodeFlags = [] } = command;
  const watching = watchLoop === undefined ? [] : ['--import', './bench/programs/watch-loop.mjs'];
  const args = [...watching, ...nodeFlags, BUNDLE, 'controller', '--kubeconfig', kubeconfig];
  const own = ['--metrics', '127.0.0.1:0', '--operator-namespace', 'cors-operator', ...flags];
  const started = performance.now();
  const child = spawn(process.execPath, [...args, ...own], {
    env: { PATH: process.env['PATH'], NODE_ENV: 'production', WATCH_LOOP: watchLoop, ...CONTROLLER_ENVIRONMENT },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const pid = child.pid ?? 0;
  return {
    pid,
    started,
    listens: whenSaid(child, 'started', Date.now),
    leads: whenSaid(child, 'leads', () => performance.now()),
    residentMib: () => residentMib(pid),
    peakMib: () => peakMib(pid),
    blocks: () => readBlocks(child, watchLoop),
    async stop(signal) {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill(signal);
      await ended;
    },
  };
}

async function readBlocks(child: ChildProcess, file: string | undefined): Promise<LoopBlocks> {
  if (file === undefined) return { blocks: [], wall: 0 };
  rmSync(file, { force: true });
  child.kill('SIGUSR2');
  while (!existsSync(file)) await sleep(20);
  await sleep(100);
  return JSON.parse(readFileSync(file, 'utf8'));
}

function whenSaid({ stdout }: ChildProcess, message: string, now: () => number): Promise<number> {
  return new Promise((resolve) => {
    if (stdout === null) return;
    createInterface({ input: stdout }).on('line', (line) => {
      if (line.includes(`"msg":"${message}"`)) resolve(now());
    });
  });
}

/** Largest resident memory so far, MiB. */
function peakMib(pid: number): number {
  return Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? Number.NaN) / 1024;
}
