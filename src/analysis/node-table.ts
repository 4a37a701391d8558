/** Tuples of states, numbered as they are found, each with the step that led to it first. */
export class NodeTable {
  /** How many were found. */
  count = 0;
  readonly #width: number;
  #tuples: Int32Array<ArrayBuffer>;
  #parents: Int32Array<ArrayBuffer>;
  #codes: Uint8Array<ArrayBuffer>;
  /** Open addressing: 1 + a node's number, 0 where nothing is. */
  #slots: Int32Array<ArrayBuffer>;

  /** @param width numbers of a tuple */
  constructor(width: number) {
    this.#width = width;
    this.#tuples = new Int32Array(FIRST_SIZE * width);
    this.#parents = new Int32Array(FIRST_SIZE);
    this.#codes = new Uint8Array(FIRST_SIZE);
    this.#slots = new Int32Array(2 * FIRST_SIZE);
  }

  /**
   * Adds a tuple.
   *
   * @param code the character that leads to it from its parent
   * @returns its number; -1 when it is known
   */
  add(tuple: Int32Array, parent: number, code: number): number {
    if (this.count === this.#parents.length) this.#grow();
    const slot = this.#freeSlot(tuple);
    if (slot === -1) return -1;
    const node = this.count;
    for (let index = 0; index < this.#width; index += 1) this.#tuples[node * this.#width + index] = tuple[index] ?? 0;
    this.#parents[node] = parent;
    this.#codes[node] = code;
    this.#slots[slot] = node + 1;
    this.count += 1;
    return node;
  }

  /** Copies a node's tuple. */
  read(node: number, tuple: Int32Array): void {
    const start = node * this.#width;
    for (let index = 0; index < this.#width; index += 1) tuple[index] = this.#tuples[start + index] ?? 0;
  }

  /** The characters on the way to a node. */
  wordTo(node: number): string {
    const codes: number[] = [];
    for (let at = node; at > 0; at = this.#parents[at] ?? 0) codes.push(this.#codes[at] ?? 0);
    return String.fromCharCode(...codes.reverse());
  }

  #freeSlot(tuple: Int32Array): number {
    const mask = this.#slots.length - 1;
    for (let slot = hashOf(tuple) & mask; ; slot = (slot + 1) & mask) {
      const node = (this.#slots[slot] ?? 0) - 1;
      if (node === -1) return slot;
      if (this.#holds(node, tuple)) return -1;
    }
  }

  #holds(node: number, tuple: Int32Array): boolean {
    const start = node * this.#width;
    for (let index = 0; index < this.#width; index += 1) {
      if (this.#tuples[start + index] !== tuple[index]) return false;
    }
    return true;
  }

  #grow(): void {
    const size = 2 * this.count;
    const [tuples, parents, codes] = [this.#tuples, this.#parents, this.#codes];
    this.#tuples = new Int32Array(size * this.#width);
    this.#parents = new Int32Array(size);
    this.#codes = new Uint8Array(size);
    this.#tuples.set(tuples);
    this.#parents.set(parents);
    this.#codes.set(codes);
    this.#slots = new Int32Array(2 * size);
    const tuple = new Int32Array(this.#width);
    for (let node = 0; node < this.count; node += 1) {
      this.read(node, tuple);
      this.#slots[this.#freeSlot(tuple)] = node + 1;
    }
  }
}

/** Most questions need fewer nodes; a power of two. */
const FIRST_SIZE = 256;

function hashOf(tuple: Int32Array): number {
  let hash = 0;
  for (let index = 0; index < tuple.length; index += 1) {
    hash = Math.imul(hash ^ (tuple[index] ?? 0), 0x9e3779b1);
    hash ^= hash >>> 15;
  }
  return hash;
}
