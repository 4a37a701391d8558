import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Effort } from './effort.ts';
import { originsOf } from './inputs/origins.ts';
import { atMost, type Row } from './row.ts';
import { residentMib } from './server-process.ts';

const directory = '.cache/bench/origins';
const lists = 32;
const origins = originsOf(1_000_000);
const first = origins[0] ?? '';
const last = origins.at(-1) ?? '';

/** One million origins through the whole program: read from YAML, validated, served, replaced while requests come in. */
export async function benchOrigins(_effort: Effort): Promise<readonly Row[]> {
  const compile = compileSeconds();
  const empty = await residentOfEmpty();
  writeInput(origins);
  const start = performance.now();
  const program = await startStandalone(directory);
  try {
    await until(program, last, 204);
    const seconds = (performance.now() - start) / 1000;
    const settled = await settledMib(program.pid);
    const swap = await swapUnderRequests(program);
    return rowsOf({ compile, empty, seconds, settled, ...swap });
  } finally {
    await stop(program);
  }
}

type Measured = {
  readonly compile: number;
  readonly empty: number;
  readonly seconds: number;
  readonly settled: number;
  readonly peak: number;
  readonly longest: number;
  readonly answers: number;
};

function rowsOf({ compile, empty, seconds, settled, peak, longest, answers }: Measured): readonly Row[] {
  const peer = 'the same program on an empty folder';
  const memory = `${settled.toFixed(0)} MiB, empty ${empty.toFixed(0)} MiB`;
  return [
    atMost({
      measure: '1 000 000 origins: read, validated, compiled',
      peer: '–',
      value: compile,
      unit: 's',
      target: 4,
      detail: 'from 32 ConfigMaps, best of 3 processes',
    }),
    atMost({
      measure: '1 000 000 origins: start to first grant',
      peer: '–',
      value: seconds,
      unit: 's',
      target: 4,
      detail: 'process start, 32 ConfigMaps of YAML',
    }),
    atMost({
      measure: '1 000 000 origins: memory above empty',
      peer,
      value: settled - empty,
      unit: 'MiB',
      target: 300,
      detail: memory,
    }),
    atMost({
      measure: 'peak during a swap',
      peer: 'memory before it',
      value: peak / settled,
      unit: '×',
      target: 2.2,
      detail: `${peak.toFixed(0)} MiB`,
    }),
    atMost({
      measure: 'longest answer during a swap',
      peer: '–',
      value: longest,
      unit: 'ms',
      target: 50,
      detail: `${answers} preflights, one at a time`,
    }),
  ];
}

/** The fastest of three processes: the others only tell what else the machine did. */
function compileSeconds(): number {
  const run = (): number =>
    Number(execFileSync(process.execPath, ['bench/programs/compile-origins.ts'], { encoding: 'utf8' }));
  return Math.min(run(), run(), run());
}

async function residentOfEmpty(): Promise<number> {
  writeInput([first]);
  const program = await startStandalone(directory);
  try {
    await until(program, first, 204);
    return await settledMib(program.pid);
  } finally {
    await stop(program);
  }
}

/** Writes one policy, one Ingress and the lists, each file whole. */
function writeInput(all: readonly string[]): void {
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  writeFileSync(
    `${directory}/.cors-operator.yaml`,
    'classes: { nginx: ingress-nginx@1.15.1 }\nresponder: Standalone\n',
  );
  writeFileSync(`${directory}/policy.yaml`, policyText());
  const size = Math.ceil(all.length / lists);
  for (let list = 0; list < lists; list++) {
    writeList(list, all.slice(list * size, (list + 1) * size));
  }
}

function writeList(list: number, entries: readonly string[]): void {
  const data = entries.map((origin) => `    ${origin}`).join('\n');
  const text = `apiVersion: v1
kind: ConfigMap
metadata: { name: origins-${list}, namespace: shop, labels: { cors-operator.dev/origins: "true" } }
data:
  origins: |
${data === '' ? '    # none' : data}
`;
  writeFileSync(`${directory}/.next`, text);
  renameSync(`${directory}/.next`, `${directory}/origins-${list}.yaml`);
}

function policyText(): string {
  const from = Array.from(
    { length: lists },
    (_, list) => `    - configMapKeyRef: { name: origins-${list}, key: origins }`,
  );
  return `apiVersion: cors-operator.dev/v1alpha1
kind: CorsPolicy
metadata: { name: tenants, namespace: shop }
spec:
  targetRefs: [ { group: networking.k8s.io, kind: Ingress, name: shop } ]
  allowOriginsFrom:
${from.join('\n')}
  allowMethods: [ PUT ]
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: shop, namespace: shop }
spec:
  ingressClassName: nginx
  rules:
    - host: shop.example.com
      http: { paths: [ { path: /, pathType: Prefix, backend: { service: { name: shop, port: { number: 80 } } } } ] }
`;
}

type Program = { readonly child: ChildProcess; readonly pid: number; readonly port: number };

async function startStandalone(folder: string): Promise<Program> {
  const args = ['src/main.ts', 'standalone', folder, '--listen', '127.0.0.1:0', '--admin', '127.0.0.1:0'];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  if (child.stdout === null) {
    throw new Error('no output to read');
  }
  for await (const line of createInterface({ input: child.stdout })) {
    const port = /http:\/\/127\.0\.0\.1:(\d+)/.exec(line)?.[1];
    if (port !== undefined) {
      child.stdout.resume();
      return { child, pid: child.pid ?? 0, port: Number(port) };
    }
  }
  throw new Error('standalone ended before it listened');
}

async function until(program: Program, origin: string, status: number): Promise<void> {
  for (let attempt = 0; attempt < 6000; attempt++) {
    if ((await preflight(program.port, origin)) === status) {
      return;
    }
    await sleep(10);
  }
  throw new Error(`no ${status} for ${origin}`);
}

/** Answers one at a time while a list is replaced, and until the replacement is served. */
async function swapUnderRequests(program: Program): Promise<Pick<Measured, 'peak' | 'longest' | 'answers'>> {
  writeFileSync(`/proc/${program.pid}/clear_refs`, '5');
  const newcomer = 'https://newcomer.apps.example.com';
  writeList(0, [...origins.slice(0, Math.ceil(origins.length / lists)), newcomer]);
  let longest = 0;
  let answers = 0;
  const deadline = performance.now() + 60_000;
  for (let isServed = false; !isServed; answers++) {
    const start = performance.now();
    isServed = (await preflight(program.port, newcomer)) === 204;
    longest = Math.max(longest, performance.now() - start);
    if (performance.now() > deadline) {
      throw new Error('the replaced list was never served');
    }
  }
  return { peak: peakMib(program.pid), longest, answers };
}

function peakMib(pid: number): number {
  return Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? Number.NaN) / 1024;
}

/** Memory once the thread that loaded has ended and given back its own, which takes some seconds. */
async function settledMib(pid: number): Promise<number> {
  let lowest = Number.POSITIVE_INFINITY;
  for (let look = 0; look < 100; look++) {
    await sleep(100);
    lowest = Math.min(lowest, residentMib(pid));
  }
  return lowest;
}

function preflight(port: number, origin: string): Promise<number> {
  const headers = { Host: 'shop.example.com', Origin: origin, 'Access-Control-Request-Method': 'PUT' };
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, method: 'OPTIONS', path: '/', headers }, (answer) => {
      answer.resume().once('end', () => resolve(answer.statusCode ?? 0));
    });
    sent.once('error', reject).end();
  });
}

async function stop({ child }: Program): Promise<void> {
  if (child.exitCode === null) {
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }
}
