import type { ClusterCorsPolicySpec } from './cluster-cors-policy-spec.ts';
import type { CorsExceptionSpec } from './cors-exception-spec.ts';
import type { CorsPolicySpec } from './cors-policy-spec.ts';
import type { Issue } from './issue.ts';
import type { ObjectRef } from './reference.ts';
import type { LabelSelector, TargetClaim } from './target-claim.ts';

/** What every object of ours has, whether its spec is valid or not. */
export type OwnObject<Spec> = {
  readonly ref: ObjectRef;
  readonly uid?: string;
  readonly generation: number;
  /** RFC 3339, "" when unknown: such objects count as the oldest, in name order. */
  readonly creationTimestamp: string;
  readonly annotations: Readonly<Record<string, string>>;
  /** Validated, defaults filled in; undefined when an issue of severity error stands in `issues`. */
  readonly spec: Spec | undefined;
  /** Everything found in this object, errors and warnings, in field order. */
  readonly issues: readonly Issue[];
};

/** A CorsPolicy. An invalid one still claims its targets. */
export type PolicyObject = OwnObject<CorsPolicySpec> & {
  /** What it targets, as far as that can be read; present also when the rest of the spec is invalid. */
  readonly claim: TargetClaim;
  /** Present on an invalid policy whose `spec.mode` says so all the same: such a policy claims nothing. */
  readonly mode?: 'Audit';
};

/** A ClusterCorsPolicy. */
export type ClusterPolicyObject = OwnObject<ClusterCorsPolicySpec> & {
  /** Present on an invalid one: it governs as "nothing beyond what is programmed", and its default still claims. */
  readonly reach?: ClusterPolicyReach;
};

/** How far an invalid ClusterCorsPolicy reaches, as far as that can be read; what cannot be read counts as furthest. */
export type ClusterPolicyReach = {
  /** Undefined: all but `kube-system` and the operator's own, or every namespace when `anyNamespace` is set. */
  readonly namespaceSelector?: LabelSelector;
  /** The selector was there and could not be read. */
  readonly anyNamespace: boolean;
  readonly enforcement: ClusterCorsPolicySpec['enforcement'];
  /** It has a guardrail, or may have one. */
  readonly guardrail: boolean;
  /** The routes its default claims; undefined when there is none, or none that can be read. */
  readonly routeSelector?: LabelSelector;
};

/** A CorsException. */
export type ExceptionObject = OwnObject<CorsExceptionSpec>;
