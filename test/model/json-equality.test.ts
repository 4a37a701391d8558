import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isSameJson } from '../../src/model/json-equality.ts';

function nested(depth: number): unknown {
  let value: unknown = 'core';
  for (let index = 0; index < depth; index += 1) value = [value];
  return value;
}

function turned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(turned);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, each]) => [key, turned(each)]),
  );
}

describe('isSameJson', () => {
  test('a copy with its keys in another order is the same', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
        expect(isSameJson(value, turned(value))).toBe(true);
      }),
    );
  });

  test('two values are the same when their text is', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 2 }), fc.jsonValue({ maxDepth: 2 }), (left, right) => {
        if (JSON.stringify(left) === JSON.stringify(right)) expect(isSameJson(left, right)).toBe(true);
      }),
    );
  });

  test.each<{ name: string; left: unknown; right: unknown }>([
    { name: 'the order of a list', left: [1, 2], right: [2, 1] },
    { name: 'a longer list', left: [1], right: [1, 2] },
    { name: 'a list and an object', left: [], right: {} },
    { name: 'another key', left: { a: 1 }, right: { b: 1 } },
    { name: 'one more key', left: { a: 1 }, right: { a: 1, b: 1 } },
    { name: 'null and an object', left: null, right: {} },
    { name: 'a number and its text', left: 1, right: '1' },
    { name: 'a key of the prototype', left: { toString: 1 }, right: {} },
  ])('$name makes a difference', ({ left, right }) => {
    expect(isSameJson(left, right)).toBe(false);
    expect(isSameJson(right, left)).toBe(false);
  });

  test('nesting beyond any object of Kubernetes counts as different and does not exhaust the stack', () => {
    expect(isSameJson(nested(60), nested(60))).toBe(true);
    expect(isSameJson(nested(100_000), nested(100_000))).toBe(false);
  });
});
