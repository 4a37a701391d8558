import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ObjectRef } from '../../src/model/reference.ts';
import { readManifests } from '../../src/sources/file-source.ts';
import type { Manifests } from '../../src/sources/manifests.ts';
import { createLocator, locate } from '../../src/sources/source-position.ts';

const POLICIES = `# two policies
apiVersion: cors-operator.dev/v1alpha1
kind: CorsPolicy
metadata:
  name: one
spec:
  allowOrigins:
    - https://a.example.com
    - https://b.example.com
---
# the other
apiVersion: cors-operator.dev/v1alpha1
kind: CorsPolicy
metadata: { name: two, namespace: shop }
spec:
  allowOrigins: [ "https://c.example.com",
    "https://d.example.com" ]
---
apiVersion: cors-operator.dev/v1alpha1
kind: ClusterCorsPolicy
metadata:
  name: org
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: origins
data:
  origins.txt: |
    https://e.example.com
    https://f.example.com
`;

const LIST = `apiVersion: v1
kind: List
items:
- apiVersion: v1
  kind: ConfigMap
  metadata:
    name: in-list
    labels:
      a: b
`;

const JSON_LIST = `{"apiVersion": "v1", "kind": "List", "items": [
  {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "first"}},
  {"apiVersion": "v1", "kind": "ConfigMap",
   "metadata": {
     "name": "json"
   }}
]}`;

async function readText(text: string): Promise<Manifests> {
  async function* stdin(): AsyncGenerator<Uint8Array> {
    yield Buffer.from(text);
  }
  return readManifests(['-'], { stdin: stdin() });
}

const ALL = `${POLICIES}---\n${LIST}---\n${JSON_LIST}\n`;

const one: ObjectRef = { kind: 'CorsPolicy', namespace: 'default', name: 'one' };
const two: ObjectRef = { kind: 'CorsPolicy', namespace: 'shop', name: 'two' };
const org: ObjectRef = { kind: 'ClusterCorsPolicy', name: 'org' };
const origins: ObjectRef = { kind: 'ConfigMap', namespace: 'default', name: 'origins' };
const inList: ObjectRef = { kind: 'ConfigMap', namespace: 'default', name: 'in-list' };
const json: ObjectRef = { kind: 'ConfigMap', namespace: 'default', name: 'json' };

const positions = [
  { name: 'an object', object: one, path: '', line: 2 },
  { name: 'a field', object: one, path: 'spec.allowOrigins', line: 7 },
  { name: 'an item', object: one, path: 'spec.allowOrigins[1]', line: 9 },
  { name: 'an item that is not there', object: one, path: 'spec.allowOrigins[7]', line: 7 },
  { name: 'a field that is not there', object: one, path: 'spec.maxAge', line: 6 },
  { name: 'nothing of the path', object: one, path: 'status.conditions', line: 2 },
  { name: 'a namespace that was added', object: one, path: 'metadata.namespace', line: 4 },
  { name: 'an object below a comment', object: two, path: '', line: 12 },
  { name: 'a field in braces', object: two, path: 'metadata.namespace', line: 14 },
  { name: 'an item in brackets, on the next line', object: two, path: 'spec.allowOrigins[1]', line: 17 },
  { name: 'a cluster-scoped object', object: org, path: 'metadata.name', line: 22 },
  { name: 'a line of a text', object: origins, path: 'data.origins.txt line 2', line: 31 },
  { name: 'an item of a List', object: inList, path: '', line: 36 },
  { name: 'a field of an item of a List', object: inList, path: 'metadata.labels.a', line: 41 },
  { name: 'an item of a JSON List', object: json, path: '', line: 45 },
  { name: 'a field of an item of a JSON List', object: json, path: 'metadata.name', line: 47 },
  { name: 'what a JSON object does not have', object: json, path: 'metadata.labels', line: 46 },
];

describe('locate', () => {
  test.each(positions)('$name', async ({ object, path, line }) => {
    expect(locate(await readText(ALL), object, path)).toBe(`-:${line}`);
  });

  test.each([
    { name: 'CR LF', text: ALL.replaceAll('\n', '\r\n') },
    { name: 'a byte order mark', text: `\ufeff${ALL}` },
  ])('the same lines with $name', async ({ text }) => {
    const manifests = await readText(text);
    expect(manifests.issues).toEqual([]);
    const locator = createLocator(manifests);
    for (const { object, path, line } of positions) {
      expect(`${path} ${locator(object, path)}`).toBe(`${path} -:${line}`);
    }
  });

  test('an object that the input does not hold is nowhere', async () => {
    const manifests = await readText(ALL);
    expect(locate(manifests, { kind: 'CorsPolicy', namespace: 'shop', name: 'one' }, 'spec')).toBe('');
    expect(createLocator(manifests)(org, 'spec')).toBeDefined();
    expect(createLocator(manifests)({ ...org, namespace: 'default' }, 'spec')).toBeUndefined();
  });

  test('positions do not depend on the order of the questions', async () => {
    const locator = createLocator(await readText(ALL));
    fc.assert(
      fc.property(fc.shuffledSubarray(positions), (asked) => {
        expect(asked.map(({ object, path }) => locator(object, path))).toEqual(asked.map(({ line }) => `-:${line}`));
      }),
    );
  });

  test('any path of any object leads to a line of the file', async () => {
    const manifests = await readText(ALL);
    const locator = createLocator(manifests);
    const lines = ALL.split('\n').length;
    const steps = fc.constantFrom(
      'spec',
      '.allowOrigins',
      '[0]',
      '[9]',
      '.metadata',
      'metadata',
      '.name',
      'data',
      '.origins.txt',
      ' line 2',
      ' line 999',
    );
    const paths = fc.oneof(
      fc.string(),
      fc.array(steps).map((each) => each.join('')),
    );
    fc.assert(
      fc.property(fc.constantFrom(...positions), paths, ({ object }, path) => {
        const line = Number(locator(object, path)?.slice(2));
        expect(line >= 1 && line <= lines).toBe(true);
      }),
    );
  });
});
