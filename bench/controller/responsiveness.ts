import { setTimeout as sleep } from 'node:timers/promises';
import type { KubernetesObject } from '../../src/model/kubernetes-object.ts';
import { readAuditLog } from '../../test/support/audit-log.ts';
import type { Effort } from '../effort.ts';
import { atMost, type Row } from '../row.ts';
import { median, quantile } from '../statistics.ts';
import { type BenchCluster, benchCluster, countMisses } from './bench-cluster.ts';
import { type BenchPlane, pathOf, startBenchPlane } from './bench-plane.ts';
import { type ControllerProcess, startControllerProcess } from './controller-process.ts';
import { type TargetWatch, watchTargets } from './target-watch.ts';

/** How soon one edit is stored, how soon another controller takes over, and what is written when nothing changes. */
export async function benchResponsiveness(effort: Effort): Promise<readonly Row[]> {
  const size = effort.ingresses / 10;
  const cluster = benchCluster({ ingresses: size, policies: size / 10 });
  const bench = await startBenchPlane({});
  const watch = await watchTargets(bench.plane);
  const controllers: ControllerProcess[] = [];
  const start = (): ControllerProcess => {
    const controller = startControllerProcess({ kubeconfig: bench.plane.kubeconfig });
    controllers.push(controller);
    return controller;
  };
  try {
    await bench.create([...cluster.fixed, ...cluster.measured, ...EDITED]);
    const first = start();
    await settled(bench, cluster);
    const run: Run = { bench, watch, ages: ages() };
    const latency = await measureLatency(run, effort);
    await sleep(SETTLING);
    const quiet = await measureQuiet(bench, effort);
    const handOver = await measureHandOver(run, first, start, Math.min(3, effort.rounds));
    return [latency, quiet, ...handOver];
  } finally {
    watch.stop();
    for (const controller of controllers) await controller.stop('SIGKILL');
    await bench.stop();
  }
}

type Run = {
  readonly bench: BenchPlane;
  readonly watch: TargetWatch;
  /** Values that no edit had before. */
  readonly ages: Iterator<number, never>;
};

function* ages(): Generator<number, never> {
  for (let age = 1; ; age++) yield age;
}

const NAMESPACE = 'edited';
const ORIGIN = 'https://www.example.com';

function ingress(name: string): KubernetesObject {
  const backend = { service: { name, port: { number: 80 } } };
  const path = { path: '/', pathType: 'Prefix', backend };
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name, namespace: NAMESPACE },
    spec: { ingressClassName: 'nginx', rules: [{ host: `${name}.example.com`, http: { paths: [path] } }] },
  };
}

const POLICY: KubernetesObject = {
  apiVersion: 'cors-operator.dev/v1alpha1',
  kind: 'CorsPolicy',
  metadata: { name: 'governed', namespace: NAMESPACE },
  spec: {
    targetRefs: [{ group: 'networking.k8s.io', kind: 'Ingress', name: 'governed' }],
    allowOrigins: [ORIGIN],
    maxAge: 0,
  },
};

const BARE = ingress('bare');

const EDITED: readonly KubernetesObject[] = [
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } },
  POLICY,
  ingress('governed'),
  BARE,
];

/** Milliseconds in which statuses and events of what was measured are written. */
const SETTLING = 30_000;

async function settled(bench: BenchPlane, cluster: BenchCluster): Promise<void> {
  for (;;) {
    await sleep(3000);
    const { missing, planned } = await countMisses(bench, cluster);
    if (planned > 0 && missing === 0) break;
  }
  await sleep(SETTLING);
}

/** Edits the policy. @returns settled with the time of the edit's request to the watch's news of the annotation, in milliseconds */
async function edit({ bench, watch, ages: unused }: Run, since = performance.now()): Promise<number> {
  const age = unused.next().value;
  const needle = `cors-max-age":"${age}"`;
  const stored = new Promise<number>((resolve) => {
    const stop = watch.listen((line) => {
      if (!line.includes(needle)) return;
      stop();
      resolve(performance.now());
    });
  });
  await bench.client.send({
    method: 'PATCH',
    path: pathOf(POLICY),
    contentType: 'application/merge-patch+json',
    body: { spec: { maxAge: age } },
  });
  return (await stored) - since;
}

