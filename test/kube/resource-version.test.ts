import { describe, expect, it } from 'vitest';
import { compareResourceVersions, isOlder } from '../../src/kube/resource-version.ts';

const rows: readonly { name: string; a: string; b: string; sign: number | undefined }[] = [
  { name: 'equal', a: '7', b: '7', sign: 0 },
  { name: 'longer is newer', a: '10', b: '9', sign: 1 },
  { name: 'same length, digit by digit', a: '123', b: '124', sign: -1 },
  { name: 'beyond what a double holds', a: '9007199254740993', b: '9007199254740992', sign: 1 },
  { name: 'zero is oldest', a: '0', b: '1', sign: -1 },
  { name: 'leading zeros are no number', a: '007', b: '7', sign: undefined },
  { name: 'other texts cannot be compared', a: 'abc', b: '7', sign: undefined },
  { name: 'nothing cannot be compared', a: '', b: '7', sign: undefined },
  { name: 'equal texts are equal', a: 'abc', b: 'abc', sign: 0 },
];

describe('compareResourceVersions', () => {
  it.each(rows)('compareResourceVersions: $name', ({ a, b, sign }) => {
    const compared = compareResourceVersions(a, b);
    expect(compared === undefined ? undefined : Math.sign(compared)).toBe(sign);
    expect(isOlder(a, b)).toBe(sign === -1);
  });
});
