import { createEvaluationMemory, type EvaluationMemory, evaluateCluster, evaluatePart } from '../evaluate.ts';
import { createTurn } from '../kube/event-loop-turn.ts';
import { routeEvidence } from '../plan/route-evidence.ts';
import type { ClusterParts } from '../sources/cluster-parts.ts';
import type { PolicyStatusReport } from '../status/policy-status.ts';
import { type PartState, partState } from './part-state.ts';

export type PartEvaluationsOptions = {
  readonly parts: ClusterParts;
  /** Whether everything is known that decisions need; nothing is decided before. */
  readonly isComplete: () => boolean;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Told of each namespace that was evaluated; `former` is what was decided before, `state` undefined once it holds nothing. */
  readonly onPart: (namespace: string, state: PartState | undefined, former: PartState | undefined) => void;
  /** Told the statuses of cluster-scoped objects after each round. */
  readonly onCluster: (statuses: readonly PolicyStatusReport[]) => void;
  readonly onError: (error: unknown) => void;
};

/** What was decided for every namespace, kept up to date. */
export type PartEvaluations = {
  /** Something changed, or time passed: evaluates what it touched, soon. */
  readonly schedule: () => void;
  readonly partOf: (namespace: string) => PartState | undefined;
  readonly parts: () => Iterable<PartState>;
  /** Whether everything that is known was evaluated at least once. */
  readonly hasEvaluated: () => boolean;
  readonly stop: () => void;
};

/** Milliseconds in which changes that belong together are collected. */
const COLLECTING = 5;

/** The same for what our own writes changed: they made it what it was decided to be, so that hardly anything follows. */
const COLLECTING_ECHOES = 1000;

/** Of the time at most a twentieth goes into the statuses of cluster-scoped objects, for which every namespace counts. */
const CLUSTER_SHARE = 20;

/** Makes evaluations; the first begins with `schedule`. */
export function createPartEvaluations(options: PartEvaluationsOptions): PartEvaluations {
  const run: Run = {
    options,
    memory: createEvaluationMemory(),
    states: new Map(),
    evidence: new Map(),
    timers: { news: undefined, echoes: undefined, cluster: undefined, due: undefined },
    isRunning: false,
    isStopped: false,
    rounds: 0,
    clusterDue: 0,
  };
  return {
    schedule: () => schedule(run),
    partOf: (namespace) => run.states.get(namespace),
    parts: () => run.states.values(),
    hasEvaluated: () => run.rounds > 0,
    stop() {
      run.isStopped = true;
      for (const timer of Object.values(run.timers)) clearTimeout(timer);
    },
  };
}

type Run = {
  readonly options: PartEvaluationsOptions;
  readonly memory: EvaluationMemory;
  readonly states: Map<string, PartState>;
  /** What the routes of each namespace tell about how controllers were started; few tell anything. */
  readonly evidence: Map<string, ReadonlyMap<string, number>>;
  readonly timers: Record<'news' | 'echoes' | 'cluster' | 'due', NodeJS.Timeout | undefined>;
  isRunning: boolean;
  isStopped: boolean;
  rounds: number;
  /** When statuses of cluster-scoped objects may be worked out again. */
  clusterDue: number;
};

function schedule(run: Run): void {
  if (run.isRunning) return;
  const isEcho = run.options.parts.waiting() === 'Echoes';
  if (isEcho) callAfter(run, 'echoes', COLLECTING_ECHOES, () => startRound(run, 'All'));
  else callAfter(run, 'news', COLLECTING, () => startRound(run, 'News'));
}

/** Does nothing while the same is waited for already. */
function callAfter(run: Run, name: keyof Run['timers'], milliseconds: number, action: () => void): void {
  if (run.isStopped) return;
  run.timers[name] ??= setTimeout(() => {
    run.timers[name] = undefined;
    action();
  }, milliseconds);
}

function startRound(run: Run, extent: 'All' | 'News'): void {
  if (run.isRunning) return;
  run.isRunning = true;
  evaluateChanges(run, extent)
    .catch(run.options.onError)
    .finally(() => {
      run.isRunning = false;
      if (isLeft(run)) schedule(run);
    });
}

/** What changed in a round's last moments is left, besides echoes; news that cannot be decided yet are told of again. */
function isLeft({ options: { parts, isComplete }, rounds }: Run): boolean {
  const waiting = parts.waiting();
  return waiting === 'Echoes' || (waiting === 'News' && rounds > 0 && isComplete());
}

async function evaluateChanges(run: Run, extent: 'All' | 'News'): Promise<void> {
  const { parts, isComplete } = run.options;
  if (!isComplete()) return;
  if (run.rounds === 0) await gatherEvidence(run);
  touchDue(run);
  let changed = parts.takeChanged(extent);
  do {
    await evaluateNamespaces(run, changed);
    changed = parts.takeChanged('News');
  } while (changed.size > 0 && !run.isStopped);
  if (run.isStopped) return;
  run.rounds += 1;
  scheduleDue(run);
  callAfter(run, 'cluster', Math.max(0, run.clusterDue - performance.now()), () => evaluateClusterObjects(run));
}

