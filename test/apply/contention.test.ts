import { describe, expect, test } from 'vitest';
import { type ContentionState, contendedKeys, noContention, noteReverts } from '../../src/apply/contention.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Reverts of key `k`: when in minutes, and by whom. */
function after(...reverts: readonly (readonly [minutes: number, manager: string])[]): ContentionState {
  return reverts.reduce(
    (state, [minutes, manager]) => noteReverts(state, [{ annotation: 'k', manager }], minutes * MINUTE),
    noContention,
  );
}

function isGivenUp(state: ContentionState, minutes: number): boolean {
  return contendedKeys(state, ['k'], minutes * MINUTE).length > 0;
}

describe('a key', () => {
  test.each([
    {
      name: 'changed back twice is still written',
      reverts: [
        [0, 'a'],
        [1, 'a'],
      ],
      expected: false,
    },
    {
      name: 'changed back three times in ten minutes is given up',
      reverts: [
        [0, 'a'],
        [4, 'a'],
        [9.9, 'a'],
      ],
      expected: true,
    },
    {
      name: 'changed back three times in longer is still written',
      reverts: [
        [0, 'a'],
        [5, 'a'],
        [10, 'a'],
      ],
      expected: false,
    },
    {
      name: 'changed back by different managers is still written',
      reverts: [
        [0, 'a'],
        [1, 'b'],
        [2, 'a'],
        [3, 'b'],
      ],
      expected: false,
    },
    {
      name: 'changed back by one of them three times in a row is given up',
      reverts: [
        [0, 'b'],
        [1, 'a'],
        [2, 'a'],
        [3, 'a'],
      ],
      expected: true,
    },
  ] as const)('$name', ({ reverts, expected }) => {
    expect(isGivenUp(after(...reverts), reverts.at(-1)?.[0] ?? 0)).toBe(expected);
  });

  const givenUp = after([0, 'a'], [1, 'a'], [2, 'a']);

  test('is given up for an hour, naming the manager', () => {
    expect(contendedKeys(givenUp, ['other', 'k'], 2 * MINUTE)).toEqual([
      { annotation: 'k', manager: 'a', until: 2 * MINUTE + HOUR },
    ]);
    expect(isGivenUp(givenUp, 61.9)).toBe(true);
    expect(isGivenUp(givenUp, 62)).toBe(false);
  });

  test('is tried once after that, and given up at once when it is changed back again', () => {
    const retried = noteReverts(givenUp, [{ annotation: 'k', manager: 'a' }], 62 * MINUTE);
    expect(isGivenUp(retried, 62)).toBe(false);
    const again = noteReverts(retried, [{ annotation: 'k', manager: 'a' }], 63 * MINUTE);
    expect(isGivenUp(again, 63)).toBe(true);
    expect(isGivenUp(again, 122.9)).toBe(true);
  });

  test('is as any other once it has stood for ten minutes', () => {
    const retried = noteReverts(givenUp, [{ annotation: 'k', manager: 'a' }], 62 * MINUTE);
    const later = noteReverts(retried, [{ annotation: 'k', manager: 'a' }], 73 * MINUTE);
    expect(isGivenUp(later, 73)).toBe(false);
  });

  test('does not bring others down with it', () => {
    expect(contendedKeys(givenUp, ['other'], 2 * MINUTE)).toEqual([]);
  });
});

test('what is long past is forgotten', () => {
  const state = noteReverts(after([0, 'a']), [{ annotation: 'other', manager: 'a' }], 11 * MINUTE);
  expect([...state.keys()]).toEqual(['other']);
});

test('nothing to note leaves the state as it is', () => {
  expect(noteReverts(noContention, [], 0)).toBe(noContention);
});
