import { CharSet, type FAIterator, type TransitionIterable } from 'refa';
import type { Wildcard } from '../cors/origin-pattern.ts';
import { compileRegex } from '../cors/regex.ts';
import type { Automaton } from '../cors/regex-automaton.ts';
import { once } from './once.ts';

/** Characters are ASCII codes. */
export const MAX_CODE = 0x7f;

/** A regex in RE2 syntax for what a wildcard stands for, among well-formed origins. */
export function wildcardSource({ scheme, base, port, depth }: Wildcard): string {
  const labels = depth === 'Any' ? '[^/:]+' : '[^/:.]+';
  return `${quoted(`${scheme}://`)}${labels}${quoted(`.${base}${port === '' ? '' : `:${port}`}`)}`;
}

/** A regex in RE2 syntax for one text. */
export function quoted(text: string): string {
  return text.replaceAll(/[\\.+*?()|[\]{}^$]/g, (character) => `\\${character}`);
}

/** The automaton of a regex; undefined when it does not compile, or would need too many states. */
export function automatonOf(source: string): Automaton | undefined {
  const compilation = compileRegex(source);
  return compilation.ok ? compilation.regex.automaton : undefined;
}

/** A language as refa walks it: state 0 of an automaton is where nothing leads out of. */
export type Language = TransitionIterable<number>;

/**
 * What could be an origin by its shape, in families: what is proved about all of them holds for well-formed origins. Lengths
 * are not looked at, nor whether an address in brackets is one.
 *
 * @returns per family languages that have to agree
 * @see https://html.spec.whatwg.org/#ascii-serialisation-of-an-origin
 */
export const wellFormed: () => readonly (readonly Language[])[] = once(() => {
  const special = fixed(`${SPECIAL}://${SPECIAL_HOST}${PORT}`);
  const opaque = fixed(`[a-z][a-z0-9+.-]*://${OPAQUE_HOST}${PORT}`);
  const noPort = fixed(NO_PORT);
  return [
    [accepted(special), refused(fixed(NOT_SPECIAL)), refused(noPort)],
    [accepted(opaque), refused(fixed(`${SPECIAL}://.*`)), refused(noPort)],
  ];
});

/** Origins as people know them: names that end in letters. */
export const familiar: () => Language = once(() =>
  accepted(fixed('https?://[a-z0-9-]+(?:\\.[a-z0-9-]+)*\\.[a-z]+(?::[1-9][0-9]{3})?')),
);

/** Schemes whose hosts are parsed. */
const SPECIAL = '(?:https?|wss?|ftp)';
const IPV6 = '\\[[0-9a-f:.]+\\]';
const OPAQUE_HOST = `(?:${IPV6}|[A-Za-z0-9_-]+(?:\\.[A-Za-z0-9_-]+)*\\.?)`;
/** A name that ends in a number is an IPv4 address, and is none unless it has four of them. */
const NAME = '(?:[a-z0-9_-]+\\.)*(?:[a-z0-9_-]*[a-z_-][a-z0-9_-]*)\\.?';
const BYTE = '(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])';
const SPECIAL_HOST = `(?:${IPV6}|${NAME}|${BYTE}(?:\\.${BYTE}){3})`;
const PORT = '(?::[1-9][0-9]{0,4})?';
/** Default ports, and hexadecimal numbers in the place of a name. */
const NOT_SPECIAL = `(?:https|wss)://.*:443|(?:http|ws)://.*:80|${SPECIAL}://(?:[^/]*\\.)?0x[0-9a-f]*\\.?(?::[0-9]+)?`;
/** Ports beyond 65535. */
const NO_PORT = '.*:(?:6553[6-9]|655[4-9][0-9]|65[6-9][0-9]{2}|6[6-9][0-9]{3}|[7-9][0-9]{4})';

function fixed(source: string): Automaton {
  const automaton = automatonOf(source);
  if (automaton === undefined) throw new Error(`no automaton for ${source}`);
  return automaton;
}

/** What an automaton accepts. */
export function accepted(automaton: Automaton): Language {
  return languageOf(automaton, (state) => automaton.accepting[state] === 1, 'Living');
}

/** What an automaton does not accept, of ASCII texts. */
export function refused(automaton: Automaton): Language {
  return languageOf(automaton, (state) => automaton.accepting[state] !== 1, 'All');
}

function languageOf(automaton: Automaton, isFinal: (state: number) => boolean, states: 'Living' | 'All'): Language {
  const sets = classSets(automaton);
  const iterator: FAIterator<number, ReadonlyMap<number, CharSet>> = {
    initial: 1,
    stableOut: true,
    isFinal,
    getOut: (state) => transitions(automaton, sets, state, states),
  };
  return { maxCharacter: MAX_CODE, transitionIterator: () => iterator };
}

/** The characters of each class; class 0 holds all that no origin does. */
function classSets({ classes, classCount }: Automaton): readonly CharSet[] {
  const codes = [...classes.keys()];
  return Array.from({ length: classCount }, (_, name) =>
    CharSet.fromCharacters(
      MAX_CODE,
      codes.filter((code) => classes[code] === name),
    ),
  );
}

function transitions(
  { next, classCount }: Automaton,
  sets: readonly CharSet[],
  state: number,
  states: 'Living' | 'All',
): ReadonlyMap<number, CharSet> {
  const targets = new Map<number, CharSet>();
  for (const [name, characters] of sets.entries()) {
    const target = next[state * classCount + name] ?? 0;
    if (characters.isEmpty || (target === 0 && states === 'Living')) continue;
    targets.set(target, targets.get(target)?.union(characters) ?? characters);
  }
  return targets;
}
