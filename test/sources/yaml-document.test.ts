import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DocumentProblem } from '../../src/sources/document-problem.ts';
import { MAX_DOCUMENT_LENGTH, MAX_DOCUMENT_PROBLEMS } from '../../src/sources/input-limits.ts';
import { kubectlSchema } from '../../src/sources/kubectl-scalars.ts';
import { composeYamlDocument, parseYamlDocument } from '../../src/sources/yaml-document.ts';

const schema = kubectlSchema();

function problemsOf(text: string): readonly DocumentProblem[] {
  const reading = parseYamlDocument(text, schema);
  return reading.ok ? [] : reading.problems;
}

function billionLaughs(): string {
  const levels = ['a: &a [lol, lol, lol, lol, lol, lol, lol, lol, lol]'];
  for (let level = 1; level < 12; level += 1) {
    const former = `*${String.fromCharCode(96 + level)}`;
    const name = String.fromCharCode(97 + level);
    levels.push(`${name}: &${name} [${Array.from({ length: 9 }, () => former).join(', ')}]`);
  }
  return levels.join('\n');
}

describe('parseYamlDocument', () => {
  test.each([
    { name: 'a block map', text: 'a: 1\nb:\n  - c\n', value: { a: 1, b: ['c'] } },
    { name: 'CR LF', text: 'a: 1\r\nb: |\r\n  c\r\n  d\r\n', value: { a: 1, b: 'c\nd\n' } },
    { name: 'an end marker', text: 'a: 1\n...\n# done\n', value: { a: 1 } },
    { name: 'a document marker', text: '---\na: 1\n', value: { a: 1 } },
    { name: 'text beyond ASCII', text: 'a: "é 😀 日本"\n', value: { a: 'é 😀 日本' } },
    { name: 'nothing', text: '', value: undefined },
    { name: 'a comment', text: '# a\n', value: undefined },
    { name: 'null', text: 'null\n', value: undefined },
    { name: 'a scalar', text: 'plain words\n', value: 'plain words' },
  ])('takes $name', ({ text, value }) => {
    expect(parseYamlDocument(text, schema)).toEqual({ ok: true, value });
  });

  test.each([
    { name: 'an open bracket', text: 'a: [1\n', reason: 'YamlSyntax', message: /flow sequence|flow collection/ },
    { name: 'a tab as indent', text: 'a:\n\tb: 1\n', reason: 'YamlSyntax', message: /tabs? / },
    { name: 'two values', text: 'a: b: c\n', reason: 'YamlSyntax', message: /nested mappings/ },
    { name: 'a second document', text: 'a: 1\n...\nb: 2\n', reason: 'YamlSyntax', message: /three dashes/ },
    { name: 'an alias', text: 'a: &x 1\nb: *x\n', reason: 'YamlAlias', message: /write/ },
    { name: 'an alias of nothing', text: 'b: *x\n', reason: 'YamlAlias', message: /write the value out/ },
    { name: 'a billion laughs', text: billionLaughs(), reason: 'YamlAlias', message: /write/ },
    { name: 'an alias of its own container', text: 'a: &x [*x]\n', reason: 'YamlAlias', message: /write/ },
    { name: 'two anchors', text: 'a: &x &y 1\n', reason: 'YamlAlias', message: /write the value out/ },
    { name: 'a merge of an alias', text: 'a: &x {b: 1}\nc:\n  <<: *x\n', reason: 'YamlAlias', message: /write/ },
    { name: 'a tag of a program', text: 'a: !!js/function "x"\n', reason: 'YamlTag', message: /without a tag/ },
    { name: 'a tag of YAML that is not read', text: 'a: !!binary aGk=\n', reason: 'YamlTag', message: /without a tag/ },
    { name: 'a local tag', text: 'a: !secret x\n', reason: 'YamlTag', message: /without a tag/ },
    {
      name: 'a tag that another tag stands for',
      text: '%TAG ! tag:x,1:\n---\na: !b c\n',
      reason: 'YamlTag',
      message: /tag/,
    },
    { name: 'brackets without an end', text: '['.repeat(100_000), reason: 'YamlDepth', message: /nested/ },
    { name: 'dashes without an end', text: '- '.repeat(100_000), reason: 'YamlDepth', message: /nested/ },
    { name: 'question marks without an end', text: '? '.repeat(100_000), reason: 'YamlDepth', message: /nested/ },
    {
      name: 'more tokens than can be held',
      text: '- []\n'.repeat(250_000),
      reason: 'FileTooLarge',
      message: /split it/,
    },
    { name: 'a vertical tab', text: 'a: \v\n', reason: 'FileEncoding', message: /U\+000B .* escape/ },
    { name: 'a delete character', text: 'a: \x7f\n', reason: 'FileEncoding', message: /U\+007F .* escape/ },
    { name: 'what YAML 1.1 calls a next line', text: 'a: 1 #\x85b: 2\n', reason: 'FileEncoding', message: /U\+0085 / },
    { name: 'a line separator', text: 'a: 1 #\u2028b: 2\n', reason: 'FileEncoding', message: /U\+2028 / },
    { name: 'a byte order mark inside', text: 'a: \ufeff1\n', reason: 'FileEncoding', message: /U\+FEFF / },
    { name: 'a lone CR', text: 'a: 1 #\rb: 2\n', reason: 'FileEncoding', message: /U\+000D .* LF or CR LF/ },
  ])('refuses $name', { timeout: 30_000 }, ({ text, reason, message }) => {
    const [first] = problemsOf(text);
    expect(first?.reason).toBe(reason);
    expect(first?.message).toMatch(message);
  });

  test('a document longer than any API server takes is refused before it is parsed', () => {
    const text = `a: "${'x'.repeat(MAX_DOCUMENT_LENGTH)}"`;
    expect(problemsOf(text)).toMatchObject([{ reason: 'FileTooLarge', offset: 0 }]);
    expect(problemsOf(text)[0]?.message).toMatch(/split it/);
  });

  test('as long as that it may be', () => {
    expect(problemsOf(`a: "${'x'.repeat(MAX_DOCUMENT_LENGTH - 5)}"`)).toEqual([]);
  });

  test.each([
    { name: 'reserved characters', text: 'a: @b\n'.repeat(10_000) },
    { name: 'open quotes', text: '- "\n- \'\n'.repeat(10_000) },
    { name: 'colons', text: 'a: b: c\n'.repeat(10_000) },
    { name: 'closing brackets', text: 'a: ]\n'.repeat(10_000) },
    { name: 'flow commas', text: `a: [${'{:,'.repeat(10_000)}` },
  ])('a document of nothing but errors gives the first few: $name', ({ text }) => {
    const problems = problemsOf(text);
    expect(problems.length).toBeGreaterThan(0);
    expect(problems.length).toBeLessThanOrEqual(MAX_DOCUMENT_PROBLEMS);
    for (const { message } of problems) {
      expect(message).not.toBe('');
    }
  });

  test('the composer of the library is the one that is held back: an error too many ends it', () => {
    expect(() => composeYamlDocument('- @b\n'.repeat(MAX_DOCUMENT_PROBLEMS), schema)).not.toThrow();
    expect(() => composeYamlDocument('- @b\n'.repeat(MAX_DOCUMENT_PROBLEMS + 1), schema)).toThrow(/reserved character/);
  });

  test('messages are one line, start small and do not end in a full stop', () => {
    for (const text of ['a: [1', 'a: b: c', '\ta', 'a: "', '@', '%X\na', 'a: ]', '- a\nb: 1', '? [', '&']) {
      for (const { message } of problemsOf(text)) {
        expect(message).toMatch(/^[^A-Z\n][^\n]*[^.\n]$/);
      }
    }
  });

  test('any text: never throws, and problems stand inside of it', () => {
    const pieces = [
      'a',
      ': ',
      '- ',
      '\n',
      '  ',
      '[',
      ']',
      '{',
      '}',
      '"',
      "'",
      '|',
      '>',
      '&x ',
      '*x',
      '!t ',
      '# c',
      '---',
      '...',
      '? ',
    ];
    const texts = fc.array(
      fc.constantFrom(...pieces, '<<', '%Y', '\t', '\r\n', '@', '`', ',', '1', '\u2028', '\ud800'),
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          texts.map((each) => each.join('')),
        ),
        (text) => {
          for (const { offset, message } of problemsOf(text)) {
            expect(offset).toBeGreaterThanOrEqual(0);
            expect(offset).toBeLessThanOrEqual(text.length);
            expect(message).not.toBe('');
          }
        },
      ),
      { numRuns: 200 },
    );
  });
});
