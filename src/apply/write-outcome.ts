import type { TargetRef } from '../model/reference.ts';

/** Why what is planned for a target does not stand on it. */
export type WriteProblem = {
  readonly reason: WriteProblemReason;
  /** What is in the way and what to do, one sentence. */
  readonly message: string;
};

/** A closed set; `ForeignCors` and `NameTaken` also are reasons of routes. */
export type WriteProblemReason =
  /** Not written yet, or nothing of ours may write it in this version. */
  | 'Pending'
  /** Annotations would exceed what Kubernetes stores. */
  | 'TargetFull'
  /** What was written cannot be taken back yet. */
  | 'RestorePending'
  /** The API server, or somebody's admission, said no. */
  | 'WriteRefused'
  /** Another manager owns a key. */
  | 'ForeignCors'
  /** An object of the name we need exists and is not ours. */
  | 'NameTaken';

/** A key that somebody else keeps changing back, so that it is written no more for a while. */
export type Contention = {
  readonly annotation: string;
  /** Field manager of the other, `unknown` where it cannot be told. */
  readonly manager: string;
  /** Milliseconds since 1970 at which it is tried again. */
  readonly until: number;
};

/** What became of one target object. */
export type WriteOutcome = {
  /** Without sectionName: all rules of an HTTPRoute share one object. */
  readonly target: TargetRef;
  /** Absent when what is planned stands. */
  readonly problem?: WriteProblem;
  readonly contentions: readonly Contention[];
};

/** Something that happened to a target, for its Events and those of its policy. */
export type TargetEvent = {
  readonly type: 'Normal' | 'Warning';
  readonly reason: 'Programmed' | 'Restored' | 'Readopted' | 'RestoreWider' | 'Contended' | 'ForeignCors' | 'LeftAlone';
  readonly message: string;
};

/** A key that a restore did not touch. */
export type LeftAlone = {
  readonly annotation: string;
  readonly reason: /** Its value is not what we wrote: somebody changed it since. */
    | 'Edited'
    /** The record names it, and it is no key of a dialect. */
    | 'NotOurs'
    /** What stood there before is no value that is ever written back; the key is removed. */
    | 'NotRestorable'
    /** What stood there before is wider than a guardrail that is enforced. */
    | 'Wider';
};
