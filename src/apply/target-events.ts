import type { TargetRef } from '../model/reference.ts';
import { contentionMessage } from './contention-advice.ts';
import type { TargetGoal } from './target-goal.ts';
import type { TargetPlan } from './target-steps.ts';
import type { TargetWrite } from './target-write.ts';
import type { Contention, LeftAlone, TargetEvent } from './write-outcome.ts';

/** What there is to tell about a target that was written just now. */
export function writtenEvents(goal: TargetGoal, write: TargetWrite, plan: TargetPlan): readonly TargetEvent[] {
  const { leftAlone, isReadopted, problem } = plan;
  const isRestore = write.kind === 'Restore';
  const isProgrammed = goal.kind === 'Hold' && problem === undefined && !isRestore;
  return [
    ...(isReadopted
      ? [event('Normal', 'Readopted', 'it came with a record of ours, by a backup or a copy, and is held')]
      : []),
    ...(problem === undefined ? [] : [event('Warning', 'ForeignCors', problem.message)]),
    ...(isProgrammed ? [event('Normal', 'Programmed', 'what its policy says stands on it')] : []),
    ...(isRestore ? [event('Normal', 'Restored', 'what stood there before is back')] : []),
    ...keyEvents(leftAlone, 'Wider', WIDER),
    ...(isRestore ? keyEvents(leftAlone, 'Edited', EDITED) : []),
  ];
}

/** Keys that are given up for now, with what would end the quarrel. */
export function contendedEvent(target: TargetRef, contentions: readonly Contention[]): TargetEvent {
  return event('Warning', 'Contended', contentionMessage(target, contentions));
}

type Told = { readonly reason: TargetEvent['reason']; readonly words: string };

const WIDER: Told = {
  reason: 'RestoreWider',
  words: 'what stood there before is wider than a guardrail, so that CORS is switched off instead',
};
const EDITED: Told = { reason: 'LeftAlone', words: 'somebody changed it since we wrote it, so that it stays as it is' };

function keyEvents(leftAlone: readonly LeftAlone[], reason: LeftAlone['reason'], told: Told): readonly TargetEvent[] {
  const keys = leftAlone.filter((each) => each.reason === reason).map(({ annotation }) => annotation);
  return keys.length === 0 ? [] : [event('Warning', told.reason, `${told.words}: ${keys.join(', ')}`)];
}

function event(type: TargetEvent['type'], reason: TargetEvent['reason'], message: string): TargetEvent {
  return { type, reason, message };
}
