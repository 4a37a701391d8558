import { hash } from 'node:crypto';
import type { Installation } from '../apply/installation.ts';
import { type TargetGoal, targetGoal } from '../apply/target-goal.ts';
import { goalGrant, isGrantInside } from '../apply/target-grant.ts';
import { standingVersions } from '../apply/target-task.ts';
import { hasTraces } from '../apply/target-traces.ts';
import type { TargetResult, TargetTask, TargetWriter } from '../apply/target-writer.ts';
import type { WriteOutcome } from '../apply/write-outcome.ts';
import type { RouteEvaluation } from '../evaluate.ts';
import type { WorkPriority, WorkQueue } from '../kube/work-queue.ts';
import type { KubernetesObject } from '../model/kubernetes-object.ts';
import { type ClusterParts, placeOf } from '../sources/cluster-parts.ts';
import type { PartState } from './part-state.ts';
import type { WritePace } from './write-pace.ts';

export type TargetReconcilerOptions = {
  readonly parts: ClusterParts;
  readonly partOf: (namespace: string) => PartState | undefined;
  readonly installation: Installation;
  readonly queue: WorkQueue;
  readonly writer: TargetWriter;
  readonly pace: WritePace;
  /** Told when what became of a target changed, and what happened on the way. */
  readonly onResult: (report: TargetReport) => void;
};

/** What came of one pass over a target. */
export type TargetReport = {
  readonly namespace: string;
  readonly key: string;
  readonly object: KubernetesObject;
  readonly result: TargetResult;
};

/** Brings the targets of a cluster to what is decided for them. */
export type TargetReconciler = {
  /** Looks at every target of a namespace that was evaluated. */
  readonly enqueue: (namespace: string, state: PartState | undefined, former: PartState | undefined) => void;
  /** What became of a target: `Pending` until it was looked at since it was last decided; undefined when there is nothing to tell. */
  readonly outcomeOf: (key: string, namespace: string) => WriteOutcome | undefined;
  /** Whether a target is still to be looked at. */
  readonly isPending: (key: string) => boolean;
  /** Works until the queue is shut down. */
  readonly work: (key: string) => Promise<void>;
};

/** Makes a reconciler. */
export function createTargetReconciler(options: TargetReconcilerOptions): TargetReconciler {
  const memory: Memory = { troubles: new Map(), decided: new Map(), pending: new Set(), settled: new Map() };
  return {
    enqueue: (namespace, state, former) => enqueue(options, memory, { namespace, state, former }),
    outcomeOf(key, namespace) {
      const pending = memory.pending.has(key) ? pendingOutcome(options.partOf(namespace), key) : undefined;
      return pending ?? memory.troubles.get(key);
    },
    isPending: (key) => memory.pending.has(key),
    work: (key) => work(options, memory, key),
  };
}

type Memory = {
  /** What became of targets on which something does not stand as it should. */
  readonly troubles: Map<string, WriteOutcome>;
  /** The namespace of each target that there is anything to do about; a new value each time that it is decided anew. */
  readonly decided: Map<string, { readonly namespace: string }>;
  /** Targets that were not looked at since they were last decided. */
  readonly pending: Set<string>;
  /** Targets on which all stands as it should, as long as neither they nor their goals change. */
  readonly settled: Map<string, string>;
};

type Decided = {
  readonly namespace: string;
  readonly state: PartState | undefined;
  readonly former: PartState | undefined;
};

function enqueue(options: TargetReconcilerOptions, memory: Memory, decided: Decided): void {
  forgetGone(options, memory, decided);
  const { namespace, state } = decided;
  if (state === undefined) return;
  for (const [key, routes] of state.targets) {
    const task = taskOf(options.parts, state, routes);
    if (task === undefined || isNothing(task, options.installation)) drop(memory, key);
    else if (!isSettled(options, memory, key, task)) addTarget(options, memory, { key, namespace, task });
  }
}

function forgetGone(options: TargetReconcilerOptions, memory: Memory, { state, former }: Decided): void {
  for (const [key, routes] of former?.targets ?? []) {
    if (state?.targets.has(key) !== true) forget(options, memory, key, routes);
  }
}

type Added = { readonly key: string; readonly namespace: string; readonly task: TargetTask };

function addTarget({ queue }: TargetReconcilerOptions, memory: Memory, { key, namespace, task }: Added): void {
  memory.decided.set(key, { namespace });
  memory.pending.add(key);
  queue.add(key, priorityOf(task));
}

/** Nothing has to be looked at twice: most evaluations find most targets as they were left. */
function isSettled({ writer }: TargetReconcilerOptions, memory: Memory, key: string, task: TargetTask): boolean {
  const settled = memory.settled.get(key);
  const { goal, object, owned } = task;
  if (settled === undefined || memory.pending.has(key)) return false;
  if (settled !== settledText(goal, standingVersions(object, owned))) return false;
  writer.confirm(object);
  return true;
}

