import { parseOriginPattern, printWildcard, type Wildcard, type WildcardDepth } from '../../../cors/origin-pattern.ts';
import { compileRegex } from '../../../cors/regex.ts';
import { accepts } from '../../../cors/regex-automaton.ts';
import { quoteExpression } from '../../quoted-expression.ts';

/** A regex as Traefik has to be given it, or why it cannot be. */
export type WrittenExpression =
  | { readonly ok: true; readonly expression: string }
  | { readonly ok: false; readonly problem: string };

const OPEN = '^(?:';
const CLOSE = ')$';

/**
 * Writes a policy's regex for a controller that looks for a match anywhere: wrapped, so that it has to match all of the
 * origin whatever alternatives it has at its top.
 *
 * Refused is what reads differently inside a group or in another version of Go: a missing or not understood expression makes
 * the whole route a 404.
 */
export function writeRegex(source: string): WrittenExpression {
  const escapes = new Set([...source.matchAll(/\\([\s\S])/g)].map((match) => match[1]));
  if (escapes.has('Q')) return refused('\\Q quotes what closes the group round it');
  if (escapes.has('p') || escapes.has('P')) return refused('\\p depends on the Unicode tables of the controller');
  if (source.includes('(?<')) return refused('named groups are not known to every version');
  const compilation = compileRegex(source);
  if (!compilation.ok || !compileRegex(`${OPEN}${source}${CLOSE}`).ok)
    return refused('it does not compile inside a group');
  if (accepts(compilation.regex.automaton, 'null')) return refused('it matches null, which any page can send');
  return { ok: true, expression: `${OPEN}${source}${CLOSE}` };
}

/** Writes a wildcard as a regex: labels as origins have them, every dot a dot. */
export function writeWildcard(wildcard: Wildcard): string {
  return `${OPEN}${wildcardExpression(wildcard)}${CLOSE}`;
}

/** What an expression of the controller matches, as a wildcard or as a regex that is matched against the whole origin. */
export function readExpression(expression: string): { readonly wildcard: Wildcard } | { readonly regex: string } {
  const inner = wrapped(expression);
  const wildcard = inner === undefined ? undefined : readWildcard(inner);
  if (wildcard !== undefined) return { wildcard };
  return inner === undefined || !compileRegex(inner).ok ? { regex: `.*(?:${expression}).*` } : { regex: inner };
}

/**
 * Whether an expression matches all of an origin or nothing: a group that is anchored at both ends, and compiles alone, so that
 * nothing else closes it.
 */
export function isClosedExpression(expression: string): boolean {
  const inner = wrapped(expression);
  if (inner === undefined) return false;
  return readWildcard(inner) !== undefined || (compileRegex(inner).ok && compileRegex(expression).ok);
}

/** What stands between `^(?:` and `)$`. */
function wrapped(expression: string): string | undefined {
  if (!expression.startsWith(OPEN) || !expression.endsWith(CLOSE)) return undefined;
  return expression.slice(OPEN.length, -CLOSE.length);
}

const WEB_LABEL = '[a-z0-9_-]+';
/** Other schemes bound the host as a whole, so that a label has to be bounded here. */
const OPAQUE_LABEL = '[A-Za-z0-9_-]{1,63}';

function wildcardExpression(wildcard: Wildcard): string {
  const isWeb = wildcard.scheme === 'http' || wildcard.scheme === 'https';
  const label = `${isWeb ? WEB_LABEL : OPAQUE_LABEL}\\.`;
  const labels = wildcard.depth === 'Any' ? `(?:${label})+` : label;
  const [scheme = '', rest = ''] = printWildcard(wildcard).split('://*.');
  return `${quoteExpression(scheme)}://${labels}${quoteExpression(rest)}`;
}

/** Only what {@link writeWildcard} writes, to the letter. */
function readWildcard(inner: string): Wildcard | undefined {
  for (const depth of ['Any', 'Single'] satisfies WildcardDepth[]) {
    const text = inner.replace(depth === 'Any' ? LABELS : LABEL, '://*.').replace(/\\([.+])/g, '$1');
    const pattern = parseOriginPattern(text, depth);
    if (pattern?.kind === 'wildcard' && wildcardExpression(pattern.wildcard) === inner) return pattern.wildcard;
  }
  return undefined;
}

const LABEL = /:\/\/\[(?:a-z|A-Za-z)0-9_-\](?:\+|\{1,63\})\\\./;
const LABELS = /:\/\/\(\?:\[(?:a-z|A-Za-z)0-9_-\](?:\+|\{1,63\})\\\.\)\+/;

function refused(problem: string): WrittenExpression {
  return { ok: false, problem };
}
