import { execFileSync } from 'node:child_process';
import { mkdir, symlink } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type FileListing, listFiles } from '../../src/sources/file-listing.ts';
import { inputFolder } from '../support/input-folder.ts';

function names({ files }: FileListing): readonly string[] {
  return files.map(({ name }) => name);
}

function problems({ issues }: FileListing): readonly string[] {
  return issues.map(({ severity, reason }) => `${severity} ${reason}`);
}

describe('listFiles', () => {
  test('a folder is gone through with each of its names in byte order', async () => {
    const order = ['B.yaml', 'a/Z.yaml', 'a/z.yml', 'a-b.yaml', 'a.yaml', 'b.json', 'é.yaml', '\uff5e.yaml', '😀.yaml'];
    const folder = await inputFolder(Object.fromEntries(order.toReversed().map((name) => [name, ''])));
    const listing = await listFiles([folder]);
    expect(names(listing)).toEqual(order);
    expect(listing.files.map(({ path }) => path)).toEqual(order.map((name) => join(folder, name)));
    expect(listing.issues).toEqual([]);
  });

  test('of a folder only manifests count', async () => {
    const folder = await inputFolder({
      'a.yaml': '',
      'b.txt': '',
      'c.yaml.bak': '',
      'd.YAML': '',
      yaml: '',
      '.hidden.yaml': '',
      '.git/config.yaml': '',
      'kustomization.yaml': '',
      'sub/kustomization.yml': '',
    });
    expect(names(await listFiles([folder]))).toEqual(['a.yaml']);
  });

  test('what is named is read whatever it is called', async () => {
    const folder = await inputFolder({ 'a.txt': '', '.b.yaml': '', 'kustomization.yaml': '', '.c/d.yaml': '' });
    const listing = await listFiles(['a.txt', '.b.yaml', 'kustomization.yaml', '.c'].map((name) => join(folder, name)));
    expect(names(listing)).toEqual(['a.txt', '.b.yaml', 'kustomization.yaml', '.c/d.yaml']);
    expect(listing.issues).toEqual([]);
  });

  test('a mounted ConfigMap is read once, through the links on top', async () => {
    const folder = await inputFolder({ '..2026_01_01/a.yaml': '', '..2026_01_01/.cors-operator.yaml': '' });
    await symlink('..2026_01_01', join(folder, '..data'));
    await symlink('..data/a.yaml', join(folder, 'a.yaml'));
    await symlink('..data/.cors-operator.yaml', join(folder, '.cors-operator.yaml'));
    const listing = await listFiles([folder]);
    expect(names(listing)).toEqual(['a.yaml']);
    expect(listing.settingsFiles).toEqual([join(folder, '.cors-operator.yaml')]);
    expect(listing.issues).toEqual([]);
  });

  test('the same file is listed once, however it is named', async () => {
    const folder = await inputFolder({ 'sub/a.yaml': '' });
    await symlink('sub/a.yaml', join(folder, 'z.yaml'));
    await symlink('sub', join(folder, 'y'));
    const path = join(folder, 'sub/a.yaml');
    const listing = await listFiles([path, path, relative('.', path), `${folder}/./sub//a.yaml`, folder, folder]);
    expect(listing.files).toEqual([{ path, name: 'sub/a.yaml' }]);
  });

  test('standard input is listed once, where it was named', async () => {
    const folder = await inputFolder({ 'a.yaml': '' });
    expect((await listFiles(['-', folder, '-'])).files).toEqual([
      { path: '-', name: 'stdin.yaml' },
      { path: join(folder, 'a.yaml'), name: 'a.yaml' },
    ]);
  });

  test('names are below the folder that holds all that was named', async () => {
    const folder = await inputFolder({ 'one/a.yaml': '', 'one-more/b/c.yaml': '', 'one-more/d.yaml': '' });
    const paths = ['one', 'one-more/b', 'one-more/d.yaml'].map((name) => join(folder, name));
    expect(names(await listFiles(paths))).toEqual(['one/a.yaml', 'one-more/b/c.yaml', 'one-more/d.yaml']);
    expect(names(await listFiles(paths.slice(1)))).toEqual(['b/c.yaml', 'd.yaml']);
  });

  test('links are followed to files and folders elsewhere', async () => {
    const elsewhere = await inputFolder({ 'a.yaml': '', 'b/c.yaml': '' });
    const folder = await inputFolder();
    await symlink(join(elsewhere, 'a.yaml'), join(folder, 'linked.yaml'));
    await symlink(join(elsewhere, 'b'), join(folder, 'folder'));
    expect(names(await listFiles([folder]))).toEqual(['folder/c.yaml', 'linked.yaml']);
  });

  test('a link back to a folder around it is told and not followed', async () => {
    const folder = await inputFolder({ 'sub/a.yaml': '' });
    await symlink('..', join(folder, 'sub/up'));
    const listing = await listFiles([folder]);
    expect(names(listing)).toEqual(['sub/a.yaml']);
    expect(listing.issues).toMatchObject([
      { severity: 'error', reason: 'FileUnreadable', source: join(folder, 'sub/up') },
    ]);
    expect(listing.issues[0]?.message).toMatch(/remove the link/);
  });

  test('folders full of links to the next are gone through once each', async () => {
    const depth = 40;
    const folder = await inputFolder({ [`f${depth}/a.yaml`]: '' });
    for (let level = 0; level < depth; level += 1) {
      await mkdir(join(folder, `f${level}`), { recursive: true });
      await symlink(`../f${level + 1}`, join(folder, `f${level}/left`));
      await symlink(`../f${level + 1}`, join(folder, `f${level}/right`));
    }
    const listing = await listFiles([join(folder, 'f0')]);
    expect(listing.files).toHaveLength(1);
    expect(listing.issues).toEqual([]);
  });

  test.each([
    { name: 'a link that leads nowhere', make: (path: string) => symlink('none.yaml', path), message: /remove a link/ },
    { name: 'a link to itself', make: (path: string) => symlink('bad.yaml', path), message: /ELOOP\): remove/ },
    {
      name: 'a pipe',
      make: async (path: string) => void execFileSync('mkfifo', [path]),
      message: /a pipe, not a regular file: pipe into -f - instead/,
    },
    { name: 'a link to a device', make: (path: string) => symlink('/dev/zero', path), message: /a device, .* -f -/ },
  ])('$name in a folder is told, and stops no other file', async ({ make, message }) => {
    const folder = await inputFolder({ 'a.yaml': '', 'z.yaml': '' });
    await make(join(folder, 'bad.yaml'));
    const listing = await listFiles([folder]);
    expect(names(listing)).toEqual(['a.yaml', 'z.yaml']);
    expect(problems(listing)).toEqual(['error FileUnreadable']);
    expect(listing.issues[0]).toMatchObject({ source: join(folder, 'bad.yaml'), path: '' });
    expect(listing.issues[0]?.message).toMatch(message);
    expect(problems(await listFiles([join(folder, 'bad.yaml')]))).toEqual(['error FileUnreadable']);
  });

  test('a pipe that is no manifest is nobody’s business', async () => {
    const folder = await inputFolder({ 'a.yaml': '' });
    execFileSync('mkfifo', [join(folder, 'control')]);
    const listing = await listFiles([folder]);
    expect(names(listing)).toEqual(['a.yaml']);
    expect(listing.issues).toEqual([]);
  });

  test('a folder that is called like a manifest is a folder', async () => {
    const folder = await inputFolder({ 'a.yaml/b.yaml': '' });
    expect(names(await listFiles([folder]))).toEqual(['a.yaml/b.yaml']);
  });

  test('what is not there is an error for each that was named', async () => {
    const listing = await listFiles(['/nowhere/at/all', '']);
    expect(problems(listing)).toEqual(['error FileUnreadable', 'error FileUnreadable']);
    expect(listing.issues.map(({ source }) => source)).toEqual(['/nowhere/at/all', '']);
    expect(listing.issues[0]?.message).toMatch(/mend the path/);
  });

  test('an empty folder, and no path at all, give nothing', async () => {
    const nothing = { files: [], settingsFiles: [], issues: [] };
    expect(await listFiles([await inputFolder()])).toEqual(nothing);
    expect(await listFiles([])).toEqual(nothing);
  });
});

