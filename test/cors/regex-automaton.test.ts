import fc from 'fast-check';
import { RE2JS } from 're2js';
import { describe, expect, test } from 'vitest';
import { type Automaton, accepts, determinize, MAX_STATES } from '../../src/cors/regex-automaton.ts';
import { readProgram } from '../../src/cors/regex-program.ts';
import { REGEXES, wellFormedOrigin } from '../support/origins.ts';

function automatonOf(source: string): Automaton | undefined {
  const reading = readProgram(source);
  return reading.ok ? determinize(reading.program) : undefined;
}

/** Regexes made of every construct that an origin can be matched by. */
function regex(): fc.Arbitrary<string> {
  const atoms = fc.constantFrom(
    ...[
      'a',
      'b',
      '1',
      '_',
      '-',
      '\\.',
      ':',
      '/',
      '.',
      '[a-c]',
      '[^a]',
      '\\w',
      '\\W',
      '\\d',
      '\\D',
      '[[:alpha:]]',
      '\\pL',
      '(?i:A)',
    ],
    ...['^', '$', '\\A', '\\z', '\\b', '\\B', '(?m:^)', '(?m:$)', '\\Qa.\\E', '(?:)', '[^\\x00-\\x{10FFFF}]'],
  );
  return fc.letrec<{ node: string }>((tie) => ({
    node: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      atoms,
      fc.tuple(tie('node'), tie('node')).map(([left, right]) => `${left}${right}`),
      fc.tuple(tie('node'), tie('node')).map(([left, right]) => `(${left}|${right})`),
      fc
        .tuple(tie('node'), fc.constantFrom('*', '+', '?', '*?', '+?', '??', '{2}', '{0,2}', '{1,}'))
        .map(([node, times]) => `(?:${node})${times}`),
    ),
  })).node;
}

describe('accepts', () => {
  const text = fc.string({ unit: fc.constantFrom(...'abcA1_-.:/'), maxLength: 7 });

  test('accepts: agrees with the engine, the whole text matched, for every construct', () => {
    fc.assert(
      fc.property(regex(), fc.array(text, { minLength: 5, maxLength: 12 }), (source, texts) => {
        const automaton = automatonOf(source);
        const engine = RE2JS.compile(source);
        expect(automaton).toBeDefined();
        for (const candidate of ['', ...texts]) {
          expect(automaton !== undefined && accepts(automaton, candidate)).toBe(engine.matches(candidate));
        }
      }),
      { numRuns: 700 },
    );
  });

  test('accepts: agrees with the engine on origins', () => {
    fc.assert(
      fc.property(fc.constantFrom(...REGEXES), wellFormedOrigin(), (source, origin) => {
        const automaton = automatonOf(source);
        if (automaton !== undefined) expect(accepts(automaton, origin)).toBe(RE2JS.compile(source).matches(origin));
      }),
      { numRuns: 300 },
    );
  });

  test('accepts: what no origin holds is not accepted, whatever the regex', () => {
    const automaton = automatonOf('(?s).*');
    for (const letter of [' ', '\n', '\0', '@', 'é', '💥', '%']) {
      expect(automaton === undefined || accepts(automaton, `https://a${letter}`)).toBe(false);
    }
  });

  test('accepts: texts as long as an origin can be are followed to their end', () => {
    const automaton = automatonOf('a{300,}');
    expect(automaton !== undefined && accepts(automaton, 'a'.repeat(327))).toBe(true);
    expect(automaton !== undefined && accepts(automaton, 'a'.repeat(299))).toBe(false);
    const exact = automatonOf('.{327}');
    expect(exact !== undefined && accepts(exact, 'a'.repeat(327))).toBe(true);
    expect(exact !== undefined && accepts(exact, 'a'.repeat(326))).toBe(false);
  });
});

describe('determinize', () => {
  test.each([
    {
      name: 'nested quantifiers that make others hang',
      source: 'https://(([a-z0-9]+-?)+\\.)+example\\.com',
      states: 50,
    },
    { name: 'an ambiguous alternative under a star', source: 'https://(a|a)*\\.com', states: 20 },
    {
      name: 'counted labels',
      source: 'https://(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\\.)+example\\.com',
      states: 300,
    },
    { name: 'a count beyond the length of an origin', source: 'https://[a-z]{1000}', states: 400 },
    { name: 'a hyphenated preview', source: 'https://[a-z0-9-]+-[a-z0-9]{9}-team\\.example\\.app', states: 2000 },
  ])('determinize: $name needs few states', ({ source, states }) => {
    expect(automatonOf(source)?.accepting.length).toBeLessThan(states);
  });

  test.each([
    { name: 'a window that has to be remembered', source: '.*a[a-z]{30}' },
    { name: 'too many instructions', source: '[a-z]{1000}'.repeat(30) },
    { name: 'many paths at once', source: '(?:a?b?c?d?){100}'.repeat(20) },
  ])('determinize: gives up on $name', ({ source }) => {
    expect(readProgram(source).ok).toBe(true);
    expect(automatonOf(source)).toBeUndefined();
  });

  test('determinize: states fit the numbers they are written in', () => {
    expect(MAX_STATES).toBeLessThan(0x10000);
  });

  test('determinize: the same program gives the same automaton', () => {
    expect(automatonOf('https://(a|b)+\\.c')).toEqual(automatonOf('https://(a|b)+\\.c'));
  });
});
