import type { Automaton } from '../cors/regex-automaton.ts';
import { type JointClasses, jointClasses } from './joint-classes.ts';

/**
 * One automaton for a statement about several: it accepts what they accept in a wanted combination, and has no two states that
 * nothing tells apart.
 *
 * For constants of ours: sizes are not bounded.
 *
 * @param isWanted given for each automaton whether it accepts
 */
export function combineAutomata(
  automata: readonly Automaton[],
  isWanted: (accepts: readonly boolean[]) => boolean,
): Automaton {
  const joint = jointClasses(automata);
  const states = reachedStates(automata, joint);
  const isAccepting = (tuple: readonly number[]): boolean =>
    isWanted(automata.map(({ accepting }, index) => accepting[tuple[index] ?? 0] === 1));
  return merged({ next: states.next, accepting: states.tuples.map((tuple) => (isAccepting(tuple) ? 1 : 0)) }, joint);
}

type Reached = { readonly tuples: readonly (readonly number[])[]; readonly next: readonly (readonly number[])[] };

/** The start is the first state. */
function reachedStates(automata: readonly Automaton[], joint: JointClasses): Reached {
  const start = automata.map(() => 1);
  const tuples: (readonly number[])[] = [start];
  const numbers = new Map<string, number>([[start.join(), 0]]);
  const next = tuples.map(() => [] as number[]);
  for (let state = 0; state < tuples.length; state += 1) {
    for (let group = 0; group < joint.count; group += 1) {
      const target = automata.map((each, index) =>
        follow(each, tuples[state]?.[index] ?? 0, joint.rows[index]?.[group] ?? 0),
      );
      const known = numbers.get(target.join());
      next[state]?.push(known ?? tuples.length);
      if (known !== undefined) continue;
      numbers.set(target.join(), tuples.length);
      tuples.push(target);
      next.push([]);
    }
  }
  return { tuples, next };
}

function follow({ next, classCount }: Automaton, state: number, characterClass: number): number {
  return next[state * classCount + characterClass] ?? 0;
}

type Plain = { readonly next: readonly (readonly number[])[]; readonly accepting: readonly number[] };

/** Splits states until those of a block lead to the same blocks; what accepts nothing becomes state 0, the start state 1. */
function merged({ next, accepting }: Plain, joint: JointClasses): Automaton {
  let blocks: readonly number[] = accepting;
  for (let count = 0; ; ) {
    const names = new Map<string, number>();
    blocks = next.map((targets, state) => {
      const key = `${blocks[state]}:${targets.map((target) => blocks[target]).join()}`;
      const name = names.get(key) ?? names.size;
      names.set(key, name);
      return name;
    });
    if (names.size === count) break;
    count = names.size;
  }
  return tabled({ next, accepting }, blocks, joint);
}

function tabled({ next, accepting }: Plain, blocks: readonly number[], joint: JointClasses): Automaton {
  const states = [...new Set(blocks)].map((block) => blocks.indexOf(block));
  const isDead = (state: number): boolean =>
    accepting[state] === 0 && (next[state] ?? []).every((target) => blocks[target] === blocks[state]);
  const living = states.filter((state) => !isDead(state));
  const numbers = new Map(living.map((state, index) => [blocks[state], index + 1]));
  const columns = joint.members.map((_, group) =>
    living.map((state) => numbers.get(blocks[next[state]?.[group] ?? 0]) ?? 0),
  );
  const { classes, distinct } = groupedColumns(columns, joint);
  const rows = living.flatMap((_, index) => [0, ...distinct.map((column) => column[index] ?? 0)]);
  return {
    classes,
    classCount: distinct.length + 1,
    next: Uint16Array.from([0, ...distinct.map(() => 0), ...rows]),
    accepting: Uint8Array.from([0, ...living.map((state) => accepting[state] ?? 0)]),
  };
}

type Columns = { readonly classes: Uint8Array<ArrayBuffer>; readonly distinct: readonly (readonly number[])[] };

/** Characters with which every state leads to the same place are one class. */
function groupedColumns(columns: readonly (readonly number[])[], joint: JointClasses): Columns {
  const classes = new Uint8Array(128);
  const known = new Map<string, number>();
  const distinct: (readonly number[])[] = [];
  for (const [group, column] of columns.entries()) {
    const name = known.get(column.join()) ?? distinct.push(column);
    known.set(column.join(), name);
    for (const code of joint.members[group] ?? []) classes[code] = name;
  }
  return { classes, distinct };
}
