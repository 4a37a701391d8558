import { RE2JS } from 're2js';
import { parseOrigin } from '../cors/origin.ts';
import { type CompiledRegex, matchesRegex } from '../cors/regex.ts';
import { compileContainer, containsEntry, POLICY_STEPS } from './origin-containment.ts';
import { memberOrigins } from './regex-probe.ts';
import { nodesOf, type RegexSample, type Sampler, type SampleTarget } from './regex-sample.ts';
import type { RegexNode, RegexSyntax } from './regex-syntax.ts';

/** How a regex is written although something else is meant. */
export type StyleKind = 'UnescapedDot' | 'DotStar' | 'AnchorPrecedence' | 'CaseInsensitive' | 'Unanchored';

/** A finding; where a witness is given, the regex matches it (for `AnchorPrecedence`: an engine that searches does). */
export type StyleFinding = {
  readonly kind: StyleKind;
  readonly witness?: string | undefined;
  readonly suggestion?: string | undefined;
};

/** Finds what the way a regex is written gives away. Sound, not complete. */
export function styleFindings(regex: CompiledRegex, syntax: RegexSyntax, sampler: Sampler): readonly StyleFinding[] {
  const isMatch = (origin: string): boolean => matchesRegex(regex, origin);
  const findings = [
    unescapedDot(syntax, sampler, isMatch),
    dotStar(syntax, sampler, isMatch),
    anchorPrecedence(syntax, sampler, isMatch) ?? unanchored(syntax),
    caseInsensitive(syntax, sampler, isMatch),
  ];
  return findings.filter((each) => each !== undefined);
}

type IsMatch = (origin: string) => boolean;

/** A dot between other characters, of which the one behind is spelled: the regex takes a dot there, and a letter too. */
function unescapedDot(syntax: RegexSyntax, sampler: Sampler, isMatch: IsMatch): StyleFinding | undefined {
  const found = forgottenDots(syntax);
  const dots = new Set<RegexNode>(found);
  const witnessOf = (node: RegexNode, text: string): string | undefined =>
    matchWith(sampler, isMatch, { node, text, dots });
  const shown = found.map((node) => (witnessOf(node, '.') === undefined ? undefined : witnessOf(node, 'x')));
  const witnesses = shown.map(
    (witness, index) => witness ?? (index < MOST_DOTS ? decided(syntax, found, index) : undefined),
  );
  const proven = found.filter((_, index) => witnesses[index] !== undefined);
  if (proven.length === 0) return undefined;
  const witness = witnesses.find((each) => each !== undefined && isMatch(each));
  return { kind: 'UnescapedDot', witness, suggestion: withDots(syntax, proven, () => '\\.') };
}

/** Dots that automata decide about in one regex: each takes some of them. */
const MOST_DOTS = 8;

/** Decides about one dot, the others taken for dots: whether it can be one, and what else it lets in. */
function decided(syntax: RegexSyntax, dots: readonly Dot[], index: number): string | undefined {
  const [dot] = dots.slice(index);
  const meant = withDots(syntax, dots, () => '\\.');
  const without = withDots(syntax, dots, (each) => (each === dot ? NO_CHARACTER : '\\.'));
  const written = withDots(syntax, dots, (each) => (each === dot ? '.' : '\\.'));
  return differing(meant, without) === undefined ? undefined : differing(written, meant);
}

const NO_CHARACTER = '[^\\x00-\\x{10FFFF}]';

/** An origin that the one regex matches and the other does not; undefined when none is found within the budget. */
function differing(source: string, other: string): string | undefined {
  const container = compileContainer({ any: false, exact: [], wildcards: [], regexes: [other] });
  const verdict = containsEntry(container, { kind: 'regex', source }, { left: POLICY_STEPS });
  return verdict.kind === 'Outside' ? verdict.witness : undefined;
}

/** Dots that stand where people write them in names: between characters, of which the one behind is spelled. */
export function forgottenDots({ root }: RegexSyntax): readonly Dot[] {
  return nodesOf(root).flatMap((node) => (node.kind === 'concat' ? lonelyDots(node.parts) : []));
}

/** The regex with other texts in the place of some dots. */
export function withDots({ source }: RegexSyntax, dots: readonly Dot[], textOf: (dot: Dot) => string): string {
  let [text, end] = ['', 0];
  for (const dot of dots.toSorted((left, right) => left.start - right.start)) {
    text += source.slice(end, dot.start) + textOf(dot);
    end = dot.start + 1;
  }
  return text + source.slice(end);
}

/** `.` in a regex. */
export type Dot = Extract<RegexNode, { kind: 'any' }>;

function lonelyDots(parts: readonly RegexNode[]): readonly Dot[] {
  return parts.flatMap((part, index) => {
    const [before, after] = [parts[index - 1], parts[index + 1]];
    const isBetween =
      before !== undefined && before.kind !== 'any' && after?.kind === 'literal' && /^\w/.test(after.text);
    return part.kind === 'any' && isBetween ? [part] : [];
  });
}

