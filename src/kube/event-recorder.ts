import { type Clock, pause, systemClock } from './clock.ts';
import { createEventBudget, type EventBudget } from './event-budget.ts';
import {
  type EventTimes,
  eventKey,
  eventObject,
  eventResource,
  eventSeries,
  type RecordedEvent,
} from './event-object.ts';
import type { KubeClient } from './kube-client.ts';
import { isKubeError } from './kube-error.ts';
import { collectionPath, objectPath } from './resource-path.ts';

export type { EventSubject, RecordedEvent } from './event-object.ts';

/** Where events go, and who tells them. */
export type EventRecorderOptions = {
  readonly client: KubeClient;
  /** As `cors-operator.dev/controller`. */
  readonly controller: string;
  /** The process, as the pod's name. */
  readonly instance: string;
  /** Namespace of events about objects that have none. Default `default`, as the API server wants it. */
  readonly namespace?: string;
  readonly clock?: Clock;
  /** Told of events that could not be written, for logs. */
  readonly onProblem?: (problem: unknown) => void;
};

/** Writes Events; what it cannot write is dropped, and nobody waits for it. */
export type EventRecorder = {
  /** What is told again within ten minutes is counted in the same Event; an object has ten writes in that time. */
  readonly record: (event: RecordedEvent) => void;
  /** Writes what is waiting, for two seconds at most. */
  readonly stop: () => Promise<void>;
};

/** Milliseconds for which an Event is counted on, and in which an object has its writes. */
const SPAN = 600_000;
const MOST_WRITES = 10;
/** Milliseconds between two writes of one Event. */
const APART = 60_000;
/** Events remembered, and waiting to be written. */
const MOST_SERIES = 4096;
const MOST_WAITING = 1000;
/** Milliseconds for which the end waits. */
const PATIENCE = 2000;

/** Nothing is written before the first event. */
export function createEventRecorder(options: EventRecorderOptions): EventRecorder {
  const recorder: Recorder = {
    options,
    clock: options.clock ?? systemClock,
    budget: createEventBudget(MOST_WRITES, SPAN),
    series: new Map(),
    waiting: new Set(),
    stopping: new AbortController(),
    writing: undefined,
  };
  return {
    record: (event) => recordEvent(recorder, event),
    async stop() {
      for (const { cancel } of recorder.series.values()) {
        cancel?.();
      }
      const ended = new AbortController();
      const limit = pause(recorder.clock, PATIENCE, ended.signal);
      await Promise.race([recorder.writing, limit]);
      recorder.stopping.abort();
      ended.abort();
      await recorder.writing;
    },
  };
}

/** One Event, told once or several times. */
type Series = {
  readonly key: string;
  readonly event: RecordedEvent;
  readonly name: string;
  readonly namespace: string;
  times: EventTimes;
  /** Times on the monotonic clock. */
  seen: number;
  written: number;
  stored: boolean;
  /** Of the timer that waits for the next write. */
  cancel: (() => void) | undefined;
};

type Recorder = {
  readonly options: EventRecorderOptions;
  readonly clock: Clock;
  readonly budget: EventBudget;
  /** By key, the one that was seen longest ago first. */
  readonly series: Map<string, Series>;
  readonly waiting: Set<Series>;
  readonly stopping: AbortController;
  writing: Promise<void> | undefined;
};

function recordEvent(recorder: Recorder, event: RecordedEvent): void {
  const { clock, series } = recorder;
  const key = eventKey(event);
  const known = series.get(key);
  const now = clock.now();
  const date = clock.date();
  const again = known !== undefined && now - known.seen < SPAN;
  const current = again ? known : newSeries(recorder, key, event);
  current.times = { count: current.times.count + 1, first: again ? current.times.first : date, last: date };
  current.seen = now;
  series.delete(key);
  series.set(key, current);
  forgetOldest(series);
  const wait = current.written + APART - now;
  if (wait <= 0) {
    enqueue(recorder, current);
  } else if (!recorder.stopping.signal.aborted) {
    current.cancel ??= clock.setTimeout(() => enqueue(recorder, current), wait);
  }
}

function newSeries({ clock, options }: Recorder, key: string, event: RecordedEvent): Series {
  const { name, namespace } = event.regarding;
  const distinct = Math.floor(clock.random() * 2 ** 52).toString(16);
  return {
    key,
    event,
    // A name is 253 characters at most.
    name: `${name.slice(0, 220).replace(/[.-]+$/, '')}.${clock.date().toString(16)}${distinct}`,
    namespace: namespace === undefined || namespace === '' ? (options.namespace ?? 'default') : namespace,
    times: { count: 0, first: 0, last: 0 },
    seen: 0,
    written: Number.NEGATIVE_INFINITY,
    stored: false,
    cancel: undefined,
  };
}

function forgetOldest(series: Map<string, Series>): void {
  if (series.size > MOST_SERIES) {
    const [oldest] = series.values();
    oldest?.cancel?.();
    series.delete(oldest?.key ?? '');
  }
}

function enqueue(recorder: Recorder, series: Series): void {
  series.cancel = undefined;
  if (recorder.waiting.size < MOST_WAITING && !recorder.stopping.signal.aborted) {
    recorder.waiting.add(series);
    recorder.writing ??= writeAll(recorder);
  }
}

async function writeAll(recorder: Recorder): Promise<void> {
  // Those who record in one go are counted before the first is written.
  await Promise.resolve();
  for (const series of recorder.waiting) {
    recorder.waiting.delete(series);
    if (recorder.stopping.signal.aborted || !recorder.budget.spend(series.event.regarding.uid, recorder.clock.now())) {
      continue;
    }
    series.written = recorder.clock.now();
    await writePatiently(recorder, series);
  }
  recorder.writing = undefined;
}

/** Milliseconds before each further attempt. */
const PAUSES = [500, 2000];

async function writePatiently(recorder: Recorder, series: Series): Promise<void> {
  const { clock, stopping } = recorder;
  for (const wait of [...PAUSES, undefined]) {
    try {
      await write(recorder, series);
      return;
    } catch (error) {
      const again = wait !== undefined && isKubeError(error) && error.retry === 'Soon';
      if (!(again && (await pause(clock, wait, stopping.signal)))) {
        recorder.options.onProblem?.(error);
        return;
      }
    }
  }
}

async function write({ options, stopping }: Recorder, series: Series): Promise<void> {
  const { name, namespace, event, times } = series;
  const { signal } = stopping;
  if (series.stored) {
    try {
      const path = objectPath(eventResource, { namespace, name });
      const body = eventSeries(times);
      await options.client.send({ method: 'PATCH', path, body, contentType: 'application/merge-patch+json', signal });
      return;
    } catch (error) {
      if (!isKubeError(error, 'NotFound')) {
        throw error;
      }
    }
  }
  const body = eventObject(
    event,
    { name, namespace, controller: options.controller, instance: options.instance },
    times,
  );
  await options.client.send({ method: 'POST', path: collectionPath(eventResource, namespace), body, signal });
  series.stored = true;
}
