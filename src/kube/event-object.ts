import { eventText } from './event-text.ts';
import type { Fields } from './json-fields.ts';
import type { KubeResource } from './kube-client.ts';
import { microTime } from './lease-record.ts';

/** Events, as paths name them. */
export const eventResource: KubeResource = {
  group: 'events.k8s.io',
  version: 'v1',
  plural: 'events',
  kind: 'Event',
  namespaced: true,
};

/** The object that an event is about. */
export type EventSubject = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
  readonly uid: string;
};

/** Something that happened, for people who look at an object. */
export type RecordedEvent = {
  readonly regarding: EventSubject;
  readonly related?: EventSubject;
  readonly type: 'Normal' | 'Warning';
  /** As `Programmed`. */
  readonly reason: string;
  /** What was done or tried, as `Apply`. */
  readonly action: string;
  /** For people; cut at 1024 bytes, control characters escaped. */
  readonly note: string;
};

/** Who tells it, and where it is kept. */
export type EventOrigin = {
  readonly name: string;
  readonly namespace: string;
  readonly controller: string;
  readonly instance: string;
};

/** How often it happened. */
export type EventTimes = {
  readonly count: number;
  /** Milliseconds since 1970. */
  readonly first: number;
  readonly last: number;
};

/** Limits of the API, in bytes or characters. */
const LONGEST_NOTE = 1024;
const LONGEST_WORD = 128;

/**
 * An Event to be created.
 *
 * @see https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/event-v1/
 */
export function eventObject(event: RecordedEvent, origin: EventOrigin, times: EventTimes): Fields {
  return {
    apiVersion: 'events.k8s.io/v1',
    kind: 'Event',
    metadata: { name: origin.name, namespace: origin.namespace },
    eventTime: microTime(times.first),
    reportingController: eventText(origin.controller, LONGEST_WORD),
    reportingInstance: eventText(origin.instance, LONGEST_WORD),
    type: event.type,
    reason: eventText(event.reason, LONGEST_WORD),
    action: eventText(event.action, LONGEST_WORD),
    note: eventText(event.note, LONGEST_NOTE),
    regarding: event.regarding,
    ...(event.related === undefined ? {} : { related: event.related }),
    ...eventSeries(times),
  };
}

/** The part of an Event that says that it happened again; nothing for the first time. */
export function eventSeries({ count, last }: EventTimes): Fields {
  return count < 2 ? {} : { series: { count, lastObservedTime: microTime(last) } };
}

/** Same for what is told as one Event that happened again. */
export function eventKey({ regarding, related, type, reason, action, note }: RecordedEvent): string {
  return JSON.stringify([regarding.uid, regarding.kind, regarding.name, related?.uid, type, reason, action, note]);
}
