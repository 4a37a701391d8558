/** Longest value that is written back, in UTF-16 units: no controller takes a longer one for CORS. */
const MAX_LENGTH = 16_384;

/** Characters with which a value could end its place in a controller's configuration and go on outside of it. */
const BREAKING = /[\p{Cc};{}"'`#]|\\$/u;

/**
 * Whether a value that stood on a target may be written back there, also one that its controller does not take: it cannot
 * reach beyond its own place in any configuration that is made of it.
 */
export function isRestorableText(value: string): boolean {
  return value.length <= MAX_LENGTH && value.isWellFormed() && !BREAKING.test(value);
}
