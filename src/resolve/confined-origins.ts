import type { Containment } from '../analysis/origin-containment.ts';
import { printWildcard, type Wildcard } from '../cors/origin-pattern.ts';
import { type Ceiling, type CutLog, type CutNote, logCut } from './confinement.ts';
import {
  type CeilingEntries,
  containsOrigin,
  containsRegex,
  containsStar,
  containsWildcard,
  entriesInside,
  entriesOfCeiling,
  type OriginCeiling,
  witnessOfStar,
} from './origin-ceiling.ts';
import {
  concatEntries,
  type Entries,
  filterEntries,
  NO_ENTRIES,
  type OriginEntries,
  withoutDuplicates,
} from './origin-entries.ts';
import { type EntryPosition, entryPosition, placePath } from './provenance.ts';
import type { OriginSpan } from './resolution.ts';

/**
 * Cuts the origins of a policy down to a ceiling, entry by entry, and notes each entry that is not proven inside.
 *
 * Below a guardrail that does not parse (`Nothing`) no entry is left and none is noted.
 */
export function confineOrigins(origins: OriginEntries, ceiling: Ceiling['origins'], log: CutLog): OriginEntries {
  if (ceiling.kind === 'Nothing') return { any: [], exact: NO_ENTRIES, wildcards: NO_ENTRIES, regexes: NO_ENTRIES };
  const star = confineStar(origins.any, ceiling, log);
  const exact = confineExact(origins.exact, ceiling, log);
  const wildcards = confineWildcards(origins.wildcards, ceiling, log);
  const regexes = filterEntries(origins.regexes, (regex, index) => {
    const verdict = containsRegex(ceiling, regex, log.budget);
    if (verdict.kind === 'Inside') return true;
    const position = entryPosition(origins.regexes.spans, index);
    logCut(log, () => note(position, 'allowOriginRegexes', { entry: regex, ...reasonOf(verdict) }));
    return false;
  });
  const untouched = star.any === origins.any && exact === origins.exact && wildcards.kept === origins.wildcards;
  if (untouched && regexes === origins.regexes) return origins;
  return withoutDuplicates({
    any: star.any,
    exact: concatEntries([exact, star.exact, wildcards.exact]),
    wildcards: concatEntries([wildcards.kept, star.wildcards, wildcards.replacing]),
    regexes,
  });
}

type Star = Pick<OriginEntries, 'any' | 'exact' | 'wildcards'>;

function confineStar(any: readonly OriginSpan[], ceiling: OriginCeiling, log: CutLog): Star {
  if (any.length === 0 || containsStar(ceiling)) return { any, exact: NO_ENTRIES, wildcards: NO_ENTRIES };
  const position = entryPosition(any, 0);
  const entries = entriesOfCeiling(ceiling);
  logCut(log, () =>
    note(position, 'allowOrigins', {
      entry: '*',
      witness: witnessOfStar(ceiling),
      replacedBy: printEntries(entries),
    }),
  );
  return { any: [], exact: placed(entries.exact, position), wildcards: placed(entries.wildcards, position) };
}

function confineExact(exact: Entries<string>, ceiling: OriginCeiling, log: CutLog): Entries<string> {
  return filterEntries(exact, (origin, index) => {
    if (containsOrigin(ceiling, origin)) return true;
    logCut(log, () => note(entryPosition(exact.spans, index), 'allowOrigins', { entry: origin, witness: origin }));
    return false;
  });
}

type ConfinedWildcards = {
  readonly kept: Entries<Wildcard>;
  readonly replacing: Entries<Wildcard>;
  readonly exact: Entries<string>;
};

function confineWildcards(wildcards: Entries<Wildcard>, ceiling: OriginCeiling, log: CutLog): ConfinedWildcards {
  const replacing: Entries<Wildcard>[] = [];
  const exact: Entries<string>[] = [];
  const kept = filterEntries(wildcards, (wildcard, index) => {
    const verdict = containsWildcard(ceiling, wildcard, log.budget);
    if (verdict.kind === 'Inside') return true;
    const position = entryPosition(wildcards.spans, index);
    const inside = entriesInside(ceiling, wildcard);
    replacing.push(placed(inside.wildcards, position));
    exact.push(placed(inside.exact, position));
    logCut(log, () =>
      note(position, 'allowOrigins', {
        entry: printWildcard(wildcard),
        ...reasonOf(verdict),
        replacedBy: printEntries(inside),
      }),
    );
    return false;
  });
  return { kept, replacing: concatEntries(replacing), exact: concatEntries(exact) };
}

/** What shows that an entry lies outside, or that nothing could be proved. */
function reasonOf(verdict: Containment): Pick<NoteText, 'witness' | 'unproven'> {
  return verdict.kind === 'Outside' ? { witness: verdict.witness } : { unproven: true };
}

type NoteText = {
  readonly entry: string;
  readonly witness?: string | undefined;
  readonly unproven?: true;
  readonly replacedBy?: readonly string[];
};

function note(
  position: EntryPosition | undefined,
  field: CutNote['field'],
  { entry, witness, unproven, replacedBy = [] }: NoteText,
): CutNote | undefined {
  if (position === undefined) return undefined;
  const place = { from: position.span.from, path: placePath(position.span, position.position) };
  const shown = { ...(witness === undefined ? {} : { witness }), ...(unproven === undefined ? {} : { unproven }) };
  return { field, entry, place, replacedBy, ...shown };
}

/** Entries of a ceiling, as standing where the entry stands whose place they take. */
function placed<T>(list: readonly T[], position: EntryPosition | undefined): Entries<T> {
  if (list.length === 0 || position === undefined) return NO_ENTRIES;
  const span = { ...position.span, first: 0, count: list.length, positions: position.position };
  return { list, spans: [span] };
}

/** How many replacements a cut names. */
const NAMED = 10;

function printEntries(entries: CeilingEntries): readonly string[] {
  const { exact, wildcards } = entries;
  return [...exact.slice(0, NAMED), ...wildcards.slice(0, NAMED).map(printWildcard)].slice(0, NAMED);
}
