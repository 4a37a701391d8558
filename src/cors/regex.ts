import { isOrigin } from './origin.ts';
import { type Automaton, accepts, determinize } from './regex-automaton.ts';
import { type RegexReason, readProgram } from './regex-program.ts';
import { uniteAutomata } from './regex-union.ts';

/** A regex that is ready to be asked. */
export type CompiledRegex = { readonly source: string; readonly automaton: Automaton };

/** A compiled regex, or why there is none: `message` is for the regex's author and says where. */
export type RegexCompilation =
  | { readonly ok: true; readonly regex: CompiledRegex }
  | { readonly ok: false; readonly reason: RegexReason; readonly message: string };

/** Regexes that are asked together. Plain data: it can be handed to another thread. */
export type RegexSet = readonly Automaton[];

const TOO_MANY_STATES = 'too many states are needed to match it in one pass; count or repeat less';

/**
 * Compiles a regex in RE2 syntax.
 *
 * `TooComplex` also when it compiles but a matcher of it would outgrow its bounds: then it matches nothing anywhere.
 */
export function compileRegex(source: string): RegexCompilation {
  const reading = readProgram(source);
  if (!reading.ok) return reading;
  const automaton = determinize(reading.program);
  if (automaton === undefined) return { ok: false, reason: 'TooComplex', message: TOO_MANY_STATES };
  return { ok: true, regex: { source, automaton } };
}

/** Whether a regex matches an origin, all of it, as if it were anchored; what is not well-formed is not offered to it. */
export function matchesRegex(regex: CompiledRegex, origin: string): boolean {
  return isOrigin(origin) && accepts(regex.automaton, origin);
}

/** Compiles regexes to be asked together; one that does not compile is left out. */
export function compileRegexSet(sources: readonly string[]): RegexSet {
  const automata: Automaton[] = [];
  for (const source of new Set(sources)) {
    const compilation = compileRegex(source);
    if (compilation.ok) automata.push(compilation.regex.automaton);
  }
  return uniteAutomata(automata);
}

/**
 * Whether any regex of a set matches an origin, all of it.
 *
 * @param origin a well-formed one: nothing else may be offered
 */
export function matchesAny(set: RegexSet, origin: string): boolean {
  for (const automaton of set) {
    if (accepts(automaton, origin)) return true;
  }
  return false;
}
