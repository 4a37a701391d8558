import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import type { ServerProcess } from './server-process.ts';

/** The core of the load generator. */
const loadCore = '1';
const run = promisify(execFile);

/** What one server did in one slice. */
export type Slice = {
  /** Requests answered per second of the server's processor time: what other processes do does not count. */
  readonly perCpuSecond: number;
  readonly perSecond: number;
};

/**
 * Loads one server for a moment.
 *
 * @param script path of a wrk script that makes the requests
 * @param seconds how long
 * @throws when a request failed: a number from a server that refuses work is worth nothing
 */
async function loadSlice(server: ServerProcess, script: string, seconds: number): Promise<Slice> {
  const before = server.cpuSeconds();
  const { stdout } = await run('taskset', [
    '-c',
    loadCore,
    'wrk',
    '-t1',
    '-c64',
    `-d${seconds}s`,
    '-s',
    script,
    server.url,
  ]);
  const used = server.cpuSeconds() - before;
  const result: { requests: number; micros: number; errors: number } = JSON.parse(
    stdout.slice(stdout.lastIndexOf('\n{')),
  );
  if (result.errors > 0) {
    throw new Error(`${server.name}: ${result.errors} of ${result.requests} requests failed`);
  }
  return { perCpuSecond: result.requests / used, perSecond: result.requests / (result.micros / 1e6) };
}

/** A server with the script that loads it. */
export type Contender = { readonly server: ServerProcess; readonly script: string };

/**
 * Loads all contenders in turn, round after round, so that what the machine does besides hits all alike.
 *
 * @returns per contender one slice per round
 */
export async function interleave(
  contenders: readonly Contender[],
  rounds: number,
  seconds: number,
): Promise<readonly (readonly Slice[])[]> {
  const slices: Slice[][] = contenders.map(() => []);
  for (const contender of contenders) {
    await loadSlice(contender.server, contender.script, seconds);
  }
  for (let round = 0; round < rounds; round++) {
    for (const [index, contender] of contenders.entries()) {
      slices[index]?.push(await loadSlice(contender.server, contender.script, seconds));
    }
  }
  return slices;
}

/** p99 in milliseconds at a fixed rate, from h2load speaking HTTP/1.1. */
export async function latencyAtRate(
  server: ServerProcess,
  headers: readonly string[],
  ratePerSecond: number,
): Promise<number> {
  const clients = 32;
  const args = [
    '--h1',
    '-t1',
    `-c${clients}`,
    `--rps=${Math.max(1, Math.floor(ratePerSecond / clients))}`,
    '-D5',
    '--warm-up-time=1',
  ];
  const log = '.cache/bench/latency.tsv';
  await run('taskset', [
    '-c',
    loadCore,
    'h2load',
    ...args,
    `--log-file=${log}`,
    '-H',
    ':method: OPTIONS',
    '-H',
    ':authority: shop.example.com',
    ...headers.flatMap((header) => ['-H', header]),
    server.url,
  ]);
  const micros = readFileSync(log, 'utf8')
    .split('\n')
    .map((line) => /^\d+\t204\t(\d+)$/.exec(line)?.[1])
    .filter((value) => value !== undefined)
    .map(Number)
    .sort((left, right) => left - right);
  if (micros.length === 0) {
    throw new Error(`${server.name}: no preflight was granted`);
  }
  return (micros[Math.floor(micros.length * 0.99)] ?? Number.NaN) / 1000;
}
