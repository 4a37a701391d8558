import type { ObjectRef } from '../model/reference.ts';
import type { OriginProvenance, OriginSpan } from './resolution.ts';

/** A field of an object, or a line of a ConfigMap's value. */
export type EntryPlace = { readonly from: ObjectRef; readonly path: string };

/**
 * Where an entry of an effective policy stands: `spec.allowOrigins[2]`, or `data.<key> line 12` of a ConfigMap. An entry that
 * a guardrail put in the place of a wider one stands where that one does.
 *
 * @param index of the entry in its list of `Policy.origins`; any number for `any`
 * @returns undefined for an index that the list does not have
 */
export function originEntryPath(
  provenance: OriginProvenance,
  list: keyof OriginProvenance,
  index: number,
): EntryPlace | undefined {
  const found = entryPosition(provenance[list], list === 'any' ? 0 : index);
  return found === undefined ? undefined : { from: found.span.from, path: placePath(found.span, found.position) };
}

/** A place as a span and a number: the path is only written when somebody wants to read it. */
export type EntryPosition = { readonly span: OriginSpan; readonly position: number };

/** Where an entry of a list comes from. */
export function entryPosition(spans: readonly OriginSpan[], index: number): EntryPosition | undefined {
  const span = spanOf(spans, index);
  const position = span === undefined ? undefined : positionIn(span, index - span.first);
  return span === undefined || position === undefined ? undefined : { span, position };
}

/** Position of an entry of a span by its number there. */
export function positionIn(span: OriginSpan, offset: number): number | undefined {
  return typeof span.positions === 'number' ? span.positions : span.positions[offset];
}

/** The path of one position in what a span comes from. */
export function placePath(span: Pick<OriginSpan, 'path' | 'unit'>, position: number): string {
  return span.unit === 'index' ? `${span.path}[${position}]` : `${span.path} line ${position}`;
}

/** The last span that begins at or before an index; they are ascending. */
function spanOf(spans: readonly OriginSpan[], index: number): OriginSpan | undefined {
  let low = 0;
  let high = spans.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((spans[middle]?.first ?? 0) <= index) low = middle + 1;
    else high = middle;
  }
  const span = spans[low - 1];
  return span !== undefined && index - span.first < span.count ? span : undefined;
}
