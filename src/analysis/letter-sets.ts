import { accepts } from '../cors/regex-automaton.ts';
import { automatonOf } from './origin-language.ts';

/** The letters that are told apart: all that an origin can hold. */
const LETTERS: readonly string[] = [...'+-./0123456789:ABCDEFGHIJKLMNOPQRSTUVWXYZ[]_abcdefghijklmnopqrstuvwxyz'];

const ALL = (1n << BigInt(LETTERS.length)) - 1n;

/** Sets of letters, each a number, and whether they have a letter in common. */
export class LetterSets {
  /** The set of all letters. */
  readonly all: number;
  readonly #isCaseless: boolean;
  readonly #masks: bigint[] = [];
  readonly #numbers = new Map<bigint, number>();
  readonly #classes = new Map<string, number>();
  readonly #meetings = new Map<number, number>();

  /** @param flags of the regex; with `i` letters stand for both cases */
  constructor(flags: string) {
    this.#isCaseless = flags.includes('i');
    this.all = this.#numberOf(ALL);
  }

  /** The set of one letter. */
  ofLetter(letter: string): number {
    const mask = bitOf(letter);
    return this.#numberOf(this.#isCaseless ? mask | bitOf(letter.toLowerCase()) | bitOf(letter.toUpperCase()) : mask);
  }

  /** The set of a class as it stands in a regex. */
  ofClass(source: string): number {
    const known = this.#classes.get(source) ?? this.#numberOf(this.#classMask(source));
    this.#classes.set(source, known);
    return known;
  }

  /** The letters that two sets have in common, as a set, which may be empty. */
  meeting(left: number, right: number): number {
    const key = left * MOST_SETS + right;
    const known = this.#meetings.get(key) ?? this.#numberOf((this.#masks[left] ?? 0n) & (this.#masks[right] ?? 0n));
    this.#meetings.set(key, known);
    return known;
  }

  /** Whether a set has no letters. */
  isEmpty(set: number): boolean {
    return this.#masks[set] === 0n;
  }

  #classMask(source: string): bigint {
    const automaton = automatonOf(this.#isCaseless ? `(?i)${source}` : source);
    return automaton === undefined ? ALL : maskOf((letter) => accepts(automaton, letter));
  }

  #numberOf(mask: bigint): number {
    const known = this.#numbers.get(mask) ?? this.#masks.push(mask) - 1;
    this.#numbers.set(mask, known);
    return known;
  }
}

/** More sets than a regex of 1024 bytes and their meetings make. */
const MOST_SETS = 2 ** 24;

/** Nothing for a letter that no origin holds. */
function bitOf(letter: string): bigint {
  return BITS.get(letter) ?? 0n;
}

const BITS: ReadonlyMap<string, bigint> = new Map(LETTERS.map((letter, index) => [letter, 1n << BigInt(index)]));

function maskOf(isIn: (letter: string) => boolean): bigint {
  let mask = 0n;
  for (const [letter, bit] of BITS) {
    if (isIn(letter)) mask |= bit;
  }
  return mask;
}
