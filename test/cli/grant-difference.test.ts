import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { grantDifference } from '../../src/cli/grant-difference.ts';
import { compileMatcher, matchOrigin } from '../../src/cors/matcher.ts';
import type { Policy } from '../../src/cors/policy.ts';
import { type Grant, grantOf } from '../../src/plan/containment.ts';

type Said = Partial<Omit<Policy, 'origins'>> & {
  readonly exact?: readonly string[];
  readonly wildcards?: readonly string[];
  readonly depth?: 'Any' | 'Single';
  readonly regexes?: readonly string[];
  readonly any?: boolean;
};

/** A grant that says only what matters. @param said wildcards by their base */
function grant({ exact = [], wildcards = [], depth = 'Any', regexes = [], any = false, ...fields }: Said): Grant {
  const origins = {
    any,
    exact,
    wildcards: wildcards.map((base) => ({ scheme: 'https', base, port: '', depth })),
    regexes,
  };
  return grantOf({
    origins,
    allowMethods: [],
    allowHeaders: [],
    exposeHeaders: [],
    allowCredentials: false,
    ...fields,
  });
}

/** `field value` of each entry. */
function words(entries: ReturnType<typeof grantDifference>['widened']): readonly string[] {
  return entries.map(({ field, value }) => `${field} ${String(value)}`);
}

const a = 'https://a.example.com';
const b = 'https://b.example.com';

