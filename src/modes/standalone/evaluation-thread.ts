import { Worker } from 'node:worker_threads';
import type { EvaluationResult, EvaluationTask } from './evaluation-task.ts';

/** An evaluation that runs in a thread of its own. */
export type RunningEvaluation = {
  /** Rejected when the thread fails, or is cancelled. */
  readonly result: Promise<EvaluationResult>;
  readonly cancel: () => void;
};

/**
 * Evaluates in a new thread, so that nothing that serves waits for it, and the memory that it took is gone with it.
 *
 * @param entry the program's own entry file, which runs a task that it finds in `workerData`
 */
export function startEvaluation(entry: URL, task: EvaluationTask): RunningEvaluation {
  const worker = new Worker(entry, { workerData: task });
  const { promise, resolve, reject } = Promise.withResolvers<EvaluationResult>();
  worker.once('message', (result: EvaluationResult) => {
    resolve(result);
    endThread(worker);
  });
  worker.once('error', reject);
  worker.once('exit', () => reject(new Error('the evaluation ended without a result')));
  return { result: promise, cancel: () => endThread(worker) };
}

function endThread(worker: Worker): void {
  worker.terminate().catch(() => undefined);
}
