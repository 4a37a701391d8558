import type { Policy } from '../cors/policy.ts';
import type { CorsPolicySpec } from '../model/cors-policy.ts';
import type { Issue } from '../model/issue.ts';
import type { ObjectRef } from '../model/reference.ts';
import type { Route } from '../model/route.ts';

/** The level of precedence by which a policy governs a route, highest first. */
export type AttachmentLevel = 'SectionName' | 'TargetRef' | 'Selector' | 'Default';

/** Which policy governs a route, decided. */
export type RouteResolution = {
  readonly route: Route;
  /** What governs it. */
  readonly governed: Governed;
  /** Policies that claim this route on the level of the one that governs it and lost to it, oldest first. */
  readonly challengers: readonly ObjectRef[];
  /** CorsPolicies that claim this route on a lower level than the one that governs it, by level, oldest first. */
  readonly outranked?: readonly ObjectRef[];
  /** Policies in Audit mode that would lose this route all the same: to the one that governs it, or to `audit`. */
  readonly auditChallengers?: readonly ObjectRef[];
  /** Policies in Audit mode that would govern this route, with what they would bring. At most one: the one that would win. */
  readonly audit: GovernedByPolicy | GovernedByInvalid | undefined;
};

/** Nothing, a broken policy (which still keeps others away), or a policy with its effective values. */
export type Governed = { readonly by: 'Nothing' } | GovernedByInvalid | GovernedByPolicy;

/** A policy that does not parse, or is one too many in its namespace, claims its routes and grants nothing. */
export type GovernedByInvalid = {
  readonly by: 'Invalid';
  readonly policy: ObjectRef;
  readonly level: AttachmentLevel;
  /** Present when the policy itself is valid: one sentence why it is not accepted. */
  readonly message?: string;
};

/** A valid policy governs. */
export type GovernedByPolicy = {
  readonly by: 'Policy';
  readonly policy: ObjectRef;
  readonly level: AttachmentLevel;
  readonly effective: EffectivePolicy;
};

/** What a policy grants once lists are read, the same object for every route it governs. */
export type EffectivePolicy = {
  /** The CorsPolicy, or the ClusterCorsPolicy whose default this is. */
  readonly policy: ObjectRef;
  readonly cors: Policy;
  /** Where the entries of `cors.origins` come from: one list of spans per list there, ascending by `first`. */
  readonly provenance: OriginProvenance;
  readonly strategy: CorsPolicySpec['strategy'];
  readonly adoption: CorsPolicySpec['adoption'];
  /** References that did not resolve, bad lines, what guardrails cut: each narrows, none widens. */
  readonly issues: readonly Issue[];
  /** Present when it grants no origin: why. */
  readonly refusal?: Refusal;
  /**
   * Present below a guardrail that is enforced and not valid, so that nothing new is granted: what the other guardrails leave.
   * What is programmed stays while it lies inside.
   */
  readonly retained?: Policy;
  /** What goes beyond a guardrail, whether it was cut or only reported; the first hundred of each guardrail. */
  readonly cuts?: readonly Cut[];
  /** What is in force although it goes beyond a guardrail, since a live exception allows it; the first hundred of each guardrail. */
  readonly permits?: readonly Permit[];
};

/** Why a policy grants nothing: it has no origins, or a guardrail left none of them. */
export type Refusal = { readonly reason: 'NoOrigins' | 'ExceedsGuardrail'; readonly message: string };

/** One entry of a policy that goes beyond a guardrail. */
export type Cut = {
  readonly field:
    | 'allowOrigins'
    | 'allowOriginRegexes'
    | 'allowMethods'
    | 'allowHeaders'
    | 'exposeHeaders'
    | 'allowCredentials'
    | 'maxAge';
  /** As the policy writes it. */
  readonly entry: string;
  /** Where it stands: a field of the policy, or a line of a ConfigMap. */
  readonly place: { readonly from: ObjectRef; readonly path: string };
  readonly guardrail: {
    readonly name: string;
    /** `spec.guardrail.allowOrigins`. */
    readonly path: string;
    readonly enforcement: 'Enforce' | 'Warn' | 'Audit';
  };
  /** An origin inside the entry and outside the ceiling, where one is known. */
  readonly witness?: string;
  /** Present when it was too complex to be decided, and counts as outside for that. */
  readonly unproven?: true;
  /** What stands in its place, as entries are written, at most ten of them; empty: nothing. */
  readonly replacedBy: readonly string[];
};

/** One entry that a live exception lets past a guardrail. */
export type Permit = Pick<Cut, 'field' | 'place' | 'guardrail' | 'witness'> & {
  /** As it is in force: what the policy writes, or what took the place of a wider entry. */
  readonly entry: string;
  /** The CorsException, and the field of it that allows the entry: `spec.allowOrigins`. */
  readonly exception: { readonly name: string; readonly path: string };
};

/** Where origins come from, by list of `Policy.origins`; `any` names the entry that said `*`. */
export type OriginProvenance = {
  readonly any: readonly OriginSpan[];
  readonly exact: readonly OriginSpan[];
  readonly wildcards: readonly OriginSpan[];
  readonly regexes: readonly OriginSpan[];
};

/** A run of entries that come from one list of one object. */
export type OriginSpan = {
  /** Index of its first entry in the list of `Policy.origins`. */
  readonly first: number;
  /** How many entries it has. */
  readonly count: number;
  readonly from: ObjectRef;
  /** `spec.allowOrigins`, `spec.allowOriginRegexes`, or `data.<key>` of a ConfigMap. */
  readonly path: string;
  /** Per entry: its index in a field, or its line (from 1) in a ConfigMap's value. One number: the same for all of them. */
  readonly positions: readonly number[] | number;
  readonly unit: 'index' | 'line';
};
