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

/**
 * Writes Events, warnings first; what it cannot write is dropped, and nobody waits for it. Beyond a first hundred at once there
 * are ten a second: when thousands of objects change, that is a sample, and the API server is left to the changes themselves.
 */
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
/** Writes at once, and milliseconds between two afterwards. */
const BURST = 100;
const GAP = 100;

/** Nothing is written before the first event. */
export function createEventRecorder(options: EventRecorderOptions): EventRecorder {
  const recorder: Recorder = {
    options,
    clock: options.clock ?? systemClock,
    budget: createEventBudget(MOST_WRITES, SPAN),
    series: new Map(),
    waiting: new Set(),
    due: 0,
    ending: new AbortController(),
    stopping: new AbortController(),
    writing: undefined,
  };
  return {
    record: (event) => recordEvent(recorder, event),
    async stop() {
      for (const { cancel } of recorder.series.values()) {
        cancel?.();
      }
      recorder.ending.abort();
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
  /** When the next write may be made, on the monotonic clock. */
  due: number;
  /** What is left is written without waiting. */
  readonly ending: AbortController;
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
  if (recorder.stopping.signal.aborted || !makeRoom(recorder.waiting, series)) return;
  recorder.waiting.add(series);
  recorder.writing ??= writeAll(recorder);
}

/** A warning takes the place of something else. */
function makeRoom(waiting: Set<Series>, { event }: Series): boolean {
  if (waiting.size < MOST_WAITING) return true;
  const other = event.type === 'Warning' ? firstOf(waiting, 'Normal') : undefined;
  return other !== undefined && waiting.delete(other);
}

function firstOf(waiting: Iterable<Series>, type: RecordedEvent['type']): Series | undefined {
  for (const series of waiting) if (series.event.type === type) return series;
  return undefined;
}

async function writeAll(recorder: Recorder): Promise<void> {
  // Those who record in one go are counted before the first is written.
  await Promise.resolve();
  const { waiting, clock, budget, stopping } = recorder;
  while (waiting.size > 0 && !stopping.signal.aborted) {
    await keepPace(recorder);
    const series = firstOf(waiting, 'Warning') ?? firstOf(waiting, 'Normal');
    if (series === undefined) break;
    waiting.delete(series);
    if (!budget.spend(series.event.regarding.uid, clock.now())) continue;
    series.written = clock.now();
    recorder.due = Math.max(recorder.due, series.written - (BURST - 1) * GAP) + GAP;
    await writePatiently(recorder, series);
  }
  waiting.clear();
  recorder.writing = undefined;
}

async function keepPace({ clock, due, ending }: Recorder): Promise<void> {
  const wait = due - clock.now();
  if (wait > 0) await pause(clock, wait, ending.signal);
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
