import { isOrigin } from './origin.ts';
import { isWildcard, printWildcard, type Wildcard } from './origin-pattern.ts';
import { areLabels, hostStart, originShape } from './origin-shape.ts';
import type { OriginSet } from './policy.ts';
import { compileRegex, matchesRegex } from './regex.ts';

/** The entry of an {@link OriginSet} that covers an origin. */
export type EntryMatch = {
  readonly list: 'any' | 'exact' | 'wildcards' | 'regexes';
  /** Index in that list; 0 for `any`. */
  readonly index: number;
  /** The entry as a user would write it. */
  readonly text: string;
};

/**
 * Finds the entry that lets an origin in: `*`, else the first exact one, else the first wildcard, else the first regex.
 *
 * Goes through all entries; for explanations, not for deciding.
 */
export function findEntry(origins: OriginSet, origin: string): EntryMatch | undefined {
  if (origins.any) return { list: 'any', index: 0, text: '*' };
  if (!isOrigin(origin)) return undefined;
  const exact = origins.exact.indexOf(origin);
  if (exact !== -1) return { list: 'exact', index: exact, text: origin };
  for (const [index, wildcard] of origins.wildcards.entries()) {
    if (matchesWildcard(wildcard, origin)) return { list: 'wildcards', index, text: printWildcard(wildcard) };
  }
  const index = origins.regexes.findIndex((source) => matchesSource(source, origin));
  return index === -1 ? undefined : { list: 'regexes', index, text: origins.regexes[index] ?? '' };
}

/** Whether a wildcard covers an origin; one that is not well-formed covers nothing. */
export function matchesWildcard(wildcard: Wildcard, origin: string): boolean {
  const dot = coveredEnd(wildcard, origin);
  if (dot === -1) return false;
  const start = hostStart(originShape(origin));
  if (wildcard.depth === 'Single' && origin.indexOf('.', start) !== dot) return false;
  return areLabels(origin, start, dot) && isWildcard(wildcard);
}

/** Whether a regex matches an origin; one that does not compile matches nothing. */
export function matchesSource(source: string, origin: string): boolean {
  const compilation = compileRegex(source);
  return compilation.ok && matchesRegex(compilation.regex, origin);
}

/** @returns index of the dot before the base; -1 when the origin does not lie below it with the same scheme and port */
function coveredEnd(wildcard: Wildcard, origin: string): number {
  const tail = `.${wildcard.base}${wildcard.port === '' ? '' : `:${wildcard.port}`}`;
  if (!origin.startsWith(`${wildcard.scheme}://`) || !origin.endsWith(tail) || !isOrigin(origin)) return -1;
  const dot = origin.length - tail.length;
  return dot > wildcard.scheme.length + 3 ? dot : -1;
}
