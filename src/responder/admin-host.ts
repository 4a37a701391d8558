import { parseHost } from './request-target.ts';

/**
 * Makes the check whether a Host line names this machine: loopback names and addresses, and what was configured.
 *
 * Any other name may be an attacker's that points here, which is how a page in a browser gets to read what only this
 * machine should (DNS rebinding).
 *
 * @param configured names and addresses without port
 */
export function createHostCheck(configured: readonly string[]): (hostLine: string) => boolean {
  const allowed = new Set(configured.filter((host) => !WILDCARD_ADDRESSES.has(host)).map(bracketed));
  return (hostLine) => {
    const host = parseHost(hostLine);
    return host !== undefined && (LOOPBACK.test(host) || allowed.has(host));
  };
}

/** Listened on, but the name of no machine. */
const WILDCARD_ADDRESSES: ReadonlySet<string> = new Set(['0.0.0.0', '::', '']);

const LOOPBACK = /^(localhost|(\w[\w-]*\.)*localhost|127(\.(25[0-5]|2[0-4]\d|1?\d?\d)){3}|\[::1\])$/;

function bracketed(host: string): string {
  const lower = host.toLowerCase();
  return lower.includes(':') && !lower.startsWith('[') ? `[${lower}]` : lower;
}
