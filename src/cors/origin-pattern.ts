import { isOrigin } from './origin.ts';
import { areLabels, endsInNumber, hostEnd, hostKind, hostStart, MAX_HOST_LENGTH, originShape } from './origin-shape.ts';

/** What `*.` stands for: one or more labels, or exactly one. */
export type WildcardDepth = 'Any' | 'Single';

/** `scheme://*.base[:port]`: every origin of that scheme and port whose host ends in `.base`, never the base itself. */
export type Wildcard = {
  readonly scheme: string;
  /** Host name after `*.`. */
  readonly base: string;
  /** Digits, or "" for none: the scheme's default port. */
  readonly port: string;
  readonly depth: WildcardDepth;
};

/** One entry of a list of origins. */
export type OriginPattern =
  | { readonly kind: 'any' }
  | { readonly kind: 'exact'; readonly origin: string }
  | { readonly kind: 'wildcard'; readonly wildcard: Wildcard };

const STAR = '://*.';

/**
 * Parses one entry: `*`, an origin, or a wildcard before a host name.
 *
 * The base of a wildcard is a name under any scheme, never an IP address, and short enough that a label fits before it.
 *
 * @param depth what a wildcard stands for
 * @returns undefined when the entry is none of them; why is the validator's matter
 */
export function parseOriginPattern(text: string, depth: WildcardDepth): OriginPattern | undefined {
  if (text === '*') return { kind: 'any' };
  if (isOrigin(text)) return { kind: 'exact', origin: text };
  const wildcard = parseWildcard(text, depth);
  return wildcard === undefined ? undefined : { kind: 'wildcard', wildcard };
}

/** Writes an entry as a user would; the inverse of {@link parseOriginPattern}, but for the depth, which has a field of its own. */
export function printOriginPattern(pattern: OriginPattern): string {
  switch (pattern.kind) {
    case 'any':
      return '*';
    case 'exact':
      return pattern.origin;
    case 'wildcard':
      return printWildcard(pattern.wildcard);
  }
}

/** Writes a wildcard as a user would. */
export function printWildcard(wildcard: Wildcard): string {
  const port = wildcard.port === '' ? '' : `:${wildcard.port}`;
  return `${wildcard.scheme}${STAR}${wildcard.base}${port}`;
}

/** Whether every part of a wildcard is well-formed, as {@link parseOriginPattern} gives it. */
export function isWildcard(wildcard: Wildcard): boolean {
  const parsed = parseWildcard(printWildcard(wildcard), wildcard.depth);
  return parsed !== undefined && parsed.scheme === wildcard.scheme && parsed.base === wildcard.base;
}

function parseWildcard(text: string, depth: WildcardDepth): Wildcard | undefined {
  const star = text.indexOf(STAR);
  if (star === -1) return undefined;
  const origin = `${text.slice(0, star)}://${text.slice(star + STAR.length)}`;
  const shape = originShape(origin);
  if (shape === 0 || !isBase(origin, shape)) return undefined;
  const end = hostEnd(shape);
  return { scheme: text.slice(0, star), base: origin.slice(hostStart(shape), end), port: origin.slice(end + 1), depth };
}

/** Two bytes are kept for the shortest label and its dot. */
function isBase(origin: string, shape: number): boolean {
  const kind = hostKind(shape);
  if (kind !== 'name' && kind !== 'opaque') return false;
  const start = hostStart(shape);
  const end = origin.charAt(hostEnd(shape) - 1) === '.' ? hostEnd(shape) - 1 : hostEnd(shape);
  return end - start <= MAX_HOST_LENGTH - 2 && areLabels(origin, start, end) && !endsInNumber(origin, start, end);
}
