import type { StepBudget } from '../analysis/origin-containment.ts';
import type { OriginSet, Policy } from '../cors/policy.ts';
import type { ObjectRef } from '../model/reference.ts';
import type { OriginCeiling } from './origin-ceiling.ts';
import type { OriginEntries } from './origin-entries.ts';
import type { Cut } from './resolution.ts';

/** A guardrail, ready to confine policies. Absent lists and an absent maxAge confine nothing. */
export type Ceiling = {
  readonly policy: ObjectRef;
  readonly enforcement: 'Enforce' | 'Warn' | 'Audit';
  /** `Nothing`: the guardrail does not parse, so that nothing is inside. */
  readonly origins: OriginCeiling | { readonly kind: 'Nothing' };
  /** As browsers send them. */
  readonly allowMethods?: readonly string[] | undefined;
  readonly allowHeaders?: readonly string[] | undefined;
  readonly exposeHeaders?: readonly string[] | undefined;
  readonly allowCredentials: boolean;
  /** Seconds. */
  readonly maxAge?: number | undefined;
  /** Present when an exception made it wider, for the policies that it names. */
  readonly exception?: {
    readonly ref: ObjectRef;
    /** RFC 3339. */
    readonly expiresAt: string;
    /** What it lists. */
    readonly origins: OriginSet;
    /** What the guardrail allows without it. */
    readonly base: Ceiling;
  };
  /** Present below a guardrail that does not parse: an exception that has ended, by whose grace something may stand. */
  readonly lapsed?: ObjectRef;
};

/** What a policy asks for, before or after guardrails. */
export type RequestedPolicy = {
  readonly policy: ObjectRef;
  /** Where its fields stand: `spec` or `spec.default`. */
  readonly path: string;
  readonly origins: OriginEntries;
  /** Methods as browsers send them. */
  readonly fields: Omit<Policy, 'origins'>;
};

/** A policy cut down to a ceiling, and what that cost. */
export type Confinement = {
  readonly confined: RequestedPolicy;
  /** The first hundred. */
  readonly cuts: readonly Cut[];
  /** How many there are in all. */
  readonly cutCount: number;
};

/** How many cuts of one guardrail are kept one by one: a list may lose a million entries. */
const MAX_CUTS = 100;

/** A cut before it is said which guardrail made it. */
export type CutNote = Omit<Cut, 'guardrail'>;

/** The cuts of one guardrail, while they are found. */
export type CutLog = {
  readonly notes: CutNote[];
  count: number;
  /** What is left for proofs about this policy. */
  readonly budget: StepBudget;
};

/** Counts a cut; it is only looked at more closely while there is room for it. */
export function logCut(log: CutLog, describe: () => CutNote | undefined): void {
  log.count++;
  const note = log.notes.length < MAX_CUTS ? describe() : undefined;
  if (note !== undefined) log.notes.push(note);
}
