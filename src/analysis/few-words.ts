import { isOrigin } from '../cors/origin.ts';
import type { Automaton } from '../cors/regex-automaton.ts';
import { livingStates } from './automaton-states.ts';
import { LABEL_CODES } from './host-states.ts';

/** Characters of origins that are no characters of a label. */
const OTHER_CODES: readonly number[] = Array.from(':/.[]+ABCDEFGHIJKLMNOPQRSTUVWXYZ', (letter) => letter.charCodeAt(0));

const CODES = [...LABEL_CODES, ...OTHER_CODES];

/** Every well-formed origin that an automaton accepts, in byte order; undefined when it accepts more texts than a number. */
export function fewOrigins(automaton: Automaton, most: number): readonly string[] | undefined {
  const living = livingStates(automaton);
  const words: string[] = [];
  let open: readonly Open[] = living[1] === 1 ? [{ state: 1, text: '' }] : [];
  while (open.length > 0) {
    words.push(...open.filter(({ state }) => automaton.accepting[state] === 1).map(({ text }) => text));
    open = open.flatMap((each) => longer(automaton, living, each, most));
    // Each of them leads to a word, and each to another one.
    if (words.length + open.length > most) return undefined;
  }
  return words.filter(isOrigin).sort();
}

type Open = { readonly state: number; readonly text: string };

/** Not more than one beyond the number that counts. */
function longer(
  { classes, classCount, next }: Automaton,
  living: Uint8Array,
  from: Open,
  most: number,
): readonly Open[] {
  const found: Open[] = [];
  for (const code of CODES) {
    const state = next[from.state * classCount + (classes[code] ?? 0)] ?? 0;
    if (living[state] === 1) found.push({ state, text: from.text + String.fromCharCode(code) });
    if (found.length > most) break;
  }
  return found;
}
