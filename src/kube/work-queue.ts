import { type Clock, systemClock } from './clock.ts';
import { runWorkers, type WorkerFunction, type WorkerOptions } from './queue-workers.ts';

/** `Narrowing` is taken before all `Ordinary`. */
export type WorkPriority = 'Narrowing' | 'Ordinary';

/** How a queue waits. */
export type WorkQueueOptions = {
  readonly clock?: Clock;
  /** Seconds before a key's first retry. Default 0.1. */
  readonly minBackoff?: number;
  /** Seconds before a retry at most. Default 60. */
  readonly maxBackoff?: number;
};

/** What a retry may say. */
export type RetryOptions = { readonly priority?: WorkPriority; readonly retryAfter?: number };

/**
 * Keys of work to do, each at most once at a time: a key added while it waits is merged, one added while it is processed is
 * processed again afterwards.
 */
export type WorkQueue = {
  /** A key that waits already keeps its place, or gets the better one. */
  readonly add: (key: string, priority?: WorkPriority) => void;
  /** Adds it after some seconds; of several times the earliest counts. */
  readonly addAfter: (key: string, seconds: number, priority?: WorkPriority) => void;
  /** Adds it after a delay that doubles with each call; at least `retryAfter` seconds. */
  readonly retry: (key: string, options?: RetryOptions) => void;
  /** The key's work succeeded: its next retry starts from the first delay. */
  readonly forget: (key: string) => void;
  /** Next key, which is being processed until `done`; undefined when the queue is shut down. */
  readonly take: () => Promise<string | undefined>;
  /** Does nothing for a key that is not being processed. */
  readonly done: (key: string) => void;
  /**
   * Takes keys and works on them, several at once, until the queue is shut down. What succeeds is forgotten, what throws is
   * retried, after the `retryAfter` of a KubeError, never when its `retry` is `Never`; neither ends the others.
   */
  readonly run: (worker: WorkerFunction, options?: WorkerOptions) => Promise<void>;
  /** No key is given out any more; settled when those being processed are done. */
  readonly shutdown: () => Promise<void>;
  /** Keys that wait to be taken; those that wait for their time are not among them. */
  readonly depth: () => number;
  /** Keys that wait for their time. */
  readonly delayed: () => number;
  /** Keys being processed. */
  readonly processing: () => number;
  /** Seconds for which the oldest key has waited to be taken; 0 when none does. */
  readonly oldestAge: () => number;
};

/**
 * An empty queue.
 *
 * @see https://pkg.go.dev/k8s.io/client-go/util/workqueue
 */
export function createWorkQueue(options: WorkQueueOptions = {}): WorkQueue {
  const queue = new KeyedQueue(options.clock ?? systemClock);
  const { clock } = queue;
  const minBackoff = options.minBackoff ?? 0.1;
  const maxBackoff = options.maxBackoff ?? 60;
  const retries = new Map<string, number>();
  const self: WorkQueue = {
    add: (key, priority = 'Ordinary') => queue.add(key, priority),
    addAfter: (key, seconds, priority = 'Ordinary') => queue.addAfter(key, seconds, priority),
    retry(key, { priority = 'Ordinary', retryAfter = 0 } = {}) {
      const count = retries.get(key) ?? 0;
      retries.set(key, count + 1);
      const grown = Math.min(minBackoff * 2 ** Math.min(count, 30), maxBackoff);
      const delay = grown * (0.75 + clock.random() / 4);
      queue.addAfter(key, Math.max(delay, retryAfter), priority);
    },
    forget: (key) => retries.delete(key),
    take: () => queue.take(),
    done: (key) => queue.done(key),
    shutdown: () => queue.shutdown(),
    depth: () => queue.depth(),
    delayed: () => queue.delays.size,
    processing: () => queue.processing.size,
    oldestAge: () => queue.oldestAge(),
    run: (worker, workers) => runWorkers(self, worker, workers),
  };
  return self;
}

type Delay = { readonly time: number; readonly priority: WorkPriority; readonly cancel: () => void };

