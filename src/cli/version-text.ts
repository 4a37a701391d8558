import { PUBLIC_SUFFIX_VERSION } from '../analysis/public-suffix.ts';
import { programVersion } from './program-version.ts';

/** What `--version` prints. */
export function versionText(): string {
  return `cors-operator ${programVersion}\npublic suffix list: ${PUBLIC_SUFFIX_VERSION}\n`;
}
