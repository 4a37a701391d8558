import type { Automaton } from '../cors/regex-automaton.ts';

/** An automaton read backwards: which states lead to others by a character. */
export class ReverseAutomaton {
  readonly #classes: Uint8Array;
  readonly #classCount: number;
  /** States before each pair of state and class, those of one pair next to each other. */
  readonly #sources: Uint16Array;
  readonly #starts: Uint32Array;

  /** Turns all edges but those of characters that no origin holds. */
  constructor({ classes, classCount, next }: Automaton) {
    this.#classes = classes;
    this.#classCount = classCount;
    const pairs = Uint32Array.from(next, (target, edge) => target * classCount + (edge % classCount));
    const ends = new Uint32Array(next.length + 1);
    for (const pair of pairs) ends[pair + 1] = (ends[pair + 1] ?? 0) + 1;
    for (let pair = 1; pair < ends.length; pair += 1) ends[pair] = (ends[pair] ?? 0) + (ends[pair - 1] ?? 0);
    this.#starts = ends.slice();
    this.#sources = new Uint16Array(next.length);
    for (const [edge, pair] of pairs.entries()) {
      this.#sources[ends[pair] ?? 0] = Math.floor(edge / classCount);
      ends[pair] = (ends[pair] ?? 0) + 1;
    }
  }

  /** The states that lead by a character to one of the given ones. */
  before(states: Iterable<number>, code: number): ReadonlySet<number> {
    const found = new Set<number>();
    for (const state of states) {
      this.#addBefore(found, state * this.#classCount + (this.#classes[code] ?? 0));
    }
    return found;
  }

  /** The states that lead by a text to one of the given ones. */
  beforeText(states: ReadonlySet<number>, text: string): ReadonlySet<number> {
    let found = states;
    for (let index = text.length - 1; index >= 0 && found.size > 0; index -= 1) {
      found = this.before(found, text.charCodeAt(index));
    }
    return found;
  }

  /** The given states, and those that lead to them by any number of characters. */
  leadingBy(states: ReadonlySet<number>, codes: readonly number[]): ReadonlySet<number> {
    const classes = [...new Set(codes.map((code) => this.#classes[code] ?? 0))];
    const found = new Set(states);
    for (const state of found) {
      for (const characterClass of classes) this.#addBefore(found, state * this.#classCount + characterClass);
    }
    return found;
  }

  #addBefore(found: Set<number>, pair: number): void {
    const end = this.#starts[pair + 1] ?? 0;
    for (let index = this.#starts[pair] ?? 0; index < end; index += 1) found.add(this.#sources[index] ?? 0);
  }
}
