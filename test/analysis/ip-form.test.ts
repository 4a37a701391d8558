import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { browserIpv4, browserIpv6 } from '../../src/analysis/ip-form.ts';

function urlHost(host: string): string | undefined {
  try {
    return new URL(`http://${host}`).hostname;
  } catch {
    return undefined;
  }
}

describe('browserIpv4', () => {
  test.each([
    '1.2.3.4',
    '127.1',
    '127.0.1',
    '2130706433',
    '0x7f.1',
    '0177.0.0.1',
    '0x7f000001',
    '1.2.3.4.',
    '0',
    '0x',
    '255.255.255.255',
    '256.1.1.1',
    '1.2.3.256',
    '1.2.65536',
    '1.2.3.4.5',
    '08.1',
    '4294967295',
    '4294967296',
    '1.0xffffff',
    '1.0x1000000',
  ])('%s: as the URL parser has it', (text) => {
    expect(browserIpv4(text)).toBe(urlHost(text));
  });

  test('agrees with the URL parser on any row of numbers', () => {
    const part = fc.oneof(
      fc.nat(300).map(String),
      fc.nat(300).map((number) => `0x${number.toString(16)}`),
      fc.nat(300).map((number) => `0${number.toString(8)}`),
      fc.nat().map(String),
    );
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 5 }), (parts) => {
        const text = parts.join('.');
        expect(browserIpv4(text)).toBe(urlHost(text));
      }),
    );
  });
});

describe('browserIpv6', () => {
  test.each([
    '::1',
    '::',
    '0:0:0:0:0:0:0:1',
    '1:0:0:2:0:0:0:3',
    '2001:DB8::1',
    '::ffff:1.2.3.4',
    '1:2:3:4:5:6:7:8',
    '1:2:3:4:5:6:7::',
    '0001::',
    ':::1',
    '1::2::3',
    '1:2:3',
    '12345::',
    'g::',
    '::1.2.3',
    '::1.2.3.256',
    '1:2:3:4:5:6:7:8:9',
    '',
  ])('%s: as the URL parser has it', (text) => {
    const host = browserIpv6(text);
    expect(host === undefined ? undefined : `[${host}]`).toBe(urlHost(`[${text}]`));
  });

  test('agrees with the URL parser on any eight pieces', () => {
    const piece = fc.oneof(
      fc.constant('0'),
      fc.nat(0xffff).map((number) => number.toString(16)),
      fc.nat(0xff).map((number) => `00${number.toString(16)}`.slice(-4)),
    );
    fc.assert(
      fc.property(fc.array(piece, { minLength: 8, maxLength: 8 }), (pieces) => {
        expect(`[${browserIpv6(pieces.join(':'))}]`).toBe(urlHost(`[${pieces.join(':')}]`));
      }),
    );
  });
});
