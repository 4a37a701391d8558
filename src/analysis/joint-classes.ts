import type { Automaton } from '../cors/regex-automaton.ts';

/** Characters that none of several automata can tell apart, grouped. */
export type JointClasses = {
  readonly count: number;
  /** Per automaton: its own class of each group. */
  readonly rows: readonly Uint8Array[];
  /** Per group: its ASCII codes, those first that read best. */
  readonly members: readonly (readonly number[])[];
};

/** What people would write, best first: letters before digits before the rest. */
const PREFERENCE = 'aetoinsrlcdumpfghbywvkxqjz0123456789-._:/+[]ABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** Groups the characters of origins; groups stand in the order of their best reading characters. */
export function jointClasses(automata: readonly Automaton[]): JointClasses {
  let names = new Uint8Array(PREFERENCE.length);
  for (const { classes } of automata) names = refined(names, classes);
  const members: number[][] = [];
  for (const [index, name] of names.entries()) {
    const group = members[name] ?? [];
    members[name] = group;
    group.push(PREFERENCE.charCodeAt(index));
  }
  const rows = automata.map(({ classes }) => Uint8Array.from(members, ([code = 0]) => classes[code] ?? 0));
  return { count: members.length, rows, members };
}

/** Splits groups by one more automaton's classes, numbered as they are met. */
function refined(names: Uint8Array, classes: Uint8Array): Uint8Array<ArrayBuffer> {
  const known = new Map<number, number>();
  const split = new Uint8Array(names.length);
  for (let index = 0; index < names.length; index += 1) {
    const pair = (names[index] ?? 0) * 256 + (classes[PREFERENCE.charCodeAt(index)] ?? 0);
    const name = known.get(pair) ?? known.size;
    known.set(pair, name);
    split[index] = name;
  }
  return split;
}
