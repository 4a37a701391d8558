import { describe, expect, test } from 'vitest';
import { documentObjects, joinPath } from '../../src/sources/document-objects.ts';

const CONFIG_MAP = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } };

function shown(value: unknown): readonly string[] {
  return documentObjects(value, 'shop').objects.map(
    ({ object: { kind, metadata }, within }) => `${within} ${kind} ${metadata.namespace ?? '-'}/${metadata.name}`,
  );
}

function problems(value: unknown): readonly string[] {
  return documentObjects(value, 'shop').issues.map(({ severity, reason, path }) => `${severity} ${reason} ${path}`);
}

describe('documentObjects', () => {
  test('an object stands for itself', () => {
    expect(shown(CONFIG_MAP)).toEqual([' ConfigMap shop/a']);
    expect(documentObjects(CONFIG_MAP, 'shop')).toMatchObject({ list: false, issues: [] });
  });

  test.each([
    { name: 'no namespace', metadata: { name: 'a' }, namespace: 'shop', added: true },
    { name: 'an empty namespace', metadata: { name: 'a', namespace: '' }, namespace: 'shop', added: true },
    { name: 'null', metadata: { name: 'a', namespace: null }, namespace: 'shop', added: true },
    { name: 'its own', metadata: { name: 'a', namespace: 'b' }, namespace: 'b', added: false },
  ])('the default namespace: $name', ({ metadata, namespace, added }) => {
    const [found] = documentObjects({ ...CONFIG_MAP, metadata }, 'shop').objects;
    expect(found).toMatchObject({ object: { metadata: { name: 'a', namespace } }, addedNamespace: added });
  });

  test('a cluster-scoped object has no namespace, also where its author wrote one', () => {
    const namespaced = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'a', namespace: 'b', labels: {} } };
    const [found] = documentObjects(namespaced, 'shop').objects;
    expect(found?.object.metadata).toEqual({ name: 'a', labels: {} });
    expect(namespaced.metadata.namespace).toBe('b');
  });

  test('an object of an unknown kind counts as namespaced, but its text is not to be given a namespace', () => {
    const [found] = documentObjects({ ...CONFIG_MAP, apiVersion: 'example.com/v1' }, 'shop').objects;
    expect(found).toMatchObject({ object: { metadata: { namespace: 'shop' } }, addedNamespace: false });
  });

  test('a List gives its items, and so do Lists in it', () => {
    const inner = { apiVersion: 'v1', kind: 'List', items: [CONFIG_MAP] };
    const list = { apiVersion: 'v1', kind: 'List', items: [CONFIG_MAP, inner] };
    expect(shown(list)).toEqual(['items[0] ConfigMap shop/a', 'items[1].items[0] ConfigMap shop/a']);
    expect(documentObjects(list, 'shop').list).toBe(true);
  });

  test('an empty List is a List without objects', () => {
    const list = { apiVersion: 'v1', kind: 'List', items: [] };
    expect(documentObjects(list, 'shop')).toEqual({ objects: [], issues: [], list: true });
  });

  test('items of a typed list take what the list says of them, unless they say it themselves', () => {
    const items = [{ metadata: { name: 'a' } }, { ...CONFIG_MAP, metadata: { name: 'b' } }];
    const list = { apiVersion: 'networking.k8s.io/v1', kind: 'IngressList', items };
    expect(shown(list)).toEqual(['items[0] Ingress shop/a', 'items[1] ConfigMap shop/b']);
    expect(documentObjects(list, 'shop').objects[0]?.object.apiVersion).toBe('networking.k8s.io/v1');
  });

  test('a kind that ends in List without items is an object', () => {
    expect(shown({ ...CONFIG_MAP, kind: 'AllowList' })).toEqual([' AllowList shop/a']);
  });

  test('bad items stop nothing else, and are named by their place in the list', () => {
    const list = { apiVersion: 'v1', kind: 'List', items: [7, CONFIG_MAP, null, { ...CONFIG_MAP, metadata: {} }] };
    expect(shown(list)).toEqual(['items[1] ConfigMap shop/a']);
    expect(problems(list)).toEqual([
      'error ObjectShape items[0]',
      'error ObjectShape items[2]',
      'error ObjectShape items[3].metadata.name',
    ]);
  });

  test('Lists in Lists without an end are not followed', () => {
    let list: unknown = { apiVersion: 'v1', kind: 'List', items: [CONFIG_MAP] };
    for (let level = 0; level < 5; level += 1) {
      list = { apiVersion: 'v1', kind: 'List', items: [list] };
    }
    expect(shown(list)).toEqual([]);
    expect(problems(list)).toEqual(['error ObjectShape items[0].items[0].items[0].items[0].items[0].metadata']);
  });

  test.each([
    { name: 'a text', value: 'kind: ConfigMap' },
    { name: 'a number', value: 7 },
    { name: 'a list', value: [CONFIG_MAP] },
  ])('$name is no object, and the message says what one is', ({ value }) => {
    const { objects, issues } = documentObjects(value, 'shop');
    expect(objects).toEqual([]);
    expect(issues).toMatchObject([{ severity: 'error', reason: 'ObjectShape', path: '' }]);
    expect(issues[0]?.message).toContain('write apiVersion, kind and metadata');
  });

  test('an object that gets its name later is left out, without an error', () => {
    const generated = { ...CONFIG_MAP, metadata: { generateName: 'a-' } };
    expect(shown(generated)).toEqual([]);
    expect(problems(generated)).toEqual(['info ObjectShape metadata.name']);
  });
});

describe('joinPath', () => {
  test.each([
    { outer: '', inner: 'spec', path: 'spec' },
    { outer: 'items[0]', inner: '', path: 'items[0]' },
    { outer: 'items[0]', inner: 'spec', path: 'items[0].spec' },
    { outer: 'items', inner: '[0]', path: 'items[0]' },
  ])('"$outer" and "$inner" are "$path"', ({ outer, inner, path }) => {
    expect(joinPath(outer, inner)).toBe(path);
  });
});
