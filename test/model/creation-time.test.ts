import { describe, expect, test } from 'vitest';
import { creationTime, UNKNOWN_TIME } from '../../src/model/creation-time.ts';

describe('creationTime', () => {
  test.each([
    '1970-01-01T00:00:00Z',
    '2000-02-29T23:59:59Z',
    '2024-12-31T12:30:00Z',
    '1969-07-20T20:17:40Z',
    '2024-03-01T00:00:00+02:00',
    '2024-03-01T00:00:00-05:30',
    '2024-03-01T00:00:00.250Z',
    '2100-03-01T00:00:00Z',
  ])('%s is the moment that other calendars say', (text) => {
    expect(creationTime(text)).toBe(Date.parse(text));
  });

  test.each([
    undefined,
    '',
    'yesterday',
    '2024-01-01',
    '2024-01-01T00:00:00',
    '2024-01-01T00:00Z',
    ' 2024-01-01T00:00:00Z',
  ])('%j is unknown and counts as the oldest', (text) => {
    expect(creationTime(text)).toBe(UNKNOWN_TIME);
    expect(UNKNOWN_TIME).toBeLessThan(creationTime('0001-01-01T00:00:00Z'));
  });
});
