import { Worker } from 'node:worker_threads';
import type { EvaluationResult, EvaluationTask } from './evaluation-task.ts';

/** A thread that loads what an evaluation needs, and then waits for its one task. It keeps no process alive before that. */
export type EvaluationThread = {
  readonly run: (task: EvaluationTask) => RunningEvaluation;
};

/** An evaluation that runs in a thread of its own. */
export type RunningEvaluation = {
  /** Rejected when the thread fails, or is cancelled. */
  readonly result: Promise<EvaluationResult>;
  readonly cancel: () => void;
};

/** What the program's entry file finds in `workerData` when it runs as such a thread. */
export const EVALUATION_THREAD = 'evaluation';

/**
 * Starts a thread for one evaluation, so that nothing that serves waits for it, and the memory that it took is gone with it.
 *
 * @param entry the program's own entry file
 */
export function startEvaluationThread(entry: URL): EvaluationThread {
  const worker = new Worker(entry, { workerData: EVALUATION_THREAD });
  const { promise, resolve, reject } = Promise.withResolvers<EvaluationResult>();
  promise.catch(() => undefined);
  worker.once('message', (result: EvaluationResult) => {
    resolve(result);
    endThread(worker);
  });
  worker.once('error', reject);
  worker.once('exit', () => reject(new Error('the evaluation ended without a result')));
  // After the listeners, which would hold the process again.
  worker.unref();
  return {
    run(task) {
      worker.ref();
      worker.postMessage(task);
      return { result: promise, cancel: () => endThread(worker) };
    },
  };
}

function endThread(worker: Worker): void {
  worker.terminate().catch(() => undefined);
}
