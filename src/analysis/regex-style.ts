import { RE2JS } from 're2js';
import { parseOrigin } from '../cors/origin.ts';
import { type CompiledRegex, matchesRegex } from '../cors/regex.ts';
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
function unescapedDot({ source, root }: RegexSyntax, sampler: Sampler, isMatch: IsMatch): StyleFinding | undefined {
  const found = nodesOf(root).flatMap((node) => (node.kind === 'concat' ? lonelyDots(node.parts) : []));
  const dots = new Set<RegexNode>(found);
  const witnessOf = (node: RegexNode, text: string): string | undefined =>
    matchWith(sampler, isMatch, { node, text, dots });
  const proven = found.filter((node) => witnessOf(node, '.') !== undefined && witnessOf(node, 'x') !== undefined);
  const [first] = proven;
  if (first === undefined) return undefined;
  const starts = new Set(proven.map((dot) => dot.start));
  const suggestion = source.replace(/\./g, (dot, index: number) => (starts.has(index) ? '\\.' : dot));
  return { kind: 'UnescapedDot', witness: witnessOf(first, 'x'), suggestion };
}

type Dot = Extract<RegexNode, { kind: 'any' }>;

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
  const witness = searchWitness(source, memberOrigins(sampler, isMatch), isMatch);
  return { kind: 'AnchorPrecedence', witness, suggestion: anchored(source) };
}

/** An origin that an engine which searches takes, and ours does not. */
function searchWitness(source: string, members: readonly RegexSample[], isMatch: IsMatch): string | undefined {
  const search = RE2JS.compile(source);
  const foreign = members.flatMap(({ text }) => [`${text}.evil.com`, text.replace(/:\/\/(?:\*\.)?/, '://evil')]);
  return foreign.find((each) => parseOrigin(each) !== undefined && !isMatch(each) && search.test(each));
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
