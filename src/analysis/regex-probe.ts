import { isOrigin, parseOrigin } from '../cors/origin.ts';
import { type CompiledRegex, matchesRegex } from '../cors/regex.ts';
import { accepts } from '../cors/regex-automaton.ts';
import { type DomainReadings, domainFindings } from './domain-findings.ts';
import { isLoopbackHost } from './loopback.ts';
import { once } from './once.ts';
import { insecureShapes } from './origin-language.ts';
import { shapeOf } from './origin-part.ts';
import { OriginTrie } from './origin-trie.ts';
import { walkOutside } from './outside-walk.ts';
import { publicSuffix, registrableDomain } from './public-suffix.ts';
import type { RegexSample, Sampler } from './regex-sample.ts';

/** How a regex lets in more than its author can have meant. */
export type BreadthKind = 'MatchesAny' | 'MatchesNull' | 'OpenSuffix' | 'LabelBoundary' | 'PublicSuffix' | 'Insecure';

/** A finding, proven by an origin that the regex matches. */
export type Breadth = { readonly kind: BreadthKind; readonly witness: string };

/** What is looked at: a regex, samples of it, and how its dots are read. */
export type BreadthQuestion = {
  readonly regex: CompiledRegex;
  readonly sampler: Sampler;
  readonly readings: DomainReadings;
};

/** Hosts that have nothing in common but to be hosts: a regex that matches them all names no domain. */
const FOREIGN_HOSTS = ['evil.com', 'attacker.test', 'a.b.example.org', 'evil.co.uk', 'evil.qqq'];

/** What an attacker puts behind a host; the last is under no real domain, so that no list of endings holds it. */
const FOREIGN_ENDINGS = ['.evil-example.com', '.evil.com', '.evil-example.qqq', '.evil.qqq'];

/** Words that an attacker puts into a label. */
const FOREIGN_WORDS = ['evil-', 'evil'];

/**
 * Looks for origins that show a regex to match too much.
 *
 * Automata decide; what they cannot within their steps, candidates show that are built from the regex's own text: then what is found
 * is so, and what is not found may still be.
 */
export function probeBreadth({ regex, sampler, readings }: BreadthQuestion): readonly Breadth[] {
  const isMatch = (origin: string): boolean => matchesRegex(regex, origin);
  const members = memberOrigins(sampler, isMatch);
  const any = anyWitness(isMatch);
  const domains = any === undefined ? (domainFindings(readings) ?? sampledFindings(members, isMatch)) : [];
  return [
    ...found('MatchesAny', any),
    ...domains.filter(({ kind }) => kind === 'MatchesAny'),
    ...found('MatchesNull', accepts(regex.automaton, 'null') ? 'null' : undefined),
    ...domains.filter(({ kind }) => kind !== 'MatchesAny'),
    ...found('Insecure', insecureWitness(members, isMatch) ?? insecureWord(regex)),
  ];
}

/** An origin without TLS, if there is any at all. */
function insecureWord({ automaton }: CompiledRegex): string | undefined {
  const isMatch = (origin: string): boolean => isOrigin(origin) && accepts(automaton, origin);
  const question = { entry: automaton, shape: insecure(), outers: [], listed: new OriginTrie([]) };
  const found = walkOutside(question, { left: MOST_STEPS }, isMatch);
  return found.kind === 'Word' ? found.word : undefined;
}

const MOST_STEPS = 20_000;
const insecure = once(() => shapeOf(insecureShapes()));

type IsMatch = (origin: string) => boolean;

function found(kind: BreadthKind, witness: string | undefined): readonly Breadth[] {
  return witness === undefined ? [] : [{ kind, witness }];
}

/** Samples that are origins which the regex matches, with https where it can be. */
export function memberOrigins(sampler: Sampler, isMatch: IsMatch): readonly RegexSample[] {
  const samples = [sampler.sample(), ...sampler.choices.map((node) => sampler.sample({ node }))];
  return samples.flatMap((sample) => (sample === undefined ? [] : asOrigin(sample, isMatch)));
}

function asOrigin(sample: RegexSample, isMatch: IsMatch): readonly RegexSample[] {
  const end = sample.text.indexOf('://');
  const rest = end === -1 ? 0 : end + 3;
  const secure = { text: `https://${sample.text.slice(rest)}`, free: `00000000${sample.free.slice(rest)}` };
  return [secure, sample].filter(({ text }) => isMatch(text)).slice(0, 1);
}

function anyWitness(isMatch: IsMatch): string | undefined {
  const scheme = ['https', 'http'].find((each) => FOREIGN_HOSTS.every((host) => isMatch(`${each}://${host}`)));
  if (scheme === undefined) return undefined;
  return [`${scheme}://evil-example.com`, `${scheme}://${FOREIGN_HOSTS[0]}`].find(isMatch);
}

