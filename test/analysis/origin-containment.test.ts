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
    { name: 'a long distance', inner: '/https://.*a.{60}\\.example\\.com/' },
    { name: 'counters of Unicode classes', inner: '/https://(\\pL{1,40}[^\\p{Greek}]{1,40}){1,9}\\.example\\.com/' },
    { name: 'counters in a loop', inner: '/https://(?:(?:[a-z]{1,30}\\.){1,30}-)*x/' },
  ])('$name end within the budget, and are never inside without a proof', ({ inner }) => {
    const budget = { left: 2_000 };
    const container = compileContainer(setOf([entry('https://*.other.example')]));
    const verdict = containsEntry(container, entry(inner), budget);
    expect(verdict.kind).not.toBe('Inside');
    expect(budget.left).toBeGreaterThanOrEqual(0);
  });

  test.each([
    {
      name: 'both remember a distance',
      inner: '/https://.*a.{8}\\.x/',
      outer: ['/https://.*b.{8}\\.x/', '/https://.*[^b].{8}\\.x/'],
    },
    {
      name: 'many remember one',
      inner: '/https://.*a.{9}\\.x/',
      outer: ['b', 'c', '[d-z]'].map((each) => `/https://.*${each}.{7}\\.x/`),
    },
  ])('a question ends after 50 000 nodes, whatever is left for the policy: $name', ({ inner, outer }) => {
    const budget = { left: POLICY_STEPS };
    const verdict = containsEntry(compileContainer(setOf(outer.map(entry))), entry(inner), budget);
    expect(POLICY_STEPS - budget.left).toBeLessThanOrEqual(50_000);
    expect(verdict.kind).not.toBe('Inside');
  });

  test('of a hundred thousand origins only those are looked at that the entry stands for', () => {
    const origins = Array.from({ length: 100_000 }, (_, index) => `https://${index.toString(36)}.example`);
    const container = compileContainer({ any: false, exact: origins, wildcards: [], regexes: [] });
    const budget = { left: POLICY_STEPS };
    expect(containsEntry(container, entry('/https://[1-9a-z][0-9a-z]\\.example/'), budget)).toEqual({ kind: 'Inside' });
    expect(containsEntry(container, entry('/https://[0-9a-z]{2}\\.example/'), budget)).toMatchObject({
      kind: 'Outside',
    });
    expect(POLICY_STEPS - budget.left).toBeLessThan(30_000);
  });

  test('what is too long for an origin is not outside of anything', () => {
    expect(contains('/https://[a-z]{64}\\.example/', [])).toEqual({ kind: 'Inside' });
    expect(contains('/[a-z]{65}://a/', [])).toEqual({ kind: 'Inside' });
    expect(contains(`/https://(${'[a-z]{50}\\.'.repeat(5)})example/`, [])).toEqual({ kind: 'Inside' });
    expect(contains('/https://[a-z]{64}\\.example|https://b/', []).kind).toBe('Outside');
  });

  test('schemes that browsers do not parse keep what a name could not hold', () => {
    expect(contains('/app://[A-Z.]+/', ['/app://[A-Z]+(\\.[A-Z]+)*/']).kind).toBe('Outside');
    expect(contains('/app://[a-z.]+\\.x/', ['app://*.x']).kind).toBe('Outside');
    expect(contains('app://*.x', ['/app://[A-Za-z0-9_.-]+/']).kind).toBe('Inside');
    expect(contains('/wss://[A-Z]/', []).kind).toBe('Outside');
  });

  test('without steps nothing that needs them is proved', () => {
    expect(contains('/https://[a-c]\\.example\\.com/', ['https://*.example.com'], 0)).toEqual({ kind: 'NotProven' });
    expect(contains('https://a.example.com', ['https://*.example.com'], 0)).toEqual({ kind: 'Inside' });
  });
});
