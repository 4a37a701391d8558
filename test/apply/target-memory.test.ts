import { describe, expect, test } from 'vitest';
import { createTargetMemories, isOlderRevision, newerObject, settlingOf } from '../../src/apply/target-memory.ts';
import type { KubernetesObject } from '../../src/model/kubernetes-object.ts';
import { ingressObject } from '../support/cluster-objects.ts';

function revision(resourceVersion: string): KubernetesObject {
  return ingressObject('web', { resourceVersion });
}

describe('newerObject', () => {
  test('is what our last write came to, until the cache has it too', () => {
    const memory = createTargetMemories(() => 0).of('u');
    expect(newerObject(revision('9'), memory)).toEqual(revision('9'));
    memory.latest = revision('10');
    expect(newerObject(revision('9'), memory).metadata['resourceVersion']).toBe('10');
    const caughtUp = revision('10');
    expect(newerObject(caughtUp, memory)).toBe(caughtUp);
    expect(memory.latest).toBeUndefined();
  });

  test.each([
    { left: '9', right: '10', expected: true },
    { left: '10', right: '9', expected: false },
    { left: '10', right: '10', expected: false },
    { left: '99999999999999999999', right: '100000000000000000000', expected: true },
  ])('isOlderRevision: $left before $right is $expected', ({ left, right, expected }) => {
    expect(isOlderRevision(revision(left), revision(right))).toBe(expected);
  });
});

test('settlingOf: what this process did not see itself was done when it first looked', () => {
  const memory = createTargetMemories(() => 0).of('u');
  expect(settlingOf(memory, 1000, 5)).toEqual({ owned: 5, detached: 5 });
  expect(settlingOf(memory, 3000, 5)).toEqual({ owned: 3, detached: 3 });
  expect(settlingOf(memory, 60_000, 5)).toEqual({ owned: 0, detached: 0 });
});

test('what the last write left is remembered for ten minutes', () => {
  let now = 0;
  const memories = createTargetMemories(() => now);
  memories.noteWrite('u', 'Record');
  now = 1;
  memories.noteWrite('u', 'NoRecord');
  now = 600_000;
  expect(memories.lastWrite('u')).toBe('NoRecord');
  now = 600_001;
  expect(memories.lastWrite('u')).toBeUndefined();
  expect(memories.lastWrite('never')).toBeUndefined();
});

test('a memory that holds nothing is given up', () => {
  const memories = createTargetMemories(() => 0);
  const empty = memories.of('u');
  memories.settle('u');
  expect(memories.of('u')).not.toBe(empty);
  const used = memories.of('v');
  used.latest = revision('1');
  memories.settle('v');
  expect(memories.of('v')).toBe(used);
});
