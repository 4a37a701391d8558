import { describe, expect, test } from 'vitest';
import { isStatusStored, storedStatus } from '../../src/apply/stored-status.ts';

const EARLIER = '2026-01-01T00:00:00Z';
const NOW = '2026-02-02T00:00:00Z';

function condition(status: string, reason = 'Why', type = 'Ready') {
  return { type, status, reason, message: '', observedGeneration: 1 };
}

function stored(status: string, reason?: string) {
  return { ...condition(status, reason), lastTransitionTime: EARLIER };
}

function timeIn(status: Readonly<Record<string, unknown>>): unknown {
  const conditions = status['conditions'] as readonly { readonly lastTransitionTime: unknown }[];
  return conditions[0]?.lastTransitionTime;
}

describe('storedStatus', () => {
  test.each([
    { name: 'no status yet', live: undefined, expected: NOW },
    { name: 'a status of another shape', live: { conditions: 'none' }, expected: NOW },
    { name: 'another status', live: { conditions: [stored('False')] }, expected: NOW },
    { name: 'the same status', live: { conditions: [stored('True')] }, expected: EARLIER },
    { name: 'the same status for another reason', live: { conditions: [stored('True', 'Else')] }, expected: EARLIER },
    { name: 'the same status without a time', live: { conditions: [condition('True')] }, expected: NOW },
    {
      name: 'another condition of that status',
      live: { conditions: [{ ...stored('True'), type: 'Accepted' }] },
      expected: NOW,
    },
  ])('$name: the time is $expected', ({ live, expected }) => {
    expect(timeIn(storedStatus(live, { conditions: [condition('True')] }, NOW))).toBe(expected);
  });

  test('ancestors have times of their own, by what they speak of', () => {
    const ancestor = (name: string, conditions: readonly unknown[]) => ({
      ancestorRef: { kind: 'Ingress', name },
      controllerName: 'us',
      conditions,
    });
    const live = { ancestors: [ancestor('a', [stored('True')]), ancestor('b', [stored('False')])] };
    const wanted = { ancestors: [ancestor('b', [condition('True')]), ancestor('a', [condition('True')])] };
    const { ancestors } = storedStatus(live, wanted, NOW) as typeof wanted;
    expect(ancestors.map(timeIn)).toEqual([NOW, EARLIER]);
  });

  test('what is stored is asked for no more, also when it holds nothing where nothing was said', () => {
    const wanted = { observedGeneration: 1, conditions: [condition('True')], worst: undefined };
    const first = storedStatus(undefined, wanted, EARLIER);
    expect(isStatusStored(first, storedStatus(first, wanted, NOW))).toBe(true);
    expect(isStatusStored(first, storedStatus(first, { ...wanted, observedGeneration: 2 }, NOW))).toBe(false);
  });
});
