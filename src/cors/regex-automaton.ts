import { MAX_ORIGIN_LENGTH } from './origin-shape.ts';
import { type RegexAlphabet, regexAlphabet } from './regex-alphabet.ts';
import { ASSERTION, OP, type Program } from './regex-program.ts';

/**
 * A deterministic automaton over the characters of origins: one array read per character, whatever the regex.
 * Plain data: it can be handed to another thread.
 */
export type Automaton = {
  /** Class of each ASCII code; 0 for what no origin holds. */
  readonly classes: Uint8Array<ArrayBuffer>;
  readonly classCount: number;
  /** `next[state * classCount + class]`; state 0 is left by nothing, state 1 is the start. */
  readonly next: Uint16Array<ArrayBuffer>;
  /** Per state: 1 if a text may end there. */
  readonly accepting: Uint8Array<ArrayBuffer>;
};

/** Most instructions of one regex. */
const MAX_INSTRUCTIONS = 20_000;

/** Most states of one automaton. */
export const MAX_STATES = 4096;

/** Most instructions looked at to make one automaton: some tens of milliseconds. */
const MAX_STEPS = 500_000;

/** Whether an automaton accepts a text, all of it. */
export function accepts(automaton: Automaton, text: string): boolean {
  const { classes, classCount, next } = automaton;
  let state = 1;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    const characterClass = code < 128 ? (classes[code] ?? 0) : 0;
    state = next[state * classCount + characterClass] ?? 0;
    if (state === 0) return false;
  }
  return automaton.accepting[state] === 1;
}

/**
 * Makes a program deterministic, for texts as long as an origin can be.
 *
 * Done once and in full, where engines do it bit by bit as requests arrive: no request then waits for it, none can blow
 * it up, and a regex that would need too many states is known before it is used.
 *
 * @returns undefined over the bounds, which are counted in steps, so that every machine decides alike
 */
export function determinize(program: Program): Automaton | undefined {
  if (program.instructions.length > MAX_INSTRUCTIONS) return undefined;
  const work = newWork(program);
  addState(work, { kernel: [program.start], before: TEXT_START, depth: 0 });
  for (let index = 1; index < work.states.length; index += 1) {
    const state = work.states[index];
    if (state !== undefined) expand(work, state, index);
    if (work.states.length > MAX_STATES || work.steps > MAX_STEPS) return undefined;
  }
  const { classes, classCount } = work.alphabet;
  return { classes, classCount, next: Uint16Array.from(work.next), accepting: Uint8Array.from(work.accepting) };
}

/** What stands before the next character: the text's start, a character that is no word character, or one that is. */
type Before = 0 | 1 | 2;
const TEXT_START = 0;
const NO_WORD = 1;
const WORD = 2;

/** A set of instructions, before empty steps are followed; reached after at least `depth` characters. */
type State = { readonly kernel: readonly number[]; readonly before: Before; readonly depth: number };

type Work = {
  readonly program: Program;
  readonly alphabet: RegexAlphabet;
  readonly known: Map<string, number>;
  readonly states: State[];
  readonly next: number[];
  readonly accepting: number[];
  steps: number;
};

function newWork(program: Program): Work {
  const alphabet = regexAlphabet(program);
  const dead: State = { kernel: [], before: NO_WORD, depth: MAX_ORIGIN_LENGTH };
  const next = new Array<number>(alphabet.classCount).fill(0);
  return { program, alphabet, known: new Map(), states: [dead], next, accepting: [0], steps: 0 };
}

/** @returns number of the state, a new one if need be; 0 for an empty set */
function addState(work: Work, state: State): number {
  if (state.kernel.length === 0) return 0;
  const key = `${state.before}:${state.kernel.join()}`;
  const known = work.known.get(key);
  if (known !== undefined) return known;
  work.known.set(key, work.states.length);
  work.states.push(state);
  work.accepting.push(isAccepting(work, state) ? 1 : 0);
  for (let index = 0; index < work.alphabet.classCount; index += 1) work.next.push(0);
  return work.states.length - 1;
}

function isAccepting(work: Work, { kernel, before }: State): boolean {
  const boundary = before === WORD ? ASSERTION.wordBoundary : ASSERTION.noWordBoundary;
  const holds = startAssertions(before) | ASSERTION.endText | ASSERTION.endLine | boundary;
  return closure(work, kernel, holds).some((pc) => work.program.instructions[pc]?.op === OP.match);
}

/** Follows every class of characters out of a state; not beyond the length of an origin. */
function expand(work: Work, state: State, index: number): void {
  if (state.depth >= MAX_ORIGIN_LENGTH) return;
  const targets = new Map<number, Set<number>>();
  if (!work.alphabet.knowsWords) collect(work, targets, closure(work, state.kernel, startAssertions(state.before)));
  else for (const toWord of [false, true]) collectBoundary(work, targets, state, toWord);
  for (const [characterClass, kernel] of targets) {
    const before = work.alphabet.words[characterClass] && work.alphabet.knowsWords ? WORD : NO_WORD;
    const sorted = [...kernel].sort((left, right) => left - right);
    const target = addState(work, { kernel: sorted, before, depth: state.depth + 1 });
    work.next[index * work.alphabet.classCount + characterClass] = target;
  }
}

function startAssertions(before: Before): number {
  return before === TEXT_START ? ASSERTION.beginText | ASSERTION.beginLine : 0;
}

/** Whether a boundary lies before the next character is only known once it is known: once for each of the two cases. */
function collectBoundary(work: Work, targets: Map<number, Set<number>>, state: State, toWord: boolean): void {
  const boundary = (state.before === WORD) === toWord ? ASSERTION.noWordBoundary : ASSERTION.wordBoundary;
  const reached = closure(work, state.kernel, startAssertions(state.before) | boundary);
  collect(work, targets, reached, (characterClass) => work.alphabet.words[characterClass] === toWord);
}

function collect(
  work: Work,
  targets: Map<number, Set<number>>,
  reached: readonly number[],
  isWanted: (characterClass: number) => boolean = () => true,
): void {
  for (const pc of reached) {
    for (const characterClass of work.alphabet.reads[pc] ?? []) {
      work.steps += 1;
      if (isWanted(characterClass)) addTarget(targets, characterClass, work.program.instructions[pc]?.out ?? 0);
    }
  }
}

function addTarget(targets: Map<number, Set<number>>, characterClass: number, pc: number): void {
  const kernel = targets.get(characterClass);
  if (kernel === undefined) targets.set(characterClass, new Set([pc]));
  else kernel.add(pc);
}

/** Every instruction that empty steps lead to, while the given assertions hold. */
function closure(work: Work, kernel: readonly number[], holds: number): readonly number[] {
  const reached = new Set(kernel);
  for (const pc of reached) {
    work.steps += 1;
    for (const target of emptySteps(work.program, pc, holds)) reached.add(target);
  }
  return [...reached];
}

function emptySteps(program: Program, pc: number, holds: number): readonly number[] {
  const instruction = program.instructions[pc];
  if (instruction === undefined) return [];
  switch (instruction.op) {
    case OP.branch:
    case OP.branchMatch:
      return [instruction.out, instruction.arg];
    case OP.nothing:
    case OP.capture:
      return [instruction.out];
    case OP.emptyWidth:
      return (instruction.arg & ~holds) === 0 ? [instruction.out] : [];
    default:
      return [];
  }
}
