import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { editDocument } from '../../src/cli/document-edit.ts';
import { createEditTools } from '../../src/cli/object-text.ts';
import type { KubernetesObject } from '../../src/model/kubernetes-object.ts';
import { kubectlSchema } from '../../src/sources/kubectl-scalars.ts';
import { parseYamlDocument } from '../../src/sources/yaml-document.ts';

const tools = createEditTools();
const schema = kubectlSchema();

function read(text: string): KubernetesObject {
  const reading = parseYamlDocument(text, schema);
  if (!reading.ok) {
    throw new Error(reading.problems[0]?.message);
  }
  return reading.value as KubernetesObject;
}

function withAnnotations(object: KubernetesObject, annotations: Record<string, string> | undefined): KubernetesObject {
  const { annotations: _, ...metadata } = object.metadata;
  return {
    ...object,
    metadata: { ...metadata, name: object.metadata.name, ...(annotations === undefined ? {} : { annotations }) },
  };
}

const HEAD = '# top\napiVersion: v1\nkind: Service # what\n';
const TAIL = 'spec:\n  # inner\n  type: ClusterIP\n';

describe('editDocument', () => {
  test.each([
    {
      name: 'no annotations yet',
      metadata: 'metadata:\n  name: web\n  labels: { a: b }\n',
      expected: 'metadata:\n  name: web\n  labels: { a: b }\n  annotations:\n    new: "true"\n',
    },
    {
      name: 'annotations that stay, with comments and quotes of their own',
      metadata: "metadata:\n  annotations:\n    # why\n    old: 'x' # there\n  name: web\n",
      expected: 'metadata:\n  annotations:\n    # why\n    old: \'x\' # there\n    new: "true"\n  name: web\n',
    },
    {
      name: 'four spaces',
      metadata: 'metadata:\n    name: web\n    annotations:\n        old: x\n',
      expected: 'metadata:\n    name: web\n    annotations:\n        old: x\n        new: "true"\n',
    },
    {
      name: 'a block scalar at the end',
      metadata: 'metadata:\n  name: web\n  annotations:\n    old: |\n      one\n      two\n',
      expected: 'metadata:\n  name: web\n  annotations:\n    old: |\n      one\n      two\n    new: "true"\n',
    },
    {
      name: 'a blank line and a comment behind metadata',
      metadata: 'metadata:\n  name: web\n\n# below\n',
      expected: 'metadata:\n  name: web\n  annotations:\n    new: "true"\n\n# below\n',
    },
    {
      name: 'annotations in braces',
      metadata: 'metadata:\n  name: web\n  annotations: { old: x }\n',
      expected: 'metadata:\n  name: web\n  annotations:\n    old: x\n    new: "true"\n',
    },
    {
      name: 'a list in metadata',
      metadata: 'metadata:\n  finalizers:\n  - a/b\n  name: web\n',
      expected: 'metadata:\n  finalizers:\n  - a/b\n  name: web\n  annotations:\n    new: "true"\n',
    },
  ])('an annotation is added, every other byte stays: $name', ({ metadata, expected }) => {
    const before = read(HEAD + metadata + TAIL);
    const after = withAnnotations(before, { ...before.metadata.annotations, new: 'true' });
    expect(editDocument(HEAD + metadata + TAIL, before, after, tools)).toBe(HEAD + expected + TAIL);
  });

  test('a value that changes keeps its place, one that goes takes its line along', () => {
    const text =
      'apiVersion: v1\nkind: Service\nmetadata:\n  name: web\n  annotations:\n    a: "1" # first\n    b: "2"\n    c: "3"\n';
    const before = read(text);
    const edited = editDocument(text, before, withAnnotations(before, { a: '9', c: '3' }), tools);
    expect(edited).toBe(text.replace('a: "1"', 'a: "9"').replace('    b: "2"\n', ''));
  });

  test('without annotations left the whole block goes', () => {
    const text = 'apiVersion: v1\nkind: Service\nmetadata:\n  name: web\n  annotations:\n    a: x\n    b: y\n';
    const before = read(text);
    expect(editDocument(text, before, withAnnotations(before, undefined), tools)).toBe(
      'apiVersion: v1\nkind: Service\nmetadata:\n  name: web\n',
    );
  });

  test('a change outside of metadata keeps comments', () => {
    const before = read(`${HEAD}metadata:\n  name: web\n${TAIL}`);
    const after = { ...before, spec: { type: 'ClusterIP', ports: [{ port: 80 }] } };
    const edited = editDocument(`${HEAD}metadata:\n  name: web\n${TAIL}`, before, after, tools);
    expect(edited).toContain('# inner');
    expect(read(edited)).toEqual(after);
  });

  test('text that only looks like metadata is left alone', () => {
    const text =
      'apiVersion: v1\nkind: ConfigMap\ndata:\n  a: |\n    metadata:\n      name: not this\nmetadata:\n  name: web\n';
    const before = read(text);
    const edited = editDocument(text, before, withAnnotations(before, { new: 'x' }), tools);
    expect(edited).toBe(text.replace('  name: web\n', '  name: web\n  annotations:\n    new: x\n'));
  });

  test('whatever the annotations, what is printed reads as what was to be printed', () => {
    const key = fc.stringMatching(/^[a-z0-9./-]{1,20}$/);
    const value = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom('on', '0777', 'no', '~', '# x', 'a: b', '|', 'x\ny\n', ' x', '{}', '<<'),
    );
    const annotations = fc.dictionary(key, value, { maxKeys: 6, noNullPrototype: true });
    fc.assert(
      fc.property(annotations, annotations, (standing, wanted) => {
        const metadata = { name: 'web', ...(Object.keys(standing).length === 0 ? {} : { annotations: standing }) };
        const before = { apiVersion: 'v1', kind: 'Service', metadata, spec: { type: 'ClusterIP' } };
        const after = withAnnotations(before, Object.keys(wanted).length === 0 ? undefined : wanted);
        const edited = editDocument(tools.print(before), before, after, tools);
        expect(read(edited)).toEqual(after);
      }),
    );
  });
});
