import { parseOriginPattern, type Wildcard, type WildcardDepth } from '../cors/origin-pattern.ts';
import type { Issue } from '../model/issue.ts';
import type { FieldRole } from '../model/validation/field-context.ts';
import { type OriginEntryContext, validateOriginEntry } from '../model/validation/origin-entry.ts';

/** The entries of one value of a ConfigMap, in columns: a list may have a million lines. */
export type OriginList = {
  /** Lines that say `*`. */
  readonly anyLines: readonly number[];
  readonly exact: readonly string[];
  /** From 1, one for each of `exact`. */
  readonly exactLines: readonly number[];
  readonly wildcards: readonly Wildcard[];
  /** From 1, one for each of `wildcards`. */
  readonly wildcardLines: readonly number[];
  /** Findings of the first lines that have any, errors and warnings counted apart. */
  readonly problems: readonly LineProblem[];
  /** How many lines were skipped because of an error. */
  readonly skipped: number;
};

/** A finding about one line. */
export type LineProblem = { readonly line: number; readonly issue: Issue };

/** What the lines are granted. */
export type OriginListContext = {
  readonly allowCredentials: boolean;
  readonly wildcardDepth: WildcardDepth;
  readonly role: FieldRole;
};

/** Lines whose findings are reported one by one, of each severity. */
export const REPORTED_LINES = 20;

/**
 * Reads a list of origins: one a line, blank lines and `#` comments left out, spaces round an entry ignored. A `#` inside of
 * a line starts a comment only after a space.
 *
 * A line that `allowOrigins` would not accept is skipped. Duplicates are kept.
 */
export function readOriginList(text: string, context: OriginListContext): OriginList {
  const list = emptyList();
  const entryContext: OriginEntryContext = { ...context, path: '' };
  for (let start = text.startsWith(BYTE_ORDER_MARK) ? 1 : 0, line = 1; start < text.length; line++) {
    const newline = text.indexOf('\n', start);
    const end = newline === -1 ? text.length : newline;
    const entry = lineEntry(text.slice(start, end));
    if (entry !== '') addLine(list, line, entry, entryContext);
    start = end + 1;
  }
  return list;
}

type GrowingList = {
  readonly anyLines: number[];
  readonly exact: string[];
  readonly exactLines: number[];
  readonly wildcards: Wildcard[];
  readonly wildcardLines: number[];
  readonly problems: LineProblem[];
  skipped: number;
  warned: number;
};

const BYTE_ORDER_MARK = '\uFEFF';
const SPACE = 0x20;

function emptyList(): GrowingList {
  return {
    anyLines: [],
    exact: [],
    exactLines: [],
    wildcards: [],
    wildcardLines: [],
    problems: [],
    skipped: 0,
    warned: 0,
  };
}

/** Nearly every line has neither spaces nor a comment, and is left as it is. */
function lineEntry(line: string): string {
  const comment = line.indexOf('#');
  const text = comment === -1 ? line : withoutComment(line);
  const trimmed = text.charCodeAt(0) <= SPACE || text.charCodeAt(text.length - 1) <= SPACE;
  return trimmed ? text.trim() : text;
}

function withoutComment(line: string): string {
  const comment = /(?:^|\s)#/.exec(line);
  return comment === null ? line : line.slice(0, comment.index);
}

function addLine(list: GrowingList, line: number, entry: string, context: OriginEntryContext): void {
  const issues = validateOriginEntry(entry, context);
  if (issues.length > 0 && noteProblems(list, line, issues)) return;
  if (!entry.includes('*')) {
    list.exact.push(entry);
    list.exactLines.push(line);
    return;
  }
  const pattern = parseOriginPattern(entry, context.wildcardDepth);
  if (pattern?.kind === 'any') list.anyLines.push(line);
  if (pattern?.kind !== 'wildcard') return;
  list.wildcards.push(pattern.wildcard);
  list.wildcardLines.push(line);
}

/** Whether the line is to be skipped. */
function noteProblems(list: GrowingList, line: number, issues: readonly Issue[]): boolean {
  const wrong = issues.some(({ severity }) => severity === 'error');
  const noted = wrong ? list.skipped : list.warned;
  if (wrong) list.skipped++;
  else list.warned++;
  if (noted < REPORTED_LINES) list.problems.push(...issues.map((issue) => ({ line, issue })));
  return wrong;
}
