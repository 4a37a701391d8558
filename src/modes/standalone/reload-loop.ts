import type { EvaluationResult } from './evaluation-task.ts';
import type { RunningEvaluation } from './evaluation-thread.ts';

/** Evaluates again when asked to, one evaluation at a time. */
export type ReloadLoop = {
  /** Something changed. */
  readonly request: () => void;
  readonly stop: () => void;
};

/** What a loop runs and whom it tells. */
export type ReloadLoopOptions = {
  readonly start: () => RunningEvaluation;
  readonly onResult: (result: EvaluationResult) => void;
  readonly onFailure: (error: unknown) => void;
};

/**
 * Makes a loop. A change during an evaluation makes its result outdated, since it may have read some files before the change
 * and others after it: that result is dropped and the evaluation repeated, once for however many changes.
 */
export function createReloadLoop({ start, onResult, onFailure }: ReloadLoopOptions): ReloadLoop {
  let running: RunningEvaluation | undefined;
  let isOutdated = false;
  let isStopped = false;
  const finish = (deliver: () => void): void => {
    running = undefined;
    if (isStopped) {
      return;
    }
    if (isOutdated) {
      run();
    } else {
      deliver();
    }
  };
  const run = (): void => {
    isOutdated = false;
    running = start();
    running.result.then(
      (result) => finish(() => onResult(result)),
      (error: unknown) => finish(() => onFailure(error)),
    );
  };
  return {
    request() {
      if (running === undefined && !isStopped) {
        run();
      } else {
        isOutdated = true;
      }
    },
    stop() {
      isStopped = true;
      running?.cancel();
    },
  };
}
