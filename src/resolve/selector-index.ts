import { type Labels, matchesSelector, NO_LABELS } from '../model/label-selector.ts';
import type { LabelSelector } from '../model/target-claim.ts';

/** Something that selects by label, with its place in the order of precedence. */
export type Selecting = { readonly rank: number; readonly selector: LabelSelector };

/** Selectors found by one label each, so that an object is only held against those that may match it. */
export type SelectorIndex<T extends Selecting> = {
  /** By key and value of a label without which the selector does not match. */
  readonly byLabel: ReadonlyMap<string, ReadonlyMap<string, readonly T[]>>;
  /** Selectors that ask for no certain value of any label. */
  readonly others: readonly T[];
};

/** Indexes selectors, each under those of its labels that fewest others ask for. */
export function indexSelectors<T extends Selecting>(entries: readonly T[]): SelectorIndex<T> {
  const choices = entries.map(({ selector }) => requiredLabels(selector));
  const uses = countLabels(choices.flat());
  const byLabel = new Map<string, Map<string, T[]>>();
  const others: T[] = [];
  for (const [index, entry] of entries.entries()) {
    const label = rarest(choices[index] ?? [], uses);
    if (label === undefined) others.push(entry);
    else addLabel(byLabel, label, entry);
  }
  return { byLabel, others };
}

/** All entries whose selector matches, by rank. */
export function selectorsMatching<T extends Selecting>(
  index: SelectorIndex<T>,
  labels: Labels = NO_LABELS,
): readonly T[] {
  const matching: T[] = [];
  addMatching(matching, index.others, labels);
  for (const [key, byValue] of index.byLabel) addMatching(matching, byValue.get(labels[key] ?? ''), labels);
  return matching.length < 2 ? matching : matching.sort((left, right) => left.rank - right.rank);
}

function addMatching<T extends Selecting>(matching: T[], candidates: readonly T[] | undefined, labels: Labels): void {
  if (candidates === undefined) return;
  for (const candidate of candidates) {
    if (matchesSelector(candidate.selector, labels)) matching.push(candidate);
  }
}

/** A label of which a selector asks for one of some values. */
type RequiredLabel = { readonly key: string; readonly values: readonly string[] };

function requiredLabels(selector: LabelSelector): readonly RequiredLabel[] {
  const pairs = Object.entries(selector.matchLabels ?? {}).map(([key, value]) => ({ key, values: [value] }));
  const listed = (selector.matchExpressions ?? [])
    .filter(({ operator }) => operator === 'In')
    .map(({ key, values }) => ({ key, values: [...new Set(values)] }));
  return [...pairs, ...listed];
}

type LabelUses = ReadonlyMap<string, number>;

function countLabels(labels: readonly RequiredLabel[]): LabelUses {
  const uses = new Map<string, number>();
  for (const text of labels.flatMap(labelTexts)) uses.set(text, (uses.get(text) ?? 0) + 1);
  return uses;
}

function labelTexts({ key, values }: RequiredLabel): readonly string[] {
  return values.map((value) => `${key}=${value}`);
}

function rarest(labels: readonly RequiredLabel[], uses: LabelUses): RequiredLabel | undefined {
  let chosen: RequiredLabel | undefined;
  let lowest = Number.POSITIVE_INFINITY;
  for (const label of labels) {
    const use = labelTexts(label).reduce((sum, text) => sum + (uses.get(text) ?? 0), 0);
    if (use < lowest) [chosen, lowest] = [label, use];
  }
  return chosen;
}

function addLabel<T>(byLabel: Map<string, Map<string, T[]>>, { key, values }: RequiredLabel, entry: T): void {
  const byValue = byLabel.get(key) ?? new Map<string, T[]>();
  byLabel.set(key, byValue);
  for (const value of values) {
    const list = byValue.get(value);
    if (list === undefined) byValue.set(value, [entry]);
    else list.push(entry);
  }
}
