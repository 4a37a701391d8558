import { type Breadth, probeBreadth } from '../../analysis/regex-probe.ts';
import { regexSampler } from '../../analysis/regex-sample.ts';
import { type StyleFinding, styleFindings } from '../../analysis/regex-style.ts';
import { parseRegex } from '../../analysis/regex-syntax.ts';
import { type CompiledRegex, compileRegex, type RegexCompilation } from '../../cors/regex.ts';
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
  return compiledIssues(compilation.regex, path, context);
}

function compiledIssues(regex: CompiledRegex, path: string, context: FieldContext): readonly Issue[] {
  const syntax = parseRegex(regex.source);
  if (syntax === undefined) return [];
  const sampler = regexSampler(syntax);
  const breadth = context.role === 'Ceiling' ? [] : probeBreadth(regex, sampler);
  const style = styleFindings(regex, syntax, sampler).filter(({ kind }) => appliesTo(kind, context));
  return [
    ...flagIssues(regex.source, syntax.flags, path),
    ...breadth.map((each) => breadthIssue(each, regex.source, path, context)),
    ...style.map((each) => styleIssue(each, regex.source, path)),
  ];
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
        'anchors only some of its alternatives at both ends; put them in parentheses',
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