/** A class, since its steps share five collections. */
class KeyedQueue {
  readonly clock: Clock;
  /** Waiting keys and since when, oldest first; a key is in one of them. */
  readonly #waiting: Readonly<Record<WorkPriority, Map<string, number>>> = {
    Narrowing: new Map(),
    Ordinary: new Map(),
  };
  /** Keys being processed, and how they are to be processed again. */
  readonly processing = new Map<string, WorkPriority | undefined>();
  readonly delays = new Map<string, Delay>();
  readonly #takers: ((key: string | undefined) => void)[] = [];
  #ended: PromiseWithResolvers<void> | undefined;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  add(key: string, priority: WorkPriority): void {
    if (this.#ended !== undefined) {
      return;
    }
    if (this.processing.has(key)) {
      this.processing.set(key, better(this.processing.get(key), priority));
      return;
    }
    const { Narrowing, Ordinary } = this.#waiting;
    if (Narrowing.has(key) || (priority === 'Ordinary' && Ordinary.has(key))) {
      return;
    }
    const since = Ordinary.get(key) ?? this.clock.now();
    Ordinary.delete(key);
    this.#waiting[priority].set(key, since);
    this.#serve();
  }

  addAfter(key: string, seconds: number, priority: WorkPriority): void {
    if (this.#ended !== undefined) {
      return;
    }
    if (!(seconds > 0)) {
      this.add(key, priority);
      return;
    }
    const time = this.clock.now() + seconds * 1000;
    const known = this.delays.get(key);
    const merged = better(known?.priority, priority);
    if (known !== undefined && known.time <= time) {
      this.delays.set(key, { ...known, priority: merged });
      return;
    }
    known?.cancel();
    const cancel = this.clock.setTimeout(() => this.#elapse(key), seconds * 1000);
    this.delays.set(key, { time, priority: merged, cancel });
  }

  take(): Promise<string | undefined> {
    return new Promise((resolve) => {
      if (this.#ended === undefined) {
        this.#takers.push(resolve);
        this.#serve();
      } else {
        resolve(undefined);
      }
    });
  }

  done(key: string): void {
    const again = this.processing.get(key);
    this.processing.delete(key);
    if (again !== undefined) {
      this.add(key, again);
    }
    if (this.processing.size === 0) {
      this.#ended?.resolve();
    }
  }

  shutdown(): Promise<void> {
    this.#ended ??= Promise.withResolvers();
    for (const { cancel } of this.delays.values()) {
      cancel();
    }
    this.delays.clear();
    for (const resolve of this.#takers.splice(0)) {
      resolve(undefined);
    }
    if (this.processing.size === 0) {
      this.#ended.resolve();
    }
    return this.#ended.promise;
  }

  depth(): number {
    return this.#waiting.Narrowing.size + this.#waiting.Ordinary.size;
  }

  oldestAge(): number {
    const now = this.clock.now();
    let oldest = now;
    // A key that became more urgent stands behind younger ones, so that the first is not always the oldest.
    for (const since of [...this.#waiting.Narrowing.values(), ...this.#waiting.Ordinary.values()]) {
      oldest = Math.min(oldest, since);
    }
    return (now - oldest) / 1000;
  }

  #elapse(key: string): void {
    const delay = this.delays.get(key);
    this.delays.delete(key);
    if (delay !== undefined) {
      this.add(key, delay.priority);
    }
  }

  #serve(): void {
    while (this.#takers.length > 0) {
      const key = this.#next();
      if (key === undefined) {
        return;
      }
      this.processing.set(key, undefined);
      this.#takers.shift()?.(key);
    }
  }

  #next(): string | undefined {
    for (const keys of [this.#waiting.Narrowing, this.#waiting.Ordinary]) {
      const key = keys.keys().next().value;
      if (key !== undefined) {
        keys.delete(key);
        return key;
      }
    }
    return undefined;
  }
}

function better(a: WorkPriority | undefined, b: WorkPriority): WorkPriority {
  return a === 'Narrowing' ? a : b;
}
