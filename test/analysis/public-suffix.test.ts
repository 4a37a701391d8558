import { getPublicSuffix } from 'tldts';
import { describe, expect, test } from 'vitest';
import {
  isPublicSuffix,
  PUBLIC_SUFFIX_VERSION,
  publicSuffix,
  registrableDomain,
  suffixBelow,
} from '../../src/analysis/public-suffix.ts';

describe('publicSuffix', () => {
  test.each([
    { name: 'com', suffix: 'com' },
    { name: 'example.com', suffix: 'com' },
    { name: 'a.b.example.co.uk', suffix: 'co.uk' },
    { name: 'me.github.io', suffix: 'github.io' },
    { name: 'github.io', suffix: 'github.io' },
    { name: 'foo.ck', suffix: 'foo.ck' },
    { name: 'a.foo.ck', suffix: 'foo.ck' },
    { name: 'www.ck', suffix: 'ck' },
    { name: 'a.www.ck', suffix: 'ck' },
    { name: 'city.kawasaki.jp', suffix: 'kawasaki.jp' },
    { name: 'example.com.', suffix: 'com' },
    { name: 'xn--p1ai', suffix: 'xn--p1ai' },
    { name: 'localhost', suffix: undefined },
    { name: 'svc.cluster.local', suffix: undefined },
    { name: '', suffix: undefined },
    { name: '..', suffix: undefined },
  ])('$name: $suffix', ({ name, suffix }) => {
    expect(publicSuffix(name)).toBe(suffix);
  });

  test('is what the package that ships the list says itself', () => {
    const options = { allowPrivateDomains: true, validateHostname: false };
    const names = [
      's3.amazonaws.com',
      'a.s3.amazonaws.com',
      'a.b.kobe.jp',
      'x.city.kobe.jp',
      'blogspot.com',
      'a.vercel.app',
      'x.y.no',
      'a.b.sch.uk',
      'compute.amazonaws.com',
    ];
    for (const name of names) expect(publicSuffix(name)).toBe(getPublicSuffix(name, options));
  });
});

describe('isPublicSuffix and registrableDomain', () => {
  test.each([
    { name: 'com', is: true, domain: undefined },
    { name: 'example.com', is: false, domain: 'example.com' },
    { name: 'a.example.com', is: false, domain: 'example.com' },
    { name: 'www.ck', is: false, domain: 'www.ck' },
    { name: 'foo.ck', is: true, domain: undefined },
    { name: 'netlify.app', is: true, domain: undefined },
    { name: 'intranet', is: false, domain: undefined },
  ])('$name', ({ name, is, domain }) => {
    expect(isPublicSuffix(name)).toBe(is);
    expect(registrableDomain(name)).toBe(domain);
  });
});

describe('suffixBelow', () => {
  test.each(['example.com', 'www.ck', 'svc.cluster.local', 'localhost', 'me.github.io', 'nothing.example'])(
    '%s: nothing',
    (name) => {
      expect(suffixBelow(name)).toBeUndefined();
    },
  );

  test.each(['amazonaws.com', 'com', 'ck', 'jp', 'amazonaws.com.'])('%s: a suffix that ends in it', (name) => {
    const below = suffixBelow(name) ?? '';
    const plain = name.replace(/\.$/, '');
    expect(below.endsWith(`.${plain}`)).toBe(true);
    expect(isPublicSuffix(below.replace('*', 'any'))).toBe(true);
  });
});

test('the version of the list names the package that ships it', () => {
  expect(PUBLIC_SUFFIX_VERSION).toMatch(/^tldts \d+\.\d+\.\d+$/);
});
