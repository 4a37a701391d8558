import { isOrigin } from '../cors/origin.ts';
import { type Automaton, accepts } from '../cors/regex-automaton.ts';
import { follow, type HostStates, hostStates, LABEL_CODES, type LabelStart, LETTERS } from './host-states.ts';
import { firstLabels, hasMoreLabels, type LabelQuestion, shortestLabel } from './label-words.ts';
import { publicSuffix, registrableDomain, suffixRules } from './public-suffix.ts';
import { suffixStates } from './suffix-states.ts';

/** How a regex lets strangers choose the domain that they register. */
export type DomainFinding = {
  readonly kind: 'MatchesAny' | 'OpenSuffix' | 'LabelBoundary' | 'PublicSuffix';
  readonly witness: string;
};

/** More names than a regex of 1024 bytes can spell: then they are not listed, but free. */
const FREE = 256;

/** Steps for one regex; a usual one needs some hundreds. */
const MOST_STEPS = 20_000;

/** Two readings of one regex; the same automaton twice where no dot looks forgotten. */
export type DomainReadings = {
  /** Dots that look forgotten are dots. */
  readonly meant: Automaton;
  /** They are dots, or some other character: not more ways than two, so that nothing is free by a forgotten dot alone. */
  readonly loose: Automaton;
};

/**
 * Finds where the hosts of a regex leave the name that somebody has to register to whoever comes.
 *
 * Complete within its steps: all ways through hosts of http and https are looked at, and all public suffixes.
 *
 * @returns undefined when the steps were used up and nothing was found
 */
export function domainFindings({ meant, loose }: DomainReadings): readonly DomainFinding[] | undefined {
  const budget = { left: MOST_STEPS };
  const openings: Search = { hosts: hostStates(meant), budget, shown: new Set() };
  const open = openStarts(openings);
  if (open.length > 0) return openFinding(openings, open);
  const search = loose === meant ? openings : { ...openings, hosts: hostStates(loose) };
  const findings = [...listedNames(search), ...unlistedNames(search)];
  if (budget.left <= 0 && findings.length === 0) return undefined;
  return findings;
}

type Search = {
  readonly hosts: HostStates;
  readonly budget: { left: number };
  /** Kinds that are shown already: one witness is enough. */
  readonly shown: Set<DomainFinding['kind']>;
};

/** Labels to some goals, from whatever state. */
function labelsTo(search: Search, goals: ReadonlySet<number>, codes = LABEL_CODES): (from: number) => LabelQuestion {
  const { automaton, reverse } = search.hosts;
  const leading: ReadonlySet<number> = search.budget.left > 0 ? reverse.leadingBy(goals, codes) : new Set();
  search.budget.left -= leading.size;
  return (from) => ({ automaton, from, goals, leading, codes, budget: search.budget });
}

function isFree(asked: LabelQuestion): boolean {
  return asked.leading.has(asked.from) && hasMoreLabels(asked, FREE);
}

/** Label starts, not the first ones, from which names lead to the end that are neither listed nor made up: a top-level domain is free. */
function openStarts(search: Search): readonly LabelStart[] {
  const asked = labelsTo(search, search.hosts.ends, LETTERS);
  return search.hosts.labelStarts.filter(
    ({ state, isFirst }) => !isFirst && isFree(asked(state)) && leadsToTopLevel(search.hosts, state),
  );
}

function leadsToTopLevel({ automaton, ends }: HostStates, state: number): boolean {
  for (const name of suffixRules().children.keys()) {
    if (ends.has(follow(automaton, state, name))) return true;
  }
  return false;
}

/** Where the labels before the top-level domain are free as well, nothing is named at all. */
function openFinding(search: Search, open: readonly LabelStart[]): readonly DomainFinding[] {
  const free = freeStarts(search);
  const any = open.find(({ state }) => free.has(state));
  const { ends, labelStarts } = search.hosts;
  const prefixes = any === undefined ? open : labelStarts.filter(({ isFirst }) => isFirst);
  const candidates = STRANGERS.flatMap((host) => prefixes.map(({ prefix }) => completed(search, prefix + host)));
  const asked = labelsTo(search, ends, LETTERS);
  const shortest = open.flatMap(({ state, prefix }) =>
    firstLabels(asked(state), MOST_LABELS).map((label) => completed(search, prefix + label)),
  );
  const witness = [...candidates, ...shortest].find((each) => each !== '');
  if (witness === undefined) return [];
  return [{ kind: any === undefined ? 'OpenSuffix' : 'MatchesAny', witness }];
}

/** What an attacker has, whole or as an ending, and top-level domains that are cheap. */
const STRANGERS = [
  'evil-example.com',
  'evil.com',
  'evil-example.qqq',
  'evil.qqq',
  'www.evil.com',
  'a.evil.com',
  'xyz',
  'dev',
  'io',
  'com',
];

/** States at label starts that labels of the stranger's choice lead to, and nothing else has to. */
function freeStarts(search: Search): ReadonlySet<number> {
  const { labelStarts } = search.hosts;
  const firsts = labelStarts.filter(({ isFirst }) => isFirst).map(({ state }) => state);
  const targets = labelStarts
    .filter(({ isFirst }) => !isFirst)
    .map(({ state }) => ({ state, asked: labelsTo(search, dotted(search, new Set([state]))) }));
  const free = new Set<number>();
  for (const from of [...firsts, ...free]) {
    for (const { state, asked } of targets) if (isFree(asked(from))) free.add(state);
  }
  return free;
}

/** The states from which a dot leads to one of the given ones. */
function dotted({ hosts }: Search, states: ReadonlySet<number>): ReadonlySet<number> {
  return hosts.reverse.before(states, '.'.charCodeAt(0));
}

