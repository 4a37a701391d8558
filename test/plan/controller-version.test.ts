import { describe, expect, test } from 'vitest';
import { isAtLeast, isOlder, isSameMinor, parseVersion } from '../../src/plan/controller-version.ts';

describe('parseVersion', () => {
  test.each([
    { name: 'three numbers', text: '1.15.1', parts: [1, 15, 1], prerelease: false },
    { name: 'a leading v', text: 'v3.7.13', parts: [3, 7, 13], prerelease: false },
    { name: 'left out numbers are 0', text: '2026', parts: [2026, 0, 0], prerelease: false },
    { name: 'a pre-release', text: '1.12.0-beta.0', parts: [1, 12, 0], prerelease: true },
    { name: 'build metadata means nothing', text: '1.12.0+build.7', parts: [1, 12, 0], prerelease: false },
  ])('$name', ({ text, parts, prerelease }) => {
    expect(parseVersion(text)).toEqual({ parts, prerelease });
  });

  test.each(['', 'latest', '1.x', '1.2.3.4', '1..2', '-1', '1.2.3 ', '9999999999.0.0', 'v'])(
    '%j is no version',
    (text) => {
      expect(parseVersion(text)).toBeUndefined();
    },
  );
});

describe('comparisons', () => {
  test.each([
    { name: 'equal', version: '1.12.0', other: '1.12.0', atLeast: true, older: false },
    { name: 'numbers, not letters', version: '1.9.1', other: '1.12.0', atLeast: false, older: true },
    { name: 'a newer major', version: '2026.5.3', other: '1.15.1', atLeast: true, older: false },
    {
      name: 'a pre-release comes before its release',
      version: '1.12.0-beta.0',
      other: '1.12.0',
      atLeast: false,
      older: true,
    },
    { name: 'unknown is neither', version: undefined, other: '1.12.0', atLeast: false, older: false },
    { name: 'no version is neither', version: 'latest', other: '1.12.0', atLeast: false, older: false },
  ])('$name', ({ version, other, atLeast, older }) => {
    expect(isAtLeast(version, other)).toBe(atLeast);
    expect(isOlder(version, other)).toBe(older);
  });

  test('isSameMinor: the first two numbers', () => {
    expect(isSameMinor('3.6.30', '3.6.22')).toBe(true);
    expect(isSameMinor('3.7.0', '3.6.22')).toBe(false);
    expect(isSameMinor(undefined, '3.6.22')).toBe(false);
  });
});
