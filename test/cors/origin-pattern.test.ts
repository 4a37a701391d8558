import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isWildcard, parseOriginPattern, printOriginPattern, printWildcard } from '../../src/cors/origin-pattern.ts';
import { originValue, wildcard } from '../support/origins.ts';

const BASE_251 = `${'l'.repeat(63)}.${'l'.repeat(63)}.${'l'.repeat(63)}.${'l'.repeat(59)}`;

describe('parseOriginPattern', () => {
  test('parseOriginPattern: a star alone is any origin', () => {
    expect(parseOriginPattern('*', 'Any')).toEqual({ kind: 'any' });
  });

  test('parseOriginPattern: an origin is exact', () => {
    expect(parseOriginPattern('https://a.com:8443', 'Any')).toEqual({ kind: 'exact', origin: 'https://a.com:8443' });
  });

  test.each([
    { text: 'https://*.example.com', scheme: 'https', base: 'example.com', port: '' },
    { text: 'http://*.localhost:3000', scheme: 'http', base: 'localhost', port: '3000' },
    { text: 'https://*.com', scheme: 'https', base: 'com', port: '' },
    { text: 'https://*.example.com.', scheme: 'https', base: 'example.com.', port: '' },
    { text: 'app://*.Example', scheme: 'app', base: 'Example', port: '' },
    { text: 'app://*.a:443', scheme: 'app', base: 'a', port: '443' },
    { text: `https://*.${BASE_251}`, scheme: 'https', base: BASE_251, port: '' },
    { text: `https://*.${BASE_251}.`, scheme: 'https', base: `${BASE_251}.`, port: '' },
  ])('parseOriginPattern: $text is a wildcard', ({ text, scheme, base, port }) => {
    for (const depth of ['Any', 'Single'] as const) {
      expect(parseOriginPattern(text, depth)).toEqual({ kind: 'wildcard', wildcard: { scheme, base, port, depth } });
    }
  });

  test.each([
    { name: 'no base', text: 'https://*' },
    { name: 'empty base', text: 'https://*.' },
    { name: 'star without a dot', text: 'https://*example.com' },
    { name: 'star inside a label', text: 'https://app-*.example.com' },
    { name: 'star further down', text: 'https://a.*.example.com' },
    { name: 'two stars', text: 'https://*.*.example.com' },
    { name: 'two wildcards', text: 'https://*.a://*.b' },
    { name: 'star as port', text: 'https://a.com:*' },
    { name: 'star as scheme', text: '*://a.com' },
    { name: 'no scheme', text: '*.example.com' },
    { name: 'before an IPv4 address', text: 'https://*.127.0.0.1' },
    { name: 'before an IPv6 address', text: 'https://*.[::1]' },
    { name: 'before an IPv4 address of another scheme', text: 'app://*.127.0.0.1' },
    { name: 'before a number', text: 'https://*.1' },
    { name: 'default port', text: 'https://*.a.com:443' },
    { name: 'leading zero in the port', text: 'https://*.a.com:08443' },
    { name: 'upper case', text: 'https://*.A.com' },
    { name: 'trailing slash', text: 'https://*.a.com/' },
    { name: 'empty label in the base', text: 'https://*.a..com' },
    { name: 'empty label in an opaque base', text: 'app://*.a..com' },
    { name: 'label of 64 bytes in an opaque base', text: `app://*.${'l'.repeat(64)}` },
    { name: 'dot as an opaque base', text: 'app://*..' },
    { name: 'base that leaves no room for a label', text: `https://*.l${BASE_251}` },
    { name: 'base with a trailing dot that leaves no room for a label', text: `https://*.l${BASE_251}.` },
    { name: 'null', text: 'null' },
    { name: 'empty', text: '' },
    { name: 'path', text: 'https://a.com/b' },
  ])('parseOriginPattern: $name is no pattern', ({ text }) => {
    expect(parseOriginPattern(text, 'Any')).toBeUndefined();
  });
});

describe('laws of patterns', () => {
  test('printOriginPattern: parse then print is identity', () => {
    const text = fc.oneof(fc.constant('*'), originValue(), wildcard().map(printWildcard));
    fc.assert(
      fc.property(text, fc.constantFrom('Any', 'Single'), (entry, depth) => {
        const pattern = parseOriginPattern(entry, depth);
        if (pattern !== undefined) expect(printOriginPattern(pattern)).toBe(entry);
      }),
    );
  });

  test('printWildcard: print then parse gives a well-formed wildcard back', () => {
    fc.assert(
      fc.property(wildcard(), (candidate) => {
        const parsed = parseOriginPattern(printWildcard(candidate), candidate.depth);
        expect(isWildcard(candidate)).toBe(true);
        expect(parsed).toEqual({ kind: 'wildcard', wildcard: candidate });
      }),
    );
  });
});

test.each([
  { name: 'port in the base', wildcard: { scheme: 'https', base: 'a.com:8443', port: '', depth: 'Any' } },
  { name: 'star in the base', wildcard: { scheme: 'https', base: '*.a.com', port: '', depth: 'Any' } },
  { name: 'separator in the scheme', wildcard: { scheme: 'https://*.b', base: 'a.com', port: '', depth: 'Any' } },
  { name: 'empty base', wildcard: { scheme: 'https', base: '', port: '', depth: 'Any' } },
  { name: 'default port', wildcard: { scheme: 'https', base: 'a.com', port: '443', depth: 'Any' } },
  { name: 'address', wildcard: { scheme: 'https', base: '0.0.1', port: '', depth: 'Any' } },
] as const)('isWildcard: $name is not well-formed', ({ wildcard: candidate }) => {
  expect(isWildcard(candidate)).toBe(false);
});
