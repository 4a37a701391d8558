import type { ConditionReason } from '../status/condition.ts';
import type { WriteProblem } from './write-outcome.ts';

/** The reason of a condition `Programmed` for what keeps a plan from being written. */
export function problemReason({ reason }: WriteProblem): ConditionReason {
  return reason === 'ForeignCors' || reason === 'NameTaken' ? 'NotExpressible' : reason;
}
