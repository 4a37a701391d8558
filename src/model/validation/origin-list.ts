import { parseOrigin } from '../../cors/origin.ts';
import { parseOriginPattern, type WildcardDepth } from '../../cors/origin-pattern.ts';
import type { Issue } from '../issue.ts';
import type { FieldContext } from './field-context.ts';
import { finding } from './finding.ts';
import { validateOriginEntry } from './origin-entry.ts';
import { quoted } from './quoted-text.ts';
import { entryPath, type TextEntry } from './text-entry.ts';

/**
 * Judges `allowOrigins`: each entry by itself, then each against the others. Linear in the number of entries.
 *
 * @param path of the list
 */
export function originListIssues(entries: readonly TextEntry[], path: string, context: FieldContext): readonly Issue[] {
  const { allowCredentials, wildcardDepth, role } = context;
  const listed = coverOf(entries, wildcardDepth);
  return entries.flatMap((entry) => {
    const own = validateOriginEntry(entry.text, {
      path: entryPath(path, entry),
      allowCredentials,
      wildcardDepth,
      role,
    });
    const redundancy = redundancyOf(entry, listed, wildcardDepth);
    if (redundancy === undefined) return own;
    return [...own, finding(redundancy.reason, entryPath(path, entry), redundancy.message)];
  });
}

/** What a list names: first place of each text, the wildcards among them, and whether `*` is there. */
type Cover = { readonly first: ReadonlyMap<string, number>; readonly hasAny: boolean };

function coverOf(entries: readonly TextEntry[], depth: WildcardDepth): Cover {
  const first = new Map<string, number>();
  for (const { index, text } of entries) {
    if (!first.has(text) && parseOriginPattern(text, depth) !== undefined) first.set(text, index);
  }
  return { first, hasAny: first.has('*') };
}

type Redundancy = {
  readonly reason: 'OriginDuplicate' | 'OriginRedundant' | 'OriginWildcardRedundant';
  readonly message: string;
};

function redundancyOf({ index, text }: TextEntry, cover: Cover, depth: WildcardDepth): Redundancy | undefined {
  const first = cover.first.get(text);
  if (first === undefined) return undefined;
  if (first !== index) {
    return {
      reason: 'OriginDuplicate',
      message: `${quoted(text)} stands in entry ${first} already; remove one of the two`,
    };
  }
  if (text === '*') return undefined;
  if (cover.hasAny) {
    return {
      reason: 'OriginWildcardRedundant',
      message: `${quoted(text)} stands beside "*", which allows every origin; remove one of the two`,
    };
  }
  const wider = coveringWildcard(text, cover, depth);
  if (wider === undefined) return undefined;
  return {
    reason: 'OriginRedundant',
    message: `${quoted(text)} is covered by ${quoted(wider)}; remove one of the two`,
  };
}

/** Looks up every wildcard that could cover an entry: one per dot of its host, at most 127. */
function coveringWildcard(text: string, { first }: Cover, depth: WildcardDepth): string | undefined {
  const isWildcard = text.includes('://*.');
  if (isWildcard && depth === 'Single') return undefined;
  const inside = isWildcard ? text.replace('://*.', '://') : text;
  const origin = parseOrigin(inside);
  if (origin === undefined || origin.hostKind === 'ipv4' || origin.hostKind === 'ipv6') return undefined;
  const rest = inside.slice(origin.scheme.length + 3 + origin.host.length);
  return basesAbove(origin.host, depth)
    .map((base) => `${origin.scheme}://*.${base}${rest}`)
    .find((wildcard) => first.has(wildcard));
}

/** Names that a host lies below, the nearest first; only that one if a wildcard stands for a single label. */
function basesAbove(host: string, depth: WildcardDepth): readonly string[] {
  const labels = host.split('.');
  const bases = labels.slice(1).map((_, index) => labels.slice(index + 1).join('.'));
  return (depth === 'Single' ? bases.slice(0, 1) : bases).filter((base) => base !== '');
}