/** Parts for which time alone changed something are evaluated again, by the clock on the wall: it may have been set. */
function touchDue(run: Run): void {
  const now = run.options.now();
  for (const [namespace, { evaluation }] of run.states) {
    if (evaluation.changesAt !== undefined && evaluation.changesAt <= now) run.options.parts.touch(namespace);
  }
}

/** Longest delay that a timer takes, in milliseconds; whoever schedules from time to time finds what is due by then. */
const LONGEST_DELAY = 2 ** 31 - 1;

/** Milliseconds until another look at what was due already: it came due meanwhile, or could not be evaluated. */
const OVERDUE = 1000;

function scheduleDue(run: Run): void {
  const now = run.options.now();
  const due = [...run.states.values()].flatMap(({ evaluation: { changesAt } }) => changesAt ?? []);
  clearTimeout(run.timers.due);
  run.timers.due = undefined;
  if (due.length === 0) return;
  const left = earliest(due) - now;
  callAfter(run, 'due', left > 0 ? Math.min(LONGEST_DELAY, left) : OVERDUE, () => startRound(run, 'News'));
}

function earliest(moments: readonly number[]): number {
  return moments.reduce((first, each) => Math.min(first, each));
}

function evaluateClusterObjects(run: Run): void {
  const { parts, onCluster, onError, now } = run.options;
  const start = performance.now();
  try {
    const snapshot = parts.sharedSnapshot();
    const shared = evaluatePart(snapshot, now(), run.memory).share;
    const shares = [...run.states.values()].map(({ evaluation }) => evaluation.share);
    onCluster(evaluateCluster(snapshot, [shared, ...shares], now()).statuses);
  } catch (error) {
    onError(error);
  }
  const end = performance.now();
  run.clusterDue = end + (end - start) * CLUSTER_SHARE;
}

/** Before anything is written, all namespaces have to be heard. */
async function gatherEvidence(run: Run): Promise<void> {
  const { parts } = run.options;
  await readAhead(run);
  await inSlices(run, parts.namespaces(), (namespace) => {
    keepEvidence(run, namespace, routeEvidence(parts.snapshotOf(namespace).routes));
  });
}

/** At the start everything has to be read and nothing is warm: one namespace at a time would be too much at a time. */
async function readAhead(run: Run): Promise<void> {
  const { parts } = run.options;
  const turn = createTurn();
  for (const namespace of [...parts.namespaces()]) {
    for (const _ of parts.readAhead(namespace)) if (turn.isSpent()) await turn.next();
    if (run.isStopped) return;
  }
}

function evaluateNamespaces(run: Run, namespaces: Iterable<string>): Promise<void> {
  return inSlices(run, namespaces, (namespace) => evaluateNamespace(run, namespace));
}

async function inSlices(run: Run, namespaces: Iterable<string>, work: (namespace: string) => void): Promise<void> {
  const turn = createTurn();
  for (const namespace of [...namespaces]) {
    if (run.isStopped) return;
    work(namespace);
    if (turn.isSpent()) await turn.next();
  }
}

function evaluateNamespace(run: Run, namespace: string): void {
  const { parts, onPart, onError, now } = run.options;
  const former = run.states.get(namespace);
  try {
    const snapshot = parts.snapshotOf(namespace, evidenceBeside(run, namespace));
    const evaluation = evaluatePart(snapshot, now(), run.memory);
    const isEmpty = evaluation.routes.length === 0 && evaluation.statuses.length === 0;
    const state = isEmpty ? undefined : partState(namespace, snapshot, evaluation, run.memory);
    if (state === undefined) run.states.delete(namespace);
    else run.states.set(namespace, state);
    noteEvidence(run, namespace, evaluation.evidence);
    onPart(namespace, state, former);
  } catch (error) {
    // One namespace that cannot be evaluated must not keep the others from it; what was decided for it stands.
    onError(error);
  }
}

/** When a controller turns out to have been started in another way, every namespace that it serves may have to change. */
function noteEvidence(run: Run, namespace: string, evidence: ReadonlyMap<string, number>): void {
  const before = run.evidence.get(namespace);
  if ((before?.size ?? 0) === 0 && evidence.size === 0) return;
  const verdict = evidenceVerdict(run);
  keepEvidence(run, namespace, evidence);
  if (verdict !== evidenceVerdict(run)) run.options.parts.touch();
}

function keepEvidence(run: Run, namespace: string, evidence: ReadonlyMap<string, number>): void {
  if (evidence.size === 0) run.evidence.delete(namespace);
  else run.evidence.set(namespace, evidence);
}

function evidenceVerdict(run: Run): string {
  const sums = [...evidenceBeside(run, undefined)].filter(([, sum]) => sum > 0).map(([key]) => key);
  return sums.sort().join();
}

function evidenceBeside(run: Run, namespace: string | undefined): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const [name, evidence] of run.evidence) {
    for (const [key, value] of name === namespace ? [] : evidence) sums.set(key, (sums.get(key) ?? 0) + value);
  }
  return sums;
}
