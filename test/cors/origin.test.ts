import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { defaultPort, isOrigin, parseOrigin, printOrigin } from '../../src/cors/origin.ts';
import { originValue, wellFormedOrigin } from '../support/origins.ts';
import { naiveIsOrigin } from './naive-matcher.ts';

const LABEL_63 = 'l'.repeat(63);
const HOST_253 = `${LABEL_63}.${LABEL_63}.${LABEL_63}.${'l'.repeat(61)}`;
const SCHEME_64 = `s${'x'.repeat(63)}`;

describe('parseOrigin', () => {
  test.each([
    { text: 'https://example.com', origin: { scheme: 'https', host: 'example.com', port: 0, hostKind: 'name' } },
    { text: 'http://localhost:3000', origin: { scheme: 'http', host: 'localhost', port: 3000, hostKind: 'name' } },
    { text: 'https://example.com.', origin: { scheme: 'https', host: 'example.com.', port: 0, hostKind: 'name' } },
    { text: 'https://_a.-.b-:65535', origin: { scheme: 'https', host: '_a.-.b-', port: 65535, hostKind: 'name' } },
    {
      text: 'https://v2--site.netlify.app',
      origin: { scheme: 'https', host: 'v2--site.netlify.app', port: 0, hostKind: 'name' },
    },
    { text: 'http://127.0.0.1:8080', origin: { scheme: 'http', host: '127.0.0.1', port: 8080, hostKind: 'ipv4' } },
    { text: 'http://[::1]:3000', origin: { scheme: 'http', host: '[::1]', port: 3000, hostKind: 'ipv6' } },
    { text: 'http://[2001:db8::1]', origin: { scheme: 'http', host: '[2001:db8::1]', port: 0, hostKind: 'ipv6' } },
    {
      text: 'safari-web-extension://140BB581-A84E',
      origin: { scheme: 'safari-web-extension', host: '140BB581-A84E', port: 0, hostKind: 'opaque' },
    },
    { text: 'capacitor://localhost', origin: { scheme: 'capacitor', host: 'localhost', port: 0, hostKind: 'opaque' } },
    { text: 'ws://a:80', origin: { scheme: 'ws', host: 'a', port: 80, hostKind: 'opaque' } },
    { text: 'a+b.c-1://x..y:1', origin: { scheme: 'a+b.c-1', host: 'x..y', port: 1, hostKind: 'opaque' } },
    { text: 'app://1.2.3', origin: { scheme: 'app', host: '1.2.3', port: 0, hostKind: 'opaque' } },
    { text: 'httpsx://A', origin: { scheme: 'httpsx', host: 'A', port: 0, hostKind: 'opaque' } },
    { text: 'http://a:443', origin: { scheme: 'http', host: 'a', port: 443, hostKind: 'name' } },
    { text: 'https://a:80', origin: { scheme: 'https', host: 'a', port: 80, hostKind: 'name' } },
    { text: 'https://a.1b', origin: { scheme: 'https', host: 'a.1b', port: 0, hostKind: 'name' } },
    { text: 'https://a.0xg', origin: { scheme: 'https', host: 'a.0xg', port: 0, hostKind: 'name' } },
    { text: 'https://a.x0', origin: { scheme: 'https', host: 'a.x0', port: 0, hostKind: 'name' } },
  ])('parseOrigin: $text is well-formed', ({ text, origin }) => {
    expect(parseOrigin(text)).toEqual(origin);
  });

  test.each([
    { name: 'empty', text: '' },
    { name: 'null', text: 'null' },
    { name: 'star', text: '*' },
    { name: 'wildcard', text: 'https://*.example.com' },
    { name: 'no scheme', text: 'example.com' },
    { name: 'empty scheme', text: '://example.com' },
    { name: 'scheme that starts with a digit', text: '1a://example.com' },
    { name: 'scheme that starts with a plus', text: '+a://example.com' },
    { name: 'upper case in the scheme', text: 'Https://example.com' },
    { name: 'upper case scheme of another kind', text: 'App://example.com' },
    { name: 'underscore in the scheme', text: 'a_b://example.com' },
    { name: 'one slash', text: 'https:/example.com' },
    { name: 'no slash', text: 'https:example.com' },
    { name: 'another first slash', text: 'https:\\/example.com' },
    { name: 'nothing before two slashes', text: '//example.com' },
    { name: 'three slashes', text: 'https:///example.com' },
    { name: 'backslashes', text: 'https:\\\\example.com' },
    { name: 'no host', text: 'https://' },
    { name: 'no host but a port', text: 'https://:8443' },
    { name: 'file', text: 'file://' },
    { name: 'upper case in the host', text: 'https://EXAMPLE.com' },
    { name: 'non-ASCII host', text: 'https://münchen.de' },
    { name: 'full-width dot', text: 'https://example。com' },
    { name: 'percent-encoding', text: 'https://ex%61mple.com' },
    { name: 'empty label', text: 'https://a..b' },
    { name: 'leading dot', text: 'https://.a' },
    { name: 'dot alone', text: 'https://.' },
    { name: 'two trailing dots', text: 'https://a..' },
    { name: 'label of 64 bytes', text: `https://l${LABEL_63}.com` },
    { name: 'last label of 64 bytes', text: `https://a.l${LABEL_63}` },
    { name: 'trailing slash', text: 'https://a/' },
    { name: 'path', text: 'https://a/b' },
    { name: 'query', text: 'https://a?b' },
    { name: 'fragment', text: 'https://a#b' },
    { name: 'userinfo', text: 'https://u@a' },
    { name: 'userinfo with password', text: 'https://u:p@a' },
    { name: 'leading space', text: ' https://a' },
    { name: 'trailing space', text: 'https://a ' },
    { name: 'trailing line break', text: 'https://a\n' },
    { name: 'NUL', text: 'https://a\0' },
    { name: 'two origins', text: 'https://a, https://a' },
    { name: 'two origins of another scheme', text: 'app://a,app://a' },
    { name: 'default port of https', text: 'https://a:443' },
    { name: 'default port of http', text: 'http://a:80' },
    { name: 'port 0', text: 'https://a:0' },
    { name: 'leading zero in the port', text: 'https://a:08443' },
    { name: 'port over 65535', text: 'https://a:65536' },
    { name: 'port of six digits', text: 'https://a:100000' },
    { name: 'empty port', text: 'https://a:' },
    { name: 'signed port', text: 'https://a:+1' },
    { name: 'letters in the port', text: 'https://a:8x' },
    { name: 'two ports', text: 'https://a:1:2' },
    { name: 'IPv4 with a leading zero', text: 'https://127.0.0.01' },
    { name: 'IPv4 with a trailing dot', text: 'https://127.0.0.1.' },
    { name: 'IPv4 of three parts', text: 'https://127.0.1' },
    { name: 'IPv4 as one number', text: 'https://2130706433' },
    { name: 'IPv4 as a hexadecimal number', text: 'https://0x7f000001' },
    { name: 'name that ends in a number', text: 'https://example.1' },
    { name: 'name that ends in a number and a dot', text: 'https://example.1.' },
    { name: 'name that ends in 0x', text: 'https://example.0x' },
    { name: 'name that ends in a hexadecimal number', text: 'https://example.0xaf' },
    { name: 'IPv6 not in canonical form', text: 'https://[0:0:0:0:0:0:0:1]' },
    { name: 'IPv6 with a zone', text: 'https://[fe80::1%25lo]' },
    { name: 'IPv6 and more', text: 'https://[::1]a' },
    { name: 'IPv6 and a dot', text: 'https://[::1].' },
    { name: 'IPv6 under another scheme', text: 'app://[::1]' },
    { name: 'no brackets', text: 'https://::1' },
    { name: 'plus in an opaque host', text: 'app://a+b' },
    { name: 'slash after an opaque host', text: 'app://a/' },
    { name: 'no opaque host', text: 'app://' },
    { name: 'port of an opaque host with a leading zero', text: 'app://a:01' },
  ])('parseOrigin: $name is malformed', ({ text }) => {
    expect(parseOrigin(text)).toBeUndefined();
    expect(isOrigin(text)).toBe(false);
  });

  test.each([
    { name: 'label of 63 bytes', text: `https://${LABEL_63}.com`, longer: `https://l${LABEL_63}.com` },
    { name: 'host of 253 bytes', text: `https://${HOST_253}`, longer: `https://l${HOST_253}` },
    { name: 'host of 253 bytes and a trailing dot', text: `https://${HOST_253}.`, longer: `https://l${HOST_253}.` },
    { name: 'opaque host of 253 bytes', text: `app://${'A'.repeat(253)}`, longer: `app://${'A'.repeat(254)}` },
    { name: 'scheme of 64 bytes', text: `${SCHEME_64}://a`, longer: `${SCHEME_64}x://a` },
    { name: 'port of 65535', text: 'https://a:65535', longer: 'https://a:65536' },
    {
      name: 'all at their longest',
      text: `${SCHEME_64}://${'a'.repeat(253)}:65535`,
      longer: `${SCHEME_64}://${'a'.repeat(254)}:65535`,
    },
  ])('parseOrigin: a bound is reached and not passed: $name', ({ text, longer }) => {
    expect(isOrigin(text)).toBe(true);
    expect(isOrigin(longer)).toBe(false);
  });

  test('parseOrigin: no text over 327 bytes is looked at', () => {
    for (const letter of ['a', '.', ':', '[', '/', ' '])
      expect(isOrigin(`https://${letter.repeat(16_384)}`)).toBe(false);
  });
});

