import { isAtLeast, isSameMinor } from '../../controller-version.ts';

const REPAIRED_IN_3_6 = '3.6.22';
const REPAIRED_IN_3_7 = '3.7.6';

/**
 * Whether a version is known to send no Access-Control-Max-Age when none is set, and to answer `*` with credentials by what
 * was asked; before, it sent 0, and the star itself, which browsers take for a name.
 *
 * @see https://github.com/traefik/traefik/pull/13368
 * @see https://github.com/traefik/traefik/pull/13371
 */
export function isRepaired(version: string | undefined): boolean {
  if (isAtLeast(version, REPAIRED_IN_3_7)) return true;
  return isSameMinor(version, REPAIRED_IN_3_6) && isAtLeast(version, REPAIRED_IN_3_6);
}
