import { installationOf, leaseNameOf } from '../apply/installation.ts';
import { createStatusWriter } from '../apply/status-writer.ts';
import { createTargetWriter, type TargetWriter } from '../apply/target-writer.ts';
import { createEventRecorder, type EventRecorder } from '../kube/event-recorder.ts';
import type { KubeClient } from '../kube/kube-client.ts';
import { createLeaseElector, type LeaseElector } from '../kube/lease-elector.ts';
import { createWorkQueue, type WorkQueue } from '../kube/work-queue.ts';
import type { Log } from '../log.ts';
import type { KubernetesObject } from '../model/kubernetes-object.ts';
import type { Settings } from '../model/settings.ts';
import { type ClusterSource, createClusterSource } from '../sources/cluster-source.ts';
import { policyEvents, targetEvents } from './controller-events.ts';
import { createPartEvaluations, type PartEvaluations } from './part-evaluations.ts';
import { createStatusReconciler, type StatusReconciler } from './status-reconciler.ts';
import { createTargetReconciler, type TargetReconciler, type TargetReport } from './target-reconciler.ts';
import { createWriteCounts, type WriteCounts } from './write-counts.ts';
import { createWritePace } from './write-pace.ts';

export type ControllerOptions = {
  readonly client: KubeClient;
  readonly settings: Settings;
  readonly log: Log;
  /** "" unless several installations share the cluster. */
  readonly instance: string;
  /** Of this process, different for every one: the pod's name and something random. */
  readonly identity: string;
  /** Where the Lease is. */
  readonly leaseNamespace: string;
  /** Writes to targets; 0: any number. */
  readonly writesPerSecond: number;
  /** Seconds that Traefik may take to know an object that is about to be named. */
  readonly settleSeconds: number;
};

/** A controller that runs. */
export type Controller = {
  readonly source: ClusterSource;
  readonly evaluations: PartEvaluations;
  readonly elector: LeaseElector;
  readonly targetQueue: WorkQueue;
  readonly counts: WriteCounts;
  /** Everything was read, and decided at least once. */
  readonly isReady: () => boolean;
  /** Finishes what is being written, gives the Lease back, and ends everything. */
  readonly stop: () => Promise<void>;
};

/** Targets written at once. */
const TARGET_WORKERS = 16;

/** Statuses written at once. */
const STATUS_WORKERS = 4;

/** Milliseconds between two looks at what only time changes: exceptions that expire. */
const TICK = 30_000;

/** Starts a controller: it reads, decides, and while it holds the Lease writes what differs. */
export function startController(options: ControllerOptions): Controller {
  const { client, settings, log } = options;
  const source = createClusterSource({
    client,
    settings,
    onChange: () => reconcilers.evaluations.schedule(),
    isEcho: (change) => reconcilers.writer.isEcho(change),
    onOwn: (object) => reconcilers.statuses.look(object),
    onState: ({ kind }, state) => log.info({ component: 'source', kind, ...state }, 'kind'),
    onProblem: ({ kind }, error) => log.warn({ component: 'source', kind, err: error }, 'watch failed'),
  });
  const elector = createElector(options, () => {
    source.parts.touch();
    reconcilers.evaluations.schedule();
  });
  const recorder = createEventRecorder({
    client,
    controller: 'cors-operator.dev/controller',
    instance: options.identity,
    onProblem: problemLog(log, 'events'),
  });
  const reconcilers = createReconcilers(options, { source, elector, recorder });
  source.start();
  elector.start();
  const workers = runWorkers(reconcilers, log);
  const tick = setInterval(() => reconcilers.evaluations.schedule(), TICK);
  const { evaluations, targetQueue, statusQueue, counts } = reconcilers;
  return {
    source,
    evaluations,
    elector,
    targetQueue,
    counts,
    isReady: () => source.isComplete() && evaluations.hasEvaluated(),
    async stop() {
      clearInterval(tick);
      evaluations.stop();
      await Promise.all([targetQueue.shutdown(), statusQueue.shutdown(), workers]);
      await elector.stop();
      await Promise.all([source.stop(), recorder.stop()]);
    },
  };
}

