import { describe, expect, test } from 'vitest';
import { annotationOwners, annotationsOwnedBy } from '../../src/model/managed-fields.ts';
import { ingressObject } from '../support/cluster-objects.ts';

function entry(manager: unknown, operation: unknown, keys: readonly string[], subresource?: string) {
  const annotations = Object.fromEntries(keys.map((key) => [`f:${key}`, {}]));
  const fieldsV1 = { 'f:metadata': { 'f:annotations': { '.': {}, ...annotations } } };
  return { manager, operation, fieldsV1, ...(subresource === undefined ? {} : { subresource }) };
}

describe('annotationOwners', () => {
  test.each([
    { name: 'nobody without managedFields', managedFields: undefined, expected: [] },
    { name: 'nobody when it is no list', managedFields: 'none', expected: [] },
    {
      name: 'entries that are no objects are passed over',
      managedFields: [null, 'x', entry('a', 'Apply', ['k'])],
      expected: ['a Apply'],
    },
    {
      name: 'whoever shares it',
      managedFields: [entry('a', 'Apply', ['k']), entry('b', 'Update', ['k', 'l'])],
      expected: ['a Apply', 'b Update'],
    },
    { name: 'nobody who owns other keys', managedFields: [entry('a', 'Apply', ['l'])], expected: [] },
    { name: 'an operation that is none is passed over', managedFields: [entry('a', 'Merge', ['k'])], expected: [] },
    { name: 'a manager that is no text is passed over', managedFields: [entry(7, 'Apply', ['k'])], expected: [] },
    {
      name: 'whoever wrote it with a status',
      managedFields: [entry('a', 'Update', ['k'], 'status')],
      expected: ['a Update'],
    },
    {
      name: 'fields of another shape own nothing',
      managedFields: [{ manager: 'a', operation: 'Apply', fieldsV1: [] }],
      expected: [],
    },
  ])('$name', ({ managedFields, expected }) => {
    const owners = annotationOwners(ingressObject('web', { managedFields }), 'k');
    expect(owners.map(({ manager, operation }) => `${manager} ${operation}`)).toEqual(expected);
  });

  test('a name that every object has is owned by nobody', () => {
    expect(annotationOwners(ingressObject('web', { managedFields: [entry('a', 'Apply', [])] }), 'constructor')).toEqual(
      [],
    );
  });
});

describe('annotationsOwnedBy', () => {
  test('counts one manager’s entry of one operation on the object itself', () => {
    const managedFields = [
      entry('a', 'Apply', ['k', 'l']),
      entry('a', 'Update', ['m']),
      entry('a', 'Apply', ['s'], 'status'),
      entry('b', 'Apply', ['n']),
    ];
    const object = ingressObject('web', { managedFields });
    expect(annotationsOwnedBy(object, { manager: 'a', operation: 'Apply' })).toEqual(['k', 'l']);
  });
});
