import { noChanges, POLICY_ANNOTATION, RECORD_ANNOTATION, type TargetChanges } from '../plan/plan.ts';
import { storedTarget } from '../plan/stored-target.ts';
import { type ContentionState, contendedKeys, giveUp, noteReverts } from './contention.ts';
import { decideHold } from './hold-write.ts';
import type { HoldGoal } from './target-goal.ts';
import { goalGrant, isGrantInside } from './target-grant.ts';
import type { StepContext, TargetView } from './target-steps.ts';
import type { ChangedKey, TargetWrite } from './target-write.ts';
import type { Contention } from './write-outcome.ts';

/** A write, and what is known of keys that are changed back. */
export type ContendedRequest = {
  readonly write: TargetWrite;
  readonly state: ContentionState;
  /** Keys that were changed back although the write does not tell. */
  readonly lost: readonly ChangedKey[];
  /** `Seen`: what was changed back since the last write was counted before. */
  readonly counting: 'Count' | 'Seen';
  readonly now: number;
  /** What may be written without some keys. */
  readonly without: (givenUp: ReadonlySet<string>) => TargetWrite | undefined;
};

/** What may be written now, and what is given up for it. */
export type ContendedDecision = {
  readonly write: TargetWrite | undefined;
  readonly contentions: readonly Contention[];
  readonly state: ContentionState;
};

/**
 * Counts keys that were changed back, and leaves out those that are given up. Where CORS is switched off instead and that is
 * changed back by somebody of the same quarrel, it is given up at once.
 */
export function decideContended(request: ContendedRequest): ContendedDecision {
  const { write, lost, counting, now, without } = request;
  const keys = [...new Set([...write.changed, RECORD_ANNOTATION])];
  const isNew = counting === 'Count' && contendedKeys(request.state, keys, now).length === 0;
  const state = isNew ? noteReverts(request.state, [...write.changedBack, ...lost], now) : request.state;
  const contentions = contendedKeys(state, keys, now);
  if (contentions.length === 0) return { write, contentions, state };
  const reduced = without(names(contentions));
  const managers = new Set(contentions.map(({ manager }) => manager));
  const fought = reduced?.changedBack.filter(({ manager }) => managers.has(manager)) ?? [];
  const later = giveUp(state, fought, now);
  const all = [...contentions, ...contendedKeys(later, reduced?.changed ?? [], now)];
  const isMore = all.length > contentions.length;
  return { write: isMore ? without(names(all)) : reduced, contentions: all, state: later };
}

function names(contentions: readonly Contention[]): ReadonlySet<string> {
  return new Set(contentions.map(({ annotation }) => annotation));
}

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
