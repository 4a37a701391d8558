import { setTimeout as sleep } from 'node:timers/promises';
import type { Effort } from '../effort.ts';
import { atMost, type Row } from '../row.ts';
import { median, pairedRatio } from '../statistics.ts';
import { bareCalls, sendBare } from './bare-client.ts';
import {
  type BenchCluster,
  benchCluster,
  countMisses,
  limitMaxAge,
  refresh,
  type StoredTargets,
  storedTargets,
} from './bench-cluster.ts';
import { type BenchPlane, startBenchPlane } from './bench-plane.ts';
import { type ControllerProcess, startControllerProcess } from './controller-process.ts';
import { processorMeter, type Span, serversOf } from './span.ts';
import { type TargetWatch, watchTargets } from './target-watch.ts';

/** 10 000 Ingress with 1 000 policies: from nothing to all of them, and all of them once more. */
export async function benchConvergence(effort: Effort): Promise<readonly Row[]> {
  const size = { ingresses: effort.ingresses, policies: effort.ingresses / 10 };
  const cluster = benchCluster(size);
  const bench = await startBenchPlane({ auditLog: 'Off' });
  try {
    await bench.create(cluster.fixed);
    const rounds: Round[] = [];
    for (let round = 0; round < Math.min(MOST_ROUNDS, effort.rounds); round++) {
      rounds.push(await measureRound(bench, cluster));
      console.error(JSON.stringify(rounds.at(-1)));
    }
    return rowsOf(rounds, effort.ingresses);
  } finally {
    await bench.stop();
  }
}

/** One round takes minutes. */
const MOST_ROUNDS = 3;

/** The same changes, made by the controller and by the bare client. */
type Timed = { readonly ours: Span; readonly bare: Span; readonly block: number; readonly calls: number };

type Round = {
  readonly cold: Timed;
  readonly edit: Timed;
  /** Seconds from holding the Lease to all annotations. */
  readonly leading: number;
  readonly peak: number;
  readonly settled: number;
};

async function measureRound(bench: BenchPlane, cluster: BenchCluster): Promise<Round> {
  await refresh(bench, cluster);
  const ours = await measureController(bench, cluster);
  await refresh(bench, cluster);
  const watch = await watchTargets(bench.plane);
  const send = async (wanted: StoredTargets): Promise<Pick<Timed, 'bare' | 'calls'>> => {
    const calls = bareCalls(await storedTargets(bench), wanted);
    return { bare: await sendBare(bench.plane, calls), calls: calls.length };
  };
  const cold = { ...ours.cold, ...(await send(ours.afterCold)) };
  const edit = { ...ours.edit, ...(await send(ours.afterEdit)) };
  watch.stop();
  return { ...ours.round, cold, edit };
}

type Measured = {
  readonly cold: Pick<Timed, 'ours' | 'block'>;
  readonly edit: Pick<Timed, 'ours' | 'block'>;
  readonly afterCold: StoredTargets;
  readonly afterEdit: StoredTargets;
  readonly round: Pick<Round, 'leading' | 'peak' | 'settled'>;
};

async function measureController(bench: BenchPlane, cluster: BenchCluster): Promise<Measured> {
  const watch = await watchTargets(bench.plane);
  const flags = ['--writes-per-second', '0', '--traefik-settle', '0'];
  const { kubeconfig } = bench.plane;
  const controller = startControllerProcess({ kubeconfig, flags, watchLoop: '.cache/bench/loop.json' });
  const run: Run = { bench, cluster, watch, controller };
  try {
    const cold = await converged(run, controller.started);
    const leading = cold.seconds - ((await controller.leads) - controller.started) / 1000;
    const afterCold = await storedTargets(bench);
    const settled = await settledMib(controller);
    const coldBlock = await longestBlock(controller, await controller.listens);
    const [edited, since] = [performance.now(), Date.now()];
    await limitMaxAge(bench, 300);
    const edit = await converged(run, edited);
    return {
      cold: { ours: cold, block: coldBlock },
      edit: { ours: edit, block: await longestBlock(controller, since) },
      afterCold,
      afterEdit: await storedTargets(bench),
      round: { leading, settled, peak: controller.peakMib() },
    };
  } finally {
    watch.stop();
    await controller.stop('SIGTERM');
  }
}

