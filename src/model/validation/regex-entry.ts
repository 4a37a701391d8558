import type { Backtracking } from '../../analysis/regex-ambiguity.ts';
import { analyzeRegex } from '../../analysis/regex-analysis.ts';
import type { RegexMeaning } from '../../analysis/regex-meaning.ts';
import type { Breadth } from '../../analysis/regex-probe.ts';
import type { StyleFinding } from '../../analysis/regex-style.ts';
import { printWildcard, type Wildcard } from '../../cors/origin-pattern.ts';
import { compileRegex, type RegexCompilation } from '../../cors/regex.ts';
import type { Issue } from '../issue.ts';
import type { FieldContext } from './field-context.ts';
import { finding } from './finding.ts';
import { quoted } from './quoted-text.ts';
import { diagnoseRegex, unreadableProblem } from './regex-diagnosis.ts';

/**
 * Judges one entry of `allowOriginRegexes` by itself.
 *
 * @param path of the entry
 */
export function regexEntryIssues(
  text: string,
  path: string,
  context: FieldContext,
  compile: (source: string) => RegexCompilation = compileRegex,
): readonly Issue[] {
  const whole = diagnoseRegex(text);
  if (whole !== undefined) return [finding(whole.reason, path, `${quoted(text)} ${whole.message}`, whole)];
  const compilation = compile(text);
  if (!compilation.ok) {
    const { reason, message } = unreadableProblem(text, compilation.reason, compilation.message);
    return [finding(reason, path, `${quoted(text)} ${message}`)];
  }
  return compiledIssues(text, path, context);
}

function compiledIssues(source: string, path: string, context: FieldContext): readonly Issue[] {
  const analysis = analyzeRegex(source);
  if (analysis === undefined) return [];
  const { flags, meaning, breadth, style, backtracking } = analysis;
  const isCeiling = context.role === 'Ceiling';
  return [
    ...flagIssues(source, flags, path),
    ...(isCeiling ? [] : breadth.map((each) => breadthIssue(each, source, path, context))),
    ...(isCeiling ? [] : backtrackingIssues(backtracking, source, path)),
    ...style.filter(({ kind }) => appliesTo(kind, context)).map((each) => styleIssue(each, source, path)),
    ...(meaning === undefined ? [] : [meaningIssue(meaning, source, path, context)]),
  ];
}

/** What engines of controllers make of a regex; a ceiling never gets there. */
function backtrackingIssues(backtracking: Backtracking, source: string, path: string): readonly Issue[] {
  const issue = (reason: Parameters<typeof finding>[0], message: string): readonly Issue[] => [
    finding(reason, path, `${quoted(source)} ${message}`),
  ];
  switch (backtracking) {
    case 'Linear':
      return [];
    case 'Undecided':
      return issue(
        'RegexTooComplex',
        'repeats too much for its backtracking to be judged; split it, or list the origins',
      );
    case 'Overlapping':
      return issue('RegexCatastrophic', 'repeats alternatives of which one begins another; write each beginning once');
    case 'Polynomial':
      return issue(
        'RegexCatastrophic',
        'has repetitions that can take the same text, so that engines that backtrack try every split; let what stands between them occur in neither',
      );
    case 'Exponential':
      return issue(
        'RegexCatastrophic',
        'repeats what can match one text in several ways, so that engines that backtrack try them all; repeat once, and keep alternatives apart',
      );
  }
}

function meaningIssue(meaning: RegexMeaning, source: string, path: string, context: FieldContext): Issue {
  const text = quoted(source);
  switch (meaning.kind) {
    case 'Nothing':
      return finding('RegexNeverMatches', path, `${text} matches no origin that a browser can send; remove or mend it`);
    case 'Exact': {
      const { origins } = meaning;
      const list = quoted(origins.join(', '));
      const count = origins.length === 1 ? 'one origin' : `${origins.length} origins`;
      return finding('RegexCouldBeExact', path, `${text} stands for ${count}; list in allowOrigins ${list}`, {
        suggestion: origins.join(', '),
      });
    }
    case 'Wildcard':
      return wildcardIssue(meaning.wildcard, text, path, context);
  }
}

