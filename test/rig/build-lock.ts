import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { isRunning } from './process-table.ts';

/** How often a waiting process looks, milliseconds. */
const GLANCE = 200;

/**
 * Runs work while no other process of this machine runs work under the same lock.
 *
 * The lock is a file with the holder's process id, so that one whose holder is gone is taken over. Two that take it over in the same
 * instant may both run: work has to bear that (builds do: they end in an atomic rename).
 */
export async function withLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  while (!(await acquire(path))) await sleep(GLANCE);
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}

async function acquire(path: string): Promise<boolean> {
  const own = `${path}.${process.pid}`;
  await writeFile(own, String(process.pid));
  try {
    // Linked when complete: nobody can read a lock that does not name its holder yet.
    await link(own, path);
    return true;
  } catch (error) {
    if (!isError(error, 'EEXIST')) throw error;
    await removeAbandoned(path);
    return false;
  } finally {
    await rm(own, { force: true });
  }
}

async function removeAbandoned(path: string): Promise<void> {
  const holder = await readFile(path, 'utf8').catch(() => undefined);
  if (holder === undefined || isRunning(Number(holder))) return;
  const aside = `${path}.${process.pid}.abandoned`;
  await rename(path, aside).catch(() => undefined);
  await rm(aside, { force: true });
}

function isError(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
