import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { KubernetesObject } from '../../src/model/kubernetes-object.ts';
import { noChanges, POLICY_ANNOTATION, type TargetChanges } from '../../src/plan/plan.ts';
import { storedTarget } from '../../src/plan/stored-target.ts';
import { httpRouteObject, ingressObject } from '../support/cluster-objects.ts';

const LIST = 'example.com/list';

function store(object: KubernetesObject, ...all: readonly Partial<TargetChanges>[]): KubernetesObject {
  return storedTarget(
    object,
    all.map((changes) => ({ changes: { ...noChanges, ...changes } })),
  );
}

function annotated(annotations: Readonly<Record<string, string>>): KubernetesObject {
  return ingressObject('web', { annotations });
}

function listed(value: string | undefined, entry: string, presence: 'First' | 'Absent'): string | undefined {
  const object = value === undefined ? ingressObject('web') : annotated({ [LIST]: value });
  return store(object, { listEntries: [{ annotation: LIST, entry, presence }] }).metadata.annotations?.[LIST];
}

const FILTER = { type: 'CORS', cors: { allowOrigins: ['https://a.com'] } };

function withFilters(filters: unknown): KubernetesObject {
  return httpRouteObject('web', {}, { rules: [{ name: 'a' }, { filters, backendRefs: [] }] });
}

function filtersAfter(object: KubernetesObject, filter: Readonly<Record<string, unknown>> | null): unknown {
  const stored = store(object, { filters: [{ rule: 1, filter }] });
  return Object(stored['spec']).rules[1];
}

describe('storedTarget: annotations', () => {
  test('keys that stand keep their place, new ones follow in order', () => {
    const object = annotated({ z: '1', 'b/own': 'old', a: '2' });
    const stored = store(object, { annotations: { 'c/new': 'x', 'b/own': 'new', 'a/new': 'y' } });
    expect(Object.entries(stored.metadata.annotations ?? {})).toEqual([
      ['z', '1'],
      ['b/own', 'new'],
      ['a', '2'],
      ['a/new', 'y'],
      ['c/new', 'x'],
    ]);
  });

  test('null takes a key away, and the last key its map', () => {
    expect(store(annotated({ a: '1', b: '2' }), { annotations: { a: null, c: null } }).metadata.annotations).toEqual({
      b: '2',
    });
    expect(store(annotated({ a: '1' }), { annotations: { a: null } }).metadata).not.toHaveProperty('annotations');
  });

  test('nothing to change gives the same object', () => {
    const object = annotated({ a: '1' });
    expect(store(object, { annotations: { a: '1', b: null } })).toBe(object);
    expect(store(object)).toBe(object);
    expect(store(httpRouteObject('web'), { filters: [{ rule: 0, filter: null }] })).toEqual(httpRouteObject('web'));
  });

  test('what was given is not changed', () => {
    const object = annotated({ a: '1', [LIST]: 'x' });
    const before = structuredClone(object);
    store(object, {
      annotations: { a: null, b: '2' },
      listEntries: [{ annotation: LIST, entry: 'y', presence: 'First' }],
    });
    expect(object).toEqual(before);
  });

  test('several policies of one object are named together, sorted and once', () => {
    const plans = ['b', 'a', 'b'].map((name) => ({ annotations: { [POLICY_ANNOTATION]: name } }));
    expect(store(httpRouteObject('web'), ...plans).metadata.annotations).toEqual({ [POLICY_ANNOTATION]: 'a,b' });
  });

  test('a key like one of the prototype is a key', () => {
    const object = annotated(JSON.parse('{"__proto__":"x","constructor":"y"}'));
    const stored = store(object, { annotations: { b: '2' } });
    expect(Object.keys(stored.metadata.annotations ?? {})).toEqual(['__proto__', 'constructor', 'b']);
  });
});

