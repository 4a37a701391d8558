import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isOrigin } from '../../../src/cors/origin.ts';
import { parseOriginPattern } from '../../../src/cors/origin-pattern.ts';
import { type OriginEntryContext, validateOriginEntry } from '../../../src/model/validation/origin-entry.ts';
import { hostileText, nearMiss, wellFormedOrigin } from '../../support/origins.ts';
import { compilePatternMatch } from '../../support/pattern-match.ts';

const CONTEXT: OriginEntryContext = { path: 'spec.allowOrigins[0]', allowCredentials: false, wildcardDepth: 'Any' };

/** Reasons that refuse what the grammar of origins accepts. */
const STRICTER = [
  'OriginFileScheme',
  'OriginPunycode',
  'OriginPublicSuffix',
  'OriginCoversPublicSuffix',
  'OriginInsecureCredentials',
  'OriginWildcardCredentials',
];

function suggestionsOf(text: string): readonly (string | undefined)[] {
  return validateOriginEntry(text, CONTEXT).map(({ suggestion }) => suggestion);
}

describe('validateOriginEntry: suggestions', () => {
  test.each([
    { name: 'trailing slash', text: 'https://example.com/', suggestion: 'https://example.com' },
    { name: 'path', text: 'https://example.com/a/b', suggestion: 'https://example.com' },
    { name: 'query after path', text: 'https://example.com/a?b', suggestion: 'https://example.com' },
    { name: 'user and password', text: 'https://a:b@example.com:8443', suggestion: 'https://example.com:8443' },
    { name: 'default port', text: 'https://example.com:443', suggestion: 'https://example.com' },
    { name: 'port with zeros', text: 'https://example.com:08443', suggestion: 'https://example.com:8443' },
    { name: 'colon without port', text: 'https://example.com:', suggestion: 'https://example.com' },
    { name: 'upper case', text: 'HTTPS://EXAMPLE.COM', suggestion: 'https://example.com' },
    { name: 'upper case of a host of its own', text: 'App://Example', suggestion: 'app://Example' },
    { name: 'no scheme', text: 'example.com:8443', suggestion: 'https://example.com:8443' },
    { name: 'no scheme, localhost', text: 'localhost:3000', suggestion: 'http://localhost:3000' },
    { name: 'no scheme, wildcard', text: '*.example.com', suggestion: 'https://*.example.com' },
    { name: 'umlaut', text: 'https://*.b\u00fccher.example', suggestion: 'https://*.xn--bcher-kva.example' },
    { name: 'full-width letters', text: 'https://\uff45xample.com', suggestion: 'https://example.com' },
    { name: 'short IPv4', text: 'http://127.1:3000', suggestion: 'http://127.0.0.1:3000' },
    { name: 'hexadecimal IPv4', text: 'http://0x7f000001', suggestion: 'http://127.0.0.1' },
    { name: 'octal IPv4', text: 'http://0177.0.0.1', suggestion: 'http://127.0.0.1' },
    { name: 'long IPv6', text: 'http://[0:0:0:0:0:0:0:1]:3000', suggestion: 'http://[::1]:3000' },
    { name: 'IPv6 without brackets', text: 'http://::1', suggestion: 'http://[::1]' },
    { name: 'IPv6 with a dotted tail', text: 'http://[::ffff:1.2.3.4]', suggestion: 'http://[::ffff:102:304]' },
    { name: 'star before the domain', text: 'https://*example.com', suggestion: 'https://*.example.com' },
    { name: 'two stars', text: 'https://*.*.example.com', suggestion: 'https://*.example.com' },
    { name: 'line end', text: 'https://example.com\n', suggestion: 'https://example.com' },
    { name: 'quotation marks', text: '"https://example.com"', suggestion: 'https://example.com' },
  ])('$name: $text', ({ text, suggestion }) => {
    expect(new Set(suggestionsOf(text))).toEqual(new Set([suggestion]));
  });

  test.each([
    'null',
    'https://a.*.example.com',
    'https://*',
    'https://app-*.example.com',
    'https://*.127.0.0.1',
    'https://exa mple.com',
    'https://example.com:*',
    'https://1.2.3.4.5',
    'https://xn--a',
    '',
  ])('%s: none, because none is certain', (text) => {
    expect(new Set(suggestionsOf(text))).toEqual(new Set([undefined]));
  });

  test('a suggestion is an entry without any problem of its form', () => {
    fc.assert(
      fc.property(fc.oneof(nearMiss(), hostileText()), (text) => {
        for (const suggestion of suggestionsOf(text)) {
          if (suggestion === undefined) continue;
          const again = validateOriginEntry(suggestion, CONTEXT).filter(({ severity }) => severity === 'error');
          expect([suggestion, again]).toEqual([suggestion, []]);
        }
      }),
    );
  });
});

