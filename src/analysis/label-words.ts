import { MAX_LABEL_LENGTH } from '../cors/origin-shape.ts';
import type { Automaton } from '../cors/regex-automaton.ts';

/** Labels that lead from one state to any of others. */
export type LabelQuestion = {
  readonly automaton: Automaton;
  readonly from: number;
  readonly goals: ReadonlySet<number>;
  /** States from which such characters lead to a goal. */
  readonly leading: ReadonlySet<number>;
  /** Characters of the labels. */
  readonly codes: readonly number[];
  /** Steps that are left for counting; without any there are none to be found. */
  readonly budget: { left: number };
};

/** Whether there are more labels than a number. */
export function hasMoreLabels(question: LabelQuestion, most: number): boolean {
  let ways = new Map([[question.from, 1]]);
  const sizes = classSizes(question);
  let total = 0;
  for (let length = 1; length <= MAX_LABEL_LENGTH && question.budget.left > 0; length += 1) {
    question.budget.left -= ways.size + 1;
    ways = lengthened(question, ways, sizes);
    for (const [state, count] of ways) total += question.goals.has(state) ? count : 0;
    if (total > most) return true;
  }
  return false;
}

/** How many of the characters are of each class. */
function classSizes({ automaton, codes }: LabelQuestion): ReadonlyMap<number, number> {
  const sizes = new Map<number, number>();
  for (const code of codes) {
    const characterClass = automaton.classes[code] ?? 0;
    sizes.set(characterClass, (sizes.get(characterClass) ?? 0) + 1);
  }
  return sizes;
}

/** Per state the number of words that lead there, one character on. */
function lengthened(
  { automaton: { classCount, next }, leading }: LabelQuestion,
  ways: ReadonlyMap<number, number>,
  sizes: ReadonlyMap<number, number>,
): Map<number, number> {
  const longer = new Map<number, number>();
  for (const [state, count] of ways) {
    for (const [characterClass, size] of sizes) {
      const target = next[state * classCount + characterClass] ?? 0;
      if (leading.has(target)) longer.set(target, (longer.get(target) ?? 0) + count * size);
    }
  }
  return longer;
}

/** Some labels, shorter ones first; not more than a number, and all of them if there are fewer at every length. */
export function firstLabels(question: LabelQuestion, most: number): readonly string[] {
  const labels: string[] = [];
  let texts: readonly Text[] = [{ state: question.from, text: '' }];
  for (let length = 1; length <= MAX_LABEL_LENGTH && texts.length > 0 && labels.length < most; length += 1) {
    question.budget.left -= texts.length;
    texts = texts.flatMap((each) => continued(question, each)).slice(0, most);
    labels.push(...texts.filter(({ state }) => question.goals.has(state)).map(({ text }) => text));
  }
  return labels.slice(0, most);
}

type Text = { readonly state: number; readonly text: string };

function continued({ automaton, codes, leading }: LabelQuestion, { state, text }: Text): readonly Text[] {
  const { classes, classCount, next } = automaton;
  const longer: Text[] = [];
  for (const code of codes) {
    const target = next[state * classCount + (classes[code] ?? 0)] ?? 0;
    if (leading.has(target)) longer.push({ state: target, text: text + String.fromCharCode(code) });
  }
  return longer;
}

/** One of the shortest labels; undefined when there is none. */
export function shortestLabel(question: LabelQuestion): string | undefined {
  const known = new Set<number>();
  const texts: Text[] = [{ state: question.from, text: '' }];
  for (const each of texts) {
    for (const longer of continued(question, each)) {
      if (question.goals.has(longer.state)) return longer.text;
      if (!known.has(longer.state)) texts.push(longer);
      known.add(longer.state);
    }
  }
  return undefined;
}
