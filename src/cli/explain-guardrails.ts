import type { Cut, EffectivePolicy, Permit } from '../resolve/resolution.ts';
import type { ExplainedEntry, GuardrailPlace } from './explained-entry.ts';
import { objectWords } from './object-words.ts';

/** An entry, and what people are told beside it. */
export type ExplainedLine = { readonly entry: ExplainedEntry; readonly note: string };

/** The entries that guardrails cut, in the order of guardrails, with why and what is in force instead. */
export function cutLines({ cuts = [] }: EffectivePolicy): readonly ExplainedLine[] {
  return cuts.filter(isEnforced).map((cut) => {
    const { field, entry, place, guardrail } = cut;
    return {
      entry: { field, value: entry, from: { ...place.from, path: place.path }, cutBy: guardrailPlace(cut) },
      note: `cut by ${guardrail.name} ${guardrail.path}${harm(cut)}${replacement(cut)}`,
    };
  });
}

/** Tells of entries in force what guardrails have to do with them. */
export function guardedLines({ cuts = [], permits = [] }: EffectivePolicy): (entry: ExplainedEntry) => ExplainedLine {
  const cutAt = Map.groupBy(cuts.filter(isEnforced), ({ place }) => placeKey(place.from, place.path));
  const reported = new Map(cuts.filter((cut) => !isEnforced(cut)).map((cut) => [entryKey(cut), cut]));
  const permitted = new Map(permits.map((permit) => [permitKey(permit), permit]));
  return (entry) => {
    const value = String(entry.value);
    const place = placeKey(entry.from, entry.from.path);
    return guardedLine(entry, {
      replaced: cutAt.get(place)?.find((cut) => cut.entry !== value),
      permit: permitted.get(hasPlaces(entry.field) ? `${place} ${value}` : `${entry.field} ${value}`),
      excess: reported.get(`${place} ${value}`),
    });
  };
}

type Guarding = {
  /** The wider entry in whose place it is. */
  readonly replaced: Cut | undefined;
  readonly permit: Permit | undefined;
  readonly excess: Cut | undefined;
};

function guardedLine(entry: ExplainedEntry, { replaced, permit, excess }: Guarding): ExplainedLine {
  const notes = [
    replaced && `in place of ${replaced.entry}`,
    permit && permitNote(permit),
    excess && excessNote(excess),
  ];
  return {
    entry: {
      ...entry,
      ...(permit === undefined ? {} : { allowedBy: permit.exception }),
      ...(excess === undefined ? {} : { exceeds: excessOf(excess) }),
    },
    note: notes.filter((note) => note !== undefined).join('; '),
  };
}

function isEnforced({ guardrail }: Cut): boolean {
  return guardrail.enforcement === 'Enforce';
}

function guardrailPlace({ guardrail: { name, path }, witness }: Cut): GuardrailPlace {
  return { name, path, ...(witness === undefined ? {} : { witness }) };
}

function excessOf(cut: Cut): NonNullable<ExplainedEntry['exceeds']> {
  const enforcement = cut.guardrail.enforcement === 'Warn' ? 'Warn' : 'Audit';
  return { ...guardrailPlace(cut), enforcement };
}

function placeKey(from: Cut['place']['from'], path: string): string {
  return `${objectWords(from)} ${path}`;
}

function entryKey({ place, entry }: Pick<Cut, 'place' | 'entry'>): string {
  return `${placeKey(place.from, place.path)} ${entry}`;
}

/** What came in the place of a `*` for methods or headers has no place of its own; but a name stands once in its list. */
function permitKey(permit: Permit): string {
  return hasPlaces(permit.field) ? entryKey(permit) : `${permit.field} ${permit.entry}`;
}

function hasPlaces(field: string): boolean {
  return field === 'allowOrigins' || field === 'allowOriginRegexes';
}

function permitNote({ exception, guardrail }: Permit): string {
  return `beyond ${guardrail.name} ${guardrail.path}, allowed by CorsException ${exception.name} ${exception.path}`;
}

function excessNote(cut: Cut): string {
  const { name, path, enforcement } = cut.guardrail;
  return `beyond ${name} ${path} (${enforcement})${harm(cut)}${wouldBe(cut)}`;
}

/** An exact origin shows itself what it lets in. */
function harm({ entry, witness, unproven }: Cut): string {
  if (unproven === true) {
    return ': too complex to be proved inside';
  }
  return witness === undefined || witness === entry ? '' : `: lets in ${witness}`;
}

function replacement({ replacedBy }: Cut): string {
  return replacedBy.length === 0 ? '' : `; narrowed to ${listed(replacedBy)}`;
}

function wouldBe({ replacedBy }: Cut): string {
  return replacedBy.length === 0 ? '; would be left out' : `; would be narrowed to ${listed(replacedBy)}`;
}

/** How many replacements a cut names at most; there may be more. */
const MOST_REPLACEMENTS = 10;

function listed(names: readonly string[]): string {
  return `${names.join(', ')}${names.length === MOST_REPLACEMENTS ? ', …' : ''}`;
}
