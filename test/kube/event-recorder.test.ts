import { beforeEach, describe, expect, it } from 'vitest';
import { eventResource } from '../../src/kube/event-object.ts';
import { createEventRecorder, type EventRecorder, type RecordedEvent } from '../../src/kube/event-recorder.ts';
import type { KubeCall } from '../../src/kube/kube-client.ts';
import { KubeError } from '../../src/kube/kube-error.ts';
import { createFakeClock, type FakeClock } from '../support/fake-clock.ts';
import { createFakeStore, type FakeObject, type FakeStore } from '../support/fake-store.ts';
import { type StoreClientFaults, storeClient } from '../support/kube-fixture.ts';

let clock: FakeClock;
let store: FakeStore;
let faults: StoreClientFaults;
let problems: unknown[];
let recorder: EventRecorder;
let calls: readonly KubeCall[];

beforeEach(() => {
  let seed = 0;
  clock = createFakeClock(() => {
    seed = (seed * 9301 + 49297) % 233280;
    return seed / 233280;
  });
  store = createFakeStore();
  store.install(eventResource);
  faults = {};
  problems = [];
  const client = storeClient(store, faults);
  ({ calls } = client);
  recorder = createEventRecorder({
    client,
    controller: 'cors-operator.dev/controller',
    instance: 'pod-1',
    clock,
    onProblem: (problem) => problems.push(problem),
  });
});

