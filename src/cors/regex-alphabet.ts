import { ASSERTION, type Instruction, OP, type Program } from './regex-program.ts';

/** Every character that a well-formed origin can hold. */
const CODES: readonly number[] = Array.from(
  '+-./0123456789:ABCDEFGHIJKLMNOPQRSTUVWXYZ[]_abcdefghijklmnopqrstuvwxyz',
  (letter) => letter.charCodeAt(0),
);

/** The characters of origins, grouped into classes that a program cannot tell apart. */
export type RegexAlphabet = {
  /** Class of each ASCII code, from 1; 0 for what no origin holds. */
  readonly classes: Uint8Array<ArrayBuffer>;
  /** Number of classes, class 0 included. */
  readonly classCount: number;
  /** Whether the program asks for word boundaries; classes are then all word or all not. */
  readonly knowsWords: boolean;
  /** Per class: whether its characters are word characters. */
  readonly words: readonly boolean[];
  /** Per instruction: the classes it reads; empty for one that reads nothing. */
  readonly reads: readonly (readonly number[])[];
};

/** Groups the characters of origins by what a program does with them. */
export function regexAlphabet({ instructions }: Program): RegexAlphabet {
  const readings = new Map<string, readonly number[]>();
  const keys = instructions.map((instruction) => addReading(readings, instruction));
  const knowsWords = instructions.some(asksForWords);
  const classes = classify(knowsWords ? [...readings.values(), CODES.filter(isWordCode)] : [...readings.values()]);
  const classesOf = new Map<string, readonly number[]>();
  for (const [key, codes] of readings) classesOf.set(key, distinctClasses(classes, codes));
  const words: boolean[] = [false];
  for (const code of CODES) words[classes[code] ?? 0] = isWordCode(code);
  return { classes, classCount: words.length, knowsWords, words, reads: keys.map((key) => classesOf.get(key) ?? []) };
}

/** Adds the characters that an instruction reads, once for all instructions that read the same. */
function addReading(readings: Map<string, readonly number[]>, instruction: Instruction): string {
  if (!isReading(instruction)) return '';
  const codes = CODES.filter((code) => instruction.matchRune(code));
  const key = String.fromCharCode(...codes);
  readings.set(key, codes);
  return key;
}

/** Whether an instruction reads a character. */
function isReading({ op }: Instruction): boolean {
  return op >= OP.firstReading && op <= OP.lastReading;
}

function asksForWords({ op, arg }: Instruction): boolean {
  return op === OP.emptyWidth && (arg & (ASSERTION.wordBoundary | ASSERTION.noWordBoundary)) !== 0;
}

/** Splits the characters until each set holds a class whole or not at all. */
function classify(sets: readonly (readonly number[])[]): Uint8Array<ArrayBuffer> {
  let classes = new Uint8Array(128);
  for (const code of CODES) classes[code] = 1;
  for (const set of sets) {
    const inside = new Set(set);
    const names = new Map<number, number>();
    const split = new Uint8Array(128);
    for (const code of CODES) {
      const pair = 2 * (classes[code] ?? 0) + (inside.has(code) ? 1 : 0);
      const name = names.get(pair) ?? names.size + 1;
      names.set(pair, name);
      split[code] = name;
    }
    classes = split;
  }
  return classes;
}

function distinctClasses(classes: Uint8Array, codes: readonly number[]): readonly number[] {
  return [...new Set(codes.map((code) => classes[code] ?? 0))];
}

/** @see https://github.com/google/re2/wiki/Syntax `\w` */
function isWordCode(code: number): boolean {
  return /\w/.test(String.fromCharCode(code));
}
