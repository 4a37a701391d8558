import { describe, expect, test } from 'vitest';
import { isAnnotationsFitting } from '../../src/plan/annotation-size.ts';
import { noChanges } from '../../src/plan/plan.ts';
import { ingressObject } from '../support/cluster-objects.ts';

const LIMIT = 262_144;
/** Room that is kept for the annotations of the operator itself. */
const RESERVE = 1024;

function fits(
  annotations: Readonly<Record<string, string>>,
  planned: Readonly<Record<string, string | null>>,
): boolean {
  return isAnnotationsFitting(ingressObject('web', { annotations }), { ...noChanges, annotations: planned });
}

describe('isAnnotationsFitting', () => {
  test.each([
    { name: 'small ones', annotations: { a: 'x' }, planned: { b: 'y' }, expected: true },
    {
      name: 'exactly the limit',
      annotations: { a: 'x'.repeat(LIMIT - RESERVE - 3) },
      planned: { b: 'y' },
      expected: true,
    },
    {
      name: 'one byte more',
      annotations: { a: 'x'.repeat(LIMIT - RESERVE - 3) },
      planned: { b: 'yy' },
      expected: false,
    },
    { name: 'letters of two bytes', annotations: { a: 'é'.repeat(LIMIT / 2) }, planned: { b: 'y' }, expected: false },
    { name: 'letters of four bytes', annotations: { a: '💥'.repeat(LIMIT / 4) }, planned: { b: 'y' }, expected: false },
    {
      name: 'a key that is replaced does not count twice',
      annotations: { a: 'x'.repeat(200_000) },
      planned: { a: 'x'.repeat(200_000) },
      expected: true,
    },
    {
      name: 'a key that goes makes room',
      annotations: { a: 'x'.repeat(262_000) },
      planned: { a: null, b: 'x'.repeat(260_000) },
      expected: true,
    },
  ])('$name', ({ annotations, planned, expected }) => {
    expect(fits(annotations, planned)).toBe(expected);
  });

  test('an entry of a list counts', () => {
    const listEntries = [{ annotation: 'l', entry: 'x'.repeat(LIMIT), presence: 'First' as const }];
    expect(isAnnotationsFitting(ingressObject('web'), { ...noChanges, listEntries })).toBe(false);
  });
});
