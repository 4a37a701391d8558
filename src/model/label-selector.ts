import { isRecord, isStringRecord } from './object-shape.ts';
import type { LabelRequirement, LabelSelector } from './target-claim.ts';

/** The labels of one object. */
export type Labels = Readonly<Record<string, string>>;

/** Labels of an object that has none. */
export const NO_LABELS: Labels = {};

/**
 * Whether labels satisfy a selector: every matchLabels pair and every requirement. An empty selector selects everything.
 *
 * @see https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors
 */
export function matchesSelector(selector: LabelSelector, labels: Labels): boolean {
  return matchesLabels(selector, labels) && requirements(selector).every((each) => matchesRequirement(each, labels));
}

/** Whether a selector names no requirement at all. */
export function isEmptySelector(selector: LabelSelector): boolean {
  return Object.keys(selector.matchLabels ?? {}).length === 0 && requirements(selector).length === 0;
}

/** All requirements of a selector, matchLabels written as `In` with one value. */
export function selectorRequirements(selector: LabelSelector): readonly LabelRequirement[] {
  const pairs = Object.entries(selector.matchLabels ?? {});
  if (pairs.length === 0) return requirements(selector);
  const equalities = pairs.map(([key, value]): LabelRequirement => ({ key, operator: 'In', values: [value] }));
  return [...equalities, ...requirements(selector)];
}

/**
 * Whether labels satisfy one requirement. `NotIn` and `DoesNotExist` hold for a label that is not there.
 *
 * An operator that Kubernetes does not know holds never.
 */
export function matchesRequirement(requirement: LabelRequirement, labels: Labels): boolean {
  const present = Object.hasOwn(labels, requirement.key);
  const listed = present && (requirement.values ?? []).includes(labels[requirement.key] ?? '');
  switch (requirement.operator) {
    case 'In':
      return listed;
    case 'NotIn':
      return !listed;
    case 'Exists':
      return present;
    case 'DoesNotExist':
      return !present;
    default:
      return false;
  }
}

/** Reads a selector out of an object that is not valid as a whole; undefined when any part of it has a wrong type. */
export function readSelector(value: unknown): LabelSelector | undefined {
  if (!isRecord(value)) return undefined;
  const { matchLabels, matchExpressions } = value;
  if (matchLabels !== undefined && !isStringRecord(matchLabels)) return undefined;
  if (matchExpressions === undefined) return matchLabels === undefined ? {} : { matchLabels };
  if (!Array.isArray(matchExpressions) || !matchExpressions.every(isRequirement)) return undefined;
  return matchLabels === undefined ? { matchExpressions } : { matchLabels, matchExpressions };
}

const NO_REQUIREMENTS: readonly LabelRequirement[] = [];
const OPERATORS: readonly unknown[] = ['In', 'NotIn', 'Exists', 'DoesNotExist'];

function requirements(selector: LabelSelector): readonly LabelRequirement[] {
  return selector.matchExpressions ?? NO_REQUIREMENTS;
}

function matchesLabels(selector: LabelSelector, labels: Labels): boolean {
  const wanted = selector.matchLabels;
  if (wanted === undefined) return true;
  for (const key of Object.keys(wanted)) {
    if (!Object.hasOwn(labels, key) || labels[key] !== wanted[key]) return false;
  }
  return true;
}

function isRequirement(value: unknown): value is LabelRequirement {
  if (!isRecord(value) || typeof value['key'] !== 'string' || !OPERATORS.includes(value['operator'])) return false;
  const values = value['values'];
  return values === undefined || (Array.isArray(values) && values.every((each) => typeof each === 'string'));
}
