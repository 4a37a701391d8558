/**
 * Other ways in which a server behind us may read a path: dot segments resolved, escapes decoded, slashes merged,
 * parameters dropped.
 *
 * The responder sends paths on byte for byte and matches them as sent. `/public/%2e%2e/admin` is under `/public` for us
 * and `/admin` for an upstream that normalises, so a policy is granted only when every reading leads to it.
 *
 * @param path as sent, without query
 * @returns every reading that differs from the path itself; a shared empty list for ordinary paths
 */
export function pathReadings(path: string): readonly string[] {
  if (isPlain(path)) {
    return NONE;
  }
  const readings = new Set<string>();
  readings.add(withoutDotSegments(path));
  let decoded = path;
  for (let pass = 0; pass < MAXIMUM_DECODINGS; pass += 1) {
    const next = decodeEscapes(decoded);
    addNormalForms(readings, next);
    if (next === decoded) {
      break;
    }
    decoded = next;
  }
  readings.delete(path);
  return [...readings];
}

const NONE: readonly string[] = [];
/** Servers behind servers decode twice; three covers what is known, and a path that needs more is read as it then stands. */
const MAXIMUM_DECODINGS = 3;

/**
 * No escape, backslash, parameter, fragment, empty segment or segment that starts with a dot. Every request's path is read
 * here, character by character, which costs less than a regex.
 */
function isPlain(path: string): boolean {
  let before = 0;
  for (let index = 0; index < path.length; index += 1) {
    const code = path.charCodeAt(index);
    if (code === PERCENT || code === BACKSLASH || code === SEMICOLON || code === HASH) {
      return false;
    }
    if (before === SLASH && (code === SLASH || code === DOT)) {
      return false;
    }
    before = code;
  }
  return true;
}

const HASH = 0x23;
const PERCENT = 0x25;
const DOT = 0x2e;
const SLASH = 0x2f;
const SEMICOLON = 0x3b;
const BACKSLASH = 0x5c;

function addNormalForms(readings: Set<string>, path: string): void {
  const slashed = path.replaceAll('\\', '/');
  const merged = slashed.replaceAll(/\/{2,}/g, '/');
  const bare = merged.replaceAll(/;[^/]*/g, '');
  for (const form of [path, slashed, merged, bare, bare.replace(/#.*$/s, '')]) {
    readings.add(form);
    readings.add(withoutDotSegments(form));
  }
}

/**
 * Decodes escapes of printable ASCII and writes the others in upper case. Bytes beyond ASCII stay escaped, since routes
 * write them so.
 */
function decodeEscapes(path: string): string {
  return path.replaceAll(/%([0-9A-Fa-f]{2})/g, (written, digits: string) => {
    const code = Number.parseInt(digits, 16);
    return code > 0x20 && code < 0x7f ? String.fromCharCode(code) : written.toUpperCase();
  });
}

/**
 * Resolves `.` and `..`, their dots escaped or not.
 *
 * @see https://url.spec.whatwg.org/#double-dot-path-segment
 */
function withoutDotSegments(path: string): string {
  const kept: string[] = [];
  const segments = path.split('/');
  for (const segment of segments) {
    if (TWO_DOTS.test(segment)) {
      kept.splice(Math.max(kept.length - 1, 1));
    } else if (!ONE_DOT.test(segment)) {
      kept.push(segment);
    }
  }
  const last = segments.at(-1) ?? '';
  if (ONE_DOT.test(last) || TWO_DOTS.test(last)) {
    kept.push('');
  }
  const resolved = kept.join('/');
  return resolved.startsWith('/') ? resolved : `/${resolved}`;
}

const ONE_DOT = /^(?:\.|%2e)$/i;
const TWO_DOTS = /^(?:\.|%2e){2}$/i;
