import type { Issue, Severity } from '../model/issue.ts';
import type { InputReason } from '../model/issue-reason.ts';

/** What is wrong with a file, or with a place in it, before there is an object to name. */
export type InputProblem = {
  readonly reason: InputReason;
  /** `file` or `file:line`. */
  readonly source: string;
  readonly message: string;
  readonly severity?: Severity;
};

/** The issue of an input file. */
export function inputIssue({ reason, source, message, severity = 'error' }: InputProblem): Issue {
  return { severity, reason, path: '', message, source };
}
