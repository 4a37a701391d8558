import { isToken, lowerCaseName } from '../../cors/header-name.ts';
import type { Issue } from '../issue.ts';
import type { ValidationReason } from '../issue-reason.ts';
import { finding } from './finding.ts';
import { quoted } from './quoted-text.ts';
import { entryPath, type TextEntry } from './text-entry.ts';

/** What a list of header names calls its repetitions. */
export type NameListReasons = { readonly duplicate: ValidationReason; readonly wildcardRedundant: ValidationReason };

/**
 * Finds names that stand in a list twice or beside a `*` that covers them. Linear in the number of entries.
 *
 * @param isCovered whether `*` covers a name
 * @returns the issues of one entry
 */
export function nameRepetition(
  entries: readonly TextEntry[],
  reasons: NameListReasons,
  isCovered: (name: string) => boolean,
): (entry: TextEntry, path: string) => readonly Issue[] {
  const first = new Map<string, number>();
  for (const { index, text } of entries) {
    const name = lowerCaseName(text);
    if (!first.has(name)) first.set(name, index);
  }
  return (entry, path) => {
    const { index, text } = entry;
    const earlier = first.get(lowerCaseName(text));
    if (!isToken(text) || earlier === undefined) return [];
    const at = entryPath(path, entry);
    if (earlier !== index) {
      return [
        finding(reasons.duplicate, at, `${quoted(text)} stands in entry ${earlier} already; remove one of the two`),
      ];
    }
    if (text === '*' || !first.has('*') || !isCovered(text)) return [];
    return [
      finding(
        reasons.wildcardRedundant,
        at,
        `${quoted(text)} stands beside "*", which covers it; remove one of the two`,
      ),
    ];
  };
}
