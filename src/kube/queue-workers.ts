import { createTurn } from './event-loop-turn.ts';
import { isKubeError } from './kube-error.ts';

/** What works on one key; what it throws is retried later, unless its `retry` is `Never`. */
export type WorkerFunction = (key: string) => Promise<void>;

/** The part of a queue that workers use. */
type WorkSource = {
  readonly take: () => Promise<string | undefined>;
  readonly done: (key: string) => void;
  readonly forget: (key: string) => void;
  readonly retry: (key: string, options?: { readonly retryAfter?: number }) => void;
};

/** How keys are worked on. */
export type WorkerOptions = {
  /** Keys worked on at once. Default 1. */
  readonly concurrency?: number;
  /** Told of what the work threw; its key is retried. */
  readonly onError?: (error: unknown, key: string) => void;
};

/** Works on a queue's keys until it is shut down; see `WorkQueue`. */
export async function runWorkers(
  queue: WorkSource,
  work: WorkerFunction,
  { concurrency = 1, onError = () => undefined }: WorkerOptions = {},
): Promise<void> {
  const turn = createQueueOfTurns();
  const runOne = async (): Promise<void> => {
    for (let key = await queue.take(); key !== undefined; key = await queue.take()) {
      try {
        await turn();
        await work(key);
        queue.forget(key);
      } catch (error) {
        retryAfterError(queue, key, error);
        onError(error, key);
      } finally {
        queue.done(key);
      }
    }
  };
  await Promise.all(Array.from({ length: concurrency }, runOne));
}

/** Answers come many at once, and what follows from all of them together would block the event loop: some begin a turn later. */
function createQueueOfTurns(): () => Promise<void> {
  const turn = createTurn();
  let last: Promise<void> = Promise.resolve();
  return () => {
    last = last.then(() => (turn.isSpent() ? turn.next() : undefined));
    return last;
  };
}

function retryAfterError(queue: WorkSource, key: string, error: unknown): void {
  if (isKubeError(error) && error.retry === 'Never') {
    queue.forget(key);
    return;
  }
  const retryAfter = isKubeError(error) ? error.retryAfter : undefined;
  queue.retry(key, retryAfter === undefined ? {} : { retryAfter });
}
