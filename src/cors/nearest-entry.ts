import { cleanOrigin } from './cleaned-origin.ts';
import { matchesSource, matchesWildcard } from './entry-match.ts';
import type { OriginMatcher } from './matcher.ts';
import { isOrigin, type Origin, parseOrigin, printOrigin } from './origin.ts';
import { printWildcard, type Wildcard } from './origin-pattern.ts';
import type { OriginSet } from './policy.ts';
import { matchesAny } from './regex.ts';

/** The entry that an origin missed by least: `text` and `difference` make a sentence, `https://a.com differs in the port`. */
export type NearestEntry = { readonly text: string; readonly difference: string };

/** How far an entry is from an origin, 0 nearest, and why it does not cover it; "" when only the spelling differs. */
type Miss = { readonly rank: number; readonly reason: string };

const SAME: Miss = { rank: 0, reason: '' };

/**
 * Finds the entry that an origin misses by least; the first in byte order of several.
 *
 * Goes through all entries; for explanations.
 *
 * @param matcher what `origins` were compiled to
 * @param text value of an `Origin` that no entry covers, well-formed or not
 * @returns undefined when no entry is near
 */
export function findNearest(origins: OriginSet, matcher: OriginMatcher, text: string): NearestEntry | undefined {
  const cleaned = cleanOrigin(text);
  if (cleaned === undefined) return undefined;
  let nearest: { readonly text: string; readonly miss: Miss } | undefined;
  for (const candidate of candidates(origins, matcher, cleaned.origin)) {
    if (nearest === undefined || isNearer(candidate, nearest)) nearest = candidate;
  }
  if (nearest === undefined) return undefined;
  const { reason } = nearest.miss;
  const spelling = cleaned.differences.length === 0 ? '' : `differs in ${cleaned.differences.join(' and ')}`;
  const parts = [spelling, reason].filter((part) => part !== '');
  return { text: nearest.text, difference: parts.length === 0 ? 'is not well-formed' : parts.join(', ') };
}

type Candidate = { readonly text: string; readonly miss: Miss };

function isNearer(left: Candidate, right: Candidate): boolean {
  if (left.miss.rank !== right.miss.rank) return left.miss.rank < right.miss.rank;
  return left.text < right.text;
}

function* candidates(origins: OriginSet, matcher: OriginMatcher, wanted: Origin): Generator<Candidate> {
  yield* exactCandidates(origins.exact, wanted);
  for (const wildcard of origins.wildcards) {
    const miss = missWildcard(wildcard, wanted);
    if (miss !== undefined) yield { text: printWildcard(wildcard), miss };
  }
  yield* regexCandidates(origins.regexes, matcher, wanted);
}

/** Only entries that hold the end of the host are looked at closely: there may be a million. */
function* exactCandidates(exact: readonly string[], wanted: Origin): Generator<Candidate> {
  const family = withoutDot(wanted.host).split('.').slice(-2).join('.');
  for (const text of exact) {
    const entry = text.includes(family) ? parseOrigin(text) : undefined;
    const miss = entry === undefined ? undefined : missExact(entry, wanted);
    if (miss !== undefined) yield { text, miss };
  }
}

/** A regex cannot be compared, only asked about origins beside the wanted one; the matcher says whether it is worth asking. */
function* regexCandidates(regexes: readonly string[], matcher: OriginMatcher, wanted: Origin): Generator<Candidate> {
  for (const beside of originsBeside(wanted)) {
    const origin = printOrigin(beside);
    if (!isOrigin(origin) || !matchesAny(matcher.regexes, origin)) continue;
    for (const text of regexes) {
      if (matchesSource(text, origin)) yield { text, miss: missBeside(beside, wanted) };
    }
    return;
  }
}

/** The wanted origin itself, then with another port, then with another scheme, then with both. */
function originsBeside(wanted: Origin): readonly Origin[] {
  const scheme = wanted.scheme === 'https' ? 'http' : 'https';
  return [wanted, { ...wanted, port: 0 }, { ...wanted, scheme }, { ...wanted, scheme, port: 0 }];
}

function missExact(entry: Origin, wanted: Origin): Miss | undefined {
  if (entry.host === wanted.host) return missBeside(entry, wanted);
  if (entry.scheme !== wanted.scheme || entry.port !== wanted.port) return undefined;
  if (withoutDot(entry.host) === withoutDot(wanted.host)) return { rank: 1, reason: 'differs in the trailing dot' };
  if (wanted.host.endsWith(`.${entry.host}`))
    return { rank: 4, reason: `covers no subdomain, ${tooDeep(entry.host, wanted.host, 0)}` };
  return parentOf(entry.host) === parentOf(wanted.host) ? { rank: 5, reason: 'differs in the first label' } : undefined;
}

function missWildcard(wildcard: Wildcard, wanted: Origin): Miss | undefined {
  const { base, depth, scheme } = wildcard;
  if (!wanted.host.endsWith(base)) return undefined;
  const beside = missBeside({ ...wanted, scheme, port: Number(wildcard.port) }, wanted);
  if (matchesWildcard(wildcard, printOrigin({ ...wanted, scheme, port: Number(wildcard.port) }))) return beside;
  if (beside !== SAME) return undefined;
  if (wanted.host === base) return { rank: 4, reason: 'covers what lies below its base, not the base itself' };
  if (!wanted.host.endsWith(`.${base}`)) return { rank: 5, reason: `needs a dot before ${base}` };
  return depth === 'Single'
    ? { rank: 4, reason: `covers exactly one label, ${tooDeep(base, wanted.host, 1)}` }
    : undefined;
}

/** Same host: what else differs. */
function missBeside(entry: Origin, wanted: Origin): Miss {
  if (entry.scheme === wanted.scheme)
    return entry.port === wanted.port ? SAME : { rank: 1, reason: 'differs in the port' };
  if (entry.port === wanted.port) return { rank: 2, reason: 'differs in the scheme' };
  return { rank: 3, reason: 'differs in the scheme and the port' };
}

function tooDeep(base: string, host: string, covered: number): string {
  const labels = host.slice(0, host.length - base.length - 1).split('.').length - covered;
  return labels === 1 ? 'and the origin is one label too deep' : `and the origin is ${labels} labels too deep`;
}

function withoutDot(host: string): string {
  return host.replace(/\.$/, '');
}

/** What follows the first label; undefined when that is one label or none: hosts under `com` are not near each other. */
function parentOf(host: string): string | undefined {
  const parent = host.slice(host.indexOf('.') + 1);
  return parent.includes('.') ? parent : undefined;
}
