import { isOrigin } from './origin.ts';
import { isWildcard, printWildcard, type Wildcard, type WildcardDepth } from './origin-pattern.ts';
import { areLabels, hasOpaqueHost, hostStart, MAX_ORIGIN_LENGTH, originShape } from './origin-shape.ts';
import { buildOriginTable, hasKey, hasText, type OriginTable } from './origin-table.ts';
import type { OriginSet } from './policy.ts';
import { compileRegexSet, matchesAny, type RegexSet } from './regex.ts';
import { addCode, finishHash, hashSpan } from './text-hash.ts';

const DOT = 0x2e;

/**
 * The origins of a policy, ready to be asked. Immutable plain data: it can be handed to another thread.
 *
 * The time of a look-up depends on the length of the origin, not on how many entries there are.
 */
export type OriginMatcher = {
  readonly any: boolean;
  readonly exact: OriginTable;
  /** Wildcards that stand for one or more labels, without their `*.`. */
  readonly anyDepth: OriginTable;
  /** Wildcards that stand for one label. */
  readonly singleDepth: OriginTable;
  readonly regexes: RegexSet;
};

/** Compiles origins. An entry that is not well-formed is left out; order and duplicates do not matter. */
export function compileMatcher(origins: OriginSet): OriginMatcher {
  return {
    any: origins.any,
    exact: buildOriginTable(origins.exact.filter(isOrigin), 'Whole'),
    anyDepth: wildcardTable(origins.wildcards, 'Any'),
    singleDepth: wildcardTable(origins.wildcards, 'Single'),
    regexes: compileRegexSet(origins.regexes),
  };
}

/**
 * Whether an origin is one of those of a matcher. `*` covers every text, also one that is not well-formed; nothing else
 * does.
 *
 * @param origin value of the request's `Origin`, as received
 */
export function matchOrigin(matcher: OriginMatcher, origin: string): boolean {
  if (matcher.any) return true;
  if (origin.length > MAX_ORIGIN_LENGTH) return false;
  if (hasText(matcher.exact, origin)) return true;
  if (matcher.anyDepth.size + matcher.singleDepth.size + matcher.regexes.length === 0) return false;
  const shape = originShape(origin);
  if (shape === 0) return false;
  return (
    matchesAnyDepth(matcher.anyDepth, origin, shape) ||
    matchesSingleDepth(matcher.singleDepth, origin, shape) ||
    matchesAny(matcher.regexes, origin)
  );
}

function wildcardTable(wildcards: readonly Wildcard[], depth: WildcardDepth): OriginTable {
  const bases = wildcards.filter((wildcard) => wildcard.depth === depth && isWildcard(wildcard)).map(baseText);
  return buildOriginTable(bases, 'AfterScheme');
}

function baseText(wildcard: Wildcard): string {
  return printWildcard(wildcard).replace('://*.', '://');
}

/** Walks the host from its end; at each dot, what lies behind it may be a base. */
function matchesAnyDepth(table: OriginTable, origin: string, shape: number): boolean {
  if (table.size === 0) return false;
  const start = hostStart(shape);
  const head = hashSpan(origin, 0, start, table.seed);
  let tail = table.seed;
  for (let index = origin.length - 1; index > start; index -= 1) {
    const code = origin.charCodeAt(index);
    if (code === DOT && isCovered(table, origin, shape, { dot: index, hash: finishHash(tail, head) })) return true;
    tail = addCode(tail, code, table.seed);
  }
  return false;
}

/** One label is covered, so that only what lies behind the first dot can be the base. */
function matchesSingleDepth(table: OriginTable, origin: string, shape: number): boolean {
  if (table.size === 0) return false;
  const start = hostStart(shape);
  const dot = origin.indexOf('.', start);
  if (dot === -1) return false;
  const tail = hashSpan(origin, dot + 1, origin.length, table.seed);
  const hash = finishHash(tail, hashSpan(origin, 0, start, table.seed));
  return isCovered(table, origin, shape, { dot, hash });
}

/** Whether what lies behind a dot is a base, with well-formed labels before the dot. */
function isCovered(table: OriginTable, origin: string, shape: number, at: { dot: number; hash: number }): boolean {
  const start = hostStart(shape);
  if (!hasKey(table, origin, { headEnd: start, tailStart: at.dot + 1 }, at.hash)) return false;
  return !hasOpaqueHost(shape) || areLabels(origin, start, at.dot);
}
