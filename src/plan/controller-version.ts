/** A controller's version as numbers; a pre-release counts as just before its release. */
export type ControllerVersion = {
  readonly parts: readonly [number, number, number];
  readonly prerelease: boolean;
};

const VERSION = /^v?(\d{1,9})(?:\.(\d{1,9}))?(?:\.(\d{1,9}))?(-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?$/;

/**
 * Parses `1.15.1`, `v3.7`, `2026.7.20` or `1.12.0-beta.0`; parts that are left out are 0.
 *
 * @returns undefined when it is no version, which has to count as unknown
 */
export function parseVersion(text: string): ControllerVersion | undefined {
  const match = VERSION.exec(text);
  if (match === null) return undefined;
  const [, major, minor = '0', patch = '0', prerelease] = match;
  return { parts: [Number(major), Number(minor), Number(patch)], prerelease: prerelease !== undefined };
}

/** Whether a version is known and is `least` or newer. */
export function isAtLeast(version: string | undefined, least: string): boolean {
  const difference = compareVersions(version, least);
  return difference !== undefined && difference >= 0;
}

/** Whether a version is known and is older than `least`. */
export function isOlder(version: string | undefined, least: string): boolean {
  const difference = compareVersions(version, least);
  return difference !== undefined && difference < 0;
}

/** Whether two versions are known and have the same first two numbers. */
export function isSameMinor(version: string | undefined, other: string): boolean {
  const left = version === undefined ? undefined : parseVersion(version);
  const right = parseVersion(other);
  return (
    left !== undefined && right !== undefined && left.parts[0] === right.parts[0] && left.parts[1] === right.parts[1]
  );
}

function compareVersions(version: string | undefined, other: string): number | undefined {
  const left = version === undefined ? undefined : parseVersion(version);
  const right = parseVersion(other);
  if (left === undefined || right === undefined) return undefined;
  for (const [index, part] of left.parts.entries()) {
    const difference = part - (right.parts[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return Number(right.prerelease) - Number(left.prerelease);
}
