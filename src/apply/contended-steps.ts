import { noChanges, POLICY_ANNOTATION, type TargetChanges } from '../plan/plan.ts';
import { storedTarget } from '../plan/stored-target.ts';
import { decideHold } from './hold-write.ts';
import type { HoldGoal } from './target-goal.ts';
import { goalGrant, isGrantInside } from './target-grant.ts';
import type { StepContext, TargetView } from './target-steps.ts';
import type { TargetWrite } from './target-write.ts';

/**
 * What is written on a target on which some keys are given up, since somebody keeps changing them back: nothing, unless what
 * stands there by now goes beyond the goal. Then CORS is switched off by the keys that are left to us, where they can do that.
 */
export function contendedWrite(
  view: TargetView,
  goal: HoldGoal,
  { reader, installation }: StepContext,
  givenUp: ReadonlySet<string>,
): TargetWrite | undefined {
  if (reader === undefined) return undefined;
  const { object, target } = view;
  if (isGrantInside(reader.read(object, view.owned), goalGrant(reader, object, goal))) return undefined;
  const off = withoutKeys(reader.off(object), givenUp);
  if (reader.read(storedTarget(object, [{ changes: off }]), view.owned).kind !== 'Off') return undefined;
  const annotations = { ...off.annotations, [POLICY_ANNOTATION]: goal.annotations[POLICY_ANNOTATION] ?? null };
  const reduced = { ...goal, annotations, listEntries: off.listEntries };
  const decision = decideHold({ target, object, goal: reduced, installation });
  return decision.kind === 'Write' ? decision.write : undefined;
}

function withoutKeys({ annotations, listEntries }: TargetChanges, givenUp: ReadonlySet<string>): TargetChanges {
  const kept = Object.entries(annotations).filter(([annotation]) => !givenUp.has(annotation));
  return {
    ...noChanges,
    annotations: Object.fromEntries(kept),
    listEntries: listEntries.filter(({ annotation }) => !givenUp.has(annotation)),
  };
}
