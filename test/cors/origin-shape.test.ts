import { describe, expect, test } from 'vitest';
import {
  areLabels,
  endsInNumber,
  hasOpaqueHost,
  hostEnd,
  hostKind,
  hostStart,
  originShape,
} from '../../src/cors/origin-shape.ts';

describe('originShape', () => {
  test.each([
    { text: 'https://a.b:8443', host: 'a.b', kind: 'name', opaque: false },
    { text: 'https://1.2.3.4', host: '1.2.3.4', kind: 'ipv4', opaque: false },
    { text: 'http://[::1]:1', host: '[::1]', kind: 'ipv6', opaque: false },
    { text: 'app://A:1', host: 'A', kind: 'opaque', opaque: true },
    { text: `s${'x'.repeat(63)}://${'a'.repeat(253)}:65535`, host: 'a'.repeat(253), kind: 'opaque', opaque: true },
  ])('originShape: says where the host lies and what it is: $kind', ({ text, host, kind, opaque }) => {
    const shape = originShape(text);
    expect(text.slice(hostStart(shape), hostEnd(shape))).toBe(host);
    expect(hostKind(shape)).toBe(kind);
    expect(hasOpaqueHost(shape)).toBe(opaque);
  });

  test('originShape: is 0 for what is malformed', () => {
    expect(originShape('https://a/')).toBe(0);
  });
});

describe('areLabels', () => {
  test.each([
    { text: 'a.b.', end: 3, expected: true },
    { text: 'a.b.', end: 1, expected: true },
    { text: 'a..b', end: 2, expected: false },
    { text: '.b', end: 0, expected: false },
    { text: `${'l'.repeat(63)}.b`, end: 63, expected: true },
    { text: `${'l'.repeat(64)}.b`, end: 64, expected: false },
    { text: `${'l'.repeat(64)}.b.c`, end: 66, expected: false },
    { text: `b.${'l'.repeat(64)}.c`, end: 66, expected: false },
  ])('areLabels: none is empty or over 63 bytes: $text to $end', ({ text, end, expected }) => {
    expect(areLabels(text, 0, end)).toBe(expected);
  });
});

describe('endsInNumber', () => {
  test.each([
    { text: 'a.1', expected: true },
    { text: '1', expected: true },
    { text: 'a.1.', expected: true },
    { text: 'a.0x', expected: true },
    { text: 'a.0x1f', expected: true },
    { text: 'a.09', expected: true },
    { text: 'a.1b', expected: false },
    { text: 'a.0xg', expected: false },
    { text: 'a.00x', expected: false },
    { text: 'a.x0', expected: false },
    { text: '1.a', expected: false },
    { text: '0x', expected: true },
    { text: '0', expected: true },
  ])('endsInNumber: $text', ({ text, expected }) => {
    expect(endsInNumber(text, 0, text.length)).toBe(expected);
  });
});
