import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type DomainFinding, domainFindings } from '../../src/analysis/domain-findings.ts';
import { automatonOf } from '../../src/analysis/origin-language.ts';
import { registrableDomain } from '../../src/analysis/public-suffix.ts';
import { isOrigin, parseOrigin } from '../../src/cors/origin.ts';
import { type Automaton, accepts } from '../../src/cors/regex-automaton.ts';
import { regexSource } from '../support/regexes.ts';

function findings(source: string): readonly DomainFinding[] {
  const automaton = automatonOf(source);
  if (automaton === undefined) throw new Error(`no automaton: ${source}`);
  return domainFindings({ meant: automaton, loose: automaton }) ?? [];
}

describe('domainFindings', () => {
  test.each([
    { source: 'https://[^/]+', kind: 'MatchesAny', witness: 'https://evil-example.com' },
    { source: 'https://[a-z]+\\.[a-z]{2,}', kind: 'MatchesAny', witness: 'https://evil.com' },
    { source: 'https://example\\.com.*', kind: 'OpenSuffix', witness: 'https://example.com.evil-example.com' },
    { source: 'https://example\\.[a-z]{2,3}', kind: 'OpenSuffix', witness: 'https://example.xyz' },
    { source: 'https://x\\.y|https://a\\.b\\.[a-z.]+:8080', kind: 'OpenSuffix', witness: 'https://a.b.evil.com:8080' },
    { source: 'https://.*example\\.com', kind: 'LabelBoundary', witness: 'https://evil-example.com' },
    { source: 'https://(a\\.b\\.[a-z]*c\\.internal)', kind: 'LabelBoundary', witness: 'https://a.b.evilc.internal' },
    { source: 'https://[a-z-]+\\.co\\.(uk|jp)', kind: 'PublicSuffix', witness: 'https://evil-site.co.uk' },
    { source: 'https://[0-9]+-team\\.com:8443', kind: 'PublicSuffix', witness: 'https://0-team.com:8443' },
    {
      source: 'https://[a-z]+\\.[a-z]+-1\\.compute\\.amazonaws\\.com',
      kind: 'PublicSuffix',
      witness: 'https://evilsite.a-1.compute.amazonaws.com',
    },
  ])('$source: $kind, shown by $witness', ({ source, kind, witness }) => {
    expect(findings(source)).toEqual([{ kind, witness }]);
  });

  test.each([
    'https://([a-z0-9-]+\\.)*example\\.com(:\\d+)?',
    'https://[a-z0-9-]+-team\\.example\\.co\\.uk',
    'https://[a-z]+\\.me\\.github\\.io',
    'https://[a-z]+\\.www\\.ck',
    'https://[a-z]+\\.internal',
    'https://([a-z]+\\.)+corp\\.internal',
    'https://(one|two|three)\\.github\\.io',
    'https://10\\.0\\.[0-9]+\\.[0-9]+',
    'https://example\\.(com|org|net|de|fr|io)',
    'chrome-extension://[a-p]{32}',
  ])('%s leaves no name to strangers', (source) => {
    expect(findings(source)).toEqual([]);
  });

  test('what shows a finding is an origin that the regex matches, with a name that can be registered', () => {
    fc.assert(
      fc.property(regexSource(), (source) => {
        const automaton = automatonOf(source);
        const found = automaton && domainFindings({ meant: automaton, loose: automaton });
        const wrong = (found ?? []).filter((each) => automaton === undefined || !isShown(each, automaton));
        expect(wrong).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  function isShown({ kind, witness }: DomainFinding, automaton: Automaton): boolean {
    const isRegistrable = registrableDomain(parseOrigin(witness)?.host ?? '') !== undefined;
    return isOrigin(witness) && accepts(automaton, witness) && (kind !== 'PublicSuffix' || isRegistrable);
  }
});
