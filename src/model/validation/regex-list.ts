import { compileRegex, type RegexCompilation } from '../../cors/regex.ts';
import type { Issue } from '../issue.ts';
import type { FieldContext } from './field-context.ts';
import { finding } from './finding.ts';
import { quoted } from './quoted-text.ts';
import { regexEntryIssues } from './regex-entry.ts';
import { entryPath, type TextEntry } from './text-entry.ts';

/** Most states that the regexes of one list may need together; a usual one needs some tens. */
const MAX_LIST_STATES = 20_000;

/** What a regex counts that was given up as too complex: the work was done all the same. */
const GIVEN_UP_STATES = 4096;

/**
 * Judges `allowOriginRegexes`. The work for one list is bounded: what is over the bound is `RegexTooComplex`.
 *
 * @param path of the list
 */
export function regexListIssues(entries: readonly TextEntry[], path: string, context: FieldContext): readonly Issue[] {
  const first = new Map<string, number>();
  const compile = boundedCompiler();
  return entries.flatMap((entry) => {
    const earlier = first.get(entry.text);
    if (earlier === undefined) {
      first.set(entry.text, entry.index);
      return regexEntryIssues(entry.text, entryPath(path, entry), context, compile);
    }
    const message = `${quoted(entry.text)} stands in entry ${earlier} already; remove one of the two`;
    return [finding('RegexDuplicate', entryPath(path, entry), message)];
  });
}

function boundedCompiler(): (source: string) => RegexCompilation {
  let states = 0;
  return (source) => {
    if (states > MAX_LIST_STATES) {
      return { ok: false, reason: 'TooComplex', message: 'the regexes before it are too complex already' };
    }
    const compilation = compileRegex(source);
    if (compilation.ok) states += compilation.regex.automaton.accepting.length;
    else if (compilation.reason === 'TooComplex') states += GIVEN_UP_STATES;
    return compilation;
  };
}
