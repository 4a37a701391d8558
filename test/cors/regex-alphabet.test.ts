import { expect, test } from 'vitest';
import { type RegexAlphabet, regexAlphabet } from '../../src/cors/regex-alphabet.ts';
import { readProgram } from '../../src/cors/regex-program.ts';

function alphabetOf(source: string): RegexAlphabet {
  const reading = readProgram(source);
  if (!reading.ok) throw new Error(reading.message);
  return regexAlphabet(reading.program);
}

function classOf(alphabet: RegexAlphabet, letter: string): number {
  return alphabet.classes[letter.charCodeAt(0)] ?? 0;
}

test('regexAlphabet: characters that the program cannot tell apart share a class', () => {
  const alphabet = alphabetOf('[a-f]+x');
  expect(classOf(alphabet, 'a')).toBe(classOf(alphabet, 'f'));
  expect(classOf(alphabet, 'y')).toBe(classOf(alphabet, '.'));
  expect(new Set(['a', 'x', 'y'].map((letter) => classOf(alphabet, letter))).size).toBe(3);
  expect(alphabet.classCount).toBe(4);
});

test('regexAlphabet: what no origin holds is class 0, even if the program reads it', () => {
  const alphabet = alphabetOf('.*[ @é\\n]*');
  for (const letter of [' ', '@', '\n', '\0', '%']) expect(classOf(alphabet, letter)).toBe(0);
  for (const letter of ['+', '[', ']', ':', '/', 'Z', '_']) expect(classOf(alphabet, letter)).not.toBe(0);
});

test('regexAlphabet: word characters are kept apart where boundaries are asked for', () => {
  const plain = alphabetOf('.*');
  const bounded = alphabetOf('.*\\b');
  expect(plain.knowsWords).toBe(false);
  expect(classOf(plain, 'a')).toBe(classOf(plain, '-'));
  expect(bounded.knowsWords).toBe(true);
  expect(bounded.words[classOf(bounded, 'a')]).toBe(true);
  expect(bounded.words[classOf(bounded, '_')]).toBe(true);
  expect(bounded.words[classOf(bounded, '-')]).toBe(false);
});

test('regexAlphabet: flags are followed: a letter reads both cases', () => {
  const alphabet = alphabetOf('(?i)k');
  expect(classOf(alphabet, 'k')).toBe(classOf(alphabet, 'K'));
});
