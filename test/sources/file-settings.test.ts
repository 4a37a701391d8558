import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Issue } from '../../src/model/issue.ts';
import {
  type FileSettings,
  fileSettingsSchema,
  noFileSettings,
  readFileSettings,
} from '../../src/sources/file-settings.ts';
import { MAX_DOCUMENT_LENGTH } from '../../src/sources/input-limits.ts';
import { kubectlSchema } from '../../src/sources/kubectl-scalars.ts';
import { inputFolder } from '../support/input-folder.ts';

const schema = kubectlSchema();

type Reading = { readonly settings: FileSettings; readonly issues: readonly Issue[] };

/** Reads settings files of one folder; sources are without the folder then. */
async function read(...texts: readonly (string | Uint8Array)[]): Promise<Reading> {
  const names = texts.map((_, index) => `${index}.yaml`);
  const folder = await inputFolder(Object.fromEntries(texts.map((text, index) => [`${index}.yaml`, text])));
  const reading = await readFileSettings(
    names.map((name) => join(folder, name)),
    schema,
  );
  return JSON.parse(JSON.stringify(reading).replaceAll(`${folder}/`, ''));
}

describe('readFileSettings', () => {
  test('takes every setting, with its place', async () => {
    const text = `# settings
classes:
  nginx: ingress-nginx@1.15.1
  a.b/c: traefik
responder: Standalone
operatorNamespace: cors-system
`;
    expect(await read(text)).toEqual({
      settings: {
        classes: { nginx: 'ingress-nginx@1.15.1', 'a.b/c': 'traefik' },
        responder: 'Standalone',
        operatorNamespace: 'cors-system',
        sources: {
          'classes.nginx': '0.yaml:3',
          'classes.a.b/c': '0.yaml:4',
          responder: '0.yaml:5',
          operatorNamespace: '0.yaml:6',
        },
      },
      issues: [],
    });
  });

  test('every setting that the schema has can be given', async () => {
    const text = 'classes: {a: b}\nresponder: Disabled\noperatorNamespace: x\n';
    const { settings } = await read(text);
    expect(Object.keys(fileSettingsSchema.shape).sort()).toEqual(
      Object.keys(settings)
        .filter((key) => key !== 'sources')
        .sort(),
    );
  });

  test.each([
    { name: 'an empty file', text: '' },
    { name: 'a comment', text: '# nothing yet\n' },
    { name: 'no classes', text: 'classes: {}\n' },
    { name: 'a byte order mark', text: '\ufeff{}' },
  ])('$name sets nothing', async ({ text }) => {
    expect(await read(text)).toEqual({ settings: noFileSettings, issues: [] });
  });

  test.each([
    {
      name: 'an unknown setting',
      text: 'classes: {}\nclasess: {}\n',
      line: 2,
      message: /no setting clasess: the settings are classes, responder, operatorNamespace/,
    },
    { name: 'a wrong word', text: '\nresponder: On\n', line: 2, message: /^responder: .*"Disabled"\|"Standalone"/ },
    { name: 'a wrong type of a class', text: 'classes:\n  a: b\n  c: 7\n', line: 3, message: /^classes\.c: .*string/ },
    { name: 'an empty dialect', text: 'classes:\n  a: ""\n', line: 2, message: /^classes\.a: / },
    { name: 'classes that are a list', text: 'classes:\n- a\n', line: 1, message: /^classes: / },
    { name: 'an empty namespace', text: 'operatorNamespace: ""\n', line: 1, message: /^operatorNamespace: / },
    { name: 'a list', text: '- a\n', line: 1, message: /^the settings: .*object/ },
    { name: 'words', text: 'nothing\n', line: 1, message: /^the settings: / },
  ])('$name is an issue at its line, and nothing of the file is used', async ({ text, line, message }) => {
    const { settings, issues } = await read(`${text}`);
    expect(settings).toEqual(noFileSettings);
    expect(issues).toMatchObject([{ severity: 'error', reason: 'SettingsInvalid', source: `0.yaml:${line}` }]);
    expect(issues[0]?.message).toMatch(message);
  });

  test.each([
    { name: 'wrong YAML', text: 'classes:\n  a: [\n', reason: 'YamlSyntax' },
    { name: 'a duplicate', text: 'classes: {}\nclasses: {}\n', reason: 'YamlDuplicateKey' },
    { name: 'an alias', text: 'classes: {a: *b}\n', reason: 'YamlAlias' },
    { name: 'a tag', text: 'responder: !x Disabled\n', reason: 'YamlTag' },
    { name: 'a prototype key', text: 'classes: {__proto__: traefik}\n', reason: 'ObjectKey' },
    { name: 'nesting', text: '['.repeat(200) + ']'.repeat(200), reason: 'YamlDepth' },
    { name: 'bytes that are no text', text: Buffer.from([0xff, 0xfe]), reason: 'FileEncoding' },
    { name: 'too much', text: '#'.repeat(MAX_DOCUMENT_LENGTH + 1), reason: 'FileTooLarge' },
  ])('$name is refused as in a manifest', async ({ text, reason }) => {
    const { settings, issues } = await read(text);
    expect(settings).toEqual(noFileSettings);
    expect(issues[0]).toMatchObject({ severity: 'error', reason });
    expect(issues[0]?.source).toMatch(/^0\.yaml/);
  });

  test('what cannot be opened is an issue, and other files hold', async () => {
    const folder = await inputFolder({ 'good.yaml': 'responder: Disabled\n' });
    await mkdir(join(folder, 'folder.yaml'));
    await symlink('none', join(folder, 'dangling.yaml'));
    const paths = ['folder.yaml', 'dangling.yaml', 'good.yaml'].map((name) => join(folder, name));
    const { settings, issues } = await readFileSettings(paths, schema);
    expect(settings.responder).toBe('Disabled');
    expect(issues.map(({ reason, source }) => [reason, source])).toEqual([
      ['FileUnreadable', paths[0]],
      ['FileUnreadable', paths[1]],
    ]);
  });

  test('files may add to each other and say the same', async () => {
    const { settings, issues } = await read(
      'classes: {a: traefik}\n',
      'classes: {a: traefik, b: kong}\nresponder: Disabled',
    );
    expect(settings).toMatchObject({ classes: { a: 'traefik', b: 'kong' }, responder: 'Disabled' });
    expect(issues).toEqual([]);
  });

  test('of what they say differently none is used, and the message names both', async () => {
    const { settings, issues } = await read('classes: {a: traefik}\n', '\nclasses: {a: kong, b: kong}\n');
    expect(settings.classes).toEqual({ b: 'kong' });
    expect(issues).toMatchObject([{ severity: 'error', reason: 'SettingsInvalid', source: '1.yaml:2' }]);
    expect(issues[0]?.message).toBe('classes.a is kong here and traefik in 0.yaml:1: neither is used');
  });
});
