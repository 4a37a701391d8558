import { once } from 'node:events';
import { parentPort } from 'node:worker_threads';
import { UsageError } from '../cli/exit-code.ts';
import { transferableBuffers } from '../cors/compiled-policy.ts';
import type { EvaluationResult, EvaluationTask } from './standalone/evaluation-task.ts';
import { evaluateFolders } from './standalone/folder-evaluation.ts';

/**
 * Waits for the task of the thread that started this one, evaluates once, and hands the result over; tables of origins are moved, not
 * copied. What it took to get there is gone with this thread.
 */
export async function runStandaloneWorker(): Promise<void> {
  if (parentPort === null) {
    return;
  }
  const [task]: EvaluationTask[] = await once(parentPort, 'message');
  if (task === undefined) {
    return;
  }
  const result = await evaluateFolders(task, Date.now()).catch(refusedOptions);
  parentPort.postMessage(result, transferable(result));
}

function transferable(result: EvaluationResult): ArrayBuffer[] {
  return result.kind === 'Good' ? [...new Set(result.routing.policies.flatMap(transferableBuffers))] : [];
}

/** Errors lose their class on the way to the other thread; this one has to be told from a broken program. */
function refusedOptions(error: unknown): EvaluationResult {
  if (error instanceof UsageError) {
    return { kind: 'Refused', message: error.message };
  }
  throw error;
}