describe('laws of origins', () => {
  test('printOrigin: parse then print is identity', () => {
    fc.assert(
      fc.property(wellFormedOrigin(), (text) => {
        const origin = parseOrigin(text);
        expect(origin === undefined ? undefined : printOrigin(origin)).toBe(text);
      }),
    );
  });

  test('isOrigin: gives the answer of parseOrigin', () => {
    fc.assert(
      fc.property(originValue(), (text) => {
        expect(isOrigin(text)).toBe(parseOrigin(text) !== undefined);
      }),
    );
  });

  test('isOrigin: agrees with the grammar read word by word', () => {
    fc.assert(
      fc.property(originValue(), (text) => {
        expect(isOrigin(text)).toBe(naiveIsOrigin(text));
      }),
      { numRuns: 2000 },
    );
  });

  test('isOrigin: what is well-formed is what the platform serializes, byte for byte', () => {
    const text = fc.oneof(
      originValue(),
      fc.string({ unit: fc.constantFrom(...'a0x.:-1[]@/9f'), maxLength: 14 }).map((rest) => `http://${rest}`),
    );
    fc.assert(
      fc.property(text.filter(isWeb), (origin) => {
        const serialized = URL.canParse(origin) ? new URL(origin).origin : undefined;
        if (isOrigin(origin)) expect(serialized).toBe(origin);
        else expect(serialized !== origin || hasOddHost(origin)).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });
});

/** Of http and https, and without punycode, which the platform decodes and a decision does not. */
function isWeb(text: string): boolean {
  return /^https?:/.test(text) && !text.includes('xn--');
}

/** URL parsers let hosts and a port through that no name server and no socket could serve. */
function hasOddHost(origin: string): boolean {
  const { hostname, port } = new URL(origin);
  const labels = hostname.replace(/\.$/, '').split('.');
  return port === '0' || hostname.length > 254 || labels.some((label) => !/^[a-z0-9_-]{1,63}$/.test(label));
}

test.each([
  { scheme: 'http', expected: 80 },
  { scheme: 'https', expected: 443 },
  { scheme: 'ws', expected: undefined },
  { scheme: 'app', expected: undefined },
])('defaultPort: only http and https have one: $scheme', ({ scheme, expected }) => {
  expect(defaultPort(scheme)).toBe(expected);
});
