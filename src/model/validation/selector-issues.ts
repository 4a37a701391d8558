import type { Issue } from '../issue.ts';
import { MAX_MATCH_LABELS } from '../label-selector-schema.ts';
import { type Fields, isRecord } from '../object-shape.ts';
import { pathBelow } from './field-path.ts';
import { finding } from './finding.ts';

/**
 * Judges what the schema of a label selector does not: its number of labels, and which operators take values.
 *
 * @param path of the selector
 */
export function selectorIssues(value: unknown, path: string): readonly Issue[] {
  if (!isRecord(value)) return [];
  return [
    ...labelIssues(value['matchLabels'], pathBelow(path, 'matchLabels')),
    ...requirementIssues(value['matchExpressions'], pathBelow(path, 'matchExpressions')),
  ];
}

/**
 * Refuses a selector that names nothing.
 *
 * @param path of the selector
 */
export function emptySelectorIssues(value: unknown, path: string): readonly Issue[] {
  if (!isRecord(value)) return [];
  const { matchLabels, matchExpressions } = value;
  const hasLabels = isRecord(matchLabels) ? Object.keys(matchLabels).length > 0 : matchLabels !== undefined;
  const hasRequirements = Array.isArray(matchExpressions)
    ? matchExpressions.length > 0
    : matchExpressions !== undefined;
  if (hasLabels || hasRequirements) return [];
  return [finding('SelectorEmpty', path, 'an empty selector would select every route; name labels')];
}

function labelIssues(value: unknown, path: string): readonly Issue[] {
  if (!isRecord(value)) return [];
  const issues: Issue[] = [];
  if (Object.keys(value).length > MAX_MATCH_LABELS) {
    issues.push(finding('FieldTooMany', path, `there are more than ${MAX_MATCH_LABELS} labels; name fewer`));
  }
  if (Object.hasOwn(value, UNSEEN_KEY)) {
    issues.push(finding('FieldValue', pathBelow(path, UNSEEN_KEY), 'the key is not a label key; remove it'));
  }
  return issues;
}

/** zod leaves this key out of a record without a word, and a selector with fewer labels selects more. */
const UNSEEN_KEY = '__proto__';

function requirementIssues(value: unknown, path: string): readonly Issue[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((requirement: unknown, index) =>
    isRecord(requirement) ? valuesIssues(requirement, pathBelow(pathBelow(path, index), 'values')) : [],
  );
}

function valuesIssues({ operator, values }: Fields, path: string): readonly Issue[] {
  const isEmpty = values === undefined || (Array.isArray(values) && values.length === 0);
  if ((operator === 'In' || operator === 'NotIn') && isEmpty) {
    return [finding('FieldRequired', path, `${operator} needs values; name at least one`)];
  }
  if ((operator !== 'Exists' && operator !== 'DoesNotExist') || isEmpty) return [];
  return [finding('FieldValue', path, `${operator} takes no values; remove them, or write In or NotIn`)];
}
