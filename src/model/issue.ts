import type { InputReason, StatusReason, ValidationReason } from './issue-reason.ts';
import type { ObjectRef } from './reference.ts';
import type { LossCode, RouteReason } from './route-reason.ts';

/** How grave an issue is: an error stops its object or entry, a warning and an info do not. */
export type Severity = 'error' | 'warning' | 'info';

/** A problem in user input. */
export type Issue = {
  readonly severity: Severity;
  readonly reason: IssueReason;
  /** Field path inside the object, `spec.allowOrigins[0]`; "" for the whole object or file. */
  readonly path: string;
  /** What is wrong and what to do, one sentence, no trailing request data. */
  readonly message: string;
  /** The corrected value, where there is one. */
  readonly suggestion?: string;
  /** An origin that shows why a pattern allows too much. */
  readonly witness?: string;
  /** The object its author has to change; absent when a file could not be read at all. */
  readonly object?: ObjectRef;
  /** `file:line`, filled in by whoever read the file. */
  readonly source?: string;
};

/** A parsed value, or every problem that stopped it (never an empty list). */
export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly issues: readonly [Issue, ...Issue[]] };

/** The closed set of reasons of an issue: the validation table, input files, references, and what a route reports. */
export type IssueReason = ValidationReason | InputReason | StatusReason | RouteReason | LossCode;
