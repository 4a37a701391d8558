import { describe, expect, test } from 'vitest';
import { DocumentRefused, prototypeKeys } from '../../src/sources/document-problem.ts';

describe('DocumentRefused', () => {
  test('carries its problem', () => {
    const problem = { reason: 'YamlDepth', message: 'too deep', offset: 7 } as const;
    const refused = new DocumentRefused(problem);
    expect(refused).toBeInstanceOf(Error);
    expect(refused.problem).toBe(problem);
    expect(refused.message).toBe('too deep');
  });
});

describe('prototypeKeys', () => {
  test('are those that reach what an object inherits', () => {
    expect([...prototypeKeys].sort()).toEqual(['__proto__', 'constructor', 'prototype']);
  });
});
