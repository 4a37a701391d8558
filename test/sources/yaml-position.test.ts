import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { kubectlSchema } from '../../src/sources/kubectl-scalars.ts';
import { composeYamlDocument } from '../../src/sources/yaml-document.ts';
import { yamlOffset } from '../../src/sources/yaml-position.ts';

const schema = kubectlSchema();

const TEXT = `# a policy
kind: CorsPolicy
metadata:
  annotations:
    example.com/a.b: "1"
    "quoted key": x
spec:
  allowOrigins:
    - https://a.example.com
    - x: 1
      z: [p, q]
  empty:
  flow: {k: {l: 1}}
data:
  origins: |
    https://a.example.com
    https://b.example.com
  folded: >-
    a
    b
  plain: one
on: 1
`;

function found(path: string): string {
  const offset = yamlOffset(TEXT, composeYamlDocument(TEXT, schema).contents, path);
  return TEXT.slice(offset, TEXT.indexOf('\n', offset)).trim();
}

describe('yamlOffset', () => {
  test.each([
    { name: 'the whole document', path: '', at: 'kind: CorsPolicy' },
    { name: 'a field, by its key', path: 'metadata', at: 'metadata:' },
    { name: 'a key with dots', path: 'metadata.annotations.example.com/a.b', at: 'example.com/a.b: "1"' },
    { name: 'a key in brackets', path: 'metadata.annotations["example.com/a.b"]', at: 'example.com/a.b: "1"' },
    { name: 'a quoted key', path: 'metadata.annotations.quoted key', at: '"quoted key": x' },
    { name: 'an item', path: 'spec.allowOrigins[0]', at: 'https://a.example.com' },
    { name: 'a field of an item', path: 'spec.allowOrigins[1].z', at: 'z: [p, q]' },
    { name: 'an item in brackets', path: 'spec.allowOrigins[1].z[1]', at: 'q]' },
    { name: 'a field in braces', path: 'spec.flow.k.l', at: 'l: 1}}' },
    { name: 'a line of a text', path: 'data.origins line 2', at: 'https://b.example.com' },
    { name: 'a line of a folded text', path: 'data.folded line 1', at: 'a' },
    { name: 'a key that is no text in YAML', path: 'true', at: 'on: 1' },
  ])('finds $name', ({ path, at }) => {
    expect(found(path)).toBe(at);
  });

  test.each([
    { name: 'a field that is not there', path: 'spec.maxAge', at: 'spec:' },
    { name: 'an item too many', path: 'spec.allowOrigins[9].x', at: 'allowOrigins:' },
    { name: 'a field of nothing', path: 'spec.empty.a', at: 'empty:' },
    { name: 'a field of a list', path: 'spec.allowOrigins.a', at: 'allowOrigins:' },
    { name: 'an item of a map', path: 'spec[0]', at: 'spec:' },
    { name: 'a line of a text that has one', path: 'data.plain line 4', at: 'plain: one' },
    { name: 'a line of a field that is not there', path: 'data.none line 4', at: 'data:' },
    { name: 'nothing of the path', path: 'status.x', at: 'kind: CorsPolicy' },
  ])('finds the nearest around $name', ({ path, at }) => {
    expect(found(path)).toBe(at);
  });

  test('a line behind the end of the text is its last', () => {
    const text = 'a: |\n  b\n  c';
    expect(yamlOffset(text, composeYamlDocument(text, schema).contents, 'a line 50')).toBe(text.indexOf('  c'));
  });

  test('an empty document begins at its start', () => {
    expect(yamlOffset('', null, 'spec.a')).toBe(0);
  });

  test('any path leads to a place inside of the text', () => {
    const steps = fc.constantFrom(
      'spec',
      '.allowOrigins',
      '[0]',
      '[1]',
      '.x',
      'data',
      '.origins',
      ' line 2',
      ' line 99',
      '["a"]',
    );
    fc.assert(
      fc.property(fc.array(steps), (path) => {
        const offset = yamlOffset(TEXT, composeYamlDocument(TEXT, schema).contents, path.join(''));
        expect(offset).toBeGreaterThanOrEqual(0);
        expect(offset).toBeLessThan(TEXT.length);
      }),
    );
  });
});
