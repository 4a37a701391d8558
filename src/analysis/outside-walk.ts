import type { Automaton } from '../cors/regex-automaton.ts';
import { livingStates, universalStates } from './automaton-states.ts';
import { type JointClasses, jointClasses } from './joint-classes.ts';
import { NodeTable } from './node-table.ts';
import { PART_LENGTHS, type Shape } from './origin-part.ts';
import { OFF_TRIE, type OriginTrie, TRIE_ROOT } from './origin-trie.ts';

/** An automaton that words have to escape. */
export type Outer = {
  readonly automaton: Automaton;
  /** Per state: 1 where nothing escapes any more. */
  readonly universal: Uint8Array;
};

/** Prepares an automaton that words have to escape. */
export function outerOf(automaton: Automaton): Outer {
  return { automaton, universal: universalStates(automaton) };
}

/** Which words are looked for: those of an entry, built like an origin, that nothing else accepts. */
export type WalkQuestion = {
  readonly entry: Automaton;
  readonly shape: Shape;
  readonly outers: readonly Outer[];
  readonly listed: OriginTrie;
};

/** Steps that are left: every enforcement point counts alike, whatever its machine's speed. */
export type StepBudget = { left: number };

/** What a walk found. */
export type WalkResult =
  /** There are no such words, which is the proof. */
  | { readonly kind: 'Nothing' }
  | { readonly kind: 'Word'; readonly word: string }
  /** There are words, and none of those looked at is wanted. */
  | { readonly kind: 'Unwanted' }
  | { readonly kind: 'OutOfSteps' };

/**
 * Walks breadth first over the states that an entry, the shape of origins and everything outer can be in together.
 *
 * Each part of an origin is walked to its end before the next one, so that a state is reached with the shortest scheme, and then
 * with the shortest host, that lead there: what is too long for an origin then needs no counting in the states.
 *
 * @param isWanted what a word has to be besides
 */
export function walkOutside(
  question: WalkQuestion,
  budget: StepBudget,
  isWanted: (word: string) => boolean,
): WalkResult {
  return new OutsideWalk(question, isWanted).run(budget);
}

/** Where the parts of a node's tuple stand; the outer automata follow. */
const [LISTED, ENTRY, SHAPE, OUTER] = [0, 1, 2, 3];

class OutsideWalk {
  readonly #question: WalkQuestion;
  readonly #isWanted: (word: string) => boolean;
  readonly #joint: JointClasses;
  readonly #steppers: readonly Stepper[];
  readonly #table: NodeTable;
  /** Characters of the same part before each node. */
  readonly #depths: number[] = [];
  /** Per part of an origin two: the nodes that no listed text leads to, which are few, go first. */
  readonly #queues: readonly { readonly nodes: number[]; read: number }[];
  readonly #current: Int32Array;
  readonly #target: Int32Array;
  #word: string | undefined;
  #isUnwantedFound = false;

