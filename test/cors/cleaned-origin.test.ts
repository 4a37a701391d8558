import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cleanOrigin } from '../../src/cors/cleaned-origin.ts';
import { isOrigin, printOrigin } from '../../src/cors/origin.ts';
import { originValue, wellFormedOrigin } from '../support/origins.ts';

test.each([
  { name: 'trailing slash', text: 'https://a.com/', origin: 'https://a.com', differences: ['the trailing slash'] },
  { name: 'path', text: 'https://a.com/b?c', origin: 'https://a.com', differences: ['the path'] },
  { name: 'query', text: 'https://a.com?b', origin: 'https://a.com', differences: ['the path'] },
  { name: 'case of the host', text: 'https://A.com', origin: 'https://a.com', differences: ['case'] },
  { name: 'case of the scheme', text: 'HTTPS://a.com', origin: 'https://a.com', differences: ['case'] },
  {
    name: 'case and slash',
    text: 'https://A.com/',
    origin: 'https://a.com',
    differences: ['case', 'the trailing slash'],
  },
  { name: 'case of an opaque host stays', text: 'App://AB', origin: 'app://AB', differences: ['case'] },
  { name: 'default port', text: 'https://a.com:443', origin: 'https://a.com', differences: ['the default port'] },
  {
    name: 'leading zero',
    text: 'https://a.com:08443',
    origin: 'https://a.com:8443',
    differences: ['how the port is written'],
  },
  { name: 'empty port', text: 'https://a.com:', origin: 'https://a.com', differences: ['the default port'] },
  { name: 'Unicode', text: 'https://münchen.de', origin: 'https://xn--mnchen-3ya.de', differences: ['punycode'] },
  {
    name: 'Unicode in upper case',
    text: 'https://MÜNCHEN.de',
    origin: 'https://xn--mnchen-3ya.de',
    differences: ['punycode'],
  },
  { name: 'white space', text: ' https://a.com\n', origin: 'https://a.com', differences: ['white space'] },
  { name: 'user name', text: 'https://u:p@a.com', origin: 'https://a.com', differences: ['the user name'] },
  {
    name: 'IPv6 with a slash',
    text: 'http://[::1]:3000/',
    origin: 'http://[::1]:3000',
    differences: ['the trailing slash'],
  },
])('cleanOrigin: $name', ({ text, origin, differences }) => {
  const cleaned = cleanOrigin(text);
  expect(cleaned === undefined ? undefined : printOrigin(cleaned.origin)).toBe(origin);
  expect(cleaned?.differences).toEqual(differences);
});

test.each([
  '',
  'null',
  '*',
  'example.com',
  'https://',
  'https://a..b',
  'https://a, https://b',
  'https://a.1',
  'https://a:99999',
])('cleanOrigin: even so no origin: "%s"', (text) => {
  expect(cleanOrigin(text)).toBeUndefined();
});

test('cleanOrigin: an origin as browsers send it stays as it is', () => {
  fc.assert(
    fc.property(wellFormedOrigin(), (text) => {
      const cleaned = cleanOrigin(text);
      expect(cleaned === undefined ? undefined : printOrigin(cleaned.origin)).toBe(text);
      expect(cleaned?.differences).toEqual([]);
    }),
  );
});

test('cleanOrigin: what comes out is well-formed, and differs in something if the text was not', () => {
  fc.assert(
    fc.property(originValue(), (text) => {
      const cleaned = cleanOrigin(text);
      if (cleaned === undefined) return;
      expect(isOrigin(printOrigin(cleaned.origin))).toBe(true);
      expect(cleaned.differences.length > 0).toBe(!isOrigin(text));
    }),
    { numRuns: 1000 },
  );
});
