import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isRunning } from './process-table.ts';

/** How folders of the rig begin; the id of the process that made it follows. */
export const RIG_FOLDER_PREFIX = 'cors-operator-rig-';

/** A folder of one's own for a throwaway server; those of processes that were killed are removed on this occasion. */
export async function createRigFolder(): Promise<string> {
  await removeAbandoned();
  return mkdtemp(join(tmpdir(), `${RIG_FOLDER_PREFIX}${process.pid}-`));
}

async function removeAbandoned(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const pid = new RegExp(`^${RIG_FOLDER_PREFIX}(\\d+)-`).exec(name)?.[1];
    if (pid === undefined || isRunning(Number(pid))) continue;
    await rm(join(tmpdir(), name), { recursive: true, force: true });
  }
}
