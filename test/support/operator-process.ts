import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { isRecord } from '../../src/model/object-shape.ts';
import { until } from '../rig/patience.ts';
import { tether } from '../rig/tether.ts';

const ENTRY = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

/** The real controller as a process of its own. */
export type OperatorProcess = {
  readonly pid: number;
  readonly isRunning: () => boolean;
  /** Lines of its log. */
  readonly log: () => readonly LogLine[];
  /** What it wrote outside of its log. */
  readonly stderr: () => string;
  /** The answer of `/readyz`; status 0 when there was none. */
  readonly readiness: () => Promise<Readiness>;
  /** Resolved once `/readyz` says yes. */
  readonly ready: (seconds?: number) => Promise<void>;
  /** Resolved once it leads. */
  readonly leading: (seconds?: number) => Promise<void>;
  /** Sum of a metric's samples whose labels hold a text. */
  readonly metric: (name: string, labels?: string) => Promise<number>;
  readonly signal: (signal: 'SIGSTOP' | 'SIGCONT') => void;
  /** Ends it at once, as a crash does. */
  readonly kill: () => Promise<void>;
  /** Ends it as Kubernetes does, and fails unless it ends well. */
  readonly stop: () => Promise<void>;
};

/** One line of a log. */
export type LogLine = Readonly<Record<string, unknown>>;

/** What `/readyz` says. */
export type Readiness = {
  readonly code: number;
  readonly leader: boolean;
  readonly kinds: readonly Readonly<Record<string, unknown>>[];
};

/** Starts `controller`; its log is read, its health address is a free one. */
export function startOperatorProcess(args: readonly string[]): OperatorProcess {
  const [command = '', ...rest] = [...tether(), process.execPath, ENTRY, 'controller', ...OWN_FLAGS, ...args];
  const child = spawn(command, rest, { env: { ...process.env, NO_COLOR: '1' }, stdio: ['ignore', 'pipe', 'pipe'] });
  const output = gather(child);
  const isRunning = () => child.exitCode === null && child.signalCode === null;
  const signal = (name: NodeJS.Signals) => void child.kill(name);
  const readiness = () => askReadiness(output.url());
  const waiting = (what: string, check: (state: Readiness) => boolean, seconds: number) =>
    until({
      what,
      check: async () => check(await readiness()),
      timeout: seconds * 1000,
      servers: [asServer(child, output)],
    });
  return {
    pid: child.pid ?? -1,
    isRunning,
    log: output.log,
    stderr: output.stderr,
    readiness,
    ready: (seconds = PATIENCE) => waiting('a ready controller', ({ code }) => code === 200, seconds),
    leading: (seconds = PATIENCE) => waiting('a leading controller', ({ leader }) => leader, seconds),
    metric: (name, labels = '') => askMetric(output.url(), name, labels),
    signal,
    async kill() {
      signal('SIGKILL');
      await output.ended;
    },
    async stop() {
      signal('SIGTERM');
      const stubborn = setTimeout(() => signal('SIGKILL'), STUBBORN);
      const code = await output.ended;
      clearTimeout(stubborn);
      expect({ code, stderr: output.stderr() }).toEqual({ code: 0, stderr: '' });
    },
  };
}

const OWN_FLAGS = ['--metrics', '127.0.0.1:0', '--log-format', 'json', '--operator-namespace', 'cors-system'];

/** Seconds. A machine that runs other servers takes its time to start one. */
const PATIENCE = 60;

/** Milliseconds after which a controller is ended that does not end. */
const STUBBORN = 30_000;

type Output = {
  readonly log: () => readonly LogLine[];
  readonly stderr: () => string;
  /** Undefined until it listens. */
  readonly url: () => string | undefined;
  /** Its exit code, null after a signal. */
  readonly ended: Promise<number | null>;
};

function gather(child: ChildProcess): Output {
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr?.setEncoding('utf8').on('data', (chunk) => {
    stderr += chunk;
  });
  const log = () => completeLines(stdout).map(parseLine);
  return {
    log,
    stderr: () => stderr,
    url: () => {
      const url = log().find(({ msg }) => msg === 'started')?.['metrics'];
      return typeof url === 'string' ? url : undefined;
    },
    ended: new Promise((resolve) => {
      child.once('close', resolve);
    }),
  };
}

function completeLines(text: string): readonly string[] {
  return text.split('\n').slice(0, -1);
}

function parseLine(line: string): LogLine {
  const value: unknown = JSON.parse(line);
  if (!isRecord(value)) throw new Error(`no line of a log: ${line}`);
  return value;
}

function asServer(child: ChildProcess, { stderr, log }: Output) {
  const lastWords = () => `${stderr()} ${JSON.stringify(log().slice(-5))}`;
  return {
    name: 'controller',
    pid: child.pid ?? -1,
    log: '',
    isRunning: () => child.exitCode === null && child.signalCode === null,
    lastWords,
    signal: () => undefined,
    kill: () => Promise.resolve(),
  };
}

async function askReadiness(url: string | undefined): Promise<Readiness> {
  const nothing: Readiness = { code: 0, leader: false, kinds: [] };
  if (url === undefined) return nothing;
  try {
    const response = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(2000) });
    const body: unknown = await response.json();
    if (!isRecord(body)) return nothing;
    const kinds = Array.isArray(body['kinds']) ? body['kinds'].filter(isRecord) : [];
    return { code: response.status, leader: body['leader'] === true, kinds };
  } catch {
    return nothing;
  }
}

async function askMetric(url: string | undefined, name: string, labels: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const samples = text.split('\n').filter((line) => line.startsWith(name) && /^[{ ]/.test(line.slice(name.length)));
  const values = samples.filter((line) => line.includes(labels)).map((line) => Number(line.split(' ').at(-1)));
  return values.reduce((sum, value) => sum + value, 0);
}
