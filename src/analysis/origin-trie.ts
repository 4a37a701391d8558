/** The trie of a list of texts, which is made where it is looked at: a million texts that nobody asks about cost nothing. */
export class OriginTrie {
  readonly #texts: readonly string[];
  /** Indexes of the texts, those below one node next to each other. */
  #order: Uint32Array<ArrayBuffer> | undefined;
  readonly #nodes: TrieNode[] = [OFF];

  /** @param texts in any order; what is not ASCII is never met */
  constructor(texts: readonly string[]) {
    this.#texts = texts;
    this.#nodes.push({ from: 0, to: texts.length, depth: 0 });
  }

  /** How many texts there are. */
  get size(): number {
    return this.#texts.length;
  }

  /** Whether one of the texts ends at a node. */
  isEnd(node: number): boolean {
    return this.#opened(node).isEnd;
  }

  /** The node behind a character, {@link OFF_TRIE} where no text has it there. */
  child(node: number, code: number): number {
    return this.#opened(node).children.get(code) ?? OFF_TRIE;
  }

  #opened(node: number): Opened {
    const known = this.#nodes[node] ?? OFF;
    known.opened ??= this.#open(known);
    return known.opened;
  }

  #open(node: TrieNode): Opened {
    const shared = node.shared ?? this.#sharedLength(node);
    return shared > 0 ? this.#lengthen(node, shared) : this.#branch(node);
  }

  /** How many of the next characters are the same in all texts of a node. */
  #sharedLength({ from, to, depth }: TrieNode): number {
    const order = this.#ordered();
    const first = this.#texts[order[from] ?? 0] ?? '';
    let end = first.length;
    for (let position = from; position < to && end > depth; position += 1) {
      const text = this.#texts[order[position] ?? 0] ?? '';
      let index = depth;
      while (index < end && codeAt(text, index) === codeAt(first, index)) index += 1;
      end = index;
    }
    return end - depth;
  }

  /** The node behind a character that all texts share; nothing has to be sorted. */
  #lengthen(node: TrieNode, shared: number): Opened {
    const code = codeAt(this.#texts[this.#ordered()[node.from] ?? 0] ?? '', node.depth);
    const child = this.#nodes.push({ ...node, depth: node.depth + 1, shared: shared - 1, opened: undefined }) - 1;
    return { isEnd: false, children: new Map([[code, child]]) };
  }

  /** Sorts the texts of a node by their next character, the ended ones first. */
  #branch(node: TrieNode): Opened {
    const starts = this.#countCodes(node);
    const children = new Map<number, number>();
    for (let code = 1; code < UNKNOWN; code += 1) {
      const [from, to] = [node.from + (starts[code] ?? 0), node.from + (starts[code + 1] ?? 0)];
      if (to > from) children.set(code, this.#nodes.push({ from, to, depth: node.depth + 1 }) - 1);
    }
    const isEnd = (starts[1] ?? 0) > 0;
    this.#sort(node, starts);
    return { isEnd, children };
  }

  /** @returns per code where its texts will begin, counted from the node's first */
  #countCodes({ from, to, depth }: TrieNode): Uint32Array {
    const order = this.#ordered();
    const starts = new Uint32Array(CODES + 1);
    for (let position = from; position < to; position += 1) {
      const code = codeAt(this.#texts[order[position] ?? 0] ?? '', depth);
      starts[code + 1] = (starts[code + 1] ?? 0) + 1;
    }
    for (let code = 1; code <= CODES; code += 1) starts[code] = (starts[code] ?? 0) + (starts[code - 1] ?? 0);
    return starts;
  }

  #sort({ from, to, depth }: TrieNode, starts: Uint32Array): void {
    const order = this.#ordered();
    const unsorted = order.slice(from, to);
    for (const index of unsorted) {
      const code = codeAt(this.#texts[index] ?? '', depth);
      order[from + (starts[code] ?? 0)] = index;
      starts[code] = (starts[code] ?? 0) + 1;
    }
  }

  #ordered(): Uint32Array {
    this.#order ??= new Uint32Array(this.#texts.length).map((_, index) => index);
    return this.#order;
  }
}

/** Where no text of the list leads. */
export const OFF_TRIE = 0;

/** Where all of them begin. */
export const TRIE_ROOT = 1;

type TrieNode = {
  /** The first of its texts in order, and behind the last. */
  readonly from: number;
  readonly to: number;
  readonly depth: number;
  /** Characters that all of its texts go on with, as far as that is known. */
  readonly shared?: number;
  opened?: Opened | undefined;
};

type Opened = { readonly isEnd: boolean; readonly children: ReadonlyMap<number, number> };

const OFF: TrieNode = { from: 0, to: 0, depth: 0, opened: { isEnd: false, children: new Map() } };

/** Stands for what is not ASCII, and for NUL. */
const UNKNOWN = 128;
const CODES = 129;

/** @returns 0 at the end of a text */
function codeAt(text: string, depth: number): number {
  if (depth >= text.length) return 0;
  const code = text.charCodeAt(depth);
  return code === 0 || code > UNKNOWN ? UNKNOWN : code;
}