describe('grantDifference', () => {
  test.each<{ name: string; before: Said; after: Said; narrowed: readonly string[]; widened: readonly string[] }>([
    { name: 'the same', before: { exact: [a] }, after: { exact: [a] }, narrowed: [], widened: [] },
    {
      name: 'one origin for another',
      before: { exact: [a] },
      after: { exact: [b] },
      narrowed: [`allowOrigins ${a}`],
      widened: [`allowOrigins ${b}`],
    },
    {
      name: 'an origin of a wildcard is nothing new',
      before: { wildcards: ['example.com'] },
      after: { exact: [a] },
      narrowed: ['allowOrigins https://*.example.com'],
      widened: [],
    },
    {
      name: 'a wildcard below a wildcard is nothing new',
      before: { wildcards: ['example.com'] },
      after: { wildcards: ['shop.example.com'] },
      narrowed: ['allowOrigins https://*.example.com'],
      widened: [],
    },
    {
      name: 'one label for any depth',
      before: { wildcards: ['example.com'] },
      after: { wildcards: ['example.com'], depth: 'Single' },
      narrowed: ['allowOrigins https://*.example.com'],
      widened: [],
    },
    {
      name: 'an origin that a regex lets in is nothing new, the regex is gone',
      before: { regexes: ['https://[ab]\\.example\\.com'] },
      after: { exact: [a] },
      narrowed: ['allowOriginRegexes https://[ab]\\.example\\.com'],
      widened: [],
    },
    {
      name: 'a regex inside a wildcard is nothing new',
      before: { wildcards: ['example.com'] },
      after: { regexes: ['https://[a-z]+\\.example\\.com'] },
      narrowed: ['allowOrigins https://*.example.com'],
      widened: [],
    },
    {
      name: 'a regex that says what a wildcard says, in other words',
      before: { wildcards: ['example.com'], depth: 'Single' },
      after: { regexes: ['https://[a-z0-9_-]+\\.example\\.com'] },
      narrowed: [],
      widened: [],
    },
    {
      name: 'a regex inside two entries together',
      before: { exact: [a], regexes: ['https://[b-z]\\.example\\.com'] },
      after: { regexes: ['https://[a-z]\\.example\\.com'] },
      narrowed: [],
      widened: [],
    },
    {
      name: 'everything',
      before: { exact: [a] },
      after: { any: true },
      narrowed: [],
      widened: ['allowOrigins *'],
    },
    {
      name: 'methods as browsers send them; three need no permission',
      before: { exact: [a], allowMethods: ['put'] },
      after: { exact: [a], allowMethods: ['PUT', 'GET', 'DELETE'] },
      narrowed: [],
      widened: ['allowMethods DELETE'],
    },
    {
      name: 'header names whatever their case',
      before: { exact: [a], allowHeaders: ['X-One'], exposeHeaders: ['X-Two'] },
      after: { exact: [a], allowHeaders: ['x-one'], exposeHeaders: ['x-two', 'Content-Type'] },
      narrowed: [],
      widened: [],
    },
    {
      name: 'a star for headers leaves Authorization out',
      before: { exact: [a], allowHeaders: ['*'] },
      after: { exact: [a], allowHeaders: ['X-One', 'Authorization'] },
      narrowed: ['allowHeaders *'],
      widened: ['allowHeaders Authorization'],
    },
    {
      name: 'credentials',
      before: { exact: [a] },
      after: { exact: [a], allowCredentials: true },
      narrowed: [],
      widened: ['allowCredentials true'],
    },
    {
      name: 'a longer time is wider',
      before: { exact: [a], maxAge: 300 },
      after: { exact: [a], maxAge: 600 },
      narrowed: [],
      widened: ['maxAge 600'],
    },
    {
      name: 'no time is five seconds',
      before: { exact: [a] },
      after: { exact: [a], maxAge: 5 },
      narrowed: [],
      widened: [],
    },
  ])('$name', ({ before, after, narrowed, widened }) => {
    const found = grantDifference(grant(before), grant(after));
    expect({ narrowed: words(found.narrowed), widened: words(found.widened) }).toEqual({ narrowed, widened });
    const back = grantDifference(grant(after), grant(before));
    expect({ narrowed: words(back.narrowed), widened: words(back.widened) }).toEqual({
      narrowed: widened,
      widened: narrowed,
    });
  });

  test('from nothing every entry is new, in the order of the policy', () => {
    const all = grant({
      exact: [a],
      wildcards: ['example.org'],
      regexes: ['https://x'],
      allowMethods: ['PUT'],
      allowHeaders: ['X-One'],
      exposeHeaders: ['X-Two'],
      allowCredentials: true,
      maxAge: 600,
    });
    expect(words(grantDifference(undefined, all).widened)).toEqual([
      `allowOrigins ${a}`,
      'allowOrigins https://*.example.org',
      'allowOriginRegexes https://x',
      'allowMethods PUT',
      'allowHeaders X-One',
      'exposeHeaders X-Two',
      'allowCredentials true',
      'maxAge 600',
    ]);
    expect(grantDifference(undefined, all).narrowed).toEqual([]);
  });

  test('what echoes every origin covers them all, the null origin too', () => {
    const echo: Grant = { ...grant({ any: true, allowCredentials: true }), anyOrigin: 'Echo' };
    const nullOrigin: Grant = { ...grant({ exact: [a] }), nullOrigin: true };
    expect(words(grantDifference(echo, nullOrigin).widened)).toEqual([]);
    expect(words(grantDifference(grant({ exact: [a] }), nullOrigin).widened)).toEqual(['allowOrigins null']);
    expect(words(grantDifference(grant({ exact: [a] }), echo).widened)).toEqual([
      'allowOrigins *',
      'allowCredentials true',
    ]);
  });

  test('law: a grant compared with itself, or with its own copy, differs in nothing', () => {
    const lists = fc.subarray([a, b, 'https://c.example.org', 'http://localhost:3000']);
    const said = fc.record({
      exact: lists,
      wildcards: fc.subarray(['example.com', 'shop.example.com']),
      any: fc.boolean(),
      allowMethods: fc.subarray(['PUT', 'DELETE', 'GET', '*', 'patch']),
      allowHeaders: fc.subarray(['X-One', 'authorization', '*']),
      exposeHeaders: fc.subarray(['X-Two', '*']),
      allowCredentials: fc.boolean(),
      maxAge: fc.option(fc.nat(86_400), { nil: undefined }),
    });
    fc.assert(
      fc.property(said, (each) => {
        expect(grantDifference(grant(each), grant({ ...each }))).toEqual({ narrowed: [], widened: [] });
      }),
    );
  });

  test.each<{ name: string; before: Said; after: Said; witness: RegExp }>([
    {
      name: 'a wildcard that loses a name',
      before: { wildcards: ['example.com'] },
      after: { wildcards: ['shop.example.com'] },
      witness: /^https:\/\/[a-z0-9-]+\.example\.com$/,
    },
    {
      name: 'a wildcard that loses depth',
      before: { wildcards: ['example.com'] },
      after: { wildcards: ['example.com'], depth: 'Single' },
      witness: /^https:\/\/[a-z0-9-]+\.[a-z0-9-]+\.example\.com$/,
    },
    {
      name: 'a regex that loses a digit',
      before: { regexes: ['https://pr-[0-9]\\.example\\.com'] },
      after: { regexes: ['https://pr-[0-8]\\.example\\.com'] },
      witness: /^https:\/\/pr-9\.example\.com$/,
    },
  ])('$name: an origin shows what is gone', ({ before, after, witness }) => {
    const [entry, ...others] = grantDifference(grant(before), grant(after)).narrowed;
    expect(others).toEqual([]);
    expect(entry?.witness).toMatch(witness);
  });

  test('what is gone as a whole needs no witness', () => {
    const gone = grantDifference(grant({ wildcards: ['example.com'], exact: [a] }), undefined).narrowed;
    expect(gone).toEqual([
      { field: 'allowOrigins', value: a },
      { field: 'allowOrigins', value: 'https://*.example.com' },
    ]);
  });

  test('law: a witness is granted by its side and not by the other; without entries all origins of the one are of the other', () => {
    const said = fc.record({
      exact: fc.subarray([a, b]),
      wildcards: fc.subarray(['example.com', 'shop.example.com']),
      depth: fc.constantFrom<'Any' | 'Single'>('Any', 'Single'),
      regexes: fc.subarray(['https://[ab]\\.example\\.com', 'https://[a-z.]+\\.example\\.com', 'https://.*']),
    });
    const asked = [
      a,
      b,
      'https://c.example.com',
      'https://x.shop.example.com',
      'https://x.y.example.com',
      'https://q.net',
    ];
    fc.assert(
      fc.property(said, said, (before, after) => {
        const [from, to] = [grant(before), grant(after)];
        const [wide, narrow] = [compileMatcher(from.policy.origins), compileMatcher(to.policy.origins)];
        const { narrowed } = grantDifference(from, to);
        for (const { witness } of narrowed) {
          if (witness !== undefined) {
            expect([matchOrigin(wide, witness), matchOrigin(narrow, witness)]).toEqual([true, false]);
          }
        }
        const lost = asked.filter((origin) => matchOrigin(wide, origin) && !matchOrigin(narrow, origin));
        if (lost.length > 0) {
          expect(narrowed.length).toBeGreaterThan(0);
        }
      }),
    );
  });

  test('law: what is added to a list is widened and never narrowed, unless it was covered', () => {
    const origins = ['https://a.example.com', 'https://b.example.com', 'https://c.example.org'];
    fc.assert(
      fc.property(fc.subarray(origins), fc.constantFrom(...origins), (known, added) => {
        const found = grantDifference(grant({ exact: known }), grant({ exact: [...known, added] }));
        expect(found.narrowed).toEqual([]);
        expect(words(found.widened)).toEqual(known.includes(added) ? [] : [`allowOrigins ${added}`]);
      }),
    );
  });
});
