import { type CompiledRegex, compileRegex, matchesRegex } from '../cors/regex.ts';
import type { Automaton } from '../cors/regex-automaton.ts';
import type { DomainReadings } from './domain-findings.ts';
import { automatonOf } from './origin-language.ts';
import { type Backtracking, backtrackingOf } from './regex-ambiguity.ts';
import { type RegexMeaning, regexMeaning } from './regex-meaning.ts';
import { type Breadth, memberOrigins, probeBreadth } from './regex-probe.ts';
import { regexSampler } from './regex-sample.ts';
import { forgottenDots, type StyleFinding, styleFindings, withDots } from './regex-style.ts';
import { parseRegex, type RegexSyntax } from './regex-syntax.ts';
import { rememberByText } from './text-memory.ts';

/** All that can be said about a regex by itself. */
export type RegexAnalysis = {
  /** Letters of all flags that are turned on anywhere. */
  readonly flags: string;
  readonly meaning: RegexMeaning | undefined;
  readonly breadth: readonly Breadth[];
  readonly style: readonly StyleFinding[];
  readonly backtracking: Backtracking;
};

/** Analyses a regex; undefined for one that does not compile, or is written in a way that is not understood. */
export const analyzeRegex: (source: string) => RegexAnalysis | undefined = rememberByText(
  (source) => {
    const compilation = compileRegex(source);
    return compilation.ok ? analyze(compilation.regex) : undefined;
  },
  { most: 4096, weigh: () => 1 },
);

function analyze(regex: CompiledRegex): RegexAnalysis | undefined {
  const syntax = parseRegex(regex.source);
  if (syntax === undefined) return undefined;
  const sampler = regexSampler(syntax);
  const members = memberOrigins(sampler, (origin) => matchesRegex(regex, origin)).map(({ text }) => text);
  return {
    flags: syntax.flags,
    meaning: regexMeaning(regex, members),
    breadth: probeBreadth({ regex, sampler, readings: readingsOf(regex, syntax) }),
    style: styleFindings(regex, syntax, sampler),
    backtracking: backtrackingOf(syntax),
  };
}

function readingsOf(regex: CompiledRegex, syntax: RegexSyntax): DomainReadings {
  const dots = forgottenDots(syntax);
  const read = (dot: string): Automaton =>
    (dots.length === 0 ? undefined : automatonOf(withDots(syntax, dots, () => dot))) ?? regex.automaton;
  return { meant: read('\\.'), loose: read('[.x]') };
}
