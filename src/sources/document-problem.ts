import type { InputReason } from '../model/issue-reason.ts';

/** Why a document, or something in it, cannot be taken; `offset` counts UTF-16 units from the document's start. */
export type DocumentProblem = { readonly reason: InputReason; readonly message: string; readonly offset: number };

/** A document's plain data (undefined: it is empty), or why it cannot be taken. */
export type DocumentReading =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly problems: readonly DocumentProblem[] };

/** Keys that change what an object inherits in JavaScript; no manifest needs them. */
export const prototypeKeys: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/** Ends the reading of one document early, with its reason. */
export class DocumentRefused extends Error {
  readonly problem: DocumentProblem;

  constructor(problem: DocumentProblem) {
    super(problem.message);
    this.name = 'DocumentRefused';
    this.problem = problem;
  }
}
