import type { Wildcard } from '../cors/origin-pattern.ts';
import type { OriginSet } from '../cors/policy.ts';
import { positionIn } from './provenance.ts';
import type { OriginProvenance, OriginSpan } from './resolution.ts';
import { wildcardText } from './wildcard-containment.ts';

/** One list of origins with the places its entries come from. */
export type Entries<T> = { readonly list: readonly T[]; readonly spans: readonly OriginSpan[] };

/** The origins of a policy with their provenance, list by list. */
export type OriginEntries = {
  readonly any: readonly OriginSpan[];
  readonly exact: Entries<string>;
  readonly wildcards: Entries<Wildcard>;
  readonly regexes: Entries<string>;
};

/** Longer lists than this are for the matcher, to which duplicates are nothing; telling them apart costs more than it saves. */
const DEDUPLICATED_UP_TO = 16_384;

/** Up to here comparing every pair is quicker than a set. */
const COMPARED_UP_TO = 16;

/** No entries at all. */
export const NO_ENTRIES: Entries<never> = { list: [], spans: [] };

/** Appends lists to each other; one that stands alone is given back as it is. */
export function concatEntries<T>(parts: readonly Entries<T>[]): Entries<T> {
  const filled = parts.filter(({ list }) => list.length > 0);
  const [first] = filled;
  if (first === undefined) return NO_ENTRIES;
  if (filled.length === 1) return first;
  const list: T[] = [];
  const spans: OriginSpan[] = [];
  for (const part of filled) {
    for (const span of part.spans) spans.push({ ...span, first: span.first + list.length });
    for (const entry of part.list) list.push(entry);
  }
  return { list, spans };
}

/** Keeps some entries of a list, provenance included; the same value when all are kept. */
export function filterEntries<T>(entries: Entries<T>, keep: (entry: T, index: number) => boolean): Entries<T> {
  const { list } = entries;
  const first = list.findIndex((entry, index) => !keep(entry, index));
  if (first === -1) return entries;
  const kept = list.map((entry, index) => index < first || (index > first && keep(entry, index)));
  return keepEntries(entries, kept);
}

/** Drops repeated entries of lists that people and annotations write; an entry stands where it stood first. */
export function withoutDuplicates(entries: OriginEntries): OriginEntries {
  return {
    any: entries.any,
    exact: firstOfEach(entries.exact, (origin) => origin),
    wildcards: firstOfEach(entries.wildcards, wildcardText),
    regexes: firstOfEach(entries.regexes, (regex) => regex),
  };
}

/** Origins as the matcher takes them: beside `*` the rest means nothing and is left out. */
export function originSet(entries: OriginEntries): OriginSet {
  if (entries.any.length > 0) return { any: true, exact: [], wildcards: [], regexes: [] };
  return {
    any: false,
    exact: entries.exact.list,
    wildcards: entries.wildcards.list,
    regexes: entries.regexes.list,
  };
}

/** Provenance of {@link originSet}. */
export function originProvenance(entries: OriginEntries): OriginProvenance {
  if (entries.any.length > 0) return { any: entries.any, exact: [], wildcards: [], regexes: [] };
  return {
    any: [],
    exact: entries.exact.spans,
    wildcards: entries.wildcards.spans,
    regexes: entries.regexes.spans,
  };
}

/** Whether there is no entry at all. */
export function isEmpty(entries: OriginEntries): boolean {
  const { any, exact, wildcards, regexes } = entries;
  return any.length + exact.list.length + wildcards.list.length + regexes.list.length === 0;
}

function keepEntries<T>({ list, spans }: Entries<T>, kept: readonly boolean[]): Entries<T> {
  const left: OriginSpan[] = [];
  let first = 0;
  for (const span of spans) {
    const filtered = filterSpan(span, kept, first);
    if (filtered.count > 0) left.push(filtered);
    first += filtered.count;
  }
  return { list: list.filter((_, index) => kept[index]), spans: left };
}

function filterSpan(span: OriginSpan, kept: readonly boolean[], first: number): OriginSpan {
  const positions: number[] = [];
  for (let offset = 0; offset < span.count; offset++) {
    const position = kept[span.first + offset] === true ? positionIn(span, offset) : undefined;
    if (position !== undefined) positions.push(position);
  }
  const compact = typeof span.positions === 'number' ? span.positions : positions;
  return { ...span, first, count: positions.length, positions: compact };
}

function firstOfEach<T>(entries: Entries<T>, key: (entry: T) => string): Entries<T> {
  const { list } = entries;
  if (list.length < 2 || list.length > DEDUPLICATED_UP_TO) return entries;
  const keys = list.map(key);
  if (list.length <= COMPARED_UP_TO) {
    return filterEntries(entries, (_, index) => keys.indexOf(keys[index] ?? '') === index);
  }
  const seen = new Set<string>();
  return filterEntries(entries, (_, index) => {
    const size = seen.size;
    return seen.add(keys[index] ?? '').size > size;
  });
}