/** A server-side apply of as many annotations as an edit brings. @returns milliseconds until it was answered */
async function barePatch({ bench, ages: unused }: Run): Promise<number> {
  const age = String(unused.next().value);
  const keys = [
    'enable-cors',
    'cors-allow-origin',
    'cors-allow-methods',
    'cors-allow-headers',
    'cors-max-age',
    'record',
  ];
  const { apiVersion, kind, metadata } = BARE;
  const annotations = Object.fromEntries(keys.map((key) => [`bench/${key}`, age]));
  const start = performance.now();
  await bench.client.send({
    method: 'PATCH',
    path: pathOf(BARE),
    query: { fieldManager: 'bench', force: 'true' },
    contentType: 'application/apply-patch+yaml',
    body: { apiVersion, kind, metadata: { ...metadata, annotations } },
  });
  return performance.now() - start;
}

/** Milliseconds between two edits, so that neither the pace of writes nor that of statuses is what is measured. */
const APART = 100;

async function measureLatency(run: Run, { rounds }: Effort): Promise<Row> {
  const [ours, bare]: [number[], number[]] = [[], []];
  for (let count = 0; count < rounds * EDITS_PER_ROUND; count++) {
    await sleep(APART);
    ours.push(await edit(run));
    await sleep(APART);
    bare.push(await barePatch(run));
  }
  const [p99, one] = [quantile(ours, 0.99), median(bare)];
  return atMost({
    measure: 'a policy edit until its annotation is stored, p99',
    peer: 'one bare patch, median',
    value: p99 / one,
    unit: '×',
    target: 10,
    detail: `${ours.length} edits: median ${median(ours).toFixed(1)} ms, p99 ${p99.toFixed(1)} ms; bare patch: median ${one.toFixed(1)} ms, p99 ${quantile(bare, 0.99).toFixed(1)} ms`,
  });
}

const EDITS_PER_ROUND = 20;

async function measureQuiet({ plane }: BenchPlane, { minutes }: Effort): Promise<Row> {
  const since = Date.now();
  await sleep(minutes * 60_000);
  const writes = readAuditLog(plane.auditLog).filter(
    ({ userAgent, answered }) => userAgent.startsWith('cors-operator') && answered > since,
  );
  const others = writes.filter(({ target }) => target.resource !== 'leases');
  const kinds = Map.groupBy(others, ({ target }) => target.resource);
  return atMost({
    measure: `writes in ${minutes} quiet minutes`,
    peer: '–',
    value: others.length,
    unit: 'writes',
    target: 0,
    detail: `${writes.length} writes of Leases and others${[...kinds].map(([kind, { length }]) => `, ${kind} ${length}`).join('')}`,
  });
}

/** Milliseconds in which a controller that does not lead has read everything. */
const STANDBY = 8000;

async function measureHandOver(
  run: Run,
  first: ControllerProcess,
  start: () => ControllerProcess,
  rounds: number,
): Promise<readonly Row[]> {
  const seconds = { SIGKILL: [] as number[], SIGTERM: [] as number[] };
  let leader = first;
  for (let round = 0; round < rounds; round++) {
    for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
      const next = start();
      await sleep(STANDBY);
      const since = performance.now();
      const ended = leader.stop(signal);
      seconds[signal].push((await edit(run, since)) / 1000);
      await ended;
      leader = next;
    }
  }
  const row = (signal: keyof typeof seconds, target: number): Row =>
    atMost({
      measure: `from ${signal} of the leader to an edit stored by another controller`,
      peer: '–',
      value: Math.max(...seconds[signal]),
      unit: 's',
      target,
      detail: seconds[signal].map((each) => each.toFixed(2)).join(', '),
    });
  return [row('SIGKILL', 20), row('SIGTERM', 3)];
}
