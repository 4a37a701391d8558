import type { ClusterPolicyObject, ExceptionObject } from '../model/snapshot.ts';
import { compareText } from '../model/text-order.ts';
import { type LiveExceptions, liveExceptions } from '../resolve/live-exceptions.ts';
import type { ResolvedPolicy } from '../resolve/snapshot-resolution.ts';

/** What an exception comes to: for its guardrail, and for each policy that it names. */
export type ExceptionStanding = {
  /** `Broken`: it is not valid, so that nothing is allowed beyond it. `None`: it is not there, or confines nothing. */
  readonly guardrail: 'Valid' | 'Broken' | 'None';
  /** In the order of `spec.policyRefs`. */
  readonly policies: readonly PolicyStanding[];
};

/** What an exception comes to for one policy. */
export type PolicyStanding = {
  readonly namespace: string;
  readonly name: string;
  readonly state:
    | /** Something is in force by it. */ 'Used'
    | /** It acts, and the policy lies inside the guardrail without it. */ 'Unused'
    | /** Another exception applies to the policy. */ 'Conflicted'
    | /** The guardrail does not govern the policy's namespace. */ 'Ungoverned'
    | /** There is no such policy. */ 'Missing';
  /** Name of the exception that applies, for `Conflicted`. */
  readonly winner?: string;
};

/** A policy that some exception names, as it stands. */
export type ExceptionalPolicy = {
  readonly namespace: string;
  readonly name: string;
  /** Names of the guardrails that govern its namespace. */
  readonly guardrails: readonly string[];
  /** Name of the exception by which something is in force. */
  readonly usedException?: string;
};

/** Those of a part's policies that exceptions name, in the order of the policies. */
export function exceptionalPolicies(
  policies: readonly ResolvedPolicy[],
  exceptions: readonly ExceptionObject[],
): readonly ExceptionalPolicy[] {
  if (exceptions.length === 0) return NONE;
  const named = new Set(exceptions.flatMap(({ spec }) => spec?.policyRefs ?? []).map(policyKey));
  return policies.flatMap(({ policy: { ref }, guardrails, effective }): readonly ExceptionalPolicy[] => {
    const place = { namespace: ref.namespace ?? '', name: ref.name };
    if (!named.has(policyKey(place))) return NONE;
    const used = effective?.permits?.[0]?.exception.name;
    const names = guardrails.map(({ name }) => name);
    return [{ ...place, guardrails: names, ...(used === undefined ? {} : { usedException: used }) }];
  });
}

const NONE: readonly ExceptionalPolicy[] = [];

/** What exceptions depend on. */
export type ExceptionSurroundings = {
  readonly exceptions: readonly ExceptionObject[];
  /** Of all parts. */
  readonly policies: readonly ExceptionalPolicy[];
  readonly clusterPolicies: readonly ClusterPolicyObject[];
};

/**
 * Tells of exceptions what they come to. One that does not act at all has the standing that it would have.
 *
 * @param now milliseconds since 1970
 */
export function exceptionStandings(
  { exceptions, policies, clusterPolicies }: ExceptionSurroundings,
  now: number,
): (exception: ExceptionObject) => ExceptionStanding {
  const { liveFor } = liveExceptions(exceptions, now);
  const byName = new Map(policies.map((each) => [policyKey(each), each]));
  const guardrails = new Map(clusterPolicies.map((each) => [each.ref.name, guardrailState(each)]));
  return ({ spec, ref }) => {
    if (spec === undefined) return { guardrail: 'None', policies: [] };
    const guardrail = spec.guardrailRef.name;
    const standingOf = (place: Place): PolicyStanding => {
      const { namespace, name } = place;
      const winner = winnerOf(place, liveFor);
      if (winner !== undefined && winner !== ref.name) return { namespace, name, state: 'Conflicted', winner };
      return { namespace, name, state: stateOf(byName.get(policyKey(place)), ref.name, guardrail) };
    };
    return { guardrail: guardrails.get(guardrail) ?? 'None', policies: spec.policyRefs.map(standingOf) };
  };
}

type Place = { readonly namespace: string; readonly name: string };

function policyKey({ namespace, name }: Place): string {
  return `${namespace}/${name}`;
}

function winnerOf(place: Place, liveFor: LiveExceptions['liveFor']): string | undefined {
  return liveFor({ kind: 'CorsPolicy', ...place })?.ref.name;
}

function stateOf(
  policy: ExceptionalPolicy | undefined,
  exception: string,
  guardrail: string,
): Exclude<PolicyStanding['state'], 'Conflicted'> {
  if (policy === undefined) return 'Missing';
  if (policy.usedException === exception) return 'Used';
  return policy.guardrails.includes(guardrail) ? 'Unused' : 'Ungoverned';
}

function guardrailState({ spec, reach }: ClusterPolicyObject): ExceptionStanding['guardrail'] {
  if (spec !== undefined) return spec.guardrail === undefined ? 'None' : 'Valid';
  return reach?.guardrail === false ? 'None' : 'Broken';
}

/** The policies for which an exception has one of some states, sorted. */
export function policiesIn(
  { policies }: ExceptionStanding,
  ...states: readonly PolicyStanding['state'][]
): readonly PolicyStanding[] {
  return policies
    .filter(({ state }) => states.includes(state))
    .toSorted((left, right) => compareText(policyKey(left), policyKey(right)));
}
