import type { Issue } from '../issue.ts';

/** Annotation with reasons, separated by commas, whose warnings its author accepts. */
const ACCEPT_ANNOTATION = 'cors-operator.dev/accept';

/** Longer values are cut: there are not that many reasons. */
const MAX_LENGTH = 8192;

/** Reasons that an object's annotations accept; they may be misspelt, and then silence nothing. */
export function acceptedReasons(annotations: Readonly<Record<string, string>>): ReadonlySet<string> {
  const value = Object.hasOwn(annotations, ACCEPT_ANNOTATION) ? annotations[ACCEPT_ANNOTATION] : undefined;
  if (value === undefined) return NONE;
  const reasons = value.slice(0, MAX_LENGTH).split(/[\s,]+/);
  return new Set(reasons.filter((reason) => reason !== ''));
}

const NONE: ReadonlySet<string> = new Set();

/** Leaves out the warnings that are accepted. An error is never silenced. */
export function withoutAccepted(issues: readonly Issue[], accepted: ReadonlySet<string>): readonly Issue[] {
  if (accepted.size === 0) return issues;
  return issues.filter(({ severity, reason }) => severity === 'error' || !accepted.has(reason));
}