  constructor(question: WalkQuestion, isWanted: (word: string) => boolean) {
    const { entry, shape, outers } = question;
    this.#question = question;
    this.#isWanted = isWanted;
    this.#joint = jointClasses([entry, shape.automaton, ...outers.map(({ automaton }) => automaton)]);
    const steppers = [
      newStepper(entry, livingStates(entry), 0),
      newStepper(shape.automaton, livingStates(shape.automaton), 0),
      ...outers.map(({ automaton, universal }) => newStepper(automaton, universal, 1)),
    ];
    this.#steppers = steppers.map((stepper, index) => ({ ...stepper, row: this.#joint.rows[index] ?? stepper.row }));
    this.#current = new Int32Array(OUTER + outers.length);
    this.#target = new Int32Array(OUTER + outers.length);
    this.#table = new NodeTable(this.#target.length);
    this.#queues = PART_LENGTHS.flatMap(() => [
      { nodes: [], read: 0 },
      { nodes: [], read: 0 },
    ]);
  }

  run(budget: StepBudget): WalkResult {
    this.#target.fill(1);
    this.#target[LISTED] = TRIE_ROOT;
    if (this.#steppers.every(({ lost, lostAs }) => lost[1] !== lostAs)) this.#arrive(0, 0, 0);
    const most = budget.left;
    for (let node = this.#next(); node !== -1 && this.#word === undefined; node = this.#next()) {
      this.#expand(node);
      budget.left = most - this.#table.count;
      if (budget.left < 0) break;
    }
    if (this.#word !== undefined) return { kind: 'Word', word: this.#word };
    if (budget.left < 0) return { kind: 'OutOfSteps' };
    return this.#isUnwantedFound ? { kind: 'Unwanted' } : { kind: 'Nothing' };
  }

  #next(): number {
    for (const queue of this.#queues) {
      const node = queue.nodes[queue.read];
      if (node === undefined) continue;
      queue.read += 1;
      return node;
    }
    return -1;
  }

  #expand(node: number): void {
    this.#table.read(node, this.#current);
    let before: Following = 'Lost';
    for (let group = 0; group < this.#joint.count && this.#word === undefined; group += 1) {
      const following = this.#follow(group);
      // The same place as by the group before, which is compared more quickly than looked up.
      const isRepeated = following === 'Same' && before !== 'Lost' && this.#current[LISTED] === OFF_TRIE;
      before = following;
      if (following !== 'Lost' && !isRepeated) this.#arriveBy(group, node);
    }
  }

  #follow(group: number): Following {
    const steppers = this.#steppers;
    let isSame = true;
    for (let index = 0; index < steppers.length; index += 1) {
      const stepper = steppers[index];
      if (stepper === undefined) return 'Lost';
      const state = step(stepper, this.#current[ENTRY + index] ?? 0, group);
      if (stepper.lost[state] === stepper.lostAs) return 'Lost';
      if (this.#target[ENTRY + index] !== state) isSame = false;
      this.#target[ENTRY + index] = state;
    }
    return isSame ? 'Same' : 'Other';
  }

  /** Of characters that only the listed texts tell apart, one stands for all that lead away from these. */
  #arriveBy(group: number, parent: number): void {
    const listed = this.#current[LISTED] ?? OFF_TRIE;
    const members = this.#joint.members[group] ?? [];
    if (listed === OFF_TRIE) {
      this.#arriveAt(OFF_TRIE, parent, members[0] ?? 0);
      return;
    }
    const children = members.map((code) => this.#question.listed.child(listed, code));
    const away = children.indexOf(OFF_TRIE);
    if (away !== -1) this.#arriveAt(OFF_TRIE, parent, members[away] ?? 0);
    for (const [index, child] of children.entries()) {
      if (child !== OFF_TRIE) this.#arriveAt(child, parent, members[index] ?? 0);
    }
  }

  #arriveAt(listed: number, parent: number, code: number): void {
    const { parts } = this.#question.shape;
    this.#target[LISTED] = listed;
    const isSamePart = parts[this.#current[SHAPE] ?? 0] === parts[this.#target[SHAPE] ?? 0];
    this.#arrive(parent, code, isSamePart ? (this.#depths[parent] ?? 0) + 1 : 0);
  }

  #arrive(parent: number, code: number, depth: number): void {
    const part = this.#question.shape.parts[this.#target[SHAPE] ?? 0] ?? 0;
    const listed = this.#target[LISTED] ?? OFF_TRIE;
    if (depth > (PART_LENGTHS[part] ?? 0)) {
      // Behind listed texts the way here need not be the shortest.
      this.#isUnwantedFound ||= listed === OFF_TRIE && this.#question.listed.size > 0;
      return;
    }
    const node = this.#table.add(this.#target, parent, code);
    if (node === -1) return;
    this.#depths.push(depth);
    this.#queues[2 * part + (listed === OFF_TRIE ? 0 : 1)]?.nodes.push(node);
    if (this.#isAccepting()) this.#show(node);
  }

  #isAccepting(): boolean {
    const isWord = this.#steppers.every(
      ({ accepting, lostAs }, index) => accepting[this.#target[ENTRY + index] ?? 0] === 1 - lostAs,
    );
    return isWord && !this.#question.listed.isEnd(this.#target[LISTED] ?? OFF_TRIE);
  }

  #show(node: number): void {
    const word = this.#table.wordTo(node);
    if (this.#isWanted(word)) this.#word = word;
    else this.#isUnwantedFound = true;
  }
}

/** Where a group leads: to no word any more, to where the group before led if that was not lost, or elsewhere. */
type Following = 'Lost' | 'Same' | 'Other';

/** One automaton of a walk. */
type Stepper = {
  readonly next: Uint16Array;
  readonly classCount: number;
  readonly accepting: Uint8Array;
  /** Its class of each joint group. */
  readonly row: Uint8Array;
  /** Per state: what makes it hopeless if it is `lostAs`. */
  readonly lost: Uint8Array;
  /** 0 for an automaton that has to accept, 1 for one that must not. */
  readonly lostAs: 0 | 1;
};

function newStepper({ next, classCount, accepting }: Automaton, lost: Uint8Array, lostAs: 0 | 1): Stepper {
  return { next, classCount, accepting, row: new Uint8Array(0), lost, lostAs };
}

function step({ next, classCount, row }: Stepper, state: number, group: number): number {
  return next[state * classCount + (row[group] ?? 0)] ?? 0;
}
