import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { watchFolders } from '../../../src/modes/standalone/folder-watch.ts';

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'cors-operator-watch-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Watches, and waits until watching has begun: only then what happened before is told apart from what happens now. */
async function startWatch(paths: readonly string[], since = Date.now() + 60_000) {
  let changes = 0;
  const { promise: ready, resolve } = Promise.withResolvers<void>();
  const watch = watchFolders({
    paths,
    since,
    onReady: resolve,
    onChange() {
      changes += 1;
    },
    onError: (error) => {
      throw error;
    },
  });
  onTestFinished(watch.stop);
  await ready;
  return { watch, changes: () => changes };
}

/** Milliseconds over which a watch begins, and more. */
const MOMENTS = 40;

const CHANGES: readonly { readonly name: string; readonly change: (folder: string) => Promise<void> }[] = [
  { name: 'a write', change: (folder) => writeFile(join(folder, 'a.yaml'), 'b') },
  { name: 'a new file', change: (folder) => writeFile(join(folder, 'new.yml'), 'b') },
  { name: 'a removed file', change: (folder) => rm(join(folder, 'a.yaml')) },
  {
    name: 'a rename over a file',
    change: async (folder) => {
      await writeFile(join(folder, 'a.tmp'), 'b');
      await rename(join(folder, 'a.tmp'), join(folder, 'a.yaml'));
    },
  },
  {
    name: 'a file in a new folder',
    change: async (folder) => {
      await mkdir(join(folder, 'below'));
      await writeFile(join(folder, 'below', 'b.json'), '{}');
    },
  },
  { name: 'a removed folder', change: (folder) => rm(join(folder, 'deep'), { recursive: true }) },
  { name: 'a write far below', change: (folder) => writeFile(join(folder, 'deep', 'er', 'c.yaml'), 'd') },
  { name: 'settings', change: (folder) => writeFile(join(folder, '.cors-operator.yaml'), 'x: y') },
];

describe('watchFolders', () => {
  it.each(CHANGES)('watchFolders: $name is a change', async ({ change }) => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'a.yaml'), 'a');
    await mkdir(join(folder, 'deep', 'er'), { recursive: true });
    await writeFile(join(folder, 'deep', 'er', 'c.yaml'), 'c');
    const { changes } = await startWatch([folder]);
    await change(folder);
    await expect.poll(changes, { timeout: 5_000 }).toBeGreaterThan(0);
  });

  it('watchFolders: the swapped link of a mounted ConfigMap is a change, each time', async () => {
    const folder = await temporaryFolder();
    const mount = async (version: string): Promise<void> => {
      await mkdir(join(folder, `..${version}`));
      await writeFile(join(folder, `..${version}`, 'a.yaml'), version);
      await symlink(`..${version}`, join(folder, '..data_tmp'));
      await rename(join(folder, '..data_tmp'), join(folder, '..data'));
    };
    await mount('1');
    await symlink(join('..data', 'a.yaml'), join(folder, 'a.yaml'));
    const { changes } = await startWatch([folder]);
    for (const version of ['2', '3', '4']) {
      const before = changes();
      await mount(version);
      await rm(join(folder, `..${Number(version) - 1}`), { recursive: true });
      await expect.poll(changes, { timeout: 5_000 }).toBeGreaterThan(before);
      await setTimeout(300);
    }
  });

  it('watchFolders: a single file is watched too, renames over it included, again and again', async () => {
    const folder = await temporaryFolder();
    const file = join(folder, 'a.yaml');
    await writeFile(file, 'a');
    const { changes } = await startWatch([file]);
    for (let round = 0; round < 3; round += 1) {
      const before = changes();
      await writeFile(join(folder, 'a.tmp'), `b${round}`);
      await rename(join(folder, 'a.tmp'), file);
      await expect.poll(changes, { timeout: 5_000 }).toBeGreaterThan(before);
      await setTimeout(300);
    }
  });

  it('watchFolders: other kinds of files, and what others keep, are none of its business', async () => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, '.git'));
    await mkdir(join(folder, 'node_modules'));
    await writeFile(join(folder, 'a.yaml'), 'a');
    const { changes } = await startWatch([folder]);
    await writeFile(join(folder, 'server.log'), 'x');
    await writeFile(join(folder, '.git', 'index.json'), 'x');
    await writeFile(join(folder, 'node_modules', 'a.yaml'), 'x');
    await setTimeout(600);
    expect(changes()).toBe(0);
  });

  it('watchFolders: the removal of a file is a change whenever the file came, also just when watching began', async () => {
    const removals = Array.from({ length: MOMENTS }, async (_, moment) => {
      const folder = await temporaryFolder();
      await writeFile(join(folder, 'a.yaml'), 'a');
      const started = startWatch([folder]);
      await setTimeout(moment);
      await writeFile(join(folder, 'late.yaml'), 'b');
      const { changes } = await started;
      await setTimeout(500);
      const before = changes();
      await rm(join(folder, 'late.yaml'));
      await expect.poll(changes, { timeout: 5_000 }).toBeGreaterThan(before);
    });
    await Promise.all(removals);
  });

  it('watchFolders: many writes at once are one change', async () => {
    const folder = await temporaryFolder();
    const { changes } = await startWatch([folder]);
    for (let index = 0; index < 40; index += 1) {
      await writeFile(join(folder, `${index}.yaml`), 'x');
    }
    await expect.poll(changes, { timeout: 5_000 }).toBeGreaterThan(0);
    await setTimeout(500);
    expect(changes()).toBeLessThanOrEqual(3);
  });

  it('watchFolders: writes that never end are told at least once a second', async () => {
    const folder = await temporaryFolder();
    const { changes } = await startWatch([folder]);
    const end = performance.now() + 2_500;
    for (let index = 0; performance.now() < end; index += 1) {
      await writeFile(join(folder, 'a.yaml'), String(index));
      await setTimeout(20);
    }
    expect(changes()).toBeGreaterThan(0);
  });

  it('watchFolders: what changed before watching began, but after the first look, is a change', async () => {
    const folder = await temporaryFolder();
    const since = Date.now() - 1_000;
    await writeFile(join(folder, 'a.yaml'), 'a');
    const { changes } = await startWatch([folder], since);
    await expect.poll(changes, { timeout: 5_000 }).toBe(1);
  });

  it('watchFolders: after its end it tells nothing', async () => {
    const folder = await temporaryFolder();
    const { watch, changes } = await startWatch([folder]);
    await writeFile(join(folder, 'a.yaml'), 'a');
    await watch.stop();
    await setTimeout(300);
    expect(changes()).toBe(0);
  });
});
