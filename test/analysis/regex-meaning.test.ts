import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { analyzeRegex } from '../../src/analysis/regex-analysis.ts';
import type { RegexMeaning } from '../../src/analysis/regex-meaning.ts';
import { compileMatcher, matchOrigin } from '../../src/cors/matcher.ts';
import { compileRegex, matchesRegex } from '../../src/cors/regex.ts';
import { originValue, wellFormedOrigin } from '../support/origins.ts';
import { regexSource } from '../support/regexes.ts';

function meaning(source: string): RegexMeaning | undefined {
  return analyzeRegex(source)?.meaning;
}

describe('meaning of a regex', () => {
  test.each([
    { source: 'https://(www\\.)?example\\.com', origins: ['https://example.com', 'https://www.example.com'] },
    { source: 'https://a\\.example(:443|:80)?', origins: ['https://a.example', 'https://a.example:80'] },
    { source: 'https://1\\.2\\.3\\.25[4-9]', origins: ['https://1.2.3.254', 'https://1.2.3.255'] },
    { source: 'https://\\[::[01]\\]', origins: ['https://[::1]'] },
  ])('$source lists $origins', ({ source, origins }) => {
    expect(meaning(source)).toEqual({ kind: 'Exact', origins });
  });

  test.each([
    'example\\.com',
    'https://[A-Z]+\\.example',
    'https://[a-z]{64,}\\.example',
    `https://(${'[a-z]{60}\\.'.repeat(5)})example`,
    'https://a\\.[0-9]+',
    'https://.*:443',
    'null',
  ])('%s matches no origin', (source) => {
    expect(meaning(source)).toEqual({ kind: 'Nothing' });
  });

  test.each([
    { source: 'https://.*\\.example\\.com', base: 'example.com', port: '', depth: 'Any' },
    { source: 'https://[^.]+\\.example\\.com', base: 'example.com', port: '', depth: 'Single' },
    { source: 'https://([a-z0-9_-]+\\.)+a\\.b:8443', base: 'a.b', port: '8443', depth: 'Any' },
  ])('$source is a wildcard', ({ source, base, port, depth }) => {
    expect(meaning(source)).toEqual({ kind: 'Wildcard', wildcard: { scheme: 'https', base, port, depth } });
  });

  test.each([
    'https://[a-z0-9-]+\\.example\\.com',
    'https://.*\\.example\\.com(:\\d+)?',
    '.*',
    'https://a[0-9]{2}\\.example',
  ])('%s is none of them', (source) => {
    expect(meaning(source)).toBeUndefined();
  });

  test('what is said of a regex is so', () => {
    fc.assert(
      fc.property(
        regexSource(),
        fc.array(fc.oneof(originValue(), wellFormedOrigin()), { minLength: 20 }),
        (source, origins) => {
          const said = meaning(source);
          const listed = said?.kind === 'Exact' ? said.origins : [];
          expect(said && [...origins, ...listed].filter((origin) => !agrees(said, source, origin))).toEqual(said && []);
        },
      ),
      { numRuns: 300 },
    );
  });

  function agrees(said: RegexMeaning, source: string, origin: string): boolean {
    const compilation = compileRegex(source);
    const matcher = compileMatcher({
      any: false,
      exact: said.kind === 'Exact' ? said.origins : [],
      wildcards: said.kind === 'Wildcard' ? [said.wildcard] : [],
      regexes: [],
    });
    return compilation.ok && matchesRegex(compilation.regex, origin) === matchOrigin(matcher, origin);
  }
});
