import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileRegex, compileRegexSet, matchesAny, matchesRegex } from '../../src/cors/regex.ts';
import { originValue, REGEXES, wellFormedOrigin } from '../support/origins.ts';
import { naiveMatch } from './naive-matcher.ts';

function matches(source: string, origin: string): boolean {
  const compilation = compileRegex(source);
  return compilation.ok && matchesRegex(compilation.regex, origin);
}

describe('matchesRegex', () => {
  test.each([
    { name: 'the whole origin, anchored', source: '^https://a\\.com$', origin: 'https://a.com', expected: true },
    { name: 'the whole origin, not anchored', source: 'https://a\\.com', origin: 'https://a.com', expected: true },
    { name: 'not the start only', source: 'https://a', origin: 'https://a.com', expected: false },
    { name: 'not the end only', source: 'a\\.com', origin: 'https://a.com', expected: false },
    { name: 'anchors bind their alternative only', source: '^https://a|b\\.com$', origin: 'https://a', expected: true },
    {
      name: 'no part by the other alternative',
      source: '^https://a|b\\.com$',
      origin: 'https://b.com',
      expected: false,
    },
    {
      name: 'the longer of two alternatives',
      source: 'https://a|https://a\\.com',
      origin: 'https://a.com',
      expected: true,
    },
    { name: 'a lazy quantifier too', source: 'https://.*?', origin: 'https://a.com', expected: true },
    { name: 'the port is part of it', source: 'https://a\\.com', origin: 'https://a.com:8443', expected: false },
    { name: 'case as the flag says', source: '(?i)https://A\\.COM', origin: 'https://a.com', expected: true },
    { name: 'case as written', source: 'https://A\\.com', origin: 'https://a.com', expected: false },
    { name: 'not null', source: '.*', origin: 'null', expected: false },
    { name: 'not what is malformed', source: '.*', origin: 'https://a.com/', expected: false },
    { name: 'not two origins', source: '.*', origin: 'https://a.com, https://a.com', expected: false },
    { name: 'not empty', source: '.*', origin: '', expected: false },
    { name: 'not upper case', source: '.*', origin: 'https://A.com', expected: false },
    {
      name: 'an opaque host',
      source: 'safari-web-extension://[0-9A-F-]+',
      origin: 'safari-web-extension://1A-2B',
      expected: true,
    },
    { name: 'an IPv6 address', source: 'http://\\[::1\\]:\\d+', origin: 'http://[::1]:3000', expected: true },
  ])('matchesRegex: $name', ({ source, origin, expected }) => {
    expect(matches(source, origin)).toBe(expected);
    expect(naiveMatch({ any: false, exact: [], wildcards: [], regexes: [source] }, origin)).toBe(expected);
  });
});

describe('compileRegex', () => {
  test('compileRegex: says why a source cannot be used', () => {
    expect(compileRegex('(')).toMatchObject({ ok: false, reason: 'Syntax' });
    expect(compileRegex('(?=a)')).toMatchObject({ ok: false, reason: 'Unsupported' });
    expect(compileRegex('a{1001}')).toMatchObject({ ok: false, reason: 'TooComplex' });
    expect(compileRegex('.*a[a-z]{30}')).toMatchObject({ ok: false, reason: 'TooComplex' });
  });

  test('compileRegex: keeps its source', () => {
    expect(compileRegex('a')).toMatchObject({ ok: true, regex: { source: 'a' } });
  });
});

describe('matchesAny', () => {
  test('matchesAny: gives the answer of the regexes one by one', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...REGEXES), { maxLength: 6 }), wellFormedOrigin(), (sources, origin) => {
        const expected = sources.some((source) => matches(source, origin));
        expect(matchesAny(compileRegexSet(sources), origin)).toBe(expected);
      }),
    );
  });

  test('matchesAny: a source that does not compile takes nothing from the others', () => {
    expect(matchesAny(compileRegexSet(['(', 'https://a', '(?=b)']), 'https://a')).toBe(true);
    expect(matchesAny(compileRegexSet(['(']), 'https://a')).toBe(false);
  });

  test('matchesAny: many different regexes are asked in groups, and all of them', () => {
    const sources = Array.from({ length: 200 }, (_, index) => `https://[a-z]+-${index}\\.example\\.com`);
    const set = compileRegexSet(sources);
    for (const index of [0, 63, 64, 127, 128, 199])
      expect(matchesAny(set, `https://x-${index}.example.com`)).toBe(true);
    expect(matchesAny(set, 'https://x-200.example.com')).toBe(false);
  });
});

test('matchesRegex: no text makes it throw', () => {
  fc.assert(
    fc.property(fc.constantFrom(...REGEXES), originValue(), (source, origin) => {
      expect(typeof matches(source, origin)).toBe('boolean');
    }),
  );
});
