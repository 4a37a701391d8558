import { expect, test } from 'vitest';
import { nearestName } from '../../src/model/nearest-name.ts';

const FIELDS = ['allowOrigins', 'allowOriginRegexes', 'allowMethods', 'allowHeaders', 'maxAge', 'mode'];

test.each([
  { word: 'alowOrigins', name: 'allowOrigins' },
  { word: 'allowOrigin', name: 'allowOrigins' },
  { word: 'alloworigins', name: 'allowOrigins' },
  { word: 'allowOirgins', name: 'allowOrigins' },
  { word: 'max_age', name: 'maxAge' },
  { word: 'Mode', name: 'mode' },
  { word: 'methods', name: undefined },
  { word: '', name: undefined },
  { word: 'x'.repeat(100_000), name: undefined },
  { word: '__proto__', name: undefined },
])('nearestName: $word is $name', ({ word, name }) => {
  expect(nearestName(word, FIELDS)).toBe(name);
});

test('nearestName: nothing is near among no names', () => {
  expect(nearestName('a', [])).toBeUndefined();
});
