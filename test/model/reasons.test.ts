import { expect, test } from 'vitest';
import { INPUT_REASONS, STATUS_REASONS, VALIDATION_REASONS } from '../../src/model/issue-reason.ts';
import { reasonTable } from '../../src/model/reasons/reason-table.ts';

const ALL = [...VALIDATION_REASONS, ...INPUT_REASONS, ...STATUS_REASONS];

test('no reason stands in two families', () => {
  expect(new Set(ALL).size).toBe(ALL.length);
});

test('the table has every reason, with sentences for people', () => {
  expect(Object.keys(reasonTable).sort()).toEqual([...ALL].sort());
  for (const { meaning, remedy } of Object.values(reasonTable)) {
    expect(meaning).toMatch(/^[A-Z`].*\.$/);
    expect(remedy).toMatch(/^[A-Z`].*\.$/);
  }
});