/** One depth holds for all wildcards of a policy, so that a wildcard of the other is no correction by itself. */
function wildcardIssue(wildcard: Wildcard, text: string, path: string, { wildcardDepth }: FieldContext): Issue {
  const printed = printWildcard(wildcard);
  const isSameDepth = wildcard.depth === wildcardDepth;
  const depth = isSameDepth ? '' : `, with wildcardDepth ${wildcard.depth}`;
  const message = `${text} means the same as "${printed}"; write that in allowOrigins${depth}`;
  return finding('RegexCouldBeWildcard', path, message, isSameDepth ? { suggestion: printed } : {});
}

/** How a ceiling is written matters only where it may say something else than was meant. */
function appliesTo(kind: StyleFinding['kind'], { role }: FieldContext): boolean {
  return role === 'Grant' || kind === 'UnescapedDot' || kind === 'CaseInsensitive';
}

function flagIssues(source: string, flags: string, path: string): readonly Issue[] {
  const others = [...new Set(flags)].filter((flag) => flag !== 'i').sort();
  if (others.length === 0) return [];
  const message = `${quoted(source)} sets the flags "${others.join('')}", which mean nothing on an origin; remove them`;
  return [finding('RegexFlags', path, message)];
}

function breadthIssue({ kind, witness }: Breadth, source: string, path: string, context: FieldContext): Issue {
  const detail = { witness, allowCredentials: context.allowCredentials };
  const issue = (reason: Parameters<typeof finding>[0], message: string): Issue =>
    finding(reason, path, `${quoted(source)} ${message}`, detail);
  switch (kind) {
    case 'MatchesAny':
      return issue('RegexMatchesAny', `matches any site, ${witness} too; name the domain`);
    case 'MatchesNull':
      return issue('RegexMatchesNull', 'matches "null", which any page can send; start it with https://');
    case 'OpenSuffix':
      return issue(
        'RegexOpenSuffix',
        `lets anything follow the domain, so that ${witness} matches; end it after the host`,
      );
    case 'LabelBoundary':
      return issue(
        'RegexLabelBoundary',
        `requires no dot before the domain, so that ${witness} matches; put ([a-z0-9-]+\\.)* there`,
      );
    case 'PublicSuffix':
      return issue(
        'RegexPublicSuffix',
        `matches names that anybody can register, ${witness} too; name your own domain`,
      );
    case 'Insecure':
      return issue(
        'RegexInsecureCredentials',
        `matches ${witness}, without TLS; write https:// if credentials may be involved`,
      );
  }
}

function styleIssue({ kind, witness, suggestion }: StyleFinding, source: string, path: string): Issue {
  const detail = { witness, suggestion };
  const issue = (reason: Parameters<typeof finding>[0], message: string): Issue =>
    finding(reason, path, `${quoted(source)} ${message}`, detail);
  switch (kind) {
    case 'UnescapedDot':
      return issue(
        'RegexUnescapedDot',
        `has a dot that stands for any character, so that ${witness} matches; write \\.`,
      );
    case 'DotStar':
      return issue(
        'RegexDotStar',
        `has a .* or .+ that runs over dots, so that ${witness} matches; say what may stand there`,
      );
    case 'AnchorPrecedence':
      return issue(
        'RegexAnchorPrecedence',
        `anchors only some of its alternatives at both ends${witness === undefined ? '' : `, so that engines that search match ${witness}`}; put them in parentheses`,
      );
    case 'CaseInsensitive':
      return issue('RegexCaseInsensitive', 'ignores case, but browsers send lower case; remove (?i)');
    case 'Unanchored':
      return issue(
        'RegexUnanchored',
        'is matched against the whole origin, as if it were anchored; write ^ and $ to say so',
      );
  }
}
