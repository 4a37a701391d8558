import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

/** The core that servers run on; the load generator has the other one. */
const serverCore = '0';

/** Kernel clock ticks per second of `/proc/<pid>/stat`, the same on every Linux build. */
const ticksPerSecond = 100;

/** A server under load, pinned to one core. */
export type ServerProcess = {
  readonly name: string;
  readonly url: string;
  /** Seconds of processor time used so far by the process itself. */
  readonly cpuSeconds: () => number;
  /** Resident memory now, MiB. */
  readonly residentMib: () => number;
  readonly stop: () => Promise<void>;
};

/** How to start one. */
export type ServerCommand = { readonly name: string; readonly command: string; readonly args: readonly string[] };

/**
 * Starts a server and waits until it says where it listens.
 *
 * @param server its program prints `listening http://127.0.0.1:<port>` as one of its lines
 */
export async function startServer(server: ServerCommand): Promise<ServerProcess> {
  const child = spawn('taskset', ['-c', serverCore, server.command, ...server.args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const url = await listeningAddress(child, server.name);
  const pid = child.pid ?? 0;
  return {
    name: server.name,
    url,
    cpuSeconds: () => cpuSeconds(pid),
    residentMib: () => residentMib(pid),
    stop: () => stop(child),
  };
}

async function listeningAddress(child: ChildProcess, name: string): Promise<string> {
  if (child.stdout === null) {
    throw new Error(`${name}: no output to read`);
  }
  for await (const line of createInterface({ input: child.stdout })) {
    const address = /listening (http:\S+)/.exec(line)?.[1];
    if (address !== undefined) {
      child.stdout.resume();
      return address;
    }
  }
  throw new Error(`${name} ended before it listened`);
}

/** Seconds of processor time that a process used so far. */
export function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

/** Resident memory of a process, MiB. */
export function residentMib(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? Number.NaN) / 1024;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) {
    return;
  }
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}
