import type { TargetResult } from '../apply/target-writer.ts';

/** What was written, for metrics. */
export type WriteCounts = {
  /** Requests that changed a target or an object of ours. */
  targetWrites: number;
  /** Passes over targets, by how they ended. */
  readonly passes: { unchanged: number; written: number; problem: number; retry: number };
  statuses: number;
  readonly note: (result: TargetResult) => void;
};

/** Makes counts of nothing yet. */
export function createWriteCounts(): WriteCounts {
  const counts: WriteCounts = {
    targetWrites: 0,
    passes: { unchanged: 0, written: 0, problem: 0, retry: 0 },
    statuses: 0,
    note(result) {
      counts.targetWrites += result.writes;
      counts.passes[passKind(result)] += 1;
    },
  };
  return counts;
}

function passKind({ next, outcome, writes }: TargetResult): keyof WriteCounts['passes'] {
  if (next.kind === 'Retry') return 'retry';
  if (outcome.problem !== undefined) return 'problem';
  return writes === 0 ? 'unchanged' : 'written';
}
