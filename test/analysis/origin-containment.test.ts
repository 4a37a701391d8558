import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Containment,
  compileContainer,
  containsEntry,
  type OriginEntry,
  POLICY_STEPS,
} from '../../src/analysis/origin-containment.ts';
import { compileMatcher, matchOrigin } from '../../src/cors/matcher.ts';
import { isOrigin } from '../../src/cors/origin.ts';
import { parseOriginPattern } from '../../src/cors/origin-pattern.ts';
import type { OriginSet } from '../../src/cors/policy.ts';

/** `https://…` and `https://*.…` as in allowOrigins; a regex between slashes; a star of one label is written `https://?.…`. */
function entry(text: string): OriginEntry {
  if (text.startsWith('/')) return { kind: 'regex', source: text.slice(1, -1) };
  const pattern = parseOriginPattern(text.replace('?.', '*.'), text.includes('?.') ? 'Single' : 'Any');
  if (pattern?.kind === 'wildcard') return pattern;
  if (pattern?.kind === 'exact') return pattern;
  throw new Error(`no entry: ${text}`);
}

function setOf(entries: readonly OriginEntry[]): OriginSet {
  return {
    any: false,
    exact: entries.flatMap((each) => (each.kind === 'exact' ? [each.origin] : [])),
    wildcards: entries.flatMap((each) => (each.kind === 'wildcard' ? [each.wildcard] : [])),
    regexes: entries.flatMap((each) => (each.kind === 'regex' ? [each.source] : [])),
  };
}

function contains(inner: string, outer: readonly string[], steps = POLICY_STEPS): Containment {
  return containsEntry(compileContainer(setOf(outer.map(entry))), entry(inner), { left: steps });
}

const inside: readonly { inner: string; outer: readonly string[] }[] = [
  { inner: 'https://a.example.com', outer: ['https://a.example.com'] },
  { inner: 'https://a.example.com', outer: ['https://*.example.com'] },
  { inner: 'https://a.example.com', outer: ['/https://[a-z]\\.example\\.com/'] },
  { inner: 'https://*.a.example.com', outer: ['https://*.example.com'] },
  { inner: 'https://?.example.com', outer: ['https://*.example.com'] },
  { inner: 'https://*.example.com', outer: ['/https://.*\\.example\\.com/'] },
  { inner: 'https://*.example.com:8443', outer: ['/https://.*/'] },
  {
    inner: '/https://[a-c]\\.example\\.com/',
    outer: ['https://a.example.com', 'https://b.example.com', 'https://c.example.com'],
  },
  { inner: '/https://[a-c]\\.example\\.com/', outer: ['https://?.example.com'] },
  { inner: '/https://(a|b\\.c)\\.example\\.com/', outer: ['https://*.example.com'] },
  { inner: '/https://team-\\d+\\.example\\.com/', outer: ['/https://[a-z0-9-]+\\.example\\.com/'] },
  { inner: '/https://.*\\.example\\.com/', outer: ['https://*.example.com'] },
  { inner: '/https://a\\.example\\.com(:443)?/', outer: ['https://a.example.com'] },
  { inner: '/https://a\\.example\\.com:0*8443/', outer: ['https://a.example.com:8443'] },
  { inner: '/https?://a\\.example\\.com/', outer: ['https://a.example.com', 'http://a.example.com'] },
  { inner: '/no origin at all/', outer: [] },
  {
    inner: '/https://[a-m].*\\.x\\.example|https://[n-z0-9].*\\.x\\.example/',
    outer: ['/https://[a-z0-9].*\\.x\\.example/'],
  },
];

const outside: readonly { inner: string; outer: readonly string[]; witness?: string }[] = [
  { inner: 'https://a.example.com', outer: [], witness: 'https://a.example.com' },
  { inner: 'https://*.example.com', outer: ['https://?.example.com'] },
  { inner: 'https://*.example.com', outer: ['https://www.example.com'] },
  { inner: 'https://*.example.com', outer: ['http://*.example.com'] },
  { inner: 'https://*.example.com:8443', outer: ['https://*.example.com'] },
  { inner: '/https://.*example\\.com/', outer: ['https://*.example.com'], witness: 'https://evil-example.com' },
  { inner: '/https://app.example\\.com/', outer: ['https://app.example.com'] },
  { inner: '/https://[a-z]+\\.example\\.com/', outer: ['https://a.example.com', 'https://b.example.com'] },
  { inner: '/https://[a-d]\\.example\\.com/', outer: ['https://a.example.com', 'https://c.example.com'] },
  { inner: '/https?://a\\.example\\.com/', outer: ['https://a.example.com'], witness: 'http://a.example.com' },
  { inner: '/.*/', outer: ['/https://.*/'] },
  { inner: '/https://a\\.example\\.com.*/', outer: ['https://a.example.com', 'https://a.example.com:8443'] },
];

