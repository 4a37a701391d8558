import type { KubernetesObject } from '../model/kubernetes-object.ts';
import type { Loss, Outcome, RouteReason } from '../model/route-reason.ts';
import type { DialectName } from './dialect-name.ts';

export { MANAGED_BY, MANAGED_BY_LABEL } from '../model/managed-by.ts';

/** What should stand on a route and beside it, and what became of it. A value: nothing is written here. */
export type Plan = {
  /** The dialect of the route's controller; undefined when it could not be told. */
  readonly dialect: DialectName | undefined;
  readonly dialectVersion: string | undefined;
  readonly outcome: Outcome;
  /** Always present for NotExpressible and Refused; for Responder, why no native way was found (absent for `strategy: Responder`). */
  readonly reason: RouteReason | undefined;
  /** One sentence for people: why, and what change would help. "" for NoPolicy without an audit. */
  readonly message: string;
  readonly losses: readonly Loss[];
  readonly changes: TargetChanges;
  /** Objects of our own, complete, sorted by kind and name. */
  readonly owned: readonly KubernetesObject[];
  /** Present for Refused when CORS is not off: what stands grants something and stays, so that `changes` are none. */
  readonly kept?: true;
};

/** What is to change on a target object; only keys of ours. */
export type TargetChanges = {
  /** Annotation values to hold; null: must be absent. */
  readonly annotations: Readonly<Record<string, string | null>>;
  /** Entries of ours in annotations that hold a comma list which others share. */
  readonly listEntries: readonly ListEntry[];
  /** The CORS filter of HTTPRoute rules, by index in `spec.rules`; null: no CORS filter. */
  readonly filters: readonly RuleFilter[];
};

/** Our entry stands first in the list, since CORS has to come before authentication, or must not be there. */
export type ListEntry = {
  readonly annotation: string;
  readonly entry: string;
  readonly presence: 'First' | 'Absent';
};

/** The CORS filter of one rule. */
export type RuleFilter = { readonly rule: number; readonly filter: Readonly<Record<string, unknown>> | null };

/** Nothing changes. */
export const noChanges: TargetChanges = { annotations: {}, listEntries: [], filters: [] };

/** Annotation on a target that names the policy which governs it; several for an HTTPRoute whose rules differ. */
export const POLICY_ANNOTATION = 'cors-operator.dev/policy';

/** Annotation in which the controller records, per key, what it wrote and what stood there before. */
export const RECORD_ANNOTATION = 'cors-operator.dev/record';
