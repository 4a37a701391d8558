import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createJsonOffsets } from '../../src/sources/json-position.ts';

const TEXT = `
{
  "kind": "CorsPolicy",
  "spec": {
    "allowOrigins": [
      "https://a.example.com",
      {"x": 1, "y": [true, -1.5, null]},
      []
    ],
    "empty": {}
  },
  "metadata": {"annotations": {"example.com/a.b": "}"}, "name" : "shop"}
}
`;

function found(path: string): string {
  return TEXT.slice(createJsonOffsets(TEXT)(path)).split('\n', 1).join('').slice(0, 12);
}

describe('createJsonOffsets', () => {
  test.each([
    { name: 'the whole value', path: '', at: '{' },
    { name: 'a field, by its key', path: 'spec', at: '"spec": {' },
    { name: 'an item that is a text', path: 'spec.allowOrigins[0]', at: '"https://a.e' },
    { name: 'an item that is an object', path: 'spec.allowOrigins[1]', at: '{"x": 1, "y"' },
    { name: 'an empty list among the items', path: 'spec.allowOrigins[2]', at: '[]' },
    { name: 'a field of an item', path: 'spec.allowOrigins[1].y', at: '"y": [true, ' },
    { name: 'a number among the items', path: 'spec.allowOrigins[1].y[1]', at: '-1.5, null]}' },
    { name: 'a word among the items', path: 'spec.allowOrigins[1].y[2]', at: 'null]},' },
    { name: 'a key with dots and a slash', path: 'metadata.annotations.example.com/a.b', at: '"example.com' },
    { name: 'a key in quotes and brackets', path: 'metadata.annotations["example.com/a.b"]', at: '"example.com' },
    { name: 'a field behind brackets in a string', path: 'metadata.name', at: '"name" : "sh' },
  ])('finds $name', ({ path, at }) => {
    expect(found(path)).toBe(at);
  });

  test.each([
    { name: 'an item too many', path: 'spec.allowOrigins[3]', at: '"allowOrigin' },
    { name: 'an item of an empty list', path: 'spec.allowOrigins[2][0]', at: '[]' },
    { name: 'a field that is not there', path: 'spec.maxAge', at: '"spec": {' },
    { name: 'a field of an empty object', path: 'spec.empty.a.b', at: '"empty": {}' },
    { name: 'a field of a text', path: 'kind.a', at: '"kind": "Cor' },
    { name: 'an item of an object', path: 'spec[0]', at: '"spec": {' },
    { name: 'a line of a text, which JSON has on one', path: 'metadata.name line 3', at: '"name" : "sh' },
    { name: 'nothing of the path', path: 'status.x', at: '{' },
  ])('finds the nearest around $name', ({ path, at }) => {
    expect(found(path)).toBe(at);
  });

  test('every item of a long list is found, in any order, without reading the list again for each', () => {
    const items = Array.from({ length: 20_000 }, (_, index) => ({ n: index, text: 'x'.repeat(100) }));
    const text = JSON.stringify({ items }, null, 1);
    const offsetOf = createJsonOffsets(text);
    for (let index = items.length - 1; index >= 0; index -= 1) {
      expect(text.startsWith(`"n": ${index},`, offsetOf(`items[${index}].n`))).toBe(true);
    }
  });

  test('any path in any JSON text leads to a place inside of it', () => {
    const steps = fc.constantFrom('a', '[0]', '[1]', '.b', '["c"]', ' line 2', '');
    const value = fc.jsonValue({ stringUnit: fc.constantFrom('a', 'b', 'c', '"', '\\', '}') });
    fc.assert(
      fc.property(value, fc.array(steps), (each, path) => {
        const text = JSON.stringify(each, null, 1);
        const offset = createJsonOffsets(text)(path.join(''));
        expect(offset).toBeGreaterThanOrEqual(0);
        expect(offset).toBeLessThan(text.length);
      }),
    );
  });
});
