import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseObject } from '../../src/model/kubernetes-object.ts';

const FINE = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } };

function reasonsOf(value: unknown): readonly string[] {
  const parsed = parseObject(value);
  return parsed.ok ? [] : parsed.issues.map(({ severity, reason, path }) => `${severity} ${reason} ${path}`);
}

describe('parseObject', () => {
  test('an object is taken as it is', () => {
    const object = { ...FINE, data: { a: '1' }, metadata: { name: 'a', labels: { b: 'c' }, unknown: [1] } };
    const parsed = parseObject(object);
    expect(parsed.ok && parsed.value).toBe(object);
  });

  test.each([
    { name: 'null', value: null, reasons: ['error ObjectShape '] },
    { name: 'a list', value: [FINE], reasons: ['error ObjectShape '] },
    { name: 'a text', value: 'kind: ConfigMap', reasons: ['error ObjectShape '] },
    {
      name: 'nothing in it',
      value: {},
      reasons: ['error ObjectShape apiVersion', 'error ObjectShape kind', 'error ObjectShape metadata'],
    },
    { name: 'no name', value: { ...FINE, metadata: {} }, reasons: ['error ObjectShape metadata.name'] },
    {
      name: 'a number for a name',
      value: { ...FINE, metadata: { name: 5 } },
      reasons: ['error ObjectShape metadata.name'],
    },
    {
      name: 'a name to be generated',
      value: { ...FINE, metadata: { generateName: 'a-' } },
      reasons: ['info ObjectShape metadata.name'],
    },
    {
      name: 'a wrong namespace',
      value: { ...FINE, metadata: { name: 'a', namespace: ['b'] } },
      reasons: ['error ObjectShape metadata.namespace'],
    },
    {
      name: 'a wrong generation',
      value: { ...FINE, metadata: { name: 'a', generation: '1' } },
      reasons: ['error ObjectShape metadata.generation'],
    },
    {
      name: 'a boolean annotation',
      value: { ...FINE, metadata: { name: 'a', annotations: { b: true } } },
      reasons: ['error ObjectShape metadata.annotations.b'],
    },
    {
      name: 'labels that are a list',
      value: { ...FINE, metadata: { name: 'a', labels: [] } },
      reasons: ['error ObjectShape metadata.labels'],
    },
    {
      name: '__proto__ at the top',
      value: JSON.parse('{"apiVersion":"v1","kind":"A","metadata":{"name":"a"},"__proto__":{}}'),
      reasons: ['error ObjectKey __proto__'],
    },
    {
      name: 'constructor deep inside',
      value: { ...FINE, spec: { rules: [{}, { constructor: {} }] } },
      reasons: ['error ObjectKey spec.rules[1].constructor'],
    },
    {
      name: 'prototype in a map',
      value: { ...FINE, data: { prototype: 'x' } },
      reasons: ['error ObjectKey data.prototype'],
    },
  ])('$name is refused', ({ value, reasons }) => {
    expect(reasonsOf(value)).toEqual(reasons);
  });

  test('what tools leave empty is taken as the API server takes it', () => {
    const metadata = { name: 'a', creationTimestamp: null, annotations: { b: null, c: 'd' } };
    const parsed = parseObject({ ...FINE, metadata });
    expect(parsed.ok && parsed.value.metadata).toEqual({ name: 'a', annotations: { b: '', c: 'd' } });
  });

  test('very deep nesting is refused, not followed', () => {
    const deep: unknown = JSON.parse(`${'{"a":'.repeat(3000)}1${'}'.repeat(3000)}`);
    expect(parseObject({ ...FINE, spec: deep }).ok).toBe(false);
  });

  test('any JSON is judged without throwing', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (value, metadata) => {
        for (const candidate of [value, { ...FINE, metadata }]) {
          const parsed = parseObject(candidate);
          expect(parsed.ok || parsed.issues.length > 0).toBe(true);
        }
      }),
    );
  });
});
