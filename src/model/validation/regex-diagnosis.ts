import type { RegexReason } from '../../cors/regex-program.ts';
import { FIELD_BOUNDS } from '../cors-fields.ts';
import { looksLikeList } from './origin-text.ts';
import { quoted } from './quoted-text.ts';
import { problem, type TextProblem } from './text-problem.ts';

/** Longest regex in bytes; its schema counts characters, of which there are no more. */
const MAX_REGEX_BYTES = FIELD_BOUNDS.allowOriginRegexes.length;

/** A problem, and the corrected regex where there is one. */
type RegexProblem = TextProblem & { readonly suggestion?: string | undefined };

/** `/…/i`, as other languages write it. */
const DELIMITED = /^\/(.*)\/[a-z]*$/s;

/** What makes it useless to compile a text; undefined when it may be a regex. */
export function diagnoseRegex(text: string): RegexProblem | undefined {
  if (text === '') return problem('RegexEmpty', 'is empty; remove the entry');
  if (byteLength(text) > MAX_REGEX_BYTES) {
    return problem('RegexTooLong', `is longer than ${MAX_REGEX_BYTES} bytes; split it, or list the origins`);
  }
  const delimited = DELIMITED.exec(text);
  if (delimited !== null) {
    const suggestion = (delimited[1] ?? '').replaceAll('\\/', '/');
    return { ...problem('RegexDelimiters', 'stands between slashes; remove them and the flags'), suggestion };
  }
  if (looksLikeGlob(text)) {
    return problem('RegexLooksLikeGlob', 'is a wildcard, not a regex; move it to allowOrigins');
  }
  return undefined;
}

/** A star right after `://`, at the start, or after anything but a dot in a text without any other sign of a regex. */
function looksLikeGlob(text: string): boolean {
  if (/:\/\/\*/.test(text) || /^\^?\*/.test(text)) return true;
  const isPlain = !/[\\()[\]{}|^$+?]/.test(text);
  return isPlain && /[^.]\*/.test(text) && !looksLikeList(text);
}

/** Constructs that RE2 leaves out, as its messages name them at their end. */
const UNSUPPORTED_PART = /: (?:\(\?[(R&#\d+]|[*+?}]\+)/;

/** Flags that RE2 does not know. */
const UNKNOWN_FLAGS = /(?<!\\)\(\?[a-zA-Z-]*[^imsU=!<>:)P(R&#\d+|-][a-zA-Z-]*[:)]/;

/** Says why a regex does not compile. */
export function unreadableProblem(text: string, reason: RegexReason, message: string): TextProblem {
  const what = quoted(message).slice(1, -1);
  if (reason === 'TooComplex')
    return problem('RegexTooComplex', `is too complex (${what}); split it, or list the origins`);
  if (reason === 'Unsupported' || UNSUPPORTED_PART.test(message)) {
    return problem('RegexUnsupported', `uses what RE2 leaves out (${what}); say it with alternatives and classes`);
  }
  if (UNKNOWN_FLAGS.test(text))
    return problem('RegexFlags', `sets flags that RE2 does not know (${what}); remove them`);
  return problem('RegexSyntax', `does not compile (${what}); mend it`);
}

/** Bytes in UTF-8; a lone surrogate counts three. */
function byteLength(text: string): number {
  if (text.length > MAX_REGEX_BYTES) return text.length;
  let bytes = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    bytes += 1 + Number(code > 0x7f) + Number(code > 0x7ff) + Number(code > 0xffff);
  }
  return bytes;
}