function createElector(options: ControllerOptions, onGained: () => void): LeaseElector {
  const { client, log, instance, identity, leaseNamespace } = options;
  return createLeaseElector({
    client,
    namespace: leaseNamespace,
    name: leaseNameOf(instance),
    identity,
    onGained() {
      log.info({ component: 'lease' }, 'leads');
      onGained();
    },
    onLost: (loss) => log.warn({ component: 'lease', reason: loss }, 'leads no more'),
    onProblem: problemLog(log, 'lease'),
  });
}

type Surroundings = {
  readonly source: ClusterSource;
  readonly elector: LeaseElector;
  readonly recorder: EventRecorder;
};

type Reconcilers = {
  readonly writer: TargetWriter;
  readonly evaluations: PartEvaluations;
  readonly targets: TargetReconciler;
  readonly statuses: StatusReconciler;
  readonly targetQueue: WorkQueue;
  readonly statusQueue: WorkQueue;
  readonly counts: WriteCounts;
};

function createReconcilers(options: ControllerOptions, surroundings: Surroundings): Reconcilers {
  const { client, log, settleSeconds, writesPerSecond } = options;
  const { source, elector, recorder } = surroundings;
  const { parts, resourceOf } = source;
  const installation = installationOf(options.instance);
  const writing = { client, isLeader: elector.isHeld, resourceOf, now: () => performance.now() };
  const writer = createTargetWriter({ ...writing, installation, settleSeconds });
  const counts = createWriteCounts();
  const [targetQueue, statusQueue] = [createWorkQueue(), createWorkQueue()];
  const evaluations = createPartEvaluations({
    parts,
    isComplete: source.isComplete,
    now: Date.now,
    onPart(namespace, state, former) {
      targets.enqueue(namespace, state, former);
      statuses.enqueue(state);
    },
    onCluster: (reports) => statuses.takeCluster(reports),
    onError: problemLog(log, 'evaluation'),
  });
  const common = { parts, installation, partOf: evaluations.partOf };
  const targets = createTargetReconciler({
    ...common,
    queue: targetQueue,
    writer,
    pace: createWritePace(writesPerSecond),
    onResult(report) {
      logTarget(log, report);
      counts.note(report.result);
      for (const event of targetEvents(report, evaluations.partOf(report.namespace), parts)) recorder.record(event);
      statuses.noteTarget(report.namespace, report.key);
    },
  });
  const statuses = createStatusReconciler({
    ...common,
    queue: statusQueue,
    writer: createStatusWriter({ ...writing, fieldManager: installation.fieldManager, date: Date.now }),
    outcomeOf: targets.outcomeOf,
    isPending: targets.isPending,
    onWritten(object, status) {
      counts.statuses += 1;
      for (const event of policyEvents(object, status)) recorder.record(event);
    },
  });
  return { writer, evaluations, targets, statuses, targetQueue, statusQueue, counts };
}

async function runWorkers({ targets, statuses, targetQueue, statusQueue }: Reconcilers, log: Log): Promise<void> {
  await Promise.all([
    targetQueue.run(targets.work, { concurrency: TARGET_WORKERS, onError: problemLog(log, 'targets') }),
    statusQueue.run(statuses.work, { concurrency: STATUS_WORKERS, onError: problemLog(log, 'statuses') }),
  ]);
}

function problemLog(log: Log, component: string): (error: unknown) => void {
  return (error) => log.warn({ component, err: error }, 'failed, goes on');
}

/** One line per change that was written, and per problem. */
function logTarget(log: Log, { object, result }: TargetReport): void {
  const { outcome, writes, events } = result;
  if (writes === 0 && events.length === 0) return;
  const fields = { component: 'targets', object: nameOf(object), writes, reason: outcome.problem?.reason };
  const messages = events.map(({ reason }) => reason).join(', ');
  log.info(fields, outcome.problem?.message ?? (messages === '' ? 'written' : messages));
}

function nameOf({ kind, metadata: { namespace, name } }: KubernetesObject): string {
  return `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`;
}
