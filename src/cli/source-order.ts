import type { Issue } from '../model/issue.ts';
import { compareText } from '../model/text-order.ts';

/** A source taken apart. */
export type Place = { readonly file: string; readonly line: number };

/** Sorts issues by file and line, lines as numbers; those without a source come last, all else in the order it had. */
export function sortBySource(issues: readonly Issue[]): readonly Issue[] {
  const placed = issues.map((issue) => ({ issue, place: splitSource(issue.source) }));
  return placed.sort((left, right) => comparePlaces(left.place, right.place)).map(({ issue }) => issue);
}

/** File and line of a source; line 1 when it names a file alone. */
export function splitSource(source: string | undefined): Place | undefined {
  if (source === undefined) {
    return undefined;
  }
  const match = /:(\d+)$/.exec(source);
  return match === null ? { file: source, line: 1 } : { file: source.slice(0, match.index), line: Number(match[1]) };
}

function comparePlaces(left: Place | undefined, right: Place | undefined): number {
  if (left === undefined || right === undefined) {
    return Number(left === undefined) - Number(right === undefined);
  }
  return compareText(left.file, right.file) || left.line - right.line;
}
