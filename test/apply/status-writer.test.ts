import { beforeEach, describe, expect, test } from 'vitest';
import { createStatusWriter, type StatusWriter } from '../../src/apply/status-writer.ts';
import type { KubernetesObject } from '../../src/model/kubernetes-object.ts';
import { policyObject } from '../support/cluster-objects.ts';
import { type AppliedObjects, createAppliedObjects, failure } from '../support/server-side-apply.ts';

const READY = { observedGeneration: 1, conditions: [{ type: 'Ready', status: 'True', reason: 'Ready', message: '' }] };
const BROKEN = {
  observedGeneration: 1,
  conditions: [{ type: 'Ready', status: 'False', reason: 'Invalid', message: '' }],
};

let world: AppliedObjects;
let writer: StatusWriter;
let now: number;
let isLeader: boolean;

beforeEach(() => {
  world = createAppliedObjects();
  now = 1000;
  isLeader = true;
  writer = createStatusWriter({
    client: world.client,
    fieldManager: 'cors-operator',
    isLeader: () => isLeader,
    resourceOf: world.resourceOf,
    now: () => now,
    date: () => Date.parse('2026-01-01T00:00:00.999Z') + now,
  });
  world.put(policyObject('storefront', {}));
});

function live(): KubernetesObject {
  const found = world.find('CorsPolicy', 'storefront');
  if (found === undefined) throw new Error('it is gone');
  return found;
}

function transition(): unknown {
  return (live()['status'] as { conditions: readonly { lastTransitionTime: unknown }[] }).conditions[0]
    ?.lastTransitionTime;
}

describe('a status', () => {
  test('is applied to the subresource, by force, tied to the uid, with times in whole seconds', async () => {
    expect(await writer.write(live(), READY)).toEqual({ kind: 'Written' });
    expect(world.requests).toEqual([
      expect.objectContaining({
        method: 'PATCH',
        path: '/apis/cors-operator.dev/v1alpha1/namespaces/shop/corspolicies/storefront/status',
        query: { fieldManager: 'cors-operator', force: 'true' },
        contentType: 'application/apply-patch+yaml',
      }),
    ]);
    expect(world.requests[0]?.body).toMatchObject({ metadata: { uid: live().metadata.uid } });
    expect(transition()).toBe('2026-01-01T00:00:01Z');
  });

  test('that stands is not written, whether the cache has seen it or not', async () => {
    const before = live();
    await writer.write(before, READY);
    now += 5000;
    expect(await writer.write(before, READY)).toEqual({ kind: 'Unchanged' });
    expect(await writer.write(live(), READY)).toEqual({ kind: 'Unchanged' });
    expect(world.requests).toHaveLength(1);
  });

  test('is written at most once a second', async () => {
    await writer.write(live(), READY);
    now += 400;
    expect(await writer.write(live(), BROKEN)).toEqual({ kind: 'After', seconds: 0.6 });
    now += 600;
    expect(await writer.write(live(), BROKEN)).toEqual({ kind: 'Written' });
  });

  test('keeps its time when a cache is behind', async () => {
    const before = live();
    await writer.write(before, READY);
    const since = transition();
    now += 60_000;
    await writer.write(before, { ...READY, observedGeneration: 2 });
    expect(transition()).toBe(since);
  });

  test('is not written without the lease', async () => {
    isLeader = false;
    expect(await writer.write(live(), READY)).toEqual({ kind: 'NotLeader' });
    expect(world.requests).toEqual([]);
  });

  test('of an object that was made anew is not that of the old one', async () => {
    const before = live();
    world.put(policyObject('storefront', {}));
    expect((await writer.write(before, READY)).kind).toBe('Retry');
    expect(live()['status']).toBeUndefined();
  });

  test.each([
    { name: 'gone', error: failure('NotFound', 'not found', 404), expected: { kind: 'Gone' } },
    { name: 'a storm of conflicts', error: failure('Conflict', 'modified', 409), expected: { kind: 'Retry' } },
    { name: 'forbidden', error: failure('Forbidden', 'no', 403), expected: { kind: 'Retry', message: 'no' } },
    {
      name: 'away',
      error: Object.assign(failure('Unavailable', 'down', 503), { retryAfter: 4 }),
      expected: { kind: 'Retry', retryAfter: 4 },
    },
  ])('$name', async ({ error, expected }) => {
    world.onRequest = () => {
      throw error;
    };
    expect(await writer.write(live(), READY)).toMatchObject(expected);
  });
});
