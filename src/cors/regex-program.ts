import { RE2JSException, RE2JSSyntaxException, RE2Set } from 're2js';

/** One step of a compiled regex, as re2js lays it out. */
export type Instruction = {
  readonly op: number;
  /** The next step. */
  readonly out: number;
  /** The other next step of a branch; the assertions of an empty-width step. */
  readonly arg: number;
  /** Whether a step that reads a character reads this one. */
  readonly matchRune: (rune: number) => boolean;
};

/** A compiled regex: a non-deterministic automaton that has to be walked from `start` to a match at the text's end. */
export type Program = { readonly start: number; readonly instructions: readonly Instruction[] };

/** What a step does. The numbers are re2js's own; a test holds the automata made of them against its matcher. */
export const OP = {
  branch: 1,
  branchMatch: 2,
  capture: 3,
  emptyWidth: 4,
  fail: 5,
  match: 6,
  nothing: 7,
  firstReading: 8,
  lastReading: 11,
} as const;

/** Assertions of an empty-width step, as bits. */
export const ASSERTION = {
  beginLine: 1,
  endLine: 2,
  beginText: 4,
  endText: 8,
  wordBoundary: 16,
  noWordBoundary: 32,
} as const;

/** Why a regex cannot be used. */
export type RegexReason = 'Syntax' | 'Unsupported' | 'TooComplex';

/** A program, or what is wrong with the source. */
export type ProgramReading =
  | { readonly ok: true; readonly program: Program }
  | { readonly ok: false; readonly reason: RegexReason; readonly message: string };

/**
 * Parses a regex in RE2 syntax.
 *
 * `Unsupported` is what other engines know and RE2 leaves out on purpose: look-around, back-references, atomic groups.
 *
 * @see https://github.com/google/re2/wiki/Syntax
 */
export function readProgram(source: string): ProgramReading {
  const set = new RE2Set(RE2Set.ANCHOR_BOTH);
  try {
    set.add(source);
    set.compile();
  } catch (error) {
    if (error instanceof RE2JSException) return unreadable(error);
    throw error;
  }
  return { ok: true, program: { start: set.prog.start, instructions: set.prog.inst } };
}

const TOO_LARGE = /too large|nests too deeply|invalid repeat count/;
const BACKWARDS = /^\{(\d+),(\d+)\}/;
const UNSUPPORTED = /^(?:\(\?[=!<>|]|\\[1-9kgGKXRZ])/;

function unreadable(error: RE2JSException): ProgramReading {
  const part = error instanceof RE2JSSyntaxException ? (error.input ?? '') : '';
  const problem = error instanceof RE2JSSyntaxException ? error.error : error.message;
  const message = part === '' ? problem : `${problem}: ${part}`;
  if (TOO_LARGE.test(problem) && !isBackwards(part)) return { ok: false, reason: 'TooComplex', message };
  return { ok: false, reason: UNSUPPORTED.test(part) ? 'Unsupported' : 'Syntax', message };
}

/** `{3,2}` is a slip, `{1001}` is too much: re2js says the same of both. */
function isBackwards(part: string): boolean {
  const [, least, most] = BACKWARDS.exec(part) ?? [];
  return Number(least) > Number(most);
}
