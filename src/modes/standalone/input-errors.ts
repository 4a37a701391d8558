import type { Issue } from '../../model/issue.ts';
import { INPUT_REASONS, VALIDATION_REASONS } from '../../model/issue-reason.ts';

/**
 * Errors that make a change of the files wrong: what could not be read or parsed, and objects of ours with wrong fields or
 * with references to origins that do not resolve.
 *
 * Not among them is what a right change may cause: a guardrail that narrows a policy, an exception that ends, a route that
 * cannot be expressed. Were those wrong, narrowing could be kept from taking effect.
 */
export function inputErrors(issues: readonly Issue[]): readonly Issue[] {
  return issues.filter(({ severity, reason }) => severity === 'error' && INPUT_ERRORS.has(reason));
}

const CONSEQUENCES: ReadonlySet<string> = new Set(['ExceedsGuardrail', 'ExceptionExpiry', 'NamespaceUnknown']);
const UNRESOLVED = ['NotFound', 'KeyNotFound', 'NotLabelled', 'LineInvalid', 'TooMany'];
const INPUT_ERRORS: ReadonlySet<string> = new Set(
  [...INPUT_REASONS, ...VALIDATION_REASONS, ...UNRESOLVED].filter((reason) => !CONSEQUENCES.has(reason)),
);

/**
 * What has errors: an object, or a file with the number of its errors. Two inputs are compared by it, since lines and
 * indices move with every edit.
 */
export function errorKeys(errors: readonly Issue[]): readonly string[] {
  const keys = new Set<string>();
  const perFile = new Map<string, number>();
  for (const { object, source } of errors) {
    if (object === undefined) {
      const file = source?.replace(/:\d+$/, '') ?? '';
      const count = (perFile.get(file) ?? 0) + 1;
      perFile.set(file, count);
      keys.add(`file ${file} error ${count}`);
    } else {
      keys.add(`${object.kind} ${object.namespace ?? ''}/${object.name}`);
    }
  }
  return [...keys].sort();
}
