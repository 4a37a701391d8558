import { readFileSync } from 'node:fs';
import { until } from './patience.ts';
import { type ProcessCommand, type RigProcess, startProcess } from './rig-process.ts';

/** Namespaces besides those of processes and mounts. */
export type Namespaces = { readonly network?: 'Own' | 'Shared' };

/**
 * Starts a server as the first process of a namespace of processes and of mounts: whatever it starts or mounts ends with it, and it ends
 * with this process, even when this one is killed. Needs root, and unshare of util-linux.
 */
export function startNamespaced(command: ProcessCommand, { network = 'Shared' }: Namespaces = {}): RigProcess {
  const own = network === 'Own' ? ['--net'] : [];
  const flags = [...own, '--mount', '--pid', '--fork', '--kill-child=SIGKILL', '--mount-proc', '--'];
  const server = startProcess({ ...command, path: 'unshare', args: [...flags, command.path, ...command.args] });
  return { ...server, kill: () => killAll(server) };
}

/**
 * Process id, as this namespace sees it, of the first process in the namespaces of a server that {@link startNamespaced} started; undefined
 * before it is there.
 */
export function firstInside(server: RigProcess): number | undefined {
  try {
    const [child] = readFileSync(`/proc/${server.pid}/task/${server.pid}/children`, 'utf8').trim().split(' ');
    return child === undefined || child === '' ? undefined : Number(child);
  } catch {
    return undefined;
  }
}

/**
 * The kernel ends a namespace's other processes before its first one is gone, and unshare ends when it has seen that.
 */
async function killAll(server: RigProcess): Promise<void> {
  const first = firstInside(server);
  if (first !== undefined && endNow(first)) {
    await until({ what: `the end of ${server.name}`, check: () => !server.isRunning() });
  }
  await server.kill();
}

/** Whether there was such a process to end. */
function endNow(pid: number): boolean {
  try {
    return process.kill(pid, 'SIGKILL');
  } catch {
    return false;
  }
}