describe('listFiles: settings', () => {
  test('stand beside a folder’s files, beside a file, or are named themselves', async () => {
    const folder = await inputFolder({
      'one/.cors-operator.yaml': '',
      'one/a.yaml': '',
      'two/.cors-operator.yaml': '',
    });
    const settings = join(folder, 'one/.cors-operator.yaml');
    for (const path of ['one', 'one/a.yaml', 'one/.cors-operator.yaml']) {
      expect((await listFiles([join(folder, path)])).settingsFiles).toEqual([settings]);
    }
    expect(names(await listFiles([settings]))).toEqual([]);
    const both = await listFiles([join(folder, 'one'), join(folder, 'one/a.yaml'), join(folder, 'two')]);
    expect(both.settingsFiles).toEqual([settings, join(folder, 'two/.cors-operator.yaml')]);
  });

  test('a manifest whose name only ends like theirs is a manifest', async () => {
    const folder = await inputFolder({ 'prod.cors-operator.yaml': '' });
    const listing = await listFiles([join(folder, 'prod.cors-operator.yaml')]);
    expect(names(listing)).toEqual(['prod.cors-operator.yaml']);
    expect(listing.settingsFiles).toEqual([]);
  });

  test('further down they are not used, which is told unless their folder is named as well', async () => {
    const folder = await inputFolder({ 'sub/.cors-operator.yaml': '', 'sub/a.yaml': '' });
    const listing = await listFiles([folder]);
    expect(listing.settingsFiles).toEqual([]);
    expect(problems(listing)).toEqual(['info SettingsInvalid']);
    expect(listing.issues[0]?.message).toContain(`give -f ${join(folder, 'sub')}`);
    for (const paths of [
      [folder, join(folder, 'sub')],
      [join(folder, 'sub'), folder],
    ]) {
      const named = await listFiles(paths);
      expect(named.settingsFiles).toEqual([join(folder, 'sub/.cors-operator.yaml')]);
      expect(named.issues).toEqual([]);
    }
  });

  test('a link that leads nowhere is not passed over', async () => {
    const folder = await inputFolder();
    await symlink('none', join(folder, '.cors-operator.yaml'));
    expect((await listFiles([folder])).settingsFiles).toEqual([join(folder, '.cors-operator.yaml')]);
  });
});
