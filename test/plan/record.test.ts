import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RECORD_ANNOTATION } from '../../src/plan/plan.ts';
import {
  isAsWritten,
  readRecord,
  recordedKeys,
  recordText,
  type TargetRecord,
  valueHash,
} from '../../src/plan/record.ts';
import { ingressObject } from '../support/cluster-objects.ts';

const RECORD: TargetRecord = {
  instance: 'blue',
  uid: 'u-1',
  policy: { uid: 'p-1', generation: 4 },
  keys: {
    'x/on': { hash: valueHash('true') },
    'x/origin': { original: '*', manager: { manager: 'argocd', operation: 'Apply' }, hash: valueHash('https://a.com') },
    'x/list': { entries: ['ours@kubernetescrd'] },
  },
};

const HELD = { 'x/on': 'true', 'x/origin': 'https://a.com', 'x/list': 'ours@kubernetescrd,auth' };

function target(
  record: string,
  metadata: Readonly<Record<string, unknown>> = {},
  held: Readonly<Record<string, string>> = HELD,
) {
  return ingressObject('web', { uid: 'u-1', annotations: { ...held, [RECORD_ANNOTATION]: record }, ...metadata });
}

function owned(...managers: readonly (readonly string[])[]) {
  return managers.map((keys, index) => ({
    manager: `manager-${index}`,
    operation: 'Update',
    fieldsV1: { 'f:metadata': { 'f:annotations': Object.fromEntries(keys.map((key) => [`f:${key}`, {}])) } },
  }));
}

const ALL_KEYS = [...Object.keys(HELD), RECORD_ANNOTATION];

describe('readRecord', () => {
  test('what recordText wrote comes back', () => {
    expect(readRecord(target(recordText(RECORD)))).toEqual({ kind: 'Own', record: RECORD });
  });

  test('the same record has the same text, whatever the order of its keys', () => {
    const turned = { ...RECORD, keys: Object.fromEntries(Object.entries(RECORD.keys).reverse()) };
    expect(recordText(turned)).toBe(recordText(RECORD));
  });

  test.each([
    { name: 'none', object: ingressObject('web'), kind: 'None' },
    { name: 'no JSON', object: target('{'), kind: 'Unreadable' },
    { name: 'no object', object: target('[1]'), kind: 'Unreadable' },
    { name: 'no keys', object: target('{"version":1}'), kind: 'Unreadable' },
    { name: 'another format', object: target('{"version":2,"keys":{}}'), kind: 'Unreadable' },
    { name: 'a uid that is no text', object: target('{"uid":1,"keys":{}}'), kind: 'Unreadable' },
    { name: 'a key that is no object', object: target('{"uid":"u-1","keys":{"x/on":true}}'), kind: 'Unreadable' },
    {
      name: 'an original that is no text',
      object: target('{"uid":"u-1","keys":{"x/on":{"original":1}}}'),
      kind: 'Unreadable',
    },
    {
      name: 'entries that are no texts',
      object: target('{"uid":"u-1","keys":{"x/l":{"entries":[1]}}}'),
      kind: 'Unreadable',
    },
    { name: 'too many keys', object: target(manyKeys(129)), kind: 'Unreadable' },
    { name: 'deeper than anything', object: target(`${'['.repeat(100_000)}`), kind: 'Unreadable' },
    { name: 'of another object', object: target(recordText({ ...RECORD, uid: 'u-2' })), kind: 'Foreign' },
    { name: 'of an object of a file, on one of a cluster', object: target('{"keys":{"x/on":{}}}'), kind: 'Foreign' },
  ])('$name: $kind', ({ object, kind }) => {
    expect(readRecord(object).kind).toBe(kind);
  });

  test('a manager that is none is left out', () => {
    const text = '{"uid":"u-1","keys":{"x/on":{"manager":{"manager":"a","operation":"Steal"}}}}';
    expect(readRecord(target(text))).toMatchObject({ record: { keys: { 'x/on': {} } } });
  });

  test('never throws, whatever stands there', () => {
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string()), (text) => {
        expect(() => recordedKeys(target(text))).not.toThrow();
      }),
    );
  });

  describe('a copied record', () => {
    const record = recordText({ ...RECORD, uid: 'u-2' });

    test.each([
      {
        name: 'with what it says, by one manager: believed',
        object: target(record, { managedFields: owned(ALL_KEYS) }),
        kind: 'Copied',
      },
      {
        name: 'of a backup that kept our own entries: believed',
        object: target(record, { managedFields: owned(['other'], ALL_KEYS) }),
        kind: 'Copied',
      },
      {
        name: 'with another value: not',
        object: target(record, { managedFields: owned(ALL_KEYS) }, { ...HELD, 'x/origin': '*' }),
        kind: 'Foreign',
      },
      {
        name: 'without an entry of a list: not',
        object: target(record, { managedFields: owned(ALL_KEYS) }, { ...HELD, 'x/list': 'auth' }),
        kind: 'Foreign',
      },
      {
        name: 'put on by somebody else than the values: not',
        object: target(record, { managedFields: owned([RECORD_ANNOTATION], Object.keys(HELD)) }),
        kind: 'Foreign',
      },
      { name: 'without managedFields: not', object: target(record), kind: 'Foreign' },
      {
        name: 'that names nothing: not',
        object: target(recordText({ ...RECORD, uid: 'u-2', keys: {} }), { managedFields: owned(ALL_KEYS) }),
        kind: 'Foreign',
      },
    ])('$name', ({ object, kind }) => {
      expect(readRecord(object).kind).toBe(kind);
    });
  });
});

function manyKeys(count: number): string {
  const keys = Object.fromEntries(Array.from({ length: count }, (_, index) => [`x/${index}`, {}]));
  return JSON.stringify({ uid: 'u-1', keys });
}

describe('recordedKeys', () => {
  test('are those of a record that is believed', () => {
    expect([...recordedKeys(target(recordText(RECORD)))].sort()).toEqual(['x/list', 'x/on', 'x/origin']);
    expect(recordedKeys(target(recordText({ ...RECORD, uid: 'u-2' }))).size).toBe(0);
  });
});

describe('isAsWritten', () => {
  test.each([
    { name: 'the value', annotations: { k: 'v' }, entry: { hash: valueHash('v') }, expected: true },
    { name: 'another value', annotations: { k: 'w' }, entry: { hash: valueHash('v') }, expected: false },
    { name: 'none where none was written', annotations: {}, entry: { hash: valueHash(null) }, expected: true },
    { name: 'one where none was written', annotations: { k: 'v' }, entry: { hash: valueHash(null) }, expected: false },
    { name: 'nobody knows what was written', annotations: { k: 'v' }, entry: {}, expected: false },
    { name: 'entries among others', annotations: { k: 'a, ours ,b' }, entry: { entries: ['ours'] }, expected: true },
    { name: 'entries that are gone', annotations: { k: 'a' }, entry: { entries: ['ours'] }, expected: false },
  ])('$name: $expected', ({ annotations, entry, expected }) => {
    expect(isAsWritten(ingressObject('web', { annotations }), 'k', entry)).toBe(expected);
  });
});
