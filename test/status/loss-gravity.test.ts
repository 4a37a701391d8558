import { expect, test } from 'vitest';
import { COSMETIC_LOSSES, LOSS_CODES } from '../../src/model/route-reason.ts';
import { isCosmetic } from '../../src/status/loss-gravity.ts';

test('isCosmetic: the losses by which no browser’s decision changes, and no other', () => {
  expect(LOSS_CODES.filter(isCosmetic)).toEqual([...COSMETIC_LOSSES]);
  expect(isCosmetic('EnumeratedMethods')).toBe(false);
  expect(isCosmetic('NoVary')).toBe(false);
});