function sampledFindings(members: readonly RegexSample[], isMatch: IsMatch): readonly Breadth[] {
  return [
    ...found(
      'OpenSuffix',
      firstWitness(members, (member) => openWitness(member, isMatch)),
    ),
    ...found(
      'LabelBoundary',
      firstWitness(members, (member) => boundaryWitness(member, isMatch)),
    ),
    ...found(
      'PublicSuffix',
      firstWitness(members, (member) => suffixWitness(member, isMatch)),
    ),
  ];
}

function firstWitness(
  members: readonly RegexSample[],
  witnessOf: (member: RegexSample) => string | undefined,
): string | undefined {
  for (const member of members) {
    const witness = witnessOf(member);
    if (witness !== undefined) return witness;
  }
  return undefined;
}

/** A foreign ending that the regex takes, whatever real endings it lists: then anything may follow. */
function openWitness({ text, free }: RegexSample, isMatch: IsMatch): string | undefined {
  const spelled = text.slice(0, free.lastIndexOf('0') + 1);
  for (const start of [spelled, text]) {
    const endings = FOREIGN_ENDINGS.map((ending) => start + (start.endsWith('.') ? ending.slice(1) : ending));
    if (endings.slice(2).some(isMatch)) return endings.find(isMatch);
  }
  return undefined;
}

/** Where the registered label of a host lies in an origin, and whether the regex spells all of it, or only its end. */
type RegisteredLabel = {
  readonly start: number;
  readonly end: number;
  readonly spelledFrom: number;
  readonly suffix: string;
};

function registeredLabel({ text, free }: RegexSample): RegisteredLabel | undefined {
  const origin = parseOrigin(text);
  if (origin === undefined || origin.hostKind !== 'name') return undefined;
  const host = origin.host.endsWith('.') ? origin.host.slice(0, -1) : origin.host;
  const domain = registrableDomain(host) ?? lastTwoLabels(host);
  if (domain === undefined) return undefined;
  const start = origin.scheme.length + 3 + host.length - domain.length;
  const end = text.indexOf('.', start);
  const isSpelled = !free.slice(end, start + domain.length).includes('1');
  if (!isSpelled) return undefined;
  return { start, end, spelledFrom: free.lastIndexOf('1', end - 1) + 1, suffix: domain.slice(end - start + 1) };
}

/** Names under no suffix of the list: somebody owns the last two labels. */
function lastTwoLabels(host: string): string | undefined {
  const labels = host.split('.');
  return publicSuffix(host) === undefined && labels.length > 1 ? labels.slice(-2).join('.') : undefined;
}

/** A word that the regex takes right before the spelled end of the registered label: no dot is required there. */
function boundaryWitness(member: RegexSample, isMatch: IsMatch): string | undefined {
  const label = registeredLabel(member);
  if (label === undefined) return undefined;
  const from = Math.max(label.spelledFrom, label.start);
  if (from >= label.end || /[-_]/.test(member.text.charAt(from))) return undefined;
  return withWord(member.text, from, from, isMatch);
}

/** A registered label of the attacker's choice right below a public suffix. */
function suffixWitness(member: RegexSample, isMatch: IsMatch): string | undefined {
  const label = registeredLabel(member);
  if (label === undefined || publicSuffix(label.suffix) !== label.suffix) return undefined;
  const isChosen = label.spelledFrom >= label.end;
  if (isChosen) return withWord(member.text, label.start, label.end, isMatch);
  const isPrefix = label.spelledFrom > label.start && /[-_]/.test(member.text.charAt(label.spelledFrom));
  return isPrefix ? withWord(member.text, label.start, label.spelledFrom, isMatch) : undefined;
}

/** Puts a foreign word in the place of a part. */
function withWord(text: string, start: number, end: number, isMatch: IsMatch): string | undefined {
  const withEach = (word: string): string => text.slice(0, start) + word + text.slice(end);
  const words = start === end ? FOREIGN_WORDS : ['evil-site', 'evilsite'];
  return words.map(withEach).find(isMatch);
}

function insecureWitness(members: readonly RegexSample[], isMatch: IsMatch): string | undefined {
  for (const text of ['http://evil-example.com', ...members.map((member) => member.text)]) {
    const insecure = [text, text.replace(/^https:/, 'http:'), text.replace(/^wss:/, 'ws:')].filter(isMatch);
    const witness = insecure.find(
      (each) => /^(?:http|ws):/.test(each) && !isLoopbackHost(parseOrigin(each)?.host ?? ''),
    );
    if (witness !== undefined) return witness;
  }
  return undefined;
}
