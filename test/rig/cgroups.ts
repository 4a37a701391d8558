import { existsSync, readdirSync } from 'node:fs';
import { mkdir, readdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isRunning } from './process-table.ts';

/** Where the kernel's cgroup hierarchies are mounted: one, or one folder per controller. */
const CGROUP_ROOT = '/sys/fs/cgroup';

/** How names of cgroups of the rig begin; the id of the process that wanted them follows. */
const PREFIX = 'cors-operator-rig-';

/** Folders of every hierarchy, in which a cgroup can be made. */
function cgroupHierarchies(): readonly string[] {
  const names = readdirSync(CGROUP_ROOT);
  return names.includes('cgroup.controllers') ? [CGROUP_ROOT] : names.map((name) => join(CGROUP_ROOT, name));
}

/**
 * Name of a cgroup of this process's own, to be removed by {@link removeCgroup}.
 *
 * What processes that were killed have left is removed on this occasion.
 */
export async function ownCgroup(purpose: string): Promise<string> {
  for (const hierarchy of cgroupHierarchies()) {
    for (const name of await readdir(hierarchy)) {
      const pid = new RegExp(`^${PREFIX}(\\d+)-`).exec(name)?.[1];
      if (pid !== undefined && !isRunning(Number(pid))) await removeCgroup(name);
    }
  }
  return `${PREFIX}${process.pid}-${purpose}`;
}

/** Paths of cgroups of this process that are still there; none once everything was stopped. */
export function leftCgroups(): readonly string[] {
  return cgroupHierarchies().flatMap((hierarchy) =>
    readdirSync(hierarchy)
      .filter((name) => name.startsWith(`${PREFIX}${process.pid}-`))
      .map((name) => join(hierarchy, name)),
  );
}

/** Makes a cgroup in every hierarchy; in that of processors it gets all that there are, without which no process may enter it. */
export async function makeCgroup(name: string): Promise<void> {
  for (const hierarchy of cgroupHierarchies()) {
    const folder = join(hierarchy, name);
    await mkdir(folder, { recursive: true });
    for (const file of ['cpuset.cpus', 'cpuset.mems']) {
      // With one hierarchy for all, what is empty is inherited.
      if (hierarchy === CGROUP_ROOT || !existsSync(join(folder, file))) continue;
      await writeFile(join(folder, file), await readFile(join(hierarchy, file)));
    }
  }
}

/** Removes a cgroup and all below it from every hierarchy, once their processes are gone. */
export async function removeCgroup(name: string): Promise<void> {
  for (const hierarchy of cgroupHierarchies()) {
    await removeTree(join(hierarchy, name));
  }
}

/** How often a cgroup is tried whose last process is just ending. */
const ATTEMPTS = 50;

/** Files of a cgroup are the kernel's and go with its folder. */
async function removeTree(folder: string): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    if (entry.isDirectory()) await removeTree(join(folder, entry.name));
  }
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const error = await rmdir(folder).then(
      () => undefined,
      (reason: NodeJS.ErrnoException) => reason,
    );
    if (error === undefined || error.code !== 'EBUSY') return;
    await sleep(20);
  }
}
