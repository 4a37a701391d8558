import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LetterSets } from '../../src/analysis/letter-sets.ts';
import { type Backtracking, backtrackingOf } from '../../src/analysis/regex-ambiguity.ts';
import { parseRegex, type RegexNode, type RegexSyntax } from '../../src/analysis/regex-syntax.ts';
import { regexSource } from '../support/regexes.ts';

function backtracking(source: string): Backtracking | undefined {
  const syntax = parseRegex(source);
  return syntax === undefined ? undefined : backtrackingOf(syntax);
}

const CASES: readonly { readonly kind: Backtracking; readonly sources: readonly string[] }[] = [
  {
    kind: 'Linear',
    sources: [
      'https://[a-z0-9-]+\\.example\\.com',
      'https://([a-z0-9-]+\\.)+example\\.com',
      'https://([a-z0-9-]+\\.)*[a-z0-9-]+\\.example\\.com',
      '^https?://.*$',
      'https://.*\\.example\\.com(:\\d+)?',
      'https://(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\\.)+example',
      'https://(?:[a-z0-9]+-)*[a-z0-9]+\\.x',
      'https://((foo|bar|baz)\\.)+x',
      'https://[a-z0-9-]+-[a-z0-9]{9}-team\\.example',
      'https://(\\d{1,3}\\.){3}\\d{1,3}',
      'https://[a-z]{1,63}[a-z0-9]{0,63}\\.x',
      '(a|ab)c',
    ],
  },
  { kind: 'Linear', sources: ['https://.*example\\.com.*', '(.*)*'] },
  {
    kind: 'Exponential',
    sources: [
      '(a|a)*',
      '(a*)*',
      '(?:(?:[a-z]+)+)+x',
      'https://(([a-z0-9]+-?)+\\.)+example\\.com',
      '(\\w+\\.?)+x',
      '(.*)*x',
      '([a-z]{1,30}){1,20}x',
      '(a|b|ab)*c',
      '(a{1,2})*c',
      '([a-z]+|[a-z0-9]{2})*x',
      '(?i)(a|A)*x',
    ],
  },
  { kind: 'Polynomial', sources: ['.*.*x', '.*\\..*\\.com', '[a-z]+[a-z0-9]*\\.x', '[a-z0-9-]+--[a-z0-9-]+\\.x'] },
  { kind: 'Overlapping', sources: ['(a|ab)*', '(a|a)*.*', 'https://(?:foo|foobar-)+x'] },
];

describe('backtrackingOf', () => {
  test.each(CASES.flatMap(({ kind, sources }) => sources.map((source) => ({ kind, source }))))(
    '$source: $kind',
    ({ kind, source }) => {
      expect(backtracking(source)).toBe(kind);
    },
  );

  test('a regex made to keep the analysis busy is judged or given up within its steps', () => {
    const names = Array.from({ length: 150 }, (_, index) => `q${index}`).join('|');
    const hostile = [`((${names})-?)*x`, `((${names})-)*x`, `${'(a|b)*'.repeat(100)}x`, `${'.*'.repeat(300)}x`];
    for (const source of hostile) expect(backtracking(source)).not.toBe('Linear');
    expect(backtracking(`((((a{8}){8}){8}){8}){8}`)).toBe('Undecided');
  });
});

/** Steps of an engine that backtracks, to find that a text does not match. */
function stepsToFail({ root, flags }: RegexSyntax, text: string): number {
  let steps = 0;
  const letters = new LetterSets(flags);
  const isIn = (set: number, index: number): boolean => {
    const letter = text.charAt(index);
    return letter !== '' && (set === letters.all || !letters.isEmpty(letters.meeting(set, letters.ofLetter(letter))));
  };
  type Next = (index: number) => boolean;
  const matchAll = (nodes: readonly RegexNode[], index: number, next: Next): boolean => {
    const [node, ...rest] = nodes;
    return node === undefined ? next(index) : match(node, index, (end) => matchAll(rest, end, next));
  };
  const matchLetters = (sets: readonly number[], index: number, next: Next): boolean =>
    sets.every((set, offset) => isIn(set, index + offset)) && next(index + sets.length);
  const again = (node: Repeat, count: number, index: number, next: Next): boolean => {
    const more = count < node.max && match(node.node, index, (end) => end > index && again(node, count + 1, end, next));
    return more || (count >= node.min && next(index));
  };
  const match = (node: RegexNode, index: number, next: Next): boolean => {
    steps += 1;
    if (steps > MOST_STEPS) return true;
    switch (node.kind) {
      case 'literal':
        return matchLetters(
          Array.from(node.text, (letter) => letters.ofLetter(letter)),
          index,
          next,
        );
      case 'any':
        return matchLetters([letters.all], index, next);
      case 'class':
        return matchLetters([letters.ofClass(node.source)], index, next);
      case 'assertion':
        return next(index);
      case 'concat':
        return matchAll(node.parts, index, next);
      case 'alternation':
        return node.branches.some((branch) => match(branch, index, next));
      case 'repeat':
        return again(node, 0, index, next);
    }
  };
  return match(root, 0, (end) => end === text.length) && steps <= MOST_STEPS ? 0 : steps;
}

type Repeat = Extract<RegexNode, { kind: 'repeat' }>;

const MOST_STEPS = 300_000;

const PUMPS = ['a', 'ab', 'a-', 'app', 'example.com', '1', '.', 'a.', 'https://', 'example', '.com'];

function worstGrowth(syntax: RegexSyntax, rounds: number): number {
  const growths = ['', 'https://', 'http://', 'https://app'].flatMap((start) =>
    PUMPS.map((pump) => {
      const few = stepsToFail(syntax, `${start}${pump.repeat(rounds)}!`);
      return few === 0 ? 0 : stepsToFail(syntax, `${start}${pump.repeat(2 * rounds)}!`) / few;
    }),
  );
  return Math.max(...growths);
}

describe('an engine that backtracks', () => {
  test('takes at most some constant times longer for each further letter where it is said to be linear', () => {
    fc.assert(
      fc.property(regexSource(), (source) => {
        const syntax = parseRegex(source);
        if (syntax === undefined || backtrackingOf(syntax) !== 'Linear') return;
        expect(worstGrowth(syntax, 12)).toBeLessThan(3);
      }),
      { numRuns: 150 },
    );
  });

  test.each(CASES.flatMap(({ kind, sources }) => (kind === 'Exponential' ? sources : [])))(
    'takes ever longer for %s',
    (source) => {
      const syntax = parseRegex(source);
      expect(syntax === undefined ? 0 : worstGrowth(syntax, 6)).toBeGreaterThan(8);
    },
  );
});
