import { isSameJson } from '../model/json-equality.ts';
import type { KubernetesObject } from '../model/kubernetes-object.ts';
import type { ApiFailure } from './api-failure.ts';
import { contendedWrite, decideContended } from './contended-steps.ts';
import type { Installation } from './installation.ts';
import { isOurs, withReplaced } from './owned-objects.ts';
import { contendedEvent, writtenEvents } from './target-events.ts';
import { newerObject, settled, settlingOf, type TargetMemories, type TargetMemory } from './target-memory.ts';
import type { TargetRequests } from './target-requests.ts';
import {
  isDetaching,
  planSteps,
  type Step,
  type StepContext,
  type TargetPlan,
  type TargetView,
} from './target-steps.ts';
import { type NextPass, standingVersions, type TargetResult, type TargetTask } from './target-task.ts';
import type { TargetWrite } from './target-write.ts';
import { turnedRecord } from './turned-record.ts';
import type { Contention, LeftAlone, TargetEvent, WriteProblem } from './write-outcome.ts';

/** What passes are made with. */
export type PassTools = {
  readonly requests: TargetRequests;
  readonly installation: Installation;
  readonly isLeader: () => boolean;
  /** Milliseconds on a clock that only goes forward. */
  readonly now: () => number;
  readonly settleSeconds: number;
  readonly memories: TargetMemories;
};

/** Makes the function that brings one target as far as it can be brought now. */
export function createPass(tools: PassTools): (task: TargetTask) => Promise<TargetResult> {
  return async (task) => {
    const uid = task.object.metadata.uid ?? '';
    const memory = tools.memories.of(uid);
    const pass: Pass = {
      tools,
      task,
      memory,
      uid,
      object: newerObject(task.object, memory),
      owned: task.owned,
      problem: undefined,
      contentions: [],
      leftAlone: [],
      events: [],
      writes: 0,
      rereads: 0,
      isNoted: false,
      isReleased: false,
    };
    const next = await run(pass);
    tools.memories.settle(uid);
    const { problem, contentions, events, leftAlone, writes } = pass;
    const outcome = { target: task.target, contentions, ...(problem === undefined ? {} : { problem }) };
    const versions = standingVersions(pass.object, pass.owned);
    return { outcome, events, leftAlone, writes, versions, next };
  };
}

/** One pass while it goes on. */
type Pass = {
  readonly tools: PassTools;
  readonly task: TargetTask;
  readonly memory: TargetMemory;
  readonly uid: string;
  readonly events: TargetEvent[];
  object: KubernetesObject;
  owned: readonly KubernetesObject[];
  problem: WriteProblem | undefined;
  contentions: readonly Contention[];
  leftAlone: readonly LeftAlone[];
  writes: number;
  rereads: number;
  /** Keys that were changed back were counted since the last write. */
  isNoted: boolean;
  /** Nothing is left in managedFields that could be put right. */
  isReleased: boolean;
};

type PerformedStep = Exclude<Step, { kind: 'Wait' }>;

/** More than any target needs: what goes on longer is somebody who answers every write with another. */
const MAX_STEPS = 12;

/** How often a target that changes under our hands is read again before it has to wait. */
const MAX_REREADS = 3;

const DONE: NextPass = { kind: 'Done' };
const RETRY: NextPass = { kind: 'Retry' };

async function run(pass: Pass): Promise<NextPass> {
  for (let count = 0; count < MAX_STEPS; count++) {
    const plan = planSteps(viewOf(pass), pass.task.goal, contextOf(pass));
    pass.problem = plan.problem;
    if (plan.leftAlone.length > 0) pass.leftAlone = plan.leftAlone;
    const step = nextStep(pass, plan);
    if (step.is === 'End') return step.next;
    if (!pass.tools.isLeader()) return { kind: 'NotLeader' };
    const end = await perform(pass, step.step, plan);
    if (end !== undefined) return end;
  }
  pass.problem = { reason: 'Pending', message: 'it is changed by somebody as often as it is written' };
  return RETRY;
}

type NextStep = { readonly is: 'Step'; readonly step: PerformedStep } | { readonly is: 'End'; readonly next: NextPass };