describe('validateOriginEntry: witnesses', () => {
  test.each(['https://*.github.io', 'https://*.com:8443', 'https://*.ck', 'https://*.amazonaws.com', 'http://*.co.uk'])(
    '%s',
    (text) => {
      const [issue] = validateOriginEntry(text, CONTEXT);
      expect(isOrigin(issue?.witness ?? '')).toBe(true);
      expect(compilePatternMatch(text)(issue?.witness ?? '')).toBe(true);
    },
  );

  test('none where a star of one label does not reach it', () => {
    const [issue] = validateOriginEntry('https://*.amazonaws.com', { ...CONTEXT, wildcardDepth: 'Single' });
    expect(issue).toMatchObject({ reason: 'OriginCoversPublicSuffix' });
    expect(issue?.witness).toBeUndefined();
  });
});

describe('validateOriginEntry: laws', () => {
  const anyText = fc.oneof(wellFormedOrigin(), nearMiss(), hostileText(), fc.string());

  test('what the grammar refuses has an error; what it accepts is refused for stricter reasons only', () => {
    fc.assert(
      fc.property(anyText, fc.boolean(), fc.constantFrom('Any', 'Single'), (text, allowCredentials, wildcardDepth) => {
        const issues = validateOriginEntry(text, { ...CONTEXT, allowCredentials, wildcardDepth });
        const isEntry = parseOriginPattern(text, wildcardDepth) !== undefined;
        const errors = issues.filter(({ severity }) => severity === 'error');
        if (!isEntry) expect(errors).not.toEqual([]);
        else expect(errors.map(({ reason }) => reason).filter((reason) => !STRICTER.includes(reason))).toEqual([]);
      }),
      { numRuns: 2000 },
    );
  });

  test('credentials only add findings, a ceiling only takes away', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const reasons = (context: Partial<OriginEntryContext>): readonly string[] =>
          validateOriginEntry(text, { ...CONTEXT, ...context }).map(({ reason }) => reason);
        expect(reasons({ allowCredentials: true })).toEqual(expect.arrayContaining([...reasons({})]));
        expect(reasons({})).toEqual(expect.arrayContaining([...reasons({ role: 'Ceiling' })]));
      }),
    );
  });

  test('fine entries share one empty list', () => {
    expect(validateOriginEntry('https://a.example', CONTEXT)).toBe(validateOriginEntry('http://[::1]', CONTEXT));
    expect(validateOriginEntry('https://a.example', CONTEXT)).toBe(
      validateOriginEntry('https://*.example.com', CONTEXT),
    );
  });

  test('a message quotes little of a long entry, and nothing that is not printable', () => {
    const hostile = [
      'x'.repeat(300_000),
      '\0'.repeat(300_000),
      ','.repeat(300_000),
      '\ud800'.repeat(300_000),
      'https://a.'.repeat(30_000),
    ];
    for (const text of hostile) {
      const issues = validateOriginEntry(text, CONTEXT);
      expect(issues.length).toBeGreaterThan(0);
      for (const { message } of issues) expect(message).toMatch(/^[ -~\u2026]{10,300}$/);
    }
  });
});