function event(more: Partial<RecordedEvent> = {}, name = 'web'): RecordedEvent {
  return {
    regarding: { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', namespace: 'shop', name, uid: `uid-${name}` },
    type: 'Normal',
    reason: 'Programmed',
    action: 'Apply',
    note: 'CORS is programmed',
    ...more,
  };
}

function stored(): readonly FakeObject[] {
  return store.objects(eventResource);
}

describe('createEventRecorder', () => {
  it('an event is written in the form that the API takes', async () => {
    const related = { apiVersion: 'cors-operator.dev/v1alpha1', kind: 'CorsPolicy', name: 'p', uid: 'uid-p' };
    recorder.record(event({ related }));
    await clock.advance(10);
    const [written] = stored();
    expect(written).toMatchObject({
      apiVersion: 'events.k8s.io/v1',
      kind: 'Event',
      metadata: { namespace: 'shop', name: expect.stringMatching(/^web\.[0-9a-f]{10,}$/) },
      eventTime: '2026-01-01T00:00:00.000000Z',
      reportingController: 'cors-operator.dev/controller',
      reportingInstance: 'pod-1',
      type: 'Normal',
      reason: 'Programmed',
      action: 'Apply',
      note: 'CORS is programmed',
      regarding: event().regarding,
      related,
    });
    expect(written).not.toHaveProperty('series');
  });

  it('an object without namespace has its events in the default one', async () => {
    recorder.record(event({ regarding: { apiVersion: 'v1', kind: 'Namespace', name: 'shop', uid: 'u' } }));
    await clock.advance(10);
    expect(stored()[0]?.metadata.namespace).toBe('default');
  });

  it('what is told again is counted in the same event, written once a minute', async () => {
    recorder.record(event());
    await clock.advance(10);
    for (let second = 0; second < 30; second += 1) {
      recorder.record(event());
      await clock.advance(1000);
    }
    expect(calls).toHaveLength(1);
    await clock.advance(31_000);
    expect(calls.map(({ method }) => method)).toEqual(['POST', 'PATCH']);
    expect(stored()).toMatchObject([{ series: { count: 31, lastObservedTime: '2026-01-01T00:00:29.010000Z' } }]);
    await clock.advance(600_000);
    expect(calls).toHaveLength(2);
  });

  it('what is told twice in one go is one write', async () => {
    recorder.record(event());
    recorder.record(event());
    await clock.advance(10);
    expect([calls.length, stored()[0]?.['series']]).toEqual([1, expect.objectContaining({ count: 2 })]);
  });

  it('what is told again after ten minutes is another event', async () => {
    recorder.record(event());
    await clock.advance(600_001);
    recorder.record(event());
    await clock.advance(10);
    expect(stored()).toHaveLength(2);
  });

  it.each<{ name: string; other: Partial<RecordedEvent> }>([
    { name: 'note', other: { note: 'else' } },
    { name: 'reason', other: { reason: 'Narrowed' } },
    { name: 'type', other: { type: 'Warning' } },
    { name: 'object of the same name', other: { regarding: { ...event().regarding, uid: 'uid-new' } } },
  ])('another $name is another event', async ({ other }) => {
    recorder.record(event());
    recorder.record(event(other));
    await clock.advance(10);
    expect(stored()).toHaveLength(2);
  });

  it('an object has ten writes in ten minutes, and others their own', async () => {
    for (let index = 0; index < 50; index += 1) {
      recorder.record(event({ note: `note ${index}` }));
      recorder.record(event({ note: `note ${index}` }, 'other'));
      await clock.advance(1000);
    }
    expect(stored().filter(({ metadata }) => metadata.name.startsWith('web.'))).toHaveLength(10);
    expect(calls).toHaveLength(20);
    await clock.advance(600_000);
    recorder.record(event({ note: 'again' }));
    await clock.advance(10);
    expect(calls).toHaveLength(21);
  });

  it('memory and requests are bounded, whatever is told', async () => {
    for (let index = 0; index < 20_000; index += 1) recorder.record(event({}, `web-${index}`));
    await clock.advance(10_000);
    expect(calls.length).toBeGreaterThanOrEqual(199);
    expect(calls.length).toBeLessThanOrEqual(201);
    await clock.advance(600_000);
    expect(calls).toHaveLength(1000);
    expect(clock.timers()).toBeLessThanOrEqual(4096);
  });

  it('a warning is written before what is not one, and dropped last', async () => {
    for (let index = 0; index < 2000; index += 1) recorder.record(event({}, `web-${index}`));
    await clock.advance(1000);
    recorder.record(event({ type: 'Warning', reason: 'Contended' }, 'trouble'));
    await clock.advance(200);
    expect(calls.slice(-2)).toContainEqual(
      expect.objectContaining({ body: expect.objectContaining({ type: 'Warning' }) }),
    );
  });

  it('an event that somebody deleted is written anew', async () => {
    recorder.record(event());
    await clock.advance(10);
    store.remove(eventResource, stored()[0]?.metadata.name ?? '', 'shop');
    await clock.advance(1000);
    recorder.record(event());
    await clock.advance(60_000);
    expect(stored()).toMatchObject([{ series: { count: 2 } }]);
    expect(problems).toEqual([]);
  });

  it('a failure that may pass is tried three times, another one once, and neither ends the recorder', async () => {
    faults.before = () => new KubeError('Unavailable', 'busy');
    recorder.record(event());
    await clock.advance(10_000);
    expect([calls.length, problems.length]).toEqual([3, 1]);
    faults.before = () => new KubeError('Forbidden', 'no');
    recorder.record(event({ note: 'second' }));
    await clock.advance(10_000);
    expect([calls.length, problems.length]).toEqual([4, 2]);
    delete faults.before;
    recorder.record(event({ note: 'third' }));
    await clock.advance(10);
    expect(stored()).toHaveLength(1);
  });

  it('texts are escaped and cut, names are names', async () => {
    recorder.record(event({ note: `\u001b[31m\n${'é'.repeat(2000)}` }, `${'a'.repeat(219)}.${'b'.repeat(33)}`));
    await clock.advance(10);
    const note = String(stored()[0]?.['note']);
    expect([note.startsWith('\\u001b[31m\\n'), Buffer.byteLength(note) <= 1024]).toEqual([true, true]);
    expect(stored()[0]?.metadata.name).toMatch(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/);
    expect(stored()[0]?.metadata.name.length).toBeLessThanOrEqual(253);
  });

  it('stop: what waits is written', async () => {
    for (let index = 0; index < 5; index += 1) recorder.record(event({}, `web-${index}`));
    const stopped = recorder.stop();
    await clock.advance(10);
    await stopped;
    recorder.record(event({}, 'late'));
    await clock.advance(1000);
    expect([stored().length, clock.timers()]).toEqual([5, 0]);
  });

  it('stop: a server that does not answer is waited for two seconds', async () => {
    faults.hang = () => true;
    recorder.record(event());
    let ended = false;
    void recorder.stop().then(() => {
      ended = true;
    });
    await clock.advance(1900);
    expect(ended).toBe(false);
    await clock.advance(200);
    expect(ended).toBe(true);
  });
});