function nextStep(pass: Pass, { steps: [first] }: TargetPlan): NextStep {
  if (first === undefined || (first.kind === 'Release' && pass.isReleased)) return { is: 'End', next: DONE };
  if (first.kind === 'Wait') return { is: 'End', next: waitFor(pass, first.seconds) };
  const step = first.kind === 'Write' ? uncontended(pass, first.write) : first;
  return step === undefined ? { is: 'End', next: untilTriedAgain(pass) } : { is: 'Step', step };
}

function viewOf({ task, object, owned, memory, tools }: Pass): TargetView {
  const isAlone = !owned.some(isOurs) && memory.ownedAt === undefined && memory.detachedAt === undefined;
  const settling = isAlone ? settled : settlingOf(memory, tools.now(), tools.settleSeconds);
  return { target: task.target, object, owned, settling };
}

function contextOf({ task, tools }: Pass): StepContext {
  const { installation, settleSeconds } = tools;
  return { installation, settleSeconds, reader: task.reader, isBeyondCeiling: task.isBeyondCeiling ?? (() => false) };
}

function waitFor(pass: Pass, seconds: number): NextPass {
  pass.problem ??= {
    reason: 'Pending',
    message: 'waiting until the ingress controller knows what was made or un-named',
  };
  return { kind: 'After', seconds };
}

/**
 * Counts keys that were changed back, and leaves out those that are given up.
 *
 * @returns undefined when nothing is to be written
 */
function uncontended(pass: Pass, write: TargetWrite): PerformedStep | undefined {
  const { task, memory, tools } = pass;
  const { goal } = task;
  const counting = pass.isNoted || !tools.isLeader() ? 'Seen' : 'Count';
  const decision = decideContended({
    write,
    state: memory.contention,
    lost: turnedRecord(pass.object, {
      write,
      goal,
      left: tools.memories.lastWrite(pass.uid),
      installation: tools.installation,
    }),
    counting,
    now: tools.now(),
    without: (givenUp) =>
      goal.kind === 'Hold' ? contendedWrite(viewOf(pass), goal, contextOf(pass), givenUp) : undefined,
  });
  if (counting === 'Count') pass.isNoted = true;
  const isNews = decision.state !== memory.contention && decision.contentions.length > 0;
  if (isNews) pass.events.push(contendedEvent(task.target, decision.contentions));
  memory.contention = decision.state;
  pass.contentions = decision.contentions;
  return decision.write === undefined ? undefined : { kind: 'Write', write: decision.write };
}

function untilTriedAgain(pass: Pass): NextPass {
  const until = Math.min(...pass.contentions.map((each) => each.until));
  const keys = pass.contentions.map(({ annotation, manager }) => `${annotation} (by ${manager})`).join(', ');
  pass.problem ??= { reason: 'Pending', message: `left alone for an hour, since it keeps being changed back: ${keys}` };
  return { kind: 'After', seconds: Math.max(1, Math.ceil((until - pass.tools.now()) / 1000)) };
}

async function perform(pass: Pass, step: PerformedStep, plan: TargetPlan): Promise<NextPass | undefined> {
  switch (step.kind) {
    case 'Write':
      return await performWrite(pass, step.write, plan);
    case 'Release':
      return await performRelease(pass, undefined);
    case 'Create':
    case 'Update':
    case 'Delete':
      return await performOwned(pass, step);
  }
}

async function performWrite(pass: Pass, write: TargetWrite, plan: TargetPlan): Promise<NextPass | undefined> {
  const { tools, memory, object } = pass;
  const answer = await tools.requests.write(object, write);
  if (answer.kind !== 'Done') return await failedWrite(pass, answer);
  if (isDetaching(viewOf(pass), write)) memory.detachedAt = tools.now();
  take(pass, answer.object ?? write.after);
  pass.events.push(...writtenEvents(pass.task.goal, write, plan));
  tools.memories.noteWrite(pass.uid, write.kind === 'Restore' ? 'NoRecord' : 'Record');
  if (write.kind !== 'Restore') return isAllDone(pass, write, plan) ? DONE : undefined;
  memory.givenBack = write.givenBack;
  return await performRelease(pass, answer.object);
}

/** Whether the only step of a plan left the target as it was meant to be, so that another plan would find nothing. */
function isAllDone({ object }: Pass, { kind, after }: TargetWrite, { steps, problem }: TargetPlan): boolean {
  const isWhole = kind === 'Apply' && steps.length === 1 && problem === undefined;
  return isWhole && isSameJson(object.metadata.annotations, after.metadata.annotations);
}

