import { pathBelow } from './field-path.ts';

/** One text of a list, with its place there. */
export type TextEntry = { readonly index: number; readonly text: string };

/** What of a list is read. Beyond it the list or the entry is refused as too long anyway, by the list's schema. */
export type ListBounds = { readonly entries: number; readonly length: number };

/** The texts of a list, as far as they can be read; entries of other types are reported where its schema is applied. */
export function textEntries(value: unknown, bounds: ListBounds): readonly TextEntry[] {
  if (!Array.isArray(value)) return [];
  const entries: TextEntry[] = [];
  for (const [index, text] of value.slice(0, bounds.entries).entries()) {
    if (typeof text === 'string' && text.length <= bounds.length) entries.push({ index, text });
  }
  return entries;
}

/** Path of an entry. */
export function entryPath(listPath: string, { index }: TextEntry): string {
  return pathBelow(listPath, index);
}