/** What shows best what a `.*` can run over, first. */
const RUN_OVER = ['evil.a', 'a.b', 'evil', '.evil.com', 'evil.', 'https', '8443', ':8443', 'https://evil.com'];

function dotStar({ root }: RegexSyntax, sampler: Sampler, isMatch: IsMatch): StyleFinding | undefined {
  const stars = nodesOf(root).filter((node) => node.kind === 'repeat' && node.isEndless && node.node.kind === 'any');
  for (const node of stars) {
    for (const text of RUN_OVER) {
      const witness = matchWith(sampler, isMatch, { node, text });
      if (witness !== undefined) return { kind: 'DotStar', witness };
    }
  }
  return undefined;
}

/** An origin that the regex matches, with a text in the place of a node; with https in front where no scheme is spelled. */
function matchWith(sampler: Sampler, isMatch: IsMatch, target: SampleTarget): string | undefined {
  const samples = [sampler.sample(target), sampler.sample({ ...target, optional: 'Once' })];
  return samples
    .flatMap((sample) => (sample === undefined ? [] : [sample.text, `https://${sample.text}`]))
    .find(isMatch);
}

/** Some alternative is anchored, and not every one at both ends. */
function anchorPrecedence({ source, root }: RegexSyntax, sampler: Sampler, isMatch: IsMatch): StyleFinding | undefined {
  const [only] = root.kind === 'concat' && root.parts.length === 1 ? root.parts : [root];
  if (only?.kind !== 'alternation' || isAnchored(root)) return undefined;
  if (!only.branches.some((branch) => isAnchoredAt(branch, 'start') || isAnchoredAt(branch, 'end'))) return undefined;
  const witness = searchWitness(source, memberOrigins(sampler, isMatch), isMatch) ?? searchedWord(source);
  return { kind: 'AnchorPrecedence', witness, suggestion: anchored(source) };
}

/** An origin that an engine which searches takes, and ours does not. */
function searchWitness(source: string, members: readonly RegexSample[], isMatch: IsMatch): string | undefined {
  const search = RE2JS.compile(source);
  const foreign = members.flatMap(({ text }) => [`${text}.evil.com`, text.replace(/:\/\/(?:\*\.)?/, '://evil')]);
  return foreign.find((each) => parseOrigin(each) !== undefined && !isMatch(each) && search.test(each));
}

/** The same, of all origins. */
function searchedWord(source: string): string | undefined {
  const witness = differing(`(?s:.*)(?:${source})(?s:.*)`, source);
  return witness !== undefined && RE2JS.compile(source).test(witness) ? witness : undefined;
}

function unanchored(syntax: RegexSyntax): StyleFinding | undefined {
  return isAnchored(syntax.root) ? undefined : { kind: 'Unanchored', suggestion: anchored(syntax.source) };
}

function isAnchored(node: RegexNode): boolean {
  return isAnchoredAt(node, 'start') && isAnchoredAt(node, 'end');
}

function isAnchoredAt(node: RegexNode, at: 'start' | 'end'): boolean {
  switch (node.kind) {
    case 'assertion':
      return node.at === at;
    case 'concat': {
      const visible = node.parts.filter((part) => part.kind !== 'concat' || part.parts.length > 0);
      const part = at === 'start' ? visible[0] : visible.at(-1);
      return part !== undefined && isAnchoredAt(part, at);
    }
    case 'alternation':
      return node.branches.every((branch) => isAnchoredAt(branch, at));
    default:
      return false;
  }
}

/** The same regex with both anchors, alternatives in parentheses; undefined where taking the old ones off is not safe. */
function anchored(source: string): string | undefined {
  const bare = source.replace(/^\^/, '').replace(/(?<!\\)\$$/, '');
  if (/[\\$^]/.test(bare.replace(/\\[.dwsDWS/-]|\[\^/g, ''))) return undefined;
  return bare.includes('|') ? `^(?:${bare})$` : `^${bare}$`;
}

/** Only hosts of schemes other than http and https keep their case, so only they can show what the flag lets in. */
function caseInsensitive({ source, flags }: RegexSyntax, sampler: Sampler, isMatch: IsMatch): StyleFinding | undefined {
  if (!flags.includes('i')) return undefined;
  const upper = memberOrigins(sampler, isMatch).map(({ text }) => {
    const host = text.indexOf('://') + 3;
    return text.slice(0, host) + text.slice(host).toUpperCase();
  });
  const suggestion = source.startsWith('(?i)') && !/[A-Z]/.test(source) ? source.slice(4) : undefined;
  return { kind: 'CaseInsensitive', witness: upper.find(isMatch), suggestion };
}
