import { describe, expect, test } from 'vitest';
import { hasOwnEntries, managedFieldsPatch, pointerSegment } from '../../src/apply/managed-fields-patch.ts';
import type { KubernetesObject } from '../../src/model/kubernetes-object.ts';
import { ingressObject } from '../support/cluster-objects.ts';

const US = 'cors-operator';

function entry(manager: string, operation: string, fields: unknown, subresource?: string) {
  return { manager, operation, fieldsV1: fields, ...(subresource === undefined ? {} : { subresource }) };
}

function annotations(...keys: readonly string[]) {
  return { 'f:metadata': { 'f:annotations': Object.fromEntries(keys.map((key) => [`f:${key}`, {}])) } };
}

function object(...managedFields: readonly unknown[]): KubernetesObject {
  return ingressObject('web', { uid: 'u', resourceVersion: '7', managedFields });
}

const GUARDS = [
  { op: 'test', path: '/metadata/uid', value: 'u' },
  { op: 'test', path: '/metadata/resourceVersion', value: '7' },
];

describe('managedFieldsPatch', () => {
  test('removes every entry of ours from the last to the first, each tested, and no other', () => {
    const stored = object(
      entry(US, 'Apply', annotations('a')),
      entry('argocd', 'Apply', annotations('b')),
      entry(US, 'Update', annotations('c')),
      entry(US, 'Apply', {}, 'status'),
      entry(`${US}-blue`, 'Apply', annotations('d')),
    );
    expect(managedFieldsPatch(stored, US, [])).toEqual([
      ...GUARDS,
      { op: 'test', path: '/metadata/managedFields/2/manager', value: US },
      { op: 'remove', path: '/metadata/managedFields/2' },
      { op: 'test', path: '/metadata/managedFields/0/manager', value: US },
      { op: 'remove', path: '/metadata/managedFields/0' },
    ]);
  });

  test.each([
    {
      name: 'beside its other annotations',
      fields: annotations('kept'),
      addition: { path: '/metadata/managedFields/0/fieldsV1/f:metadata/f:annotations/f:n.io~1k', value: {} },
    },
    {
      name: 'beside its labels',
      fields: { 'f:metadata': { 'f:labels': {} } },
      addition: { path: '/metadata/managedFields/0/fieldsV1/f:metadata/f:annotations', value: { 'f:n.io/k': {} } },
    },
    {
      name: 'beside its spec',
      fields: { 'f:spec': {} },
      addition: {
        path: '/metadata/managedFields/0/fieldsV1/f:metadata',
        value: { 'f:annotations': { 'f:n.io/k': {} } },
      },
    },
  ])('gives a key back to its owner, $name, before anything is removed', ({ fields, addition }) => {
    const stored = object(entry('argocd', 'Apply', fields), entry(US, 'Update', annotations('n.io/k')));
    const patch = managedFieldsPatch(stored, US, [{ annotation: 'n.io/k', manager: 'argocd' }]);
    expect(patch?.slice(2)).toEqual([
      { op: 'add', ...addition },
      { op: 'test', path: '/metadata/managedFields/1/manager', value: US },
      { op: 'remove', path: '/metadata/managedFields/1' },
    ]);
  });

  test('an owner that has no entry any more gets one with all its keys', () => {
    const stored = object(entry('kubectl', 'Update', {}), entry(US, 'Update', annotations('k', 'l')));
    const back = ['k', 'l'].map((annotation) => ({ annotation, manager: 'argocd' }));
    expect(managedFieldsPatch(stored, US, back)?.[2]).toEqual({
      op: 'add',
      path: '/metadata/managedFields/-',
      value: {
        manager: 'argocd',
        operation: 'Apply',
        apiVersion: 'networking.k8s.io/v1',
        fieldsType: 'FieldsV1',
        fieldsV1: annotations('k', 'l'),
      },
    });
  });

  test('a key that its owner applied again meanwhile is its own already', () => {
    const stored = object(entry('argocd', 'Apply', annotations('k')));
    expect(managedFieldsPatch(stored, US, [{ annotation: 'k', manager: 'argocd' }])).toBeUndefined();
  });

  test('an owner that only updates it is no owner by apply', () => {
    const stored = object(entry('argocd', 'Update', annotations('k')), entry(US, 'Update', annotations('k')));
    const patch = managedFieldsPatch(stored, US, [{ annotation: 'k', manager: 'argocd' }]);
    expect(patch?.[2]?.path).toBe('/metadata/managedFields/-');
  });

  test.each([
    { name: 'nothing of ours', entries: [entry('argocd', 'Apply', annotations('k'))] },
    { name: 'no entries at all', entries: [] },
    { name: 'nothing but ours, since an emptied list is filled anew', entries: [entry(US, 'Apply', annotations('k'))] },
  ])('$name: no request', ({ entries }) => {
    expect(managedFieldsPatch(object(...entries), US, [])).toBeUndefined();
  });
});

test('hasOwnEntries: of this installation, and not of its status', () => {
  expect(hasOwnEntries(object(entry(US, 'Update', {})), US)).toBe(true);
  expect(hasOwnEntries(object(entry(US, 'Apply', {}, 'status'), entry(`${US}-blue`, 'Apply', {})), US)).toBe(false);
});

test('pointerSegment: a tilde is written before a slash', () => {
  expect(pointerSegment('f:a~b/c')).toBe('f:a~0b~1c');
});
