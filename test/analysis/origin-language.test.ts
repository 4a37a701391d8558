import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isLoopbackHost } from '../../src/analysis/loopback.ts';
import {
  automatonOf,
  insecureShapes,
  measuredShapes,
  originShapes,
  roughShapes,
  wildcardSource,
} from '../../src/analysis/origin-language.ts';
import { compileMatcher, matchOrigin } from '../../src/cors/matcher.ts';
import { isOrigin, parseOrigin } from '../../src/cors/origin.ts';
import { accepts } from '../../src/cors/regex-automaton.ts';
import { originValue, wildcard } from '../support/origins.ts';

describe('shapes of origins', () => {
  test('every well-formed origin has each of them', () => {
    fc.assert(
      fc.property(originValue(), (origin) => {
        if (!isOrigin(origin)) return;
        for (const shape of [roughShapes, originShapes, measuredShapes]) expect(accepts(shape(), origin)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  test('what has the finest shape is an origin, lengths and the zeros of IPv6 left out', () => {
    fc.assert(
      fc.property(originValue(), (origin) => {
        if (accepts(measuredShapes(), origin) && !origin.includes('[')) expect(isOrigin(origin)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  test.each([
    'https://1.2.3',
    'https://1.2.3.4.',
    'https://a.0x',
    'https://a.0x1f',
    'http://a:80',
    'https://a:443',
    'https://a:65536',
    'https://a..b',
    'https://A.b',
    'https://[::1',
    'wss://[::1]',
    'https://[1:2:3:4:5:6:7:8:9]',
  ])('%s has not the exact shape', (text) => {
    expect(accepts(originShapes(), text)).toBe(false);
  });

  test('the insecure ones are those without TLS whose host is not the machine itself', () => {
    fc.assert(
      fc.property(originValue(), (text) => {
        const origin = parseOrigin(text);
        if (origin === undefined) return;
        const isInsecure = ['http', 'ws'].includes(origin.scheme) && !isLoopbackHost(origin.host);
        expect(accepts(insecureShapes(), text)).toBe(isInsecure);
      }),
      { numRuns: 2000 },
    );
  });
});

test('wildcardSource: among origins it matches what the wildcard stands for, whatever the scheme', () => {
  const labels = fc.constantFrom('x', 'x.y', 'x..y', '.x', 'X', 'l'.repeat(63), 'l'.repeat(64), `x.${'l'.repeat(64)}`);
  fc.assert(
    fc.property(wildcard(), labels, (each, covered) => {
      const origin = `${each.scheme}://${covered}.${each.base}${each.port === '' ? '' : `:${each.port}`}`;
      if (!isOrigin(origin)) return;
      const automaton = automatonOf(wildcardSource(each));
      const matcher = compileMatcher({ any: false, exact: [], wildcards: [each], regexes: [] });
      expect(automaton !== undefined && accepts(automaton, origin)).toBe(matchOrigin(matcher, origin));
    }),
    { numRuns: 500 },
  );
});