/** Free names right below the public suffixes of the list. */
function listedNames(search: Search): readonly DomainFinding[] {
  const starts = new Set(search.hosts.labelStarts.filter(({ isFirst }) => !isFirst).map(({ state }) => state));
  return suffixStates(search.hosts).flatMap(({ suffix, states }) => {
    const reached = new Set([...states].filter((state) => starts.has(state)));
    if (reached.size === 0) return [];
    if (!suffix.startsWith('*')) return freeNames(search, reached, suffix);
    return [...reached].flatMap((state) => {
      const label = labelBefore(search, state, suffix.slice(1));
      return label === undefined ? [] : freeNames(search, new Set([state]), label + suffix.slice(1));
    });
  });
}

/** A label that leads from a state to the given end of a host. */
function labelBefore(search: Search, state: number, end: string): string | undefined {
  const { reverse, ends } = search.hosts;
  return shortestLabel(labelsTo(search, reverse.beforeText(ends, end))(state));
}

/** Free ends of names below a top-level domain that is on no list: somebody owns the last two labels. */
function unlistedNames(search: Search): readonly DomainFinding[] {
  const asked = labelsTo(search, search.hosts.ends);
  return search.hosts.labelStarts
    .filter(({ state, isFirst }) => !isFirst && asked(state).leading.has(state))
    .flatMap(({ state }) => {
      const unlisted = endLabels(asked(state)).find(isUnlisted);
      if (unlisted === undefined) return [];
      return freeNames(search, new Set([state]), unlisted).filter(({ kind }) => kind === 'LabelBoundary');
    });
}

/** All of them, or one where they are too many to be names. */
function endLabels(asked: LabelQuestion): readonly string[] {
  return isFree(asked) ? [shortestLabel(asked) ?? ''] : firstLabels(asked, FREE);
}

function isUnlisted(label: string): boolean {
  return publicSuffix(label) === undefined && !/^\d+$/.test(label);
}

/** @param reached states from which nothing but the suffix is left */
function freeNames(search: Search, reached: ReadonlySet<number>, suffix: string): readonly DomainFinding[] {
  const goals = dotted(search, reached);
  const asked = labelsTo(search, goals);
  return search.hosts.labelStarts
    .filter(({ state }) => isFree(asked(state)))
    .flatMap(({ state, prefix }) => {
      const end = commonEnd(search, state, goals);
      const kind = end === '' || /^[-_]/.test(end) ? 'PublicSuffix' : 'LabelBoundary';
      if (search.shown.has(kind)) return [];
      const witness = freeWitness(search, { asked: asked(state), prefix, end, suffix });
      if (witness === undefined) return [];
      search.shown.add(kind);
      return [{ kind, witness } satisfies DomainFinding];
    });
}

/** What all labels from a state to any of others end in. */
function commonEnd({ hosts }: Search, from: number, goals: ReadonlySet<number>): string {
  const within = reachedWithin(hosts.automaton, from);
  let end = '';
  let states: ReadonlySet<number> = new Set([...goals].filter((state) => within.has(state)));
  while (!states.has(from) && end.length < MAX_END) {
    const before = LABEL_CODES.map((code) => ({
      code,
      states: new Set([...hosts.reverse.before(states, code)].filter((state) => within.has(state))),
    })).filter((each) => each.states.size > 0);
    const [only] = before;
    if (only === undefined || before.length > 1) return end;
    end = String.fromCharCode(only.code) + end;
    states = only.states;
  }
  return end;
}

const MAX_END = 63;

/** A state, and all that characters of a label lead to from it. */
function reachedWithin(automaton: Automaton, from: number): ReadonlySet<number> {
  const found = new Set([from]);
  for (const state of found) {
    for (const code of LABEL_CODES) {
      const target = follow(automaton, state, String.fromCharCode(code));
      if (target !== 0) found.add(target);
    }
  }
  return found;
}

/** Labels that are tried to show a finding. */
const MOST_LABELS = 40;

type FreeName = {
  readonly asked: LabelQuestion;
  readonly prefix: string;
  readonly end: string;
  readonly suffix: string;
};

/** An origin whose registered name is one of the free ones, those first that say what they are. */
function freeWitness(search: Search, { asked, prefix, end, suffix }: FreeName): string | undefined {
  const words = end === '' || /^[-_]/.test(end) ? ['evil-site', 'evilsite', 'evil'] : ['evil-', 'evil'];
  const named = words
    .map((word) => word + end)
    .filter((label) => asked.goals.has(follow(asked.automaton, asked.from, label)));
  const show = (label: string): string => {
    const host = `${label}.${suffix}`;
    const isTheirs = publicSuffix(suffix) === undefined || registrableDomain(host) === host;
    return isTheirs ? completed(search, prefix + host) : '';
  };
  return firstShown([...named, shortestLabel(asked) ?? ''], show) ?? firstShown(firstLabels(asked, MOST_LABELS), show);
}

function firstShown(labels: readonly string[], show: (label: string) => string): string | undefined {
  for (const label of labels) {
    const shown = show(label);
    if (shown !== '') return shown;
  }
  return undefined;
}

/** A text with a port where the automaton requires one; empty where none helps. */
function completed({ hosts }: Search, text: string): string {
  return (
    ['', ':8443', ':3000', ':8080', ':1', ':80', ':443']
      .map((port) => text + port)
      .find((each) => isWord(hosts.automaton, each)) ?? ''
  );
}

function isWord(automaton: Automaton, text: string): boolean {
  return isOrigin(text) && accepts(automaton, text);
}
