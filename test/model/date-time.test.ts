import { expect, test } from 'vitest';
import { isDateTime } from '../../src/model/date-time.ts';

test.each([
  { text: '2026-03-31T00:00:00Z', is: true },
  { text: '2024-02-29T23:59:59.123456789+14:00', is: true },
  { text: '2000-02-29T00:00:00-01:30', is: true },
  { text: '1900-02-29T00:00:00Z', is: false },
  { text: '2026-02-29T00:00:00Z', is: false },
  { text: '2026-13-01T00:00:00Z', is: false },
  { text: '2026-00-01T00:00:00Z', is: false },
  { text: '2026-04-31T00:00:00Z', is: false },
  { text: '2026-04-30T24:00:00Z', is: false },
  { text: '2026-04-30T00:60:00Z', is: false },
  { text: '2026-04-30 00:00:00Z', is: false },
  { text: '2026-04-30T00:00:00', is: false },
  { text: '2026-04-30', is: false },
  { text: '', is: false },
  { text: `2026-04-30T00:00:00.${'0'.repeat(100)}Z`, is: false },
])('isDateTime: $text is $is', ({ text, is }) => {
  expect(isDateTime(text)).toBe(is);
});
