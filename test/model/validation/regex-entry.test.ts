import fc from 'fast-check';
import { RE2JS } from 're2js';
import { describe, expect, test } from 'vitest';
import { isOrigin } from '../../../src/cors/origin.ts';
import { compileRegex, matchesRegex } from '../../../src/cors/regex.ts';
import type { Issue } from '../../../src/model/issue.ts';
import type { FieldContext } from '../../../src/model/validation/field-context.ts';
import { regexEntryIssues } from '../../../src/model/validation/regex-entry.ts';
import { regexListIssues } from '../../../src/model/validation/regex-list.ts';
import { regexSource } from '../../support/regexes.ts';

const CONTEXT: FieldContext = { path: 'spec', role: 'Grant', allowCredentials: true, wildcardDepth: 'Any' };

function issuesOf(text: string, context: FieldContext = CONTEXT): readonly Issue[] {
  return regexEntryIssues(text, 'spec.allowOriginRegexes[0]', context);
}

function matches(source: string, origin: string): boolean {
  const compilation = compileRegex(source);
  return compilation.ok && matchesRegex(compilation.regex, origin);
}

describe('regexEntryIssues: suggestions', () => {
  test.each([
    { text: '/^https:\\/\\/a[a-z]\\.example$/i', reason: 'RegexDelimiters', suggestion: '^https://a[a-z]\\.example$' },
    { text: '^https://app.example.com$', reason: 'RegexUnescapedDot', suggestion: '^https://app\\.example\\.com$' },
    { text: '^https://.*.example.com$', reason: 'RegexUnescapedDot', suggestion: '^https://.*\\.example\\.com$' },
    { text: 'https://[a-z]+\\.a\\.example', reason: 'RegexUnanchored', suggestion: '^https://[a-z]+\\.a\\.example$' },
    {
      text: 'https://a[a-z]\\.example|https://b[a-z]\\.example',
      reason: 'RegexUnanchored',
      suggestion: '^(?:https://a[a-z]\\.example|https://b[a-z]\\.example)$',
    },
    {
      text: '^https://a[a-z]\\.example|https://b[a-z]\\.example$',
      reason: 'RegexAnchorPrecedence',
      suggestion: '^(?:https://a[a-z]\\.example|https://b[a-z]\\.example)$',
    },
    {
      text: '(?i)^https://[a-z]+\\.a\\.example$',
      reason: 'RegexCaseInsensitive',
      suggestion: '^https://[a-z]+\\.a\\.example$',
    },
  ])('$text', ({ text, reason, suggestion }) => {
    expect(issuesOf(text).find((issue) => issue.reason === reason)?.suggestion).toBe(suggestion);
  });
});

describe('regexEntryIssues: witnesses', () => {
  test.each([
    { text: '^https?://.*$', reason: 'RegexMatchesAny', witness: 'https://evil-example.com' },
    { text: '^(null|https://[a-z]+\\.example\\.com)$', reason: 'RegexMatchesNull', witness: 'null' },
    { text: '^https://example\\.com.*$', reason: 'RegexOpenSuffix', witness: 'https://example.com.evil-example.com' },
    { text: '^https://.*example\\.com$', reason: 'RegexLabelBoundary', witness: 'https://evil-example.com' },
    { text: '^https://[a-z]+\\.github\\.io$', reason: 'RegexPublicSuffix', witness: 'https://evilsite.github.io' },
    { text: '^https?://a[a-z]\\.example$', reason: 'RegexInsecureCredentials', witness: 'http://aa.example' },
    { text: '^https://app.example.com$', reason: 'RegexUnescapedDot', witness: 'https://appxexample.com' },
    { text: '^https://.*\\.example\\.com$', reason: 'RegexDotStar', witness: 'https://evil.a.example.com' },
    { text: '(?i)^app://[a-z]+$', reason: 'RegexCaseInsensitive', witness: 'app://A' },
  ])('$reason of $text', ({ text, reason, witness }) => {
    expect(issuesOf(text).find((issue) => issue.reason === reason)?.witness).toBe(witness);
  });

  test('what only an engine that searches lets in', () => {
    const text = '^https://[a-z]+\\.a\\.example|https://[a-z]+\\.b\\.example$';
    const witness = issuesOf(text).find(({ reason }) => reason === 'RegexAnchorPrecedence')?.witness ?? '';
    expect(RE2JS.compile(text).test(witness)).toBe(true);
    expect(matches(text, witness)).toBe(false);
  });

  test('each is a well-formed origin that the regex matches', () => {
    fc.assert(
      fc.property(regexSource(), (text) => {
        const proofs = issuesOf(text).filter(
          ({ witness, reason }) => witness !== undefined && reason !== 'RegexAnchorPrecedence',
        );
        expect(proofs.filter((issue) => !isProof(text, issue))).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });

  function isProof(text: string, { reason, witness = '' }: Issue): boolean {
    if (reason === 'RegexMatchesNull') return RE2JS.matches(text, 'null');
    return isOrigin(witness) && matches(text, witness);
  }
});

describe('regexEntryIssues: what is meant to be wide', () => {
  test.each([
    '^https://[a-z0-9-]+-team\\.example\\.com$',
    '^https://pr-\\d+\\.preview\\.example\\.com$',
    '^https://([a-z]+\\.)+corp\\.internal(:\\d+)?$',
    '^https://(?P<sub>[[:alnum:]-]+)\\.example\\.com$',
    '^https://\\Qa.example\\E:[0-9]+$',
  ])('%s: nothing is found, since nothing foreign matches', (text) => {
    expect(issuesOf(text)).toEqual([]);
  });

  test('a ceiling may match any origin; a dot that is not escaped may still be a slip', () => {
    expect(issuesOf('https://.*', { ...CONTEXT, role: 'Ceiling' })).toEqual([]);
    const reasons = issuesOf('^https://app.example.com$', { ...CONTEXT, role: 'Ceiling' }).map(({ reason }) => reason);
    expect(reasons).toEqual(['RegexUnescapedDot']);
  });
});

describe('regexListIssues', () => {
  test('the work for one list is bounded, and what is over the bound is refused', () => {
    const entries = Array.from({ length: 64 }, (_, index) => ({
      index,
      text: `^https://(.{1,100}){1,10}\\.a${index}\\.example$`,
    }));
    const issues = regexListIssues(entries, 'spec.allowOriginRegexes', CONTEXT);
    expect(new Set(issues.map(({ reason }) => reason))).toEqual(new Set(['RegexTooComplex']));
    expect(issues.at(-1)?.message).toContain('before it');
  });

  test('any text is judged without throwing', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.string(), fc.string({ unit: 'binary' }), regexSource()), { maxLength: 5 }),
        (texts) => {
          const entries = texts.map((text, index) => ({ index, text }));
          for (const { message } of regexListIssues(entries, 'spec.allowOriginRegexes', CONTEXT)) {
            expect(message).toMatch(/^[ -~\u2026]+$/);
          }
        },
      ),
      { numRuns: 30 },
    );
  });
});