/** @param read the target as the API server just answered it, managedFields complete */
async function performRelease(pass: Pass, read: KubernetesObject | undefined): Promise<NextPass | undefined> {
  const { tools, memory } = pass;
  if (read === undefined) {
    const end = await reread(pass);
    if (end !== undefined) return end;
  }
  if (!tools.isLeader()) return { kind: 'NotLeader' };
  const before = read ?? pass.object;
  const answer = await tools.requests.release(before, memory.givenBack);
  if (answer.kind !== 'Done')
    return answer.kind === 'Stale' ? await performRelease(pass, undefined) : fail(pass, answer);
  memory.givenBack = [];
  pass.isReleased = true;
  if (answer.object !== undefined && answer.object !== before) take(pass, answer.object);
  return undefined;
}

async function performOwned(
  pass: Pass,
  step: Extract<Step, { kind: 'Create' | 'Update' | 'Delete' }>,
): Promise<NextPass | undefined> {
  const { requests, now } = pass.tools;
  const object = step.kind === 'Update' ? step.update.standing : step.object;
  const answer = await (step.kind === 'Update' ? requests.update(step.update) : requests[verbs[step.kind]](object));
  if (answer.kind === 'Stale') return await rereadOwned(pass, object);
  const isGone = answer.kind === 'Gone' && step.kind !== 'Create';
  if (answer.kind !== 'Done' && !isGone) return fail(pass, answer);
  pass.writes += isGone ? 0 : 1;
  if (step.kind !== 'Delete') pass.memory.ownedAt = now();
  pass.owned = withReplaced(pass.owned, object, answer.kind === 'Done' ? answer.object : undefined);
  return undefined;
}

const verbs = { Create: 'create', Delete: 'delete' } as const;

async function failedWrite(pass: Pass, failure: ApiFailure): Promise<NextPass | undefined> {
  return failure.kind === 'Stale' ? await reread(pass) : fail(pass, failure);
}

/** Reads a target that changed; one that is gone, or has another spec by now, is for another evaluation. */
async function reread(pass: Pass): Promise<NextPass | undefined> {
  if (++pass.rereads > MAX_REREADS)
    return fail(pass, { kind: 'Failed', message: 'it keeps changing while it is written' });
  const answer = await pass.tools.requests.get(pass.object);
  if (answer.kind !== 'Done' || answer.object === undefined) return fail(pass, answer.kind === 'Done' ? GONE : answer);
  const { uid, generation } = answer.object.metadata;
  if (uid !== pass.uid) return fail(pass, GONE);
  if (generation !== pass.task.object.metadata.generation) return RETRY;
  pass.object = { ...pass.object, metadata: answer.object.metadata };
  return undefined;
}

const GONE: ApiFailure = { kind: 'Gone' };

async function rereadOwned(pass: Pass, object: KubernetesObject): Promise<NextPass | undefined> {
  if (++pass.rereads > MAX_REREADS) return RETRY;
  const answer = await pass.tools.requests.get(object);
  if (answer.kind !== 'Done' && answer.kind !== 'Gone') return fail(pass, answer);
  pass.owned = withReplaced(pass.owned, object, answer.kind === 'Done' ? answer.object : undefined);
  return undefined;
}

function fail(pass: Pass, failure: ApiFailure): NextPass {
  switch (failure.kind) {
    case 'Gone':
      pass.problem = undefined;
      return DONE;
    case 'Stale':
      return RETRY;
    case 'TooLong':
      pass.problem = { reason: 'TargetFull', message: failure.message };
      return RETRY;
    case 'Refused':
      pass.problem = { reason: 'WriteRefused', message: failure.message };
      return RETRY;
    case 'Failed':
      if (!pass.tools.isLeader()) return { kind: 'NotLeader' };
      pass.problem = { reason: 'Pending', message: failure.message };
      return failure.retryAfter === undefined ? RETRY : { kind: 'Retry', retryAfter: failure.retryAfter };
  }
}

function take(pass: Pass, answer: KubernetesObject): void {
  const isChanged = answer.metadata['resourceVersion'] !== pass.object.metadata['resourceVersion'];
  pass.object = { ...pass.object, metadata: answer.metadata };
  pass.memory.latest = pass.object;
  pass.isNoted = false;
  if (isChanged) pass.writes++;
}
