import type { ValidationReason } from '../issue-reason.ts';

/** What is wrong with a text; the message goes on after the quoted text. */
export type TextProblem = { readonly reason: ValidationReason; readonly message: string };

/** What is wrong with a text or a part of it, and how it should be; undefined when that cannot be told. */
export type Repair = { readonly problems: readonly TextProblem[]; readonly repaired: string | undefined };

/** Names a problem. */
export function problem(reason: ValidationReason, message: string): TextProblem {
  return { reason, message };
}
