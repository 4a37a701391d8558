import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findEntry, matchesSource, matchesWildcard } from '../../src/cors/entry-match.ts';
import { compileMatcher, matchOrigin } from '../../src/cors/matcher.ts';
import type { OriginSet } from '../../src/cors/policy.ts';
import { originSet, originsAround } from '../support/origins.ts';
import { naiveMatch } from './naive-matcher.ts';

const ORIGINS: OriginSet = {
  any: false,
  exact: ['https://a.com', 'null', 'https://b.com/', 'https://x.wild.com'],
  wildcards: [
    { scheme: 'https', base: 'wild.com', port: '', depth: 'Single' },
    { scheme: 'https', base: 'com', port: '8443', depth: 'Any' },
  ],
  regexes: ['(', 'http://[a-z]+\\.org', 'http://.*'],
};

describe('findEntry', () => {
  test.each([
    { name: 'exact', origin: 'https://a.com', expected: { list: 'exact', index: 0, text: 'https://a.com' } },
    {
      name: 'exact before wildcard',
      origin: 'https://x.wild.com',
      expected: { list: 'exact', index: 3, text: 'https://x.wild.com' },
    },
    {
      name: 'wildcard',
      origin: 'https://y.wild.com',
      expected: { list: 'wildcards', index: 0, text: 'https://*.wild.com' },
    },
    {
      name: 'wildcard with a port',
      origin: 'https://a.b.com:8443',
      expected: { list: 'wildcards', index: 1, text: 'https://*.com:8443' },
    },
    {
      name: 'first regex that matches',
      origin: 'http://a.org',
      expected: { list: 'regexes', index: 1, text: 'http://[a-z]+\\.org' },
    },
    { name: 'another regex', origin: 'http://a.net', expected: { list: 'regexes', index: 2, text: 'http://.*' } },
    { name: 'too deep', origin: 'https://x.y.wild.com', expected: undefined },
    { name: 'null', origin: 'null', expected: undefined },
    { name: 'malformed', origin: 'https://b.com/', expected: undefined },
  ])('findEntry: $name', ({ origin, expected }) => {
    expect(findEntry(ORIGINS, origin)).toEqual(expected);
  });

  test('findEntry: * comes first and covers everything', () => {
    expect(findEntry({ ...ORIGINS, any: true }, 'null')).toEqual({ list: 'any', index: 0, text: '*' });
  });

  test('findEntry: there is an entry exactly when the matcher matches, and it covers the origin by itself', () => {
    const pair = originSet().chain((origins) => originsAround(origins).map((origin) => ({ origins, origin })));
    fc.assert(
      fc.property(pair, ({ origins, origin }) => {
        const entry = findEntry(origins, origin);
        expect(entry !== undefined).toBe(matchOrigin(compileMatcher(origins), origin));
        if (entry === undefined || entry.list === 'any') return;
        const alone = {
          any: false,
          exact: [],
          wildcards: [],
          regexes: [],
          [entry.list]: [origins[entry.list][entry.index]],
        };
        expect(naiveMatch(alone, origin)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});

test('matchesWildcard: a wildcard that is not well-formed covers nothing', () => {
  expect(matchesWildcard({ scheme: 'https', base: '0.0.1', port: '', depth: 'Any' }, 'https://127.0.0.1')).toBe(false);
  expect(matchesWildcard({ scheme: 'https', base: 'a.com', port: '', depth: 'Any' }, 'https://.a.com')).toBe(false);
});

test('matchesSource: a regex that does not compile matches nothing', () => {
  expect(matchesSource('(', 'https://a.com')).toBe(false);
  expect(matchesSource('https://a\\.com', 'https://a.com')).toBe(true);
});