describe('containsEntry', () => {
  test.each(inside)('$inner is inside $outer', ({ inner, outer }) => {
    expect(contains(inner, outer)).toEqual({ kind: 'Inside' });
  });

  test.each(outside)('$inner is not inside $outer, as a well-formed origin shows', ({ inner, outer, witness }) => {
    const verdict = contains(inner, outer);
    expect(verdict).toMatchObject({ kind: 'Outside' });
    const shown = verdict.kind === 'Outside' ? verdict.witness : '';
    expect(isOrigin(shown)).toBe(true);
    expect(matchOrigin(compileMatcher(setOf([entry(inner)])), shown)).toBe(true);
    expect(matchOrigin(compileMatcher(setOf(outer.map(entry))), shown)).toBe(false);
    if (witness !== undefined) expect(shown).toBe(witness);
  });

  test.each([
    { name: 'nested counters', inner: '/https://((a{1,30}b{1,30}){1,20}c)+\\.example\\.com/' },
    {
      name: 'many alternatives',
      inner: `/https://(${Array.from({ length: 150 }, (_, index) => `a${index}.*z`).join('|')})x/`,
    },
    { name: 'a distance that has to be remembered', inner: '/https://.*a.{12}\\.example\\.com/' },
  ])('$name end within the budget, and are never inside without a proof', ({ inner }) => {
    const budget = { left: 2_000 };
    const container = compileContainer(setOf([entry('https://*.other.example')]));
    const verdict = containsEntry(container, entry(inner), budget);
    expect(verdict.kind).not.toBe('Inside');
    expect(budget.left).toBeGreaterThanOrEqual(0);
  });

  test('without steps nothing that needs them is proved', () => {
    expect(contains('/https://[a-c]\\.example\\.com/', ['https://*.example.com'], 0)).toEqual({ kind: 'NotProven' });
    expect(contains('https://a.example.com', ['https://*.example.com'], 0)).toEqual({ kind: 'Inside' });
  });
});

describe('laws of containment', () => {
  const label = fc.constantFrom('a', 'b', 'www', 'x1');
  const host = fc.array(label, { minLength: 1, maxLength: 3 }).map((labels) => `${labels.join('.')}.example`);
  const exact = host.map((each) => `https://${each}`);
  const wildcard = fc.tuple(fc.constantFrom('*', '?'), host).map(([star, each]) => `https://${star}.${each}`);
  const piece = fc.constantFrom('a', 'b', '[ab]', '[a-z]+', '.*', '(a|b)', 'www', '\\w', '(x1)?', '[^.]+', 'a{1,3}');
  const regex = fc
    .tuple(
      fc.constantFrom('https', 'https?'),
      fc.array(piece, { minLength: 1, maxLength: 4 }),
      fc.constantFrom('\\.example', '\\.example(:\\d+)?', '.example', ''),
    )
    .map(([scheme, pieces, end]) => `/${scheme}://${pieces.join('\\.')}${end}/`);
  const anyEntry = fc.oneof(exact, wildcard, { arbitrary: regex, weight: 2 });

  test('the verdict agrees with matching, and a witness is in the one and not in the other', () => {
    const candidates = [
      'a',
      'b',
      'c',
      'www',
      'x1',
      'aa',
      'ab',
      'evil-a',
      'a.b',
      'b.a',
      'www.a',
      'a.www.b',
      'x1.x1',
    ].flatMap((each) => [
      `https://${each}.example`,
      `http://${each}.example`,
      `https://${each}.example:8443`,
      `https://${each}`,
    ]);
    fc.assert(
      fc.property(anyEntry, fc.array(anyEntry, { maxLength: 4 }), (inner, outer) => {
        const verdict = contains(inner, outer);
        const innerMatcher = compileMatcher(setOf([entry(inner)]));
        const outerMatcher = compileMatcher(setOf(outer.map(entry)));
        if (verdict.kind === 'Outside') {
          expect(isOrigin(verdict.witness)).toBe(true);
          expect(matchOrigin(innerMatcher, verdict.witness)).toBe(true);
          expect(matchOrigin(outerMatcher, verdict.witness)).toBe(false);
        }
        if (verdict.kind === 'Inside') {
          const escaping = candidates.filter(
            (each) => matchOrigin(innerMatcher, each) && !matchOrigin(outerMatcher, each),
          );
          expect(escaping).toEqual([]);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('everything is inside itself, and inside of more', () => {
    fc.assert(
      fc.property(anyEntry, fc.array(anyEntry, { maxLength: 3 }), (inner, others) => {
        expect(contains(inner, [inner, ...others])).toEqual({ kind: 'Inside' });
      }),
      { numRuns: 100 },
    );
  });
});
