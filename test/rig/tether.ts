import { spawnSync } from 'node:child_process';

const TETHER: readonly string[] = ['setpriv', '--pdeathsig', 'KILL', '--'];

let found: readonly string[] | undefined;

/**
 * What to put before a command so that the kernel ends it with the process that started it, whatever ends that one; empty where
 * util-linux is not installed.
 */
export function tether(): readonly string[] {
  const [command = '', ...args] = [...TETHER, 'true'];
  found ??= spawnSync(command, args).status === 0 ? TETHER : [];
  return found;
}
