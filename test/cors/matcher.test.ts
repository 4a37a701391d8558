import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileMatcher, matchOrigin } from '../../src/cors/matcher.ts';
import type { Wildcard } from '../../src/cors/origin-pattern.ts';
import type { OriginSet } from '../../src/cors/policy.ts';
import { originSet, originsAround, originValue, wellFormedOrigin } from '../support/origins.ts';
import { naiveMatch } from './naive-matcher.ts';

const NONE: OriginSet = { any: false, exact: [], wildcards: [], regexes: [] };

function wildcards(...entries: readonly Wildcard[]): OriginSet {
  return { ...NONE, wildcards: entries };
}

function below(base: string, depth: Wildcard['depth'], scheme = 'https', port = ''): OriginSet {
  return wildcards({ scheme, base, port, depth });
}

const DEEP = `https://${'a.'.repeat(120)}example.com`;

describe('matchOrigin', () => {
  test.each([
    { name: 'exact: itself', origins: { ...NONE, exact: ['https://a.com'] }, origin: 'https://a.com', expected: true },
    {
      name: 'exact: not another port',
      origins: { ...NONE, exact: ['https://a.com'] },
      origin: 'https://a.com:8443',
      expected: false,
    },
    {
      name: 'exact: not another scheme',
      origins: { ...NONE, exact: ['https://a.com'] },
      origin: 'http://a.com',
      expected: false,
    },
    {
      name: 'exact: not a subdomain',
      origins: { ...NONE, exact: ['https://a.com'] },
      origin: 'https://x.a.com',
      expected: false,
    },
    {
      name: 'exact: not with a trailing dot',
      origins: { ...NONE, exact: ['https://a.com'] },
      origin: 'https://a.com.',
      expected: false,
    },
    {
      name: 'exact: not the default port in words',
      origins: { ...NONE, exact: ['https://a.com'] },
      origin: 'https://a.com:443',
      expected: false,
    },
    {
      name: 'exact: not upper case',
      origins: { ...NONE, exact: ['https://a.com'] },
      origin: 'https://A.com',
      expected: false,
    },
    {
      name: 'exact: an entry that is malformed matches nothing',
      origins: { ...NONE, exact: ['https://a.com/'] },
      origin: 'https://a.com/',
      expected: false,
    },
    {
      name: 'exact: null listed matches nothing',
      origins: { ...NONE, exact: ['null'] },
      origin: 'null',
      expected: false,
    },
    { name: 'exact: an empty entry matches nothing', origins: { ...NONE, exact: [''] }, origin: '', expected: false },
    {
      name: 'exact: a star among the exact is no star',
      origins: { ...NONE, exact: ['*'] },
      origin: 'https://a.com',
      expected: false,
    },
    {
      name: 'exact: an opaque host keeps its case',
      origins: { ...NONE, exact: ['ext://AB'] },
      origin: 'ext://ab',
      expected: false,
    },
    { name: 'any: well-formed', origins: { ...NONE, any: true }, origin: 'https://a.com', expected: true },
    { name: 'any: null', origins: { ...NONE, any: true }, origin: 'null', expected: true },
    { name: 'any: malformed', origins: { ...NONE, any: true }, origin: 'x, y', expected: true },
    { name: 'any depth: one label', origins: below('a.com', 'Any'), origin: 'https://x.a.com', expected: true },
    {
      name: 'any depth: several labels',
      origins: below('a.com', 'Any'),
      origin: 'https://x.y.z.a.com',
      expected: true,
    },
    { name: 'any depth: as many as fit', origins: below('example.com', 'Any'), origin: DEEP, expected: true },
    { name: 'any depth: not the base', origins: below('a.com', 'Any'), origin: 'https://a.com', expected: false },
    {
      name: 'any depth: not without a dot before the base',
      origins: below('a.com', 'Any'),
      origin: 'https://evila.com',
      expected: false,
    },
    {
      name: 'any depth: not the base inside',
      origins: below('a.com', 'Any'),
      origin: 'https://x.a.com.evil.org',
      expected: false,
    },
    {
      name: 'any depth: not another scheme',
      origins: below('a.com', 'Any'),
      origin: 'http://x.a.com',
      expected: false,
    },
    {
      name: 'any depth: not another port',
      origins: below('a.com', 'Any'),
      origin: 'https://x.a.com:8443',
      expected: false,
    },
    {
      name: 'any depth: its port',
      origins: below('a.com', 'Any', 'https', '8443'),
      origin: 'https://x.a.com:8443',
      expected: true,
    },
    {
      name: 'any depth: not without its port',
      origins: below('a.com', 'Any', 'https', '8443'),
      origin: 'https://x.a.com',
      expected: false,
    },
    {
      name: 'any depth: not part of its port',
      origins: below('a.com', 'Any', 'https', '443'),
      origin: 'https://x.a.com:8443',
      expected: false,
    },
    { name: 'any depth: no empty label', origins: below('a.com', 'Any'), origin: 'https://.a.com', expected: false },
    {
      name: 'any depth: no empty label further up',
      origins: below('a.com', 'Any'),
      origin: 'https://x..a.com',
      expected: false,
    },
    {
      name: 'any depth: not with a trailing dot',
      origins: below('a.com', 'Any'),
      origin: 'https://x.a.com.',
      expected: false,
    },
    {
      name: 'any depth: a base with a trailing dot',
      origins: below('a.com.', 'Any'),
      origin: 'https://x.a.com.',
      expected: true,
    },
    { name: 'any depth: no path', origins: below('a.com', 'Any'), origin: 'https://x.a.com/', expected: false },
    { name: 'any depth: no userinfo', origins: below('a.com', 'Any'), origin: 'https://evil@x.a.com', expected: false },
    {
      name: 'any depth: a label of 64 bytes is none',
      origins: below('a.com', 'Any'),
      origin: `https://${'l'.repeat(64)}.a.com`,
      expected: false,
    },
    {
      name: 'any depth: base of one label',
      origins: below('localhost', 'Any', 'http', '3000'),
      origin: 'http://a.b.localhost:3000',
      expected: true,
    },
    {
      name: 'any depth: a base that covers an address is none',
      origins: below('0.0.1', 'Any'),
      origin: 'https://127.0.0.1',
      expected: false,
    },
    {
      name: 'any depth: another scheme, opaque host',
      origins: below('A.b', 'Any', 'app'),
      origin: 'app://x.Y.A.b',
      expected: true,
    },
    {
      name: 'any depth: another scheme keeps its case',
      origins: below('A.b', 'Any', 'app'),
      origin: 'app://x.a.b',
      expected: false,
    },
    {
      name: 'any depth: an opaque host with an empty label',
      origins: below('a.b', 'Any', 'app'),
      origin: 'app://x..a.b',
      expected: false,
    },
    {
      name: 'any depth: an opaque host with a leading dot',
      origins: below('a.b', 'Any', 'app'),
      origin: 'app://.a.b',
      expected: false,
    },
    {
      name: 'any depth: an opaque host with a label of 64 bytes',
      origins: below('a.b', 'Any', 'app'),
      origin: `app://${'l'.repeat(64)}.a.b`,
      expected: false,
    },
    {
      name: 'any depth: an opaque host with two labels',
      origins: below('a.b', 'Any', 'app'),
      origin: 'app://x.y.a.b',
      expected: true,
    },
    { name: 'single: one label', origins: below('a.com', 'Single'), origin: 'https://x.a.com', expected: true },
    { name: 'single: not two labels', origins: below('a.com', 'Single'), origin: 'https://x.y.a.com', expected: false },
    { name: 'single: not the base', origins: below('a.com', 'Single'), origin: 'https://a.com', expected: false },
    { name: 'single: a base of one label', origins: below('com', 'Single'), origin: 'https://a.com', expected: true },
    {
      name: 'single: its port',
      origins: below('a.com', 'Single', 'https', '8443'),
      origin: 'https://x.a.com:8443',
      expected: true,
    },
    { name: 'single: no host without a dot', origins: below('com', 'Single'), origin: 'https://com', expected: false },
    { name: 'single: no empty label', origins: below('a.b', 'Single', 'app'), origin: 'app://.a.b', expected: false },
    {
      name: 'single: a label of 64 bytes',
      origins: below('a.b', 'Single', 'app'),
      origin: `app://${'l'.repeat(64)}.a.b`,
      expected: false,
    },
    {
      name: 'a wildcard that is malformed matches nothing',
      origins: below('a.com/', 'Any'),
      origin: 'https://x.a.com/',
      expected: false,
    },
    {
      name: 'regex: the whole origin',
      origins: { ...NONE, regexes: ['https://[a-z]+\\.com'] },
      origin: 'https://a.com',
      expected: true,
    },
    {
      name: 'regex: not a part',
      origins: { ...NONE, regexes: ['https://[a-z]+\\.com'] },
      origin: 'https://a.com:1',
      expected: false,
    },
    { name: 'regex: not null', origins: { ...NONE, regexes: ['.*'] }, origin: 'null', expected: false },
    {
      name: 'regex: not what is malformed',
      origins: { ...NONE, regexes: ['.*'] },
      origin: 'https://a.com/',
      expected: false,
    },
    { name: 'nothing matches nothing', origins: NONE, origin: 'https://a.com', expected: false },
  ])('matchOrigin: $name', ({ origins, origin, expected }) => {
    expect(matchOrigin(compileMatcher(origins), origin)).toBe(expected);
    expect(naiveMatch(origins, origin)).toBe(expected);
  });

  test('matchOrigin: both depths of one base stand side by side', () => {
    const single = { scheme: 'https', base: 'a.com', port: '', depth: 'Single' } as const;
    const any = { scheme: 'https', base: 'b.com', port: '', depth: 'Any' } as const;
    const matcher = compileMatcher(wildcards(single, any));
    expect(matchOrigin(matcher, 'https://x.y.a.com')).toBe(false);
    expect(matchOrigin(matcher, 'https://x.y.b.com')).toBe(true);
    expect(matchOrigin(matcher, 'https://x.a.com')).toBe(true);
  });
});

