import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compileRegex } from '../../src/cors/regex.ts';
import { type Automaton, accepts } from '../../src/cors/regex-automaton.ts';
import { uniteAutomata } from '../../src/cors/regex-union.ts';
import { REGEXES, wellFormedOrigin } from '../support/origins.ts';

function automataOf(sources: readonly string[]): readonly Automaton[] {
  return sources.map(compileRegex).flatMap((compilation) => (compilation.ok ? [compilation.regex.automaton] : []));
}

test('uniteAutomata: the union accepts what some part accepts', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...REGEXES), { maxLength: 8 }), wellFormedOrigin(), (sources, origin) => {
      const automata = automataOf(sources);
      const expected = automata.some((automaton) => accepts(automaton, origin));
      expect(uniteAutomata(automata).some((automaton) => accepts(automaton, origin))).toBe(expected);
    }),
  );
});

test('uniteAutomata: 64 regexes of one kind become one automaton', () => {
  const sources = Array.from({ length: 64 }, (_, index) => `https://(?:[a-z0-9-]+\\.)*team-${index}\\.example\\.com`);
  const united = uniteAutomata(automataOf(sources));
  expect(united).toHaveLength(1);
  const [automaton] = united;
  for (const index of [0, 9, 63]) {
    expect(automaton !== undefined && accepts(automaton, `https://a.b.team-${index}.example.com`)).toBe(true);
  }
  expect(automaton !== undefined && accepts(automaton, 'https://team-64.example.com')).toBe(false);
});

test('uniteAutomata: parts whose union would be large stay apart, and all still count', () => {
  const sources = ['a', 'b', 'c', 'd', 'e', 'f'].map((letter) => `https://[a-z]*${letter}[a-z]{8}`);
  const united = uniteAutomata(automataOf(sources));
  expect(united.length).toBeGreaterThan(1);
  for (const letter of ['a', 'f']) {
    const origin = `https://x${letter}xxxxxxxx`;
    expect(united.some((automaton) => accepts(automaton, origin))).toBe(true);
  }
  expect(united.some((automaton) => accepts(automaton, 'https://xxxxxxxxxx'))).toBe(false);
});

test('uniteAutomata: nothing accepts nothing', () => {
  expect(uniteAutomata([])).toEqual([]);
});
