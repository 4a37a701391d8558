import { describe, expect, it } from 'vitest';
import { parseRetryAfter } from '../../src/kube/retry-after.ts';

const date = Date.UTC(2026, 0, 1);

const rows: readonly { name: string; value: string | undefined; seconds: number | undefined }[] = [
  { name: 'seconds', value: '7', seconds: 7 },
  { name: 'zero', value: '0', seconds: 0 },
  { name: 'white space around', value: ' 7 ', seconds: 7 },
  { name: 'a time to come', value: 'Thu, 01 Jan 2026 00:00:30 GMT', seconds: 30 },
  { name: 'a time that is past is now', value: 'Wed, 31 Dec 2025 00:00:00 GMT', seconds: 0 },
  { name: 'a day at most', value: '999999999', seconds: 86_400 },
  { name: 'a far time is a day at most', value: 'Fri, 01 Jan 2027 00:00:00 GMT', seconds: 86_400 },
  { name: 'negative is malformed', value: '-1', seconds: undefined },
  { name: 'fractions are malformed', value: '1.5', seconds: undefined },
  { name: 'a date of another form is malformed', value: '2026-01-01', seconds: undefined },
  { name: 'text is malformed', value: 'soon', seconds: undefined },
  { name: 'absent', value: undefined, seconds: undefined },
  { name: 'empty', value: '', seconds: undefined },
];

describe('parseRetryAfter', () => {
  it.each(rows)('parseRetryAfter: $name', ({ value, seconds }) => {
    expect(parseRetryAfter(value, date)).toBe(seconds);
  });
});