/**
 * What a target is to hold, and the states in which it and the objects beside it hold it. A digest that nobody can steer:
 * another goal with the same one would never be written.
 */
function settledText(goal: TargetGoal, versions: string): string {
  return hash('sha256', JSON.stringify([versions, goal]), 'base64');
}

function drop(memory: Memory, key: string): void {
  memory.troubles.delete(key);
  memory.settled.delete(key);
  memory.decided.delete(key);
  memory.pending.delete(key);
}

function forget(
  { writer }: TargetReconcilerOptions,
  memory: Memory,
  key: string,
  routes: readonly RouteEvaluation[],
): void {
  drop(memory, key);
  const uid = routes[0]?.resolution.route.object.metadata.uid;
  if (uid !== undefined) writer.forget(uid);
}

/** The place of a target comes from its routes: they are what was decided. */
function taskOf(parts: ClusterParts, state: PartState, routes: readonly RouteEvaluation[]): TargetTask | undefined {
  const [first] = routes;
  if (first === undefined) return undefined;
  const { target } = first.resolution.route;
  const object = parts.find(target);
  if (object === undefined) return undefined;
  const goal = targetGoal(routes, { policyOf: state.policyOf, knowledge: 'Known' });
  const reader = state.readerOf(first);
  const { sectionName: _, ...whole } = target;
  return {
    target: whole,
    object,
    owned: state
      .ownedOf(object, goal.kind === 'Hold' ? goal.owned : [])
      .map((each) => parts.find(placeOf(each)) ?? each),
    goal,
    reader,
    isBeyondCeiling: (after) => reader !== undefined && state.isBeyondCeiling(reader.read(after, [])),
  };
}

/** Nearly all targets of most clusters: no policy, and nothing of ours on them. */
function isNothing({ goal, object, owned }: TargetTask, { fieldManager }: Installation): boolean {
  if (goal.kind === 'Hold' || owned.length > 0 || hasTraces(object, fieldManager)) return false;
  return goal.kind === 'Restore' || goal.problem === undefined;
}

function priorityOf({ goal, object, owned, reader }: TargetTask): WorkPriority {
  if (goal.kind !== 'Hold' || reader === undefined) return 'Ordinary';
  const standing = reader.read(object, owned);
  if (standing.kind === 'Off') return 'Ordinary';
  return isGrantInside(goalGrant(reader, object, goal), standing) ? 'Narrowing' : 'Ordinary';
}

async function work(options: TargetReconcilerOptions, memory: Memory, key: string): Promise<void> {
  const { parts, partOf, queue, writer, pace, onResult } = options;
  const decided = memory.decided.get(key);
  const state = decided === undefined ? undefined : partOf(decided.namespace);
  const routes = state?.targets.get(key);
  const task = state === undefined || routes === undefined ? undefined : taskOf(parts, state, routes);
  if (decided === undefined || task === undefined) {
    drop(memory, key);
    queue.forget(key);
    return;
  }
  const result = await writer.write(task);
  if (memory.decided.get(key) === decided) memory.pending.delete(key);
  noteOutcome(memory, key, task, result);
  if (memory.settled.has(key) && !memory.pending.has(key)) memory.decided.delete(key);
  comeAgain(queue, key, result.next);
  onResult({ namespace: decided.namespace, key, object: task.object, result });
  await pace.pay(result.writes);
}

function noteOutcome(memory: Memory, key: string, { goal }: TargetTask, result: TargetResult): void {
  const { outcome, leftAlone, next, versions } = result;
  const isTroubled = outcome.problem !== undefined || outcome.contentions.length > 0;
  if (isTroubled) memory.troubles.set(key, outcome);
  else memory.troubles.delete(key);
  if (next.kind === 'Done' && !isTroubled && leftAlone.length === 0)
    memory.settled.set(key, settledText(goal, versions));
  else memory.settled.delete(key);
}

function comeAgain(queue: WorkQueue, key: string, next: TargetResult['next']): void {
  if (next.kind === 'Retry') {
    queue.retry(key, next.retryAfter === undefined ? {} : { retryAfter: next.retryAfter });
    return;
  }
  queue.forget(key);
  // Without the lease whoever leads now writes; when we lead again, everything is looked at.
  if (next.kind === 'After') queue.addAfter(key, next.seconds);
}

function pendingOutcome(state: PartState | undefined, key: string): WriteOutcome | undefined {
  const target = state?.targets.get(key)?.[0]?.resolution.route.target;
  if (target === undefined) return undefined;
  const { sectionName: _, ...whole } = target;
  return { target: whole, problem: { reason: 'Pending', message: 'it is about to be written' }, contentions: [] };
}
