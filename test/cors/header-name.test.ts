import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  equalsName,
  hasHeaderName,
  headerNameSet,
  isForbiddenRequestHeaderName,
  isForbiddenResponseHeaderName,
  isNonWildcardRequestHeaderName,
  isSafelistedRequestHeaderName,
  isSafelistedResponseHeaderName,
  isToken,
  lowerCaseName,
} from '../../src/cors/header-name.ts';

describe('the lists of the Fetch standard', () => {
  const forbidden = `Accept-Charset Accept-Encoding Access-Control-Request-Headers Access-Control-Request-Method
    Connection Content-Length Cookie Cookie2 Date DNT Expect Host Keep-Alive Origin Referer Set-Cookie TE Trailer
    Transfer-Encoding Upgrade Via Proxy-Authorization proxy-x Sec-Fetch-Mode sec-`.split(/\s+/);
  test.each(forbidden)('isForbiddenRequestHeaderName: %s is, in any case', (name) => {
    expect(isForbiddenRequestHeaderName(name)).toBe(true);
    expect(isForbiddenRequestHeaderName(name.toUpperCase())).toBe(true);
  });

  test.each(['Content-Type', 'Authorization', 'X-HTTP-Method-Override', 'Proxy', 'Sec', 'User-Agent', 'X-Sec-A', ''])(
    'isForbiddenRequestHeaderName: "%s" is not',
    (name) => {
      expect(isForbiddenRequestHeaderName(name)).toBe(false);
    },
  );

  test.each([
    { name: 'Accept', expected: true },
    { name: 'accept-LANGUAGE', expected: true },
    { name: 'Content-Language', expected: true },
    { name: 'Content-Type', expected: true },
    { name: 'Range', expected: true },
    { name: 'Authorization', expected: false },
  ])('isSafelistedRequestHeaderName: $name', ({ name, expected }) => {
    expect(isSafelistedRequestHeaderName(name)).toBe(expected);
  });

  test.each([
    { name: 'cache-control', expected: true },
    { name: 'Content-Language', expected: true },
    { name: 'Content-Length', expected: true },
    { name: 'Content-Type', expected: true },
    { name: 'Expires', expected: true },
    { name: 'Last-Modified', expected: true },
    { name: 'PRAGMA', expected: true },
    { name: 'ETag', expected: false },
    { name: 'Set-Cookie', expected: false },
  ])('isSafelistedResponseHeaderName: $name', ({ name, expected }) => {
    expect(isSafelistedResponseHeaderName(name)).toBe(expected);
  });

  test.each([
    { name: 'Set-Cookie', expected: true },
    { name: 'set-cookie2', expected: true },
    { name: 'Set-Cookie3', expected: false },
  ])('isForbiddenResponseHeaderName: $name', ({ name, expected }) => {
    expect(isForbiddenResponseHeaderName(name)).toBe(expected);
  });

  test.each([
    { name: 'Authorization', expected: true },
    { name: 'AUTHORIZATION', expected: true },
    { name: 'Proxy-Authorization', expected: false },
    { name: 'Cookie', expected: false },
  ])('isNonWildcardRequestHeaderName: $name', ({ name, expected }) => {
    expect(isNonWildcardRequestHeaderName(name)).toBe(expected);
  });
});

test('lowerCaseName: only ASCII letters change', () => {
  expect(lowerCaseName('X-\u212a-\u00c4')).toBe('x-\u212a-\u00c4');
});

test('header-name.ts: offers isToken to those who check header names', () => {
  expect(isToken('X-A')).toBe(true);
});

describe('header name sets', () => {
  const name = fc.string({ unit: fc.constantFrom('a', 'B', 'b', '-', '1'), minLength: 1, maxLength: 4 });

  test('hasHeaderName: finds a name at its place, in any case', () => {
    const set = headerNameSet(['X-A', 'Content-Type']);
    expect(hasHeaderName(set, 'a, CONTENT-type ,b', 3, 15)).toBe(true);
    expect(hasHeaderName(set, 'x-a', 0, 3)).toBe(true);
    expect(hasHeaderName(set, 'x-ab', 0, 4)).toBe(false);
    expect(hasHeaderName(set, 'x-', 0, 2)).toBe(false);
  });

  test('hasHeaderName: agrees with a list of names', () => {
    fc.assert(
      fc.property(fc.array(name, { maxLength: 20 }), name, (names, wanted) => {
        const expected = names.some((listed) => listed.toLowerCase() === wanted.toLowerCase());
        expect(hasHeaderName(headerNameSet(names), `,${wanted},`, 1, 1 + wanted.length)).toBe(expected);
      }),
    );
  });

  test('hasHeaderName: names whose hashes collide are told apart', () => {
    const byHash = new Map<number, string>();
    let [first, second] = ['', ''];
    for (let index = 0; first === ''; index += 1) {
      second = `x-${index.toString(36)}`;
      const [hash = 0] = headerNameSet([second]).keys();
      first = byHash.get(hash) ?? '';
      byHash.set(hash, second);
    }
    expect(hasHeaderName(headerNameSet([first]), second, 0, second.length)).toBe(false);
    expect(hasHeaderName(headerNameSet([first, second]), second, 0, second.length)).toBe(true);
    expect(hasHeaderName(headerNameSet([first, second]), first, 0, first.length)).toBe(true);
  });

  test('equalsName: the whole name, and nothing that is no token byte', () => {
    expect(equalsName('authorization', 'Authorization', 0, 13)).toBe(true);
    expect(equalsName('authorization', 'xAuthorization', 1, 14)).toBe(true);
    expect(equalsName('authorization', 'authorizatio', 0, 12)).toBe(false);
    expect(equalsName('a', '\u0141', 0, 1)).toBe(false);
  });
});
