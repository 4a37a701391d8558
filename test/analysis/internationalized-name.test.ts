import { describe, expect, test } from 'vitest';
import { isBrowserName, toAsciiName, UNICODE_VERSION } from '../../src/analysis/internationalized-name.ts';

/** What the URL parser of this runtime, the one that browsers have, makes of a host. */
function browserHost(host: string): string | undefined {
  try {
    return new URL(`https://${host}`).hostname;
  } catch {
    return undefined;
  }
}

describe('toAsciiName', () => {
  test.each([
    'b\u00fccher.example',
    '\u4f8b\u3048.jp',
    'fa\u00df.de',
    '\uff45xample.com',
    'EXAMPLE.com',
    'a\u3002b',
    '\u0627\u0644.example',
  ])('%s: as a browser writes it', (name) => {
    expect(toAsciiName(name)).toBe(browserHost(name));
  });

  test.each(['\ud800.example', 'a\u200b\u0080.example', 'x'.repeat(2000)])('no form', (name) => {
    expect(toAsciiName(name)).toBeUndefined();
  });
});

describe('isBrowserName', () => {
  test.each([
    { name: 'xn--bcher-kva.example', is: true },
    { name: 'a.xn--p1ai', is: true },
    { name: 'v2--site.example', is: true },
    { name: 'xn--a', is: false },
    { name: 'xn--', is: false },
    { name: 'a.xn--abc-', is: false },
    { name: 'xn--99999999.example', is: false },
    { name: 'plain.example', is: true },
  ])('$name: $is', ({ name, is }) => {
    expect(isBrowserName(name)).toBe(is);
    // the other way round it does not hold: this runtime's parser leaves ASCII names as they are
    if (is) expect(browserHost(name)).toBe(name);
  });
});

test('the version of Unicode is known', () => {
  expect(UNICODE_VERSION).toMatch(/^\d+\.\d+\.\d+$/);
});
