import { RegexCursor } from './regex-cursor.ts';

/** A regex in RE2 syntax, as its author wrote it. Positions are indexes into the source. */
export type RegexNode =
  | { readonly kind: 'literal'; readonly text: string }
  /** `.` */
  | { readonly kind: 'any'; readonly start: number }
  /** A set of characters: `[a-z]`, `\d`, `\pL`; as it stands in the source. */
  | { readonly kind: 'class'; readonly source: string }
  /** `^` and `\A`, `$` and `\z`, `\b` and `\B`. */
  | { readonly kind: 'assertion'; readonly at: 'start' | 'end' | 'word' }
  | { readonly kind: 'concat'; readonly parts: readonly RegexNode[] }
  | { readonly kind: 'alternation'; readonly branches: readonly RegexNode[] }
  /** Without an upper bound `max` is infinite. */
  | {
      readonly kind: 'repeat';
      readonly node: RegexNode;
      readonly min: number;
      readonly max: number;
      readonly isEndless: boolean;
    };

/** A parsed regex. */
export type RegexSyntax = {
  readonly source: string;
  readonly root: RegexNode;
  /** Letters of all flags that are turned on anywhere. */
  readonly flags: string;
};

/** Deeper regexes are left alone: no origin needs them. */
const MAX_DEPTH = 100;

/**
 * Parses a regex that RE2 accepts.
 *
 * @returns undefined for one that it does not understand: then nothing can be said about how it is written
 * @see https://github.com/google/re2/wiki/Syntax
 */
export function parseRegex(source: string): RegexSyntax | undefined {
  const cursor = new RegexCursor(source);
  const root = parseAlternation(cursor, 0);
  if (root === undefined || !cursor.isAtEnd()) return undefined;
  return { source, root, flags: cursor.flags };
}

function parseAlternation(cursor: RegexCursor, depth: number): RegexNode | undefined {
  if (depth > MAX_DEPTH) return undefined;
  const branches: RegexNode[] = [];
  do {
    const branch = parseConcat(cursor, depth);
    if (branch === undefined) return undefined;
    branches.push(branch);
  } while (cursor.take('|'));
  const [only] = branches;
  return branches.length === 1 && only !== undefined ? only : { kind: 'alternation', branches };
}

function parseConcat(cursor: RegexCursor, depth: number): RegexNode | undefined {
  const parts: RegexNode[] = [];
  while (!cursor.isAtEnd() && !cursor.isAt('|') && !cursor.isAt(')')) {
    const atom = parseAtom(cursor, depth);
    if (atom === undefined) return undefined;
    parts.push(...withRepeat(cursor, atom));
  }
  return { kind: 'concat', parts };
}

/** A repetition binds the last character only of a quoted text. */
function withRepeat(cursor: RegexCursor, atom: RegexNode): readonly RegexNode[] {
  const repeat = cursor.takeRepeat();
  if (repeat === undefined) return [atom];
  if (atom.kind !== 'literal' || atom.text.length < 2) return [{ kind: 'repeat', node: atom, ...repeat }];
  const last: RegexNode = { kind: 'literal', text: atom.text.slice(-1) };
  return [
    { kind: 'literal', text: atom.text.slice(0, -1) },
    { kind: 'repeat', node: last, ...repeat },
  ];
}

function parseAtom(cursor: RegexCursor, depth: number): RegexNode | undefined {
  const start = cursor.position;
  if (cursor.take('(')) return parseGroup(cursor, depth);
  if (cursor.take('.')) return { kind: 'any', start };
  if (cursor.take('^')) return { kind: 'assertion', at: 'start' };
  if (cursor.take('$')) return { kind: 'assertion', at: 'end' };
  if (cursor.isAt('[')) return classNode(cursor.takeClass());
  if (cursor.isAt('\\')) return parseEscape(cursor);
  return { kind: 'literal', text: cursor.takeCharacter() };
}

function parseGroup(cursor: RegexCursor, depth: number): RegexNode | undefined {
  const opening = cursor.takeGroupOpening();
  if (opening === undefined) return undefined;
  if (opening === 'flags') return { kind: 'concat', parts: [] };
  const inner = parseAlternation(cursor, depth + 1);
  return inner !== undefined && cursor.take(')') ? inner : undefined;
}

function classNode(source: string | undefined): RegexNode | undefined {
  return source === undefined ? undefined : { kind: 'class', source };
}

function parseEscape(cursor: RegexCursor): RegexNode | undefined {
  const escaped = cursor.takeEscape();
  switch (escaped?.kind) {
    case 'text':
      return { kind: 'literal', text: escaped.text };
    case 'class':
      return { kind: 'class', source: escaped.text };
    case 'assertion':
      return { kind: 'assertion', at: assertionOf(escaped.text) };
    default:
      return undefined;
  }
}

function assertionOf(text: string): 'start' | 'end' | 'word' {
  if (text === '\\A') return 'start';
  return text === '\\z' ? 'end' : 'word';
}
