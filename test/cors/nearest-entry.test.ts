import { describe, expect, test } from 'vitest';
import { compileMatcher } from '../../src/cors/matcher.ts';
import { findNearest, type NearestEntry } from '../../src/cors/nearest-entry.ts';
import type { OriginSet } from '../../src/cors/policy.ts';

const ORIGINS: OriginSet = {
  any: false,
  exact: [
    'https://app.example.com',
    'https://api.example.com:8443',
    'http://localhost:3000',
    'https://xn--mnchen-3ya.de',
    'https://dot.example.org.',
  ],
  wildcards: [
    { scheme: 'https', base: 'preview.example.net', port: '', depth: 'Single' },
    { scheme: 'https', base: 'shop.example.net', port: '8443', depth: 'Any' },
  ],
  regexes: ['https://team-[0-9]+\\.example\\.io'],
};

function nearest(text: string, origins: OriginSet = ORIGINS): NearestEntry | undefined {
  return findNearest(origins, compileMatcher(origins), text);
}

describe('findNearest', () => {
  test.each([
    {
      name: 'port',
      origin: 'https://app.example.com:8443',
      text: 'https://app.example.com',
      difference: 'differs in the port',
    },
    {
      name: 'port of the entry',
      origin: 'https://api.example.com',
      text: 'https://api.example.com:8443',
      difference: 'differs in the port',
    },
    {
      name: 'port of localhost',
      origin: 'http://localhost:5173',
      text: 'http://localhost:3000',
      difference: 'differs in the port',
    },
    {
      name: 'scheme',
      origin: 'http://app.example.com',
      text: 'https://app.example.com',
      difference: 'differs in the scheme',
    },
    {
      name: 'scheme and port',
      origin: 'http://api.example.com',
      text: 'https://api.example.com:8443',
      difference: 'differs in the scheme and the port',
    },
    { name: 'case', origin: 'https://App.example.com', text: 'https://app.example.com', difference: 'differs in case' },
    {
      name: 'trailing slash',
      origin: 'https://app.example.com/',
      text: 'https://app.example.com',
      difference: 'differs in the trailing slash',
    },
    {
      name: 'case and slash',
      origin: 'https://App.example.com/',
      text: 'https://app.example.com',
      difference: 'differs in case and the trailing slash',
    },
    {
      name: 'slash and port',
      origin: 'https://app.example.com:1/',
      text: 'https://app.example.com',
      difference: 'differs in the trailing slash, differs in the port',
    },
    {
      name: 'default port',
      origin: 'https://app.example.com:443',
      text: 'https://app.example.com',
      difference: 'differs in the default port',
    },
    {
      name: 'punycode',
      origin: 'https://münchen.de',
      text: 'https://xn--mnchen-3ya.de',
      difference: 'differs in punycode',
    },
    {
      name: 'trailing dot',
      origin: 'https://app.example.com.',
      text: 'https://app.example.com',
      difference: 'differs in the trailing dot',
    },
    {
      name: 'trailing dot of the entry',
      origin: 'https://dot.example.org',
      text: 'https://dot.example.org.',
      difference: 'differs in the trailing dot',
    },
    {
      name: 'below an exact entry',
      origin: 'https://x.app.example.com',
      text: 'https://app.example.com',
      difference: 'covers no subdomain, and the origin is one label too deep',
    },
    {
      name: 'far below an exact entry',
      origin: 'https://x.y.app.example.com',
      text: 'https://app.example.com',
      difference: 'covers no subdomain, and the origin is 2 labels too deep',
    },
    {
      name: 'beside an exact entry',
      origin: 'https://www.example.com',
      text: 'https://app.example.com',
      difference: 'differs in the first label',
    },
    {
      name: 'one label too deep',
      origin: 'https://x.y.preview.example.net',
      text: 'https://*.preview.example.net',
      difference: 'covers exactly one label, and the origin is one label too deep',
    },
    {
      name: 'two labels too deep',
      origin: 'https://x.y.z.preview.example.net',
      text: 'https://*.preview.example.net',
      difference: 'covers exactly one label, and the origin is 2 labels too deep',
    },
    {
      name: 'base of a wildcard',
      origin: 'https://preview.example.net',
      text: 'https://*.preview.example.net',
      difference: 'covers what lies below its base, not the base itself',
    },
    {
      name: 'no dot before the base',
      origin: 'https://evilpreview.example.net',
      text: 'https://*.preview.example.net',
      difference: 'needs a dot before preview.example.net',
    },
    {
      name: 'scheme of a wildcard',
      origin: 'http://x.preview.example.net',
      text: 'https://*.preview.example.net',
      difference: 'differs in the scheme',
    },
    {
      name: 'port of a wildcard',
      origin: 'https://x.y.shop.example.net',
      text: 'https://*.shop.example.net:8443',
      difference: 'differs in the port',
    },
    {
      name: 'case under a wildcard',
      origin: 'https://X.preview.example.net',
      text: 'https://*.preview.example.net',
      difference: 'differs in case',
    },
    {
      name: 'slash under a regex',
      origin: 'https://team-1.example.io/',
      text: 'https://team-[0-9]+\\.example\\.io',
      difference: 'differs in the trailing slash',
    },
    {
      name: 'port under a regex',
      origin: 'https://team-1.example.io:8443',
      text: 'https://team-[0-9]+\\.example\\.io',
      difference: 'differs in the port',
    },
    {
      name: 'scheme under a regex',
      origin: 'http://team-1.example.io',
      text: 'https://team-[0-9]+\\.example\\.io',
      difference: 'differs in the scheme',
    },
  ])('findNearest: $name', ({ origin, text, difference }) => {
    expect(nearest(origin)).toEqual({ text, difference });
  });

  test.each(['null', '', 'https://other.org', 'https://com', 'x, y', 'https://app.example.dev'])(
    'findNearest: nothing is near "%s"',
    (origin) => {
      expect(nearest(origin)).toBeUndefined();
    },
  );

  test('findNearest: the nearer entry is named, whatever the order', () => {
    const exact = ['https://b.example.com', 'https://a.example.com:1', 'http://a.example.com', 'https://example.com'];
    for (const entries of [exact, [...exact].reverse()]) {
      expect(nearest('https://a.example.com', { ...ORIGINS, exact: entries })?.text).toBe('https://a.example.com:1');
    }
  });

  test('findNearest: of equally near entries the first in byte order is named', () => {
    const exact = ['https://a.example.com:3', 'https://a.example.com:1', 'https://a.example.com:2'];
    expect(nearest('https://a.example.com', { ...ORIGINS, exact })?.text).toBe('https://a.example.com:1');
  });
});
