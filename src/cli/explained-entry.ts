import type { ObjectRef } from '../model/reference.ts';

/** One entry of an effective policy, or one that a guardrail cut. */
export type ExplainedEntry = {
  readonly field: string;
  readonly value: string | number | boolean;
  readonly from: ObjectRef & { readonly path: string };
  /** Present on an entry that is not in force. */
  readonly cutBy?: GuardrailPlace;
  /** Present on an entry that is in force although a guardrail leaves it out: the exception that lets it through. */
  readonly allowedBy?: { readonly name: string; readonly path: string };
  /** Present on an entry that is in force only because the guardrail beyond which it goes is not enforced. */
  readonly exceeds?: GuardrailPlace & { readonly enforcement: 'Warn' | 'Audit' };
};

/** A field of a ClusterCorsPolicy, with an origin that an entry lets in and the field does not, where one is known. */
export type GuardrailPlace = { readonly name: string; readonly path: string; readonly witness?: string };