/** A set of origins and some that lie around its entries. */
function setAndOrigins(): fc.Arbitrary<{ origins: OriginSet; candidates: readonly string[] }> {
  return originSet().chain((origins) =>
    fc.array(originsAround(origins), { minLength: 1, maxLength: 12 }).map((candidates) => ({ origins, candidates })),
  );
}

describe('laws of matching', () => {
  test('matchOrigin: agrees with the naive matcher', () => {
    fc.assert(
      fc.property(setAndOrigins(), ({ origins, candidates }) => {
        const matcher = compileMatcher(origins);
        for (const origin of candidates) expect(matchOrigin(matcher, origin)).toBe(naiveMatch(origins, origin));
      }),
      { numRuns: 700 },
    );
  });

  test('matchOrigin: order and duplicates change nothing', () => {
    fc.assert(
      fc.property(setAndOrigins(), ({ origins, candidates }) => {
        const doubled: OriginSet = {
          any: origins.any,
          exact: [...origins.exact, ...origins.exact].reverse(),
          wildcards: [...origins.wildcards, ...origins.wildcards].reverse(),
          regexes: [...origins.regexes, ...origins.regexes].reverse(),
        };
        const [once, twice] = [compileMatcher(origins), compileMatcher(doubled)];
        for (const origin of candidates) expect(matchOrigin(twice, origin)).toBe(matchOrigin(once, origin));
      }),
    );
  });

  test('matchOrigin: adding entries takes nothing away', () => {
    fc.assert(
      fc.property(setAndOrigins(), originSet(), ({ origins, candidates }, more) => {
        const joined: OriginSet = {
          any: origins.any || more.any,
          exact: [...more.exact, ...origins.exact],
          wildcards: [...more.wildcards, ...origins.wildcards],
          regexes: [...more.regexes, ...origins.regexes],
        };
        const [less, matcher] = [compileMatcher(origins), compileMatcher(joined)];
        for (const origin of candidates) {
          if (matchOrigin(less, origin)) expect(matchOrigin(matcher, origin)).toBe(true);
        }
      }),
    );
  });

  test('matchOrigin: an exact entry matches itself and, alone, nothing else', () => {
    fc.assert(
      fc.property(wellFormedOrigin(), originValue(), (entry, origin) => {
        const matcher = compileMatcher({ ...NONE, exact: [entry] });
        expect(matchOrigin(matcher, entry)).toBe(true);
        expect(matchOrigin(matcher, origin)).toBe(origin === entry);
      }),
    );
  });

  test('matchOrigin: equal questions get equal answers', () => {
    fc.assert(
      fc.property(setAndOrigins(), ({ origins, candidates }) => {
        const matcher = compileMatcher(origins);
        const first = candidates.map((origin) => matchOrigin(matcher, origin));
        expect(candidates.map((origin) => matchOrigin(matcher, origin))).toEqual(first);
      }),
    );
  });
});

test('compileMatcher: many wildcards and origins are all found', () => {
  const exact = Array.from({ length: 20_000 }, (_, index) => `https://shop-${index}.example.com`);
  const entries = Array.from({ length: 20_000 }, (_, index) => ({
    scheme: 'https',
    base: `team-${index}.example.com`,
    port: index % 2 === 0 ? '' : '8443',
    depth: index % 3 === 0 ? ('Single' as const) : ('Any' as const),
  }));
  const matcher = compileMatcher({ ...NONE, exact, wildcards: entries });
  expect(exact.every((origin) => matchOrigin(matcher, origin))).toBe(true);
  for (const index of [0, 1, 2, 3, 19_998, 19_999]) {
    const tail = `team-${index}.example.com${index % 2 === 0 ? '' : ':8443'}`;
    expect(matchOrigin(matcher, `https://x.${tail}`)).toBe(true);
    expect(matchOrigin(matcher, `https://x.y.${tail}`)).toBe(index % 3 !== 0);
    expect(matchOrigin(matcher, `https://${tail}`)).toBe(false);
  }
});
