import type { Issue } from '../model/issue.ts';
import type { ObjectRef } from '../model/reference.ts';

/** The status that an object of ours should have, and everything to say about it. */
export type PolicyStatusReport = { readonly object: ObjectRef; readonly status: Readonly<Record<string, unknown>> };

/** A report with the issues that lead to it. */
export type PolicyReport = PolicyStatusReport & { readonly issues: readonly Issue[] };
