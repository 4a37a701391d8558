import { type Automaton, accepts } from '../cors/regex-automaton.ts';
import type { OriginEntry } from './origin-entry.ts';
import { memberOrigins } from './regex-probe.ts';
import { regexSampler } from './regex-sample.ts';
import { parseRegex } from './regex-syntax.ts';

/**
 * Origins that people would think of when they ask what an entry lets in and should not, best first; some may not be in it.
 *
 * @param automaton of the entry
 */
export function likelyWitnesses(entry: OriginEntry, automaton: Automaton): readonly string[] {
  switch (entry.kind) {
    case 'exact':
      return [entry.origin];
    case 'wildcard': {
      const { scheme, base, port } = entry.wildcard;
      const end = `.${base}${port === '' ? '' : `:${port}`}`;
      return LABELS.map((labels) => `${scheme}://${labels}${end}`);
    }
    case 'regex':
      return regexWitnesses(entry.source, automaton);
  }
}

const LABELS = ['www', 'app', 'evil', 'a', 'a.b', 'evil.www', 'x1.evil'];

/** Hosts that are nobody's, for regexes that name no domain. */
const STRANGERS = [
  'https://evil-example.com',
  'https://evil.example',
  'http://evil.example',
  'https://localhost',
  'http://localhost:3000',
];

function regexWitnesses(source: string, automaton: Automaton): readonly string[] {
  const syntax = parseRegex(source);
  if (syntax === undefined) return STRANGERS;
  const members = memberOrigins(regexSampler(syntax), (origin) => accepts(automaton, origin)).map(({ text }) => text);
  return [...STRANGERS, ...members.flatMap(disguises), ...members];
}

/** An origin as an attacker would register it. */
function disguises(origin: string): readonly string[] {
  const start = origin.indexOf('://') + '://'.length;
  const [scheme, host] = [origin.slice(0, start), origin.slice(start)];
  return [
    `${scheme}evil-${host}`,
    `${scheme}evil${host}`,
    `${scheme}evil.${host}`,
    `${origin}.evil.example`,
    `${origin}-evil.example`,
    ...dots(host).map((dot) => `${scheme}${host.slice(0, dot)}x${host.slice(dot + 1)}`),
    `http://${host}`,
    `${origin}:8443`,
  ];
}

function dots(host: string): readonly number[] {
  return [...host].flatMap((character, index) => (character === '.' ? [index] : []));
}
