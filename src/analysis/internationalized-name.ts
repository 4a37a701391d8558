import { toASCII } from 'tr46';
import tr46 from 'tr46/package.json' with { type: 'json' };

/** Which Unicode version this build knows. */
export const UNICODE_VERSION: string = tr46.unicodeVersion;

/** As browsers do it: joiners and writing directions are checked, hyphens and lengths are not. */
const AS_BROWSERS = { checkBidi: true, checkJoiners: true };

/** Longer names are no host in any form; the bound keeps the work small. */
const MAX_NAME_LENGTH = 1024;

/**
 * Writes a host name as browsers send it.
 *
 * @returns lower case ASCII; undefined when UTS #46 refuses the name
 * @see https://url.spec.whatwg.org/#concept-domain-to-ascii
 */
export function toAsciiName(name: string): string | undefined {
  if (name.length > MAX_NAME_LENGTH) return undefined;
  return toASCII(name, AS_BROWSERS) ?? undefined;
}

/**
 * Whether browsers can send a host name that holds `xn--` labels: each decodes, holds nothing that UTS #46 disallows,
 * and encodes back to the same bytes.
 *
 * @param name ASCII, lower case
 */
export function isBrowserName(name: string): boolean {
  return !name.includes('xn--') || toAsciiName(name) === name;
}
