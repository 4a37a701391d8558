import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isCorsResponseHeader, mergeVary } from '../../src/cors/vary.ts';

describe('mergeVary', () => {
  test.each([
    { name: 'nothing and nothing', upstream: undefined, ours: [], expected: '' },
    { name: 'no line upstream', upstream: undefined, ours: ['Origin'], expected: 'Origin' },
    { name: 'an empty line upstream', upstream: '', ours: ['Origin'], expected: 'Origin' },
    {
      name: 'extended, the upstream’s first',
      upstream: 'Accept-Encoding',
      ours: ['Origin'],
      expected: 'Accept-Encoding, Origin',
    },
    { name: 'kept when ours is empty', upstream: 'Accept-Encoding', ours: [], expected: 'Accept-Encoding' },
    { name: 'not named twice', upstream: 'Origin', ours: ['Origin'], expected: 'Origin' },
    { name: 'not named twice in another case', upstream: 'origin', ours: ['Origin'], expected: 'origin' },
    {
      name: 'several lines',
      upstream: ['Accept', 'Origin, Cookie'],
      ours: ['Origin'],
      expected: 'Accept, Origin, Cookie',
    },
    {
      name: 'spaces and empty elements',
      upstream: ' Accept ,, Cookie,',
      ours: ['Origin'],
      expected: 'Accept, Cookie, Origin',
    },
    { name: 'star stays', upstream: '*', ours: ['Origin'], expected: '*' },
    { name: 'star among others', upstream: 'Accept, *', ours: ['Origin'], expected: '*' },
    { name: 'part of a name is another name', upstream: 'X-Origin', ours: ['Origin'], expected: 'X-Origin, Origin' },
    { name: 'several of ours', upstream: 'Origin', ours: ['Origin', 'Cookie'], expected: 'Origin, Cookie' },
    {
      name: 'bytes that may not be sent on',
      upstream: 'Accept\r\nX: y, ä, Cookie',
      ours: ['Origin'],
      expected: 'Cookie, Origin',
    },
  ])('mergeVary: $name', ({ upstream, ours, expected }) => {
    expect(mergeVary(upstream, ours)).toBe(expected);
  });

  test('mergeVary: merging again changes nothing', () => {
    const names = fc.array(fc.constantFrom('Origin', 'origin', 'Accept', 'Cookie', '*', ' x', ''), { maxLength: 5 });
    fc.assert(
      fc.property(names, names, (upstream, ours) => {
        const merged = mergeVary(upstream, ours);
        expect(mergeVary(merged, ours)).toBe(merged);
      }),
    );
  });
});

test.each([
  { name: 'Access-Control-Allow-Origin', expected: true },
  { name: 'access-control-expose-headers', expected: true },
  { name: 'ACCESS-CONTROL-MAX-AGE', expected: true },
  { name: 'Access-Control-Allow-Private-Network', expected: true },
  { name: 'Access-Control', expected: false },
  { name: 'X-Access-Control-Allow-Origin', expected: false },
  { name: 'Vary', expected: false },
  { name: 'Timing-Allow-Origin', expected: false },
])('isCorsResponseHeader: $name: $expected', ({ name, expected }) => {
  expect(isCorsResponseHeader(name)).toBe(expected);
});
