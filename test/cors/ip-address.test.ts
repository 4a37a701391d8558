import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { endOfIpv6, isIpv4 } from '../../src/cors/ip-address.ts';

describe('isIpv4', () => {
  test.each([
    { text: '127.0.0.1', expected: true },
    { text: '0.0.0.0', expected: true },
    { text: '255.255.255.255', expected: true },
    { text: '256.0.0.0', expected: false },
    { text: '1.2.3', expected: false },
    { text: '1.2.3.4.5', expected: false },
    { text: '1.2.3.4.', expected: false },
    { text: '01.2.3.4', expected: false },
    { text: '1.2.3.00', expected: false },
    { text: '1.2.3.0x4', expected: false },
    { text: '1..2.3', expected: false },
    { text: '.1.2.3', expected: false },
    { text: '', expected: false },
    { text: '2130706433', expected: false },
    { text: '1.2.3.4294967297', expected: false },
  ])('isIpv4: four decimal numbers as browsers write them: "$text"', ({ text, expected }) => {
    expect(isIpv4(text, 0, text.length)).toBe(expected);
  });

  test('isIpv4: looks at its part of the text only', () => {
    expect(isIpv4('http://1.2.3.4:80', 7, 14)).toBe(true);
    expect(isIpv4('http://1.2.3.4:80', 7, 13)).toBe(false);
    expect(isIpv4('1.2.3.45', 0, 7)).toBe(true);
  });
});

describe('endOfIpv6', () => {
  test.each([
    { text: '[::1]', expected: true },
    { text: '[::]', expected: true },
    { text: '[1::]', expected: true },
    { text: '[2001:db8::1]', expected: true },
    { text: '[1:2:3:4:5:6:7:8]', expected: true },
    { text: '[::ffff:7f00:1]', expected: true },
    { text: '[1:0:2:3:4:5:6:7]', expected: true },
    { text: '[1:0:0:2::3]', expected: true },
    { text: '[0:0:1::2]', expected: true },
    { name: 'first of two equal runs', text: '[1::2:0:0:3:4]', expected: true },
    { name: 'second of two equal runs', text: '[1:0:0:2::3:4]', expected: false },
    { name: 'shorter of two runs', text: '[1::2:0:0:0:3]', expected: false },
    { name: 'a run not shortened', text: '[1:0:0:2:3:4:5:6]', expected: false },
    { name: 'a single zero shortened', text: '[1::3:4:5:6:7:8]', expected: false },
    { name: 'nothing shortened', text: '[1:2:3:4::5:6:7:8]', expected: false },
    { name: 'part of a run shortened, before', text: '[1:0::2]', expected: false },
    { name: 'part of a run shortened, after', text: '[1::0:2]', expected: false },
    { name: 'two gaps', text: '[1::2::3]', expected: false },
    { name: 'leading zero', text: '[2001:0db8::1]', expected: false },
    { name: 'zero as two digits', text: '[1:00:2:3:4:5:6:7]', expected: false },
    { name: 'upper case', text: '[2001:DB8::1]', expected: false },
    { name: 'dotted part', text: '[::ffff:127.0.0.1]', expected: false },
    { name: 'zone', text: '[fe80::1%25eth0]', expected: false },
    { name: 'five digits', text: '[12345::]', expected: false },
    { name: 'seven pieces', text: '[1:2:3:4:5:6:7]', expected: false },
    { name: 'nine pieces', text: '[1:2:3:4:5:6:7:8:9]', expected: false },
    { name: 'nine pieces with a gap', text: '[1:2:3:4:5:6:7:8::9]', expected: false },
    { name: 'trailing colon', text: '[1::2:]', expected: false },
    { name: 'trailing colon after eight', text: '[1:2:3:4:5:6:7:8:]', expected: false },
    { name: 'leading colon', text: '[:1::2]', expected: false },
    { name: 'one colon only', text: '[:12]', expected: false },
    { name: 'three colons', text: '[:::1]', expected: false },
    { name: 'no closing bracket', text: '[::1', expected: false },
    { name: 'no opening bracket', text: '::1]', expected: false },
    { name: 'empty', text: '[]', expected: false },
    { name: 'not hexadecimal', text: '[::g]', expected: false },
  ])('endOfIpv6: the canonical form only: $text', ({ text, expected }) => {
    expect(endOfIpv6(text, 0)).toBe(expected ? text.length : -1);
  });

  test('endOfIpv6: agrees with the platform’s URL parser on every address and every shortening', () => {
    const piece = fc.oneof(
      { weight: 3, arbitrary: fc.constant('0') },
      { weight: 2, arbitrary: fc.constantFrom('1', 'ffff', '10', '00', 'A', '01') },
    );
    const pieces = fc.array(piece, { minLength: 0, maxLength: 9 });
    fc.assert(
      fc.property(pieces, pieces, fc.boolean(), (head, tail, hasGap) => {
        const text = `[${hasGap ? `${head.join(':')}::${tail.join(':')}` : [...head, ...tail].join(':')}]`;
        const canonical = URL.canParse(`http://${text}`) ? new URL(`http://${text}`).hostname : undefined;
        expect(endOfIpv6(text, 0)).toBe(canonical === text ? text.length : -1);
      }),
      { numRuns: 3000 },
    );
  });
});
