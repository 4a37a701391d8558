import type { Issue } from '../model/issue.ts';
import type { ObjectRef } from '../model/reference.ts';
import type { FieldRole } from '../model/validation/field-context.ts';
import { type OriginList, REPORTED_LINES } from './origin-list.ts';

/** Where a list stands and what it is for. */
export type ListPlace = { readonly from: ObjectRef; readonly path: string; readonly role: FieldRole };

/**
 * What is wrong with the lines of a list: the first ones one by one, with the reasons of `allowOrigins`, at the ConfigMap;
 * then how many more were skipped (`LineInvalid`). Findings about broad patterns do not apply to ceilings.
 */
export function listIssues(list: OriginList, place: ListPlace): readonly Issue[] {
  const problems = list.problems
    .filter(({ issue }) => place.role === 'Grant' || issue.severity === 'error')
    .map(({ line, issue }): Issue => {
      const path = `${place.path} line ${line}`;
      return { ...issue, path, message: skippedMessage(issue, line), object: place.from };
    });
  const more = list.skipped - REPORTED_LINES;
  if (more <= 0) return problems;
  const message = `${more} more lines are skipped because they are no origins`;
  return [...problems, { severity: 'error', reason: 'LineInvalid', path: place.path, message, object: place.from }];
}

function skippedMessage(issue: Issue, line: number): string {
  return issue.severity === 'error' ? `line ${line} is skipped: ${issue.message}` : `line ${line}: ${issue.message}`;
}
