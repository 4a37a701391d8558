import { installationOf } from '../apply/installation.ts';
import { indexOwned, objectKey } from '../apply/owned-objects.ts';
import { type GoalContext, targetGoal } from '../apply/target-goal.ts';
import { settled } from '../apply/target-memory.ts';
import { planSteps, type Step, type TargetPlan } from '../apply/target-steps.ts';
import type { WriteProblem } from '../apply/write-outcome.ts';
import type { RouteEvaluation } from '../evaluate.ts';
import type { KubernetesObject } from '../model/kubernetes-object.ts';
import type { ObjectRef, TargetRef } from '../model/reference.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { createTargetReaders, type TargetReader } from '../plan/target-reader.ts';
import { createCeilingCheck } from '../resolve/ceiling-check.ts';

/** A target with the objects of ours beside it. */
export type TargetState = { readonly object: KubernetesObject; readonly owned: readonly KubernetesObject[] };

/** A target of a cluster as it stands, and as the controller would leave it. */
export type TargetOutlook = {
  readonly before: TargetState;
  /** The very objects of `before` where nothing would be written. */
  readonly after: TargetState;
  /** What keeps the controller from writing what is decided. */
  readonly problem: WriteProblem | undefined;
};

/** Who would write, and what is known. */
export type OutlookContext = {
  /** "" for the one without a name. */
  readonly instance: string;
  readonly knowledge: GoalContext['knowledge'];
};

/** Makes the question what the controller would make of a target; all of its routes are given. */
export function createOutlook(
  snapshot: Snapshot,
  { instance, knowledge }: OutlookContext,
): (routes: readonly [RouteEvaluation, ...RouteEvaluation[]]) => TargetOutlook {
  const readerOf = createTargetReaders(snapshot);
  const isBeyond = createCeilingCheck(snapshot);
  const ownedOf = indexOwned(snapshot.dialectObjects.values());
  const context: GoalContext = { policyOf: createIdentities(snapshot), knowledge };
  const installation = installationOf(instance);
  return (routes) => {
    const { object, target } = routes[0].resolution.route;
    const goal = targetGoal(routes, context);
    const reader = readerOf(routes[0].resolution.route);
    const owned = ownedOf(object, goal.kind === 'Hold' ? goal.owned : []);
    const view = { target: withoutRule(target), object, owned, settling: settled };
    const isBeyondCeiling = (after: KubernetesObject): boolean =>
      isReadBeyond(reader, after, (each) => isBeyond(target.namespace, each));
    // Nothing waits for an ingress controller here, so that all steps come at once.
    const plan = planSteps(view, goal, { installation, settleSeconds: 0, reader, isBeyondCeiling });
    return outlookOf({ object, owned }, plan);
  };
}

function withoutRule({ sectionName: _, ...whole }: TargetRef): TargetRef {
  return whole;
}

type GrantReading = Extract<ReturnType<TargetReader['read']>, { kind: 'On' }>;

function isReadBeyond(
  reader: TargetReader | undefined,
  object: KubernetesObject,
  isBeyond: (reading: GrantReading) => boolean,
): boolean {
  const reading = reader?.read(object, []);
  return reading?.kind === 'On' && isBeyond(reading);
}

function outlookOf(before: TargetState, { steps, problem }: TargetPlan): TargetOutlook {
  return { before, after: steps.reduce(afterStep, before), problem };
}

function afterStep({ object, owned }: TargetState, step: Step): TargetState {
  switch (step.kind) {
    case 'Write':
      return { object: step.write.after, owned };
    case 'Create':
      return { object, owned: [...owned, step.object] };
    case 'Update':
      return { object, owned: owned.map((each) => (each === step.update.standing ? step.update.planned : each)) };
    case 'Delete':
      return { object, owned: owned.filter((each) => objectKey(each) !== objectKey(step.object)) };
    case 'Release':
    case 'Wait':
      return { object, owned };
  }
}

function createIdentities({ policies, clusterPolicies }: Snapshot): GoalContext['policyOf'] {
  const byName = new Map([...policies, ...clusterPolicies].map((policy) => [refKey(policy.ref), policy]));
  return (ref) => {
    const found = byName.get(refKey(ref));
    return found === undefined ? undefined : { uid: found.uid ?? '', generation: found.generation };
  };
}

function refKey({ kind, namespace, name }: ObjectRef): string {
  return `${kind}/${namespace ?? ''}/${name}`;
}
