import fc from 'fast-check';
import { RE2JS } from 're2js';
import { describe, expect, test } from 'vitest';
import { type RegexSample, regexSampler } from '../../src/analysis/regex-sample.ts';
import { parseRegex, type RegexNode } from '../../src/analysis/regex-syntax.ts';
import { compileRegex } from '../../src/cors/regex.ts';
import { accepts } from '../../src/cors/regex-automaton.ts';
import { regexSource } from '../support/regexes.ts';

/** A tree in few words. */
function shape(node: RegexNode): string {
  switch (node.kind) {
    case 'literal':
      return node.text;
    case 'any':
      return `<any ${node.start}>`;
    case 'class':
      return `<${node.source}>`;
    case 'assertion':
      return `<${node.at}>`;
    case 'concat':
      return node.parts.map(shape).join('');
    case 'alternation':
      return `(${node.branches.map(shape).join('|')})`;
    case 'repeat':
      return `{${shape(node.node)} ${node.min}${node.isEndless ? '+' : ''}}`;
  }
}

describe('parseRegex', () => {
  test.each([
    { source: '^https://a.b$', tree: '<start>https://a<any 10>b<end>' },
    { source: 'a|b|', tree: '(a|b|)' },
    { source: '(a|b)c', tree: '(a|b)c' },
    { source: '(?:a)(?P<n>b)(?<m>c)', tree: 'abc' },
    { source: 'a*b+?c?d{2}e{2,}f{2,3}', tree: '{a 0+}{b 1+}{c 0}{d 2}{e 2+}{f 2}' },
    { source: 'a{x}', tree: 'a{x}' },
    { source: '\\.\\-\\/', tree: '.-/' },
    { source: '\\d[\\d.]\\pL\\p{Greek}', tree: '<\\d><[\\d.]><\\pL><\\p{Greek}>' },
    { source: '[]a][^]a][[:alpha:]]', tree: '<[]a]><[^]a]><[[:alpha:]]>' },
    { source: '[[:digit:]_]', tree: '<[[:digit:]_]>' },
    { source: '\\Qa.b\\E+', tree: 'a.{b 1+}' },
    { source: '\\Qa.b', tree: 'a.b' },
    { source: '\\x41\\x{42}\\103', tree: 'ABC' },
    { source: '\\Aa\\b\\z', tree: '<start>a<word><end>' },
  ])('$source', ({ source, tree }) => {
    expect(() => RE2JS.compile(source)).not.toThrow();
    const syntax = parseRegex(source);
    expect(syntax === undefined ? undefined : shape(syntax.root)).toBe(tree);
  });

  test('flags of groups and of what follows are collected', () => {
    expect(parseRegex('(?i)a(?s-m:b)(?U)c')?.flags).toBe('isU');
    expect(parseRegex('(?-i)a')?.flags).toBe('');
  });

  test.each(['(', 'a)', '(?=a)', '[a', '\\1'])('%s: nothing to say of what RE2 refuses', (source) => {
    expect(parseRegex(source)).toBeUndefined();
  });

  test('deep nesting ends', () => {
    expect(parseRegex(`${'('.repeat(500)}a${')'.repeat(500)}`)).toBeUndefined();
  });
});

describe('regexSampler', () => {
  test('samples are what the regex matches, unless it asks for more than a walk along it can know', () => {
    const walkable = regexSource().filter((source) => !/\\b|.[\^]|\$./.test(source));
    fc.assert(
      fc.property(walkable, (source) => {
        const compilation = compileRegex(source);
        fc.pre(compilation.ok);
        const { automaton } = compilation.regex;
        const samples = samplesOf(source);
        expect(samples.filter(({ text }) => !accepts(automaton, text))).toEqual([]);
        expect(samples.every(({ text, free }) => text.length === free.length)).toBe(true);
      }),
      { numRuns: 150 },
    );
  });

  function samplesOf(source: string): readonly RegexSample[] {
    const syntax = parseRegex(source);
    if (syntax === undefined) return [];
    const sampler = regexSampler(syntax);
    return [sampler.sample(), ...sampler.choices.map((node) => sampler.sample({ node }))].filter(
      (sample) => sample !== undefined,
    );
  }

  test('what is spelled out and what is free are told apart', () => {
    const syntax = parseRegex('^https://[a-z]+\\.example\\.com$');
    if (syntax === undefined) throw new Error('it parses');
    expect(regexSampler(syntax).sample()).toEqual({ text: 'https://a.example.com', free: '000000001000000000000' });
  });
});
