import type { Effort } from './effort.ts';
import { originsOf, strangers } from './inputs/origins.ts';
import { type Contender, interleave, latencyAtRate, type Slice } from './load.ts';
import { nginxMap } from './nginx-map.ts';
import { preflightHeaders, writeScript } from './preflight-script.ts';
import { atLeast, atMost, type Row } from './row.ts';
import { type ServerCommand, type ServerProcess, startServer } from './server-process.ts';
import { median, pairedRatio, type Ratio } from './statistics.ts';

const ten = originsOf(10);
const millionth = originsOf(1_000_000).filter((_, index) => index % 100_003 === 0);

/** Preflights per second of processor time, side by side. */
export async function benchPreflights(effort: Effort): Promise<readonly Row[]> {
  const servers = await startAll();
  try {
    const contenders = contendersOf(servers);
    const slices = await interleave([...contenders.values()], effort.rounds, effort.seconds);
    const measured = new Map([...contenders.keys()].map((name, index) => [name, slices[index] ?? []]));
    return [...ratios(measured), await latency(servers, measured)];
  } finally {
    await Promise.all([...servers.values()].map((server) => server.stop()));
  }
}

async function startAll(): Promise<ReadonlyMap<string, ServerProcess>> {
  const commands: readonly ServerCommand[] = [
    node('raw node:http', 'raw-http.ts'),
    node('responder, 10 origins', 'responder.ts', '--origins=10'),
    node('responder, 1 000 origins', 'responder.ts', '--origins=1000'),
    node('responder, 1 000 000 origins', 'responder.ts', '--origins=1000000'),
    node('responder, 500 routes', 'responder.ts', '--origins=10', '--routes=500'),
    node('@fastify/cors, 10 strings', 'fastify-cors.ts'),
    node('express with cors, 10 strings', 'express-cors.ts'),
    await nginxMap(),
  ];
  const servers = new Map<string, ServerProcess>();
  for (const command of commands) {
    servers.set(command.name, await startServer(command));
  }
  return servers;
}

/** A server of ours or a peer, run by the Node that runs this. */
function node(name: string, file: string, ...args: readonly string[]): ServerCommand {
  return { name, command: process.execPath, args: [`bench/servers/${file}`, ...args] };
}

function contendersOf(servers: ReadonlyMap<string, ServerProcess>): ReadonlyMap<string, Contender> {
  const hosts = ['shop.example.com'];
  const granted = writeScript({ name: 'granted', method: 'OPTIONS', origins: ten, hosts, expect: 'granted' });
  const hit = writeScript({ name: 'hit', method: 'OPTIONS', origins: millionth, hosts, expect: 'granted' });
  const refused = writeScript({ name: 'refused', method: 'OPTIONS', origins: strangers, hosts, expect: 'refused' });
  const many = Array.from({ length: 500 }, (_, index) => `shop-${index}.example.com`);
  const spread = writeScript({ name: 'spread', method: 'OPTIONS', origins: ten, hosts: many, expect: 'granted' });
  const plan: readonly (readonly [string, string, string])[] = [
    ['raw', 'raw node:http', granted],
    ['ten', 'responder, 10 origins', granted],
    ['thousand', 'responder, 1 000 origins', granted],
    ['ten miss', 'responder, 10 origins', refused],
    ['million hit', 'responder, 1 000 000 origins', hit],
    ['million miss', 'responder, 1 000 000 origins', refused],
    ['routes', 'responder, 500 routes', spread],
    ['fastify', '@fastify/cors, 10 strings', granted],
    ['express', 'express with cors, 10 strings', granted],
    ['nginx', 'nginx map, 1 000 origins', granted],
  ];
  return new Map(plan.map(([key, name, script]) => [key, { server: server(servers, name), script }]));
}

function server(servers: ReadonlyMap<string, ServerProcess>, name: string): ServerProcess {
  const found = servers.get(name);
  if (found === undefined) {
    throw new Error(`${name} was not started`);
  }
  return found;
}

function ratios(measured: ReadonlyMap<string, readonly Slice[]>): readonly Row[] {
  const ratio = (subject: string, peer: string): Ratio =>
    pairedRatio(perCpu(measured, subject), perCpu(measured, peer));
  return [
    atLeast('preflights', 'raw node:http', ratio('ten', 'raw'), 0.95),
    atLeast('preflights', '@fastify/cors, 10 strings', ratio('ten', 'fastify'), 1.1),
    atLeast('preflights', 'express with cors', ratio('ten', 'express'), 1.7),
    atLeast('preflights, 1 000 origins', 'nginx map, 1 000 origins', ratio('thousand', 'nginx'), 0.34),
    atLeast('1 000 000 origins, hit', '10 origins, hit', ratio('million hit', 'ten'), 0.95),
    atLeast('1 000 000 origins, miss', '10 origins, miss', ratio('million miss', 'ten miss'), 0.95),
    atLeast('refused', 'granted', ratio('ten miss', 'ten'), 1),
    atLeast('500 routes', 'one route', ratio('routes', 'ten'), 0.95),
  ];
}

function perCpu(measured: ReadonlyMap<string, readonly Slice[]>, name: string): readonly number[] {
  return (measured.get(name) ?? []).map((slice) => slice.perCpuSecond);
}

async function latency(
  servers: ReadonlyMap<string, ServerProcess>,
  measured: ReadonlyMap<string, readonly Slice[]>,
): Promise<Row> {
  const rate = median((measured.get('ten') ?? []).map((slice) => slice.perSecond)) / 2;
  const headers = preflightHeaders(ten[0] ?? '');
  const subjects: number[] = [];
  const peers: number[] = [];
  for (let round = 0; round < 5; round++) {
    subjects.push(await latencyAtRate(server(servers, 'responder, 10 origins'), headers, rate));
    peers.push(await latencyAtRate(server(servers, 'raw node:http'), headers, rate));
  }
  return atMost({
    measure: 'p99 at half the saturation rate',
    peer: 'raw node:http',
    value: median(subjects) / median(peers),
    unit: '×',
    target: 2,
    detail: `medians of 5 runs at ${Math.round(rate)}/s: ${median(subjects).toFixed(2)} ms, ${median(peers).toFixed(2)} ms`,
  });
}
