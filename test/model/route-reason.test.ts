import { expect, test } from 'vitest';
import { LOSS_CODES, ROUTE_REASONS } from '../../src/model/route-reason.ts';

test('no code is listed twice, and none is both a reason and a loss', () => {
  const all = [...ROUTE_REASONS, ...LOSS_CODES];
  expect(new Set(all).size).toBe(all.length);
});
