import type { KubernetesObject } from '../model/kubernetes-object.ts';
import type { TargetRef } from '../model/reference.ts';
import { isRestorable, ownEntries } from '../plan/dialects/index.ts';
import { POLICY_ANNOTATION } from '../plan/plan.ts';
import { believedRecord, readRecord } from '../plan/record.ts';
import { annotationOf, listEntriesOf } from '../plan/target-keys.ts';
import type { TargetReader } from '../plan/target-reader.ts';
import { decideHold } from './hold-write.ts';
import type { Installation } from './installation.ts';
import { hasOwnEntries } from './managed-fields-patch.ts';
import { isOurs, type OwnedUpdate, ownedChanges } from './owned-objects.ts';
import { decideRestore, type RestoreDecision, type RestoreGuard } from './restore-write.ts';
import type { HoldGoal, TargetGoal } from './target-goal.ts';
import { goalGrant, isGrantInside } from './target-grant.ts';
import type { TargetWrite } from './target-write.ts';
import type { LeftAlone, WriteProblem } from './write-outcome.ts';

/** One thing to do; the next only once the API server confirmed it. */
export type Step =
  | { readonly kind: 'Write'; readonly write: TargetWrite }
  /** Entries of ours in managedFields go, which a restore left that was cut short. */
  | { readonly kind: 'Release' }
  | { readonly kind: 'Create'; readonly object: KubernetesObject }
  | { readonly kind: 'Update'; readonly update: OwnedUpdate }
  | { readonly kind: 'Delete'; readonly object: KubernetesObject }
  /** Until the ingress controller knows of what was done before. */
  | { readonly kind: 'Wait'; readonly seconds: number };

/** All that is to be done about one target, in order, and what keeps it from more. */
export type TargetPlan = {
  readonly steps: readonly Step[];
  readonly problem?: WriteProblem;
  readonly leftAlone: readonly LeftAlone[];
  /** Somebody copied or restored the target together with its record, which is believed. */
  readonly isReadopted: boolean;
};

/** A target and what stands beside it. */
export type TargetView = {
  readonly target: TargetRef;
  readonly object: KubernetesObject;
  /** Objects of ours that belong to it, and any of a name that is planned. */
  readonly owned: readonly KubernetesObject[];
  readonly settling: Settling;
};

/** Seconds until the ingress controller is sure to know what was done last. */
export type Settling = {
  /** That objects of ours were made or changed. */
  readonly owned: number;
  /** That the target names some of them no more. */
  readonly detached: number;
};

/** What steps depend on besides the target. */
export type StepContext = {
  readonly installation: Installation;
  /** Seconds between making an object and naming it, and between un-naming and removing it. */
  readonly settleSeconds: number;
  /** What the target's controller makes of what stands on it; undefined when its class is not known. */
  readonly reader: TargetReader | undefined;
  /** Whether a target as it would stand is wider than a guardrail that is enforced. */
  readonly isBeyondCeiling: (object: KubernetesObject) => boolean;
};

/**
 * Everything to be done so that a target comes to its goal. In no state between two steps is more granted than before or
 * after all of them: what stands is detached first, then objects are made, then named; those that nothing names go last.
 */
export function planSteps(view: TargetView, goal: TargetGoal, context: StepContext): TargetPlan {
  switch (goal.kind) {
    case 'Stay':
      return { ...NOTHING, ...(goal.problem === undefined ? {} : { problem: goal.problem }) };
    case 'Restore':
      return restoreSteps(view, context, ceilingGuard(context));
    case 'Hold':
      return isOtherDialect(view.object, goal) ? leaveDialect(view, goal, context) : holdSteps(view, goal, context);
  }
}

const NOTHING: TargetPlan = { steps: [], leftAlone: [], isReadopted: false };

/** Keys that we wrote for another ingress controller, or under another prefix. */
function isOtherDialect(object: KubernetesObject, { annotations }: HoldGoal): boolean {
  const recorded = Object.keys(believedRecord(object)?.keys ?? {});
  return recorded.some((key) => !Object.hasOwn(annotations, key) && isRestorable(key, undefined));
}

/** What stood there before comes back, then the rest is as if we came for the first time. */
function leaveDialect(view: TargetView, goal: HoldGoal, context: StepContext): TargetPlan {
  const left = restoreWrite(view, context, policyGuard(view, goal, context));
  if (left.write === undefined || believedRecord(left.write.after) !== undefined) return holdSteps(view, goal, context);
  const detached = isDetaching(view, left.write) ? context.settleSeconds : view.settling.detached;
  const settling = { ...view.settling, detached };
  const then = holdSteps({ ...view, object: left.write.after, settling }, goal, context);
  return { ...then, steps: [writeStep(left.write), ...then.steps], leftAlone: left.leftAlone };
}

function restoreSteps(view: TargetView, context: StepContext, guard: RestoreGuard | undefined): TargetPlan {
  const { write, leftAlone, isOthers } = restoreWrite(view, context, guard);
  if (isOthers) return NOTHING;
  const { deleted } = ownedChanges(view.object, [], view.owned);
  const steps = write === undefined ? [] : [writeStep(write)];
  const release = write === undefined ? releases(view, context) : [];
  return { ...NOTHING, steps: [...steps, ...removals(view, deleted, write, context), ...release], leftAlone };
}

/** A restore that was cut short left entries of ours behind; an annotation that names a policy is none. */
function releases({ object }: TargetView, { installation }: StepContext): readonly Step[] {
  const { fieldManager } = installation;
  const isLeft = readRecord(object).kind === 'None' && annotationOf(object, POLICY_ANNOTATION) === undefined;
  return isLeft && hasOwnEntries(object, fieldManager) ? [{ kind: 'Release' }] : [];
}

