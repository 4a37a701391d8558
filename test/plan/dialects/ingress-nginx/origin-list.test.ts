import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseOriginPattern, printWildcard } from '../../../../src/cors/origin-pattern.ts';
import type { OriginSet } from '../../../../src/cors/policy.ts';
import { type OriginList, originList } from '../../../../src/plan/dialects/ingress-nginx/origin-list.ts';
import { MAX_TOKEN_LENGTH, originTokenLength } from '../../../../src/plan/dialects/ingress-nginx/origin-token.ts';
import { wellFormedOrigin, wildcard } from '../../../support/origins.ts';

function origins(entries: readonly string[], depth: 'Any' | 'Single' = 'Single'): OriginSet {
  const patterns = entries.map((entry) => parseOriginPattern(entry, depth));
  return {
    any: entries.includes('*'),
    exact: patterns.flatMap((pattern) => (pattern?.kind === 'exact' ? [pattern.origin] : [])),
    wildcards: patterns.flatMap((pattern) => (pattern?.kind === 'wildcard' ? [pattern.wildcard] : [])),
    regexes: [],
  };
}

function words(list: OriginList): string {
  return list.ok ? list.value : list.reason;
}

describe('originList', () => {
  test.each([
    {
      name: 'sorted, without spaces',
      entries: ['https://b.com', 'https://*.a.com', 'http://a.com:8080'],
      expected: 'http://a.com:8080,https://*.a.com,https://b.com',
    },
    { name: 'every origin alone', entries: ['*'], expected: '*' },
    { name: 'an IPv4 address', entries: ['http://127.0.0.1:3000'], expected: 'http://127.0.0.1:3000' },
    { name: 'a trailing dot', entries: ['https://a.com.'], expected: 'https://a.com.' },
    { name: 'punycode', entries: ['https://xn--bcher-kva.example'], expected: 'https://xn--bcher-kva.example' },
    { name: 'an IPv6 address', entries: ['http://[::1]'], expected: 'IpV6' },
    { name: 'an underscore', entries: ['https://a_b.com'], expected: 'HostUnderscore' },
    { name: 'an underscore behind a star', entries: ['https://*.a_b.com'], expected: 'HostUnderscore' },
    { name: 'a scheme of letters', entries: ['capacitor://localhost'], expected: 'capacitor://localhost' },
    { name: 'a scheme with a dash', entries: ['moz-extension://a'], expected: 'CustomScheme' },
    { name: 'a scheme in which another of a browser ends', entries: ['extension://a'], expected: 'CustomScheme' },
    { name: 'one letter, in which https ends', entries: ['s://a.com'], expected: 'CustomScheme' },
    { name: 'a host where case matters', entries: ['capacitor://MyApp'], expected: 'CustomScheme' },
    { name: 'a wildcard under such a scheme', entries: ['capacitor://*.localhost'], expected: 'CustomScheme' },
    { name: 'nothing', entries: [], expected: 'NoOrigins' },
  ])('$name', ({ entries, expected }) => {
    expect(words(originList(origins(entries), '1.15.1'))).toBe(expected);
  });

  test('any depth cannot be said', () => {
    expect(words(originList(origins(['https://*.a.com'], 'Any'), '1.15.1'))).toBe('WildcardDepth');
  });

  test('a regex cannot be said', () => {
    expect(words(originList({ ...origins([]), regexes: ['https://a'] }, '1.15.1'))).toBe('Regex');
  });

  test.each([
    { version: '1.12.0', expected: 'capacitor://localhost' },
    { version: '2026.5.3', expected: 'capacitor://localhost' },
    { version: '1.11.8', expected: 'VersionTooOld' },
    { version: undefined, expected: 'VersionUnknown' },
  ])('schemes of letters in $version', ({ version, expected }) => {
    expect(words(originList(origins(['capacitor://localhost']), version))).toBe(expected);
  });
});

/** As the template writes it. */
function originToken(origins: readonly string[]): string {
  const parts = origins.map((origin) =>
    origin.replace(/[\\.+*?()|[\]{}^$]/g, '\\$&').replace('\\*', '[A-Za-z0-9\\-]+'),
  );
  return `(${parts.map((part) => `(${part})`).join('|')})$`;
}

describe('the length of the nginx word', () => {
  /** Origins whose word has exactly a length: each is quoted, in brackets, with a bar between. */
  function ofLength(length: number): readonly string[] {
    const list = Array.from({ length: 127 }, (_, index) => `https://app-${String(index).padStart(3, '0')}.example.com`);
    const missing = length - originToken(list).length;
    return [...list.slice(1), `https://app-000${'x'.repeat(missing)}.example.com`];
  }

  test('4094 bytes are written, 4095 are not', () => {
    expect(originToken(ofLength(MAX_TOKEN_LENGTH)).length).toBe(4094);
    expect(words(originList(origins(ofLength(MAX_TOKEN_LENGTH)), '1.15.1'))).toContain('https://app-126.example.com');
    expect(words(originList(origins(ofLength(MAX_TOKEN_LENGTH + 1)), '1.15.1'))).toBe('TokenLimit');
  });

  test('is that of the word which the template makes', () => {
    const entry = fc.oneof(wellFormedOrigin(), wildcard().map(printWildcard));
    fc.assert(
      fc.property(fc.array(entry, { minLength: 1, maxLength: 8 }), (entries) => {
        expect(originTokenLength(entries)).toBe(originToken(entries).length);
      }),
    );
    expect(originToken(['https://a.com', 'https://*.b.com:8443'])).toBe(
      '((https://a\\.com)|(https://[A-Za-z0-9\\-]+\\.b\\.com:8443))$',
    );
  });
});