type Run = {
  readonly bench: BenchPlane;
  readonly cluster: BenchCluster;
  readonly watch: TargetWatch;
  readonly controller: ControllerProcess;
};

/** Milliseconds without a change after which a look is worth its cost. */
const QUIET = 2000;

/** How long it took from a moment to the last change, after which every target holds what it should. */
async function converged({ bench, cluster, watch, controller }: Run, start: number): Promise<Span> {
  const deadline = performance.now() + 600_000;
  const [client, servers] = [processorMeter([controller.pid]), processorMeter(serversOf(bench.plane))];
  const before = watch.count();
  let last = 0;
  const spent = { client: 0, servers: 0 };
  while (performance.now() < deadline) {
    await sleep(50);
    if (watch.lastChange() !== last) {
      spent.client += client();
      spent.servers += servers();
    }
    last = watch.lastChange();
    if (watch.count() === before || performance.now() - Math.max(last, start) < QUIET) continue;
    const { missing, planned } = await countMisses(bench, cluster);
    const isDone = missing === 0 && planned > 0 && watch.lastChange() === last;
    if (isDone) return { seconds: (last - start) / 1000, ...spent };
  }
  throw new Error('the cluster did not converge in ten minutes');
}

/** Memory once statuses and events are written too and nothing is left to do. */
async function settledMib(controller: ControllerProcess): Promise<number> {
  await sleep(15_000);
  return controller.residentMib();
}

async function longestBlock(controller: ControllerProcess, since: number): Promise<number> {
  const { blocks } = await controller.blocks();
  const times = blocks.filter(({ at }) => at >= since);
  return Math.max(0, ...times.map(({ milliseconds }) => milliseconds));
}

function rowsOf(rounds: readonly Round[], ingresses: number): readonly Row[] {
  const count = ingresses.toLocaleString('en').replaceAll(',', ' ');
  const of = <T>(pick: (round: Round) => T): readonly T[] => rounds.map(pick);
  const texts = (values: readonly number[]): string => values.map((value) => value.toFixed(1)).join(', ');
  return [
    ratio(
      `${count} Ingress: start to all annotations`,
      of(({ cold }) => cold),
    ),
    ratio(
      `${count} Ingress: a guardrail edit on all of them`,
      of(({ edit }) => edit),
    ),
    memory(
      `${count} Ingress: settled memory`,
      of(({ settled }) => settled),
      texts,
    ),
    memory(
      `${count} Ingress: peak memory`,
      of(({ peak }) => peak),
      texts,
    ),
    block(
      `${count} Ingress: longest event-loop block, start`,
      of(({ cold }) => cold.block),
      texts,
    ),
    block(
      `${count} Ingress: longest event-loop block, edit`,
      of(({ edit }) => edit.block),
      texts,
    ),
  ];
}

function ratio(measure: string, timed: readonly Timed[]): Row {
  const seconds = (pick: (each: Timed) => Span): readonly number[] => timed.map((each) => pick(each).seconds);
  const processor = (pick: (each: Timed) => Span): readonly number[] =>
    timed.map((each) => pick(each).client + pick(each).servers);
  const list = (values: readonly number[]): string => values.map((value) => value.toFixed(1)).join(', ');
  const [ours, bare] = [({ ours }: Timed): Span => ours, ({ bare }: Timed): Span => bare];
  const paired = pairedRatio(seconds(ours), seconds(bare));
  const cost = pairedRatio(processor(ours), processor(bare));
  return atMost({
    measure,
    peer: 'a bare client that sends the same requests',
    value: paired.mean,
    unit: '×',
    target: 1.25,
    detail: `${list(seconds(ours))} s against ${list(seconds(bare))} s, ${timed[0]?.calls} requests; processor time, servers included, ${cost.mean.toFixed(2)} ×: ${list(processor(ours))} s against ${list(processor(bare))} s`,
  });
}

function memory(measure: string, values: readonly number[], texts: (values: readonly number[]) => string): Row {
  return atMost({ measure, peer: '–', value: median(values), unit: 'MiB', target: 160, detail: texts(values) });
}

function block(measure: string, values: readonly number[], texts: (values: readonly number[]) => string): Row {
  const detail = `${texts(values)}, in processor time of its thread`;
  return atMost({ measure, peer: '–', value: Math.max(...values), unit: 'ms', target: 50, detail });
}