describe('storedTarget: lists that others share', () => {
  test.each([
    { name: 'ours comes first', value: 'auth,limits', presence: 'First', expected: 'ours,auth,limits' },
    { name: 'ours is moved to the front', value: 'auth,ours,limits', presence: 'First', expected: 'ours,auth,limits' },
    { name: 'ours is not written twice', value: 'ours,auth,ours', presence: 'First', expected: 'ours,auth' },
    {
      name: 'a list that is right stays to the byte',
      value: 'ours, auth ',
      presence: 'First',
      expected: 'ours, auth ',
    },
    { name: 'a new list', value: undefined, presence: 'First', expected: 'ours' },
    { name: 'ours is taken away', value: 'auth, ours,limits', presence: 'Absent', expected: 'auth,limits' },
    { name: 'the last entry takes the list with it', value: 'ours', presence: 'Absent', expected: undefined },
    {
      name: 'a list without ours stays to the byte',
      value: ' auth , limits',
      presence: 'Absent',
      expected: ' auth , limits',
    },
    { name: 'no list stays none', value: undefined, presence: 'Absent', expected: undefined },
  ] as const)('$name', ({ value, presence, expected }) => {
    expect(listed(value, 'ours', presence)).toBe(expected);
  });

  test('entries of others keep their order, whatever they are', () => {
    const entry = fc.constantFrom('a', 'b', 'c@file', 'ours', ' d ');
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 6 }), fc.constantFrom('First', 'Absent'), (entries, presence) => {
        const after = (listed(entries.join(','), 'ours', presence) ?? '').split(',').map((each) => each.trim());
        const others = entries.map((each) => each.trim()).filter((each) => each !== 'ours');
        expect(after.filter((each) => each !== 'ours' && each !== '')).toEqual(others);
        expect(after.filter((each) => each === 'ours').length).toBe(presence === 'First' ? 1 : 0);
        if (presence === 'First') expect(after[0]).toBe('ours');
      }),
    );
  });
});

describe('storedTarget: filters', () => {
  const mirror = { type: 'RequestMirror' };
  const old = { type: 'CORS', cors: { allowOrigins: ['*'] } };

  test.each([
    { name: 'a new filter comes first', filters: [mirror], filter: FILTER, expected: [FILTER, mirror] },
    { name: 'a rule without filters gets a list', filters: undefined, filter: FILTER, expected: [FILTER] },
    {
      name: 'a filter that stands is replaced in its place',
      filters: [mirror, old, mirror],
      filter: FILTER,
      expected: [mirror, FILTER, mirror],
    },
    {
      name: 'of several only the first place is kept',
      filters: [old, mirror, old],
      filter: FILTER,
      expected: [FILTER, mirror],
    },
    { name: 'null takes every CORS filter away', filters: [old, mirror, old], filter: null, expected: [mirror] },
    { name: 'the last filter takes the list with it', filters: [old], filter: null, expected: undefined },
  ])('$name', ({ filters, filter, expected }) => {
    expect(filtersAfter(withFilters(filters), filter)).toEqual({
      backendRefs: [],
      ...(expected === undefined ? {} : { filters: expected }),
    });
  });

  test('a filter that is the same but for the order of its keys stays as it is', () => {
    const object = withFilters([{ cors: FILTER.cors, type: 'CORS' }]);
    expect(store(object, { filters: [{ rule: 1, filter: FILTER }] })).toBe(object);
  });

  test('other rules, and rules that are not there, are left alone', () => {
    const object = withFilters([mirror]);
    const stored = store(object, {
      filters: [
        { rule: 7, filter: FILTER },
        { rule: 1, filter: FILTER },
      ],
    });
    expect(Object(stored['spec']).rules[0]).toBe(Object(object['spec']).rules[0]);
    expect(Object(stored['spec']).rules).toHaveLength(2);
  });

  test('a spec of another shape is left alone', () => {
    for (const spec of [null, 'text', { rules: 'none' }, { rules: [null] }]) {
      const object = { ...httpRouteObject('web'), spec };
      expect(store(object, { filters: [{ rule: 0, filter: FILTER }] })).toBe(object);
    }
  });
});
