import { execFileSync } from 'node:child_process';
import { mkdir, open, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Document } from 'yaml';
import { readManifests } from '../../src/sources/file-source.ts';
import { MAX_INPUT_BYTES } from '../../src/sources/input-limits.ts';
import { kubectlSchema } from '../../src/sources/kubectl-scalars.ts';
import type { Manifests } from '../../src/sources/manifests.ts';
import { configMapText, inputFolder } from '../support/input-folder.ts';

async function* stream(...chunks: readonly (Uint8Array | string)[]): AsyncGenerator<Uint8Array | string> {
  yield* chunks;
}

function names({ objects }: Manifests): readonly string[] {
  return objects.map(({ object: { metadata } }) => `${metadata.namespace ?? '-'}/${metadata.name}`);
}

function problems({ issues }: Manifests, folder = ''): readonly string[] {
  return issues.map(({ reason, source }) => `${reason} ${source?.replace(`${folder}/`, '')}`);
}

describe('readManifests', () => {
  test('objects stand in the order of the input: files as they were named, then their documents', async () => {
    const folder = await inputFolder({
      'z/b.yaml': `${configMapText('z-b-1')}---\n${configMapText('z-b-2')}`,
      'z/a.json': JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'z-a' } }),
      'a.yaml': configMapText('a'),
    });
    const manifests = await readManifests([join(folder, 'z'), '-', folder], { stdin: stream(configMapText('in')) });
    expect(names(manifests)).toEqual(['default/z-a', 'default/z-b-1', 'default/z-b-2', 'default/in', 'default/a']);
    expect(manifests.files).toEqual([join(folder, 'z/a.json'), join(folder, 'z/b.yaml'), '-', join(folder, 'a.yaml')]);
    expect(manifests.sources.map(({ name, format }) => [name, format])).toEqual([
      ['z/a.json', 'json'],
      ['z/b.yaml', 'yaml'],
      ['stdin.yaml', 'yaml'],
      ['a.yaml', 'yaml'],
    ]);
    expect(manifests.objects.map(({ file }) => file)).toEqual([
      join(folder, 'z/a.json'),
      join(folder, 'z/b.yaml'),
      join(folder, 'z/b.yaml'),
      '-',
      join(folder, 'a.yaml'),
    ]);
    expect(manifests.issues).toEqual([]);
  });

  test('the default namespace is that of namespaced objects without one', async () => {
    const text = [
      configMapText('none'),
      `${configMapText('own')}  namespace: mine\n`,
      'apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n',
      'apiVersion: cors-operator.dev/v1alpha1\nkind: ClusterCorsPolicy\nmetadata: {name: org, namespace: x}\n',
    ].join('---\n');
    const manifests = await readManifests(['-'], { stdin: stream(text), defaultNamespace: 'shop' });
    expect(names(manifests)).toEqual(['shop/none', 'mine/own', '-/shop', '-/org']);
    expect(names(await readManifests(['-'], { stdin: stream(configMapText('none')) }))).toEqual(['default/none']);
  });

  test('a file that is named twice, and read through links, gives its objects once', async () => {
    const folder = await inputFolder({ 'a.yaml': configMapText('a') });
    await symlink('a.yaml', join(folder, 'b.yaml'));
    const path = join(folder, 'a.yaml');
    expect(names(await readManifests([path, path, folder]))).toEqual(['default/a']);
  });

  test('one wrong file of every sort stops none of the others', async () => {
    const folder = await inputFolder({
      'a.yaml': configMapText('a'),
      'alias.yaml': 'a: &x [*x]\n',
      'binary.yaml': Buffer.from([0, 1, 2, 0xff]),
      'duplicate.json': '{"a":1,\n"a":2}',
      'empty.yaml': '',
      'half.yaml': `${configMapText('half')}---\na: [\n`,
      'key.yaml': 'a:\n- __proto__: 1\n',
      'list.yaml': '- a\n',
      'nul.yaml': 'a: \0',
      'tag.yaml': 'a: !x b\n',
      'z.yaml': configMapText('z'),
    });
    await mkdir(join(folder, 'folder.yaml'));
    await symlink('none', join(folder, 'dangling.yaml'));
    await symlink('..', join(folder, 'folder.yaml/up'));
    execFileSync('mkfifo', [join(folder, 'pipe.yaml')]);
    const file = await open(join(folder, 'large.yaml'), 'w');
    await file.truncate(100 * 1024 * 1024);
    await file.close();
    const manifests = await readManifests([folder, join(folder, 'none.yaml')]);
    expect(names(manifests)).toEqual(['default/a', 'default/half', 'default/z']);
    expect(problems(manifests, folder).toSorted()).toEqual([
      'FileEncoding binary.yaml',
      'FileEncoding nul.yaml',
      'FileTooLarge large.yaml',
      'FileUnreadable dangling.yaml',
      'FileUnreadable folder.yaml/up',
      'FileUnreadable none.yaml',
      'FileUnreadable pipe.yaml',
      'ObjectKey key.yaml:2',
      'ObjectShape list.yaml:1',
      'YamlAlias alias.yaml:1',
      'YamlDuplicateKey duplicate.json:2',
      'YamlSyntax half.yaml:7',
      'YamlTag tag.yaml:1',
    ]);
    for (const { message, severity } of manifests.issues) {
      expect(severity).toBe('error');
      expect(message).toMatch(/[:;,] [a-z]+|must .* end with/);
    }
    expect(manifests.files).not.toContain(join(folder, 'binary.yaml'));
    expect(manifests.files).toContain(join(folder, 'alias.yaml'));
  });

  test('all files share one budget: what goes over it is refused, smaller ones behind it are not', async () => {
    const folder = await inputFolder({ 'c.yaml': configMapText('c') });
    const filler = `# ${'x'.repeat(1024 * 1024)}\n`.repeat(30);
    await writeFile(join(folder, 'a.yaml'), `${configMapText('a')}---\n${filler}`);
    await writeFile(join(folder, 'b.yaml'), `${configMapText('b')}---\n${filler}`);
    const manifests = await readManifests([folder]);
    expect(names(manifests)).toEqual(['default/a', 'default/c']);
    expect(problems(manifests, folder)).toContain('FileTooLarge b.yaml');
    const refused = manifests.issues.find(({ source }) => source?.endsWith('b.yaml'));
    expect(refused?.message).toMatch(/48 MiB, \d+ KiB of which are left: split it/);
  });

  test.each([
    {
      name: 'over the limit',
      chunks: [Buffer.alloc(MAX_INPUT_BYTES, 0x20), 'a'],
      reason: 'FileTooLarge',
      message: /split it/,
    },
    { name: 'that is no text', chunks: [Buffer.from([0xff])], reason: 'FileEncoding', message: /save it as UTF-8/ },
    { name: 'that is not there', chunks: undefined, reason: 'FileUnreadable', message: /name a file or folder/ },
  ])('standard input $name is refused', async ({ chunks, reason, message }) => {
    const manifests = await readManifests(['-'], chunks === undefined ? {} : { stdin: stream(...chunks) });
    expect(manifests.issues).toMatchObject([{ severity: 'error', reason, source: '-' }]);
    expect(manifests.issues[0]?.message).toMatch(message);
    expect(manifests.objects).toEqual([]);
    expect(manifests.files).toEqual([]);
  });

  test('settings beside the input are read, and the settings file is no manifest', async () => {
    const folder = await inputFolder({
      '.cors-operator.yaml': 'classes: {nginx: ingress-nginx}\n',
      'a.yaml': configMapText('a'),
      'sub/.cors-operator.yaml': 'classes: {other: traefik}\n',
      'sub/b.yaml': configMapText('b'),
    });
    const manifests = await readManifests([folder]);
    expect(manifests.settings.classes).toEqual({ nginx: 'ingress-nginx' });
    expect(manifests.settings.sources).toEqual({ 'classes.nginx': `${folder}/.cors-operator.yaml:1` });
    expect(problems(manifests, folder)).toEqual(['SettingsInvalid sub/.cors-operator.yaml']);
    expect(manifests.issues[0]?.severity).toBe('info');
    expect(names(manifests)).toEqual(['default/a', 'default/b']);
  });

  test('wrong settings are an issue, and the manifests are read all the same', async () => {
    const folder = await inputFolder({ '.cors-operator.yaml': 'responder: Sometimes\n', 'a.yaml': configMapText('a') });
    const manifests = await readManifests([folder]);
    expect(problems(manifests, folder)).toEqual(['SettingsInvalid .cors-operator.yaml:1']);
    expect(manifests.settings).toEqual({ classes: {}, sources: {} });
    expect(names(manifests)).toEqual(['default/a']);
  });

  test('progress counts over all files', async () => {
    const folder = await inputFolder({ 'a.yaml': configMapText('a'), 'b.yaml': configMapText('b') });
    const told: number[] = [];
    await readManifests([folder], { progress: (objects) => void told.push(objects) });
    expect(told).toEqual([1, 2]);
  });

  test('any bytes: never throws', async () => {
    const pieces = fc
      .constantFrom('a: ', '- ', '---\n', '{', '"', '\ufeff', '\0', '\n')
      .map((text) => Buffer.from(text));
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.array(pieces).map((each) => Buffer.concat(each)),
    );
    await fc.assert(
      fc.asyncProperty(bytes, async (chunk) => {
        const manifests = await readManifests(['-'], { stdin: stream(chunk) });
        expect(manifests.issues.every(({ message, source }) => message !== '' && source?.startsWith('-'))).toBe(true);
      }),
    );
  });

  test('any object, printed as YAML or JSON and read, is the same', async () => {
    const schema = kubectlSchema();
    const text = fc.string({
      unit: fc.constantFrom('a', 'y', '0', '.', ':', ' ', '\n', '\r', '\t', '#', '"', '-', 'é', '\u2028', '\x7f', '😀'),
    });
    const key = fc
      .stringMatching(/^[a-z][a-z./-]{0,12}$/)
      .filter((each) => !['constructor', 'prototype'].includes(each));
    const objects = fc.record({
      apiVersion: fc.constant('v1'),
      kind: fc.constant('ConfigMap'),
      metadata: fc.record({
        name: key,
        namespace: key,
        annotations: fc.dictionary(key, text, { noNullPrototype: true }),
      }),
      data: fc.dictionary(key, text, { noNullPrototype: true }),
      spec: fc.array(fc.oneof(text, fc.integer(), fc.boolean(), fc.constant(null))),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(objects, { minLength: 1, maxLength: 3 }), async (all) => {
        const yaml = all.map((each) => new Document(each, { schema }).toString()).join('---\n');
        for (const printed of [yaml, all.map((each) => JSON.stringify(each, null, 2)).join('\n')]) {
          const manifests = await readManifests(['-'], { stdin: stream(printed) });
          expect(manifests.issues).toEqual([]);
          expect(manifests.objects.map(({ object }) => object)).toEqual(all);
        }
      }),
    );
  });
});
