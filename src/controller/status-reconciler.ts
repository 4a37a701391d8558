import { type Installation, isOtherInstallation } from '../apply/installation.ts';
import { withWriteOutcomes } from '../apply/status-outcomes.ts';
import type { StatusWriter } from '../apply/status-writer.ts';
import type { WriteOutcome } from '../apply/write-outcome.ts';
import type { WorkQueue } from '../kube/work-queue.ts';
import type { KubernetesObject } from '../model/kubernetes-object.ts';
import { managedEntries } from '../model/managed-fields.ts';
import { OWN_GROUP } from '../model/object-role.ts';
import { type Fields, isRecord, objectRef } from '../model/object-shape.ts';
import type { ObjectRef } from '../model/reference.ts';
import type { ClusterParts } from '../sources/cluster-parts.ts';
import type { PolicyStatusReport } from '../status/policy-status.ts';
import { type PartState, policyKey } from './part-state.ts';

export type StatusReconcilerOptions = {
  readonly installation: Installation;
  readonly parts: ClusterParts;
  readonly partOf: (namespace: string) => PartState | undefined;
  readonly queue: WorkQueue;
  readonly writer: StatusWriter;
  /** What became of a target of a namespace. */
  readonly outcomeOf: (key: string, namespace: string) => WriteOutcome | undefined;
  readonly isPending: (key: string) => boolean;
  /** Told of a status that was written, with the one that stood before. */
  readonly onWritten: (object: KubernetesObject, status: Status) => void;
};

type Status = Readonly<Record<string, unknown>>;

/** Keeps the statuses of our own kinds. */
export type StatusReconciler = {
  /** Looks at the statuses of a namespace that was evaluated. */
  readonly enqueue: (state: PartState | undefined) => void;
  /** Takes what the statuses of cluster-scoped objects should be. */
  readonly takeCluster: (statuses: readonly PolicyStatusReport[]) => void;
  /** Looks at an object whose status somebody may have changed. */
  readonly look: (object: KubernetesObject) => void;
  /** Something became of a target: looks at the policies that govern it. */
  readonly noteTarget: (namespace: string, key: string) => void;
  /** Works until the queue is shut down. */
  readonly work: (key: string) => Promise<void>;
};

/** Makes a reconciler. */
export function createStatusReconciler(options: StatusReconcilerOptions): StatusReconciler {
  const cluster = new Map<string, PolicyStatusReport>();
  return {
    enqueue(state) {
      for (const { object } of state?.evaluation.statuses ?? []) addPolicy(options, state, object);
    },
    takeCluster(statuses) {
      cluster.clear();
      for (const report of statuses) {
        cluster.set(policyKey(report.object), report);
        options.queue.add(policyKey(report.object));
      }
    },
    look: (object) => options.queue.add(policyKey(objectRef(object))),
    noteTarget(namespace, key) {
      const state = options.partOf(namespace);
      for (const { resolution } of state?.targets.get(key) ?? []) {
        const policy = resolution.governed.by === 'Nothing' ? undefined : resolution.governed.policy;
        // A ClusterCorsPolicy only counts its routes.
        if (policy?.namespace !== undefined) addPolicy(options, state, policy);
      }
    },
    work: (key) => work(options, cluster, key),
  };
}

/** Seconds after which a status tells of targets that are still to be written; most are written before. */
const PATIENCE = 2;

/** Such statuses a second: of thousands of policies whose targets wait, most have nothing to tell any more when their turn comes. */
const WAITING_PER_SECOND = 10;

function addPolicy({ queue, isPending }: StatusReconcilerOptions, state: PartState | undefined, ref: ObjectRef): void {
  const key = policyKey(ref);
  const targets = state?.governed.get(key) ?? [];
  if ([...targets].some(isPending)) queue.addAfter(key, PATIENCE + queue.delayed() / WAITING_PER_SECOND);
  else queue.add(key);
}

async function work(
  options: StatusReconcilerOptions,
  cluster: ReadonlyMap<string, PolicyStatusReport>,
  key: string,
): Promise<void> {
  const { parts, queue, writer, onWritten } = options;
  const report = cluster.get(key) ?? reportOf(options, key);
  const object = report === undefined ? undefined : parts.find({ group: OWN_GROUP, ...report.object });
  if (report === undefined || object === undefined) {
    queue.forget(key);
    return;
  }
  const outcomes = outcomesFor(options, report.object);
  if (isLeftToOthers(options.installation, object, outcomes)) {
    queue.forget(key);
    return;
  }
  const status = withWriteOutcomes(report.status, outcomes);
  const result = await writer.write(object, status);
  if (result.kind === 'Retry') {
    queue.retry(key, result.retryAfter === undefined ? {} : { retryAfter: result.retryAfter });
    return;
  }
  queue.forget(key);
  if (result.kind === 'After') queue.addAfter(key, result.seconds);
  if (result.kind === 'Written') onWritten(object, status);
}

function reportOf({ partOf }: StatusReconcilerOptions, key: string): PolicyStatusReport | undefined {
  const [, namespace = ''] = key.split('/');
  return partOf(namespace)?.evaluation.statuses.find(({ object }) => policyKey(object) === key);
}

/** A ClusterCorsPolicy's default may govern routes of many namespaces, which its status only counts. */
function outcomesFor({ partOf, outcomeOf }: StatusReconcilerOptions, ref: ObjectRef): readonly WriteOutcome[] {
  const { namespace } = ref;
  if (namespace === undefined) return [];
  const targets = partOf(namespace)?.governed.get(policyKey(ref)) ?? [];
  return [...targets].flatMap((key) => outcomeOf(key, namespace) ?? []);
}

/**
 * Two installations that correct each other would never come to an end: what one of them said about a policy as it stands is
 * left, unless the other one has a problem that it does not tell. Of two that have problems the last by name tells its own.
 */
function isLeftToOthers(
  installation: Installation,
  object: KubernetesObject,
  outcomes: readonly WriteOutcome[],
): boolean {
  const { metadata, status } = object;
  const others = managedEntries(object).filter(({ manager }) => isOtherInstallation(manager, installation));
  if (others.length === 0 || readiness(status)?.['observedGeneration'] !== metadata.generation) return false;
  const isTroubled = outcomes.some(({ problem }) => problem !== undefined && problem.reason !== 'Pending');
  if (!isTroubled) return true;
  const isTold = readiness(status)?.['status'] !== 'True';
  return isTold && others.some(({ manager }) => typeof manager === 'string' && manager > installation.fieldManager);
}

function readiness(status: unknown): Fields | undefined {
  const conditions: readonly unknown[] =
    isRecord(status) && Array.isArray(status['conditions']) ? status['conditions'] : [];
  return conditions.filter(isRecord).find(({ type }) => type === 'Ready');
}