function restoreWrite(
  { target, object, owned }: TargetView,
  { installation }: StepContext,
  guard: RestoreGuard | undefined,
): RestoreDecision {
  const hasOwned = owned.some(isOurs);
  return decideRestore({ target, object, installation, hasOwned, ...(guard === undefined ? {} : { guard }) });
}

function holdSteps(view: TargetView, goal: HoldGoal, context: StepContext): TargetPlan {
  const { target, object, owned } = view;
  const changes = ownedChanges(object, goal.owned, owned);
  if (changes.problem !== undefined) return withdraw(view, goal, changes.problem, context);
  const decision = decideHold({ target, object, goal, installation: context.installation });
  const updates = changes.updated.map((update): Step => ({ kind: 'Update', update }));
  if (decision.kind === 'Withdraw') return withdraw(view, goal, decision.problem, context);
  if (decision.kind === 'Blocked') {
    return { ...NOTHING, steps: [...updates, ...releases(view, context)], problem: decision.problem };
  }
  const write = decision.kind === 'Write' ? decision.write : undefined;
  const creations = changes.created.map((created): Step => ({ kind: 'Create', object: created }));
  const made = [...updates, ...creations];
  return {
    ...NOTHING,
    steps: [...inOrder(view, made, write, context), ...removals(view, changes.deleted, write, context)],
    isReadopted: readRecord(object).kind === 'Copied',
  };
}

/** What names an object follows it; anything else goes ahead of it. */
function inOrder(
  view: TargetView,
  made: readonly Step[],
  write: TargetWrite | undefined,
  context: StepContext,
): readonly Step[] {
  if (write === undefined) return made;
  if (!isAttaching(view, write)) return [writeStep(write), ...made];
  const seconds = made.length > 0 ? context.settleSeconds : view.settling.owned;
  return [...made, ...waiting(seconds), writeStep(write)];
}

/** Objects that the target will still name stay. */
function removals(
  view: TargetView,
  deleted: readonly KubernetesObject[],
  write: TargetWrite | undefined,
  context: StepContext,
): readonly Step[] {
  const lists = listedEntries(view.target, write?.after ?? view.object);
  const unnamed = deleted.filter(({ metadata }) => !lists.some((entry) => isNaming(entry, metadata.name)));
  if (unnamed.length === 0) return [];
  const seconds = write !== undefined && isDetaching(view, write) ? context.settleSeconds : view.settling.detached;
  return [...waiting(seconds), ...unnamed.map((object): Step => ({ kind: 'Delete', object }))];
}

/** Somebody else is in the way, and what they wrote is theirs. */
function withdraw(view: TargetView, goal: HoldGoal, problem: WriteProblem, context: StepContext): TargetPlan {
  return { ...restoreSteps(view, context, policyGuard(view, goal, context)), problem };
}

/** While a policy governs, nothing comes back that grants more than it or than what stands by now. */
function policyGuard(view: TargetView, goal: HoldGoal, context: StepContext): RestoreGuard | undefined {
  const ceiling = ceilingGuard(context);
  const { reader } = context;
  if (ceiling === undefined || reader === undefined) return ceiling;
  const before = reader.read(view.object, view.owned.filter(isOurs));
  const granted = goalGrant(reader, view.object, goal);
  const isBeyond = (object: KubernetesObject): boolean => {
    const reading = reader.read(object, goal.owned);
    return !isGrantInside(reading, granted) && !isGrantInside(reading, before);
  };
  return { ...ceiling, isBeyondCeiling: (object) => isBeyond(object) || ceiling.isBeyondCeiling(object) };
}

/** Where no controller is known, nobody serves what comes back, and nobody can tell what it grants. */
function ceilingGuard({ reader, isBeyondCeiling }: StepContext): RestoreGuard | undefined {
  return reader === undefined ? undefined : { isBeyondCeiling, off: reader.off };
}

function writeStep(write: TargetWrite): Step {
  return { kind: 'Write', write };
}

function waiting(seconds: number): readonly Step[] {
  return seconds > 0 ? [{ kind: 'Wait', seconds }] : [];
}

function isAttaching({ target, object }: TargetView, write: TargetWrite): boolean {
  const named = namedEntries(target, object);
  return namedEntries(target, write.after).some((entry) => !named.includes(entry));
}

/** Whether a write takes a name of an object of ours from a target. */
export function isDetaching({ target, object }: Pick<TargetView, 'target' | 'object'>, write: TargetWrite): boolean {
  const named = namedEntries(target, write.after);
  return namedEntries(target, object).some((entry) => !named.includes(entry));
}

function namedEntries(target: TargetRef, object: KubernetesObject): readonly string[] {
  const ours = new Set(ownEntries(target).map(({ entry }) => entry));
  return listedEntries(target, object).filter((entry) => ours.has(entry));
}

/** Entries of all lists in which objects of ours are named. */
function listedEntries(target: TargetRef, object: KubernetesObject): readonly string[] {
  const lists = new Set(ownEntries(target).map(({ annotation }) => annotation));
  return [...lists].flatMap((annotation) => listEntriesOf(annotationOf(object, annotation)));
}

/** Whether a reference holds a name as a whole, whatever is put round it. */
function isNaming(entry: string, name: string): boolean {
  const start = entry.lastIndexOf(name);
  return start !== -1 && !/^[a-z0-9.-]/.test(entry.slice(start + name.length));
}
