import type { ObjectRef, TargetRef } from '../model/reference.ts';
import type { Plan } from '../plan/plan.ts';
import type { RouteResolution } from '../resolve/resolution.ts';
import type { PlannedRoute } from './planned-route.ts';

/** What became of the claims of one policy, each list in the order of routes. */
export type PolicyTally = {
  /** Routes it governs; for a policy in Audit mode those that it would govern, planned as if it did. */
  readonly routes: readonly TalliedRoute[];
  /** Routes that it claims and lost to a policy of the same level. */
  readonly conflicts: readonly LostRoute[];
  /** Routes that it claims and that a policy of a higher level governs. */
  readonly outranked: readonly LostRoute[];
  /** Routes that it governed before its audit mode, on which CORS is off since what it left lies beyond a guardrail by now. */
  readonly withdrawn: readonly TargetRef[];
};

/** A governed route and its plan. */
export type TalliedRoute = { readonly target: TargetRef; readonly plan: Plan };

/** Whether CORS is off on a governed route: what stood there before may not stay. */
export function isOff({ plan: { outcome, kept } }: TalliedRoute): boolean {
  return outcome === 'Refused' && kept !== true;
}

/** A claimed route and who governs it instead. */
export type LostRoute = { readonly target: TargetRef; readonly winner: ObjectRef };

/** Tally of a policy that reaches no route. */
export const EMPTY_TALLY: PolicyTally = { routes: [], conflicts: [], outranked: [], withdrawn: [] };

/**
 * Counts what became of every policy, in one walk over the routes.
 *
 * @param planAudited plans a route as if the policy in Audit mode governed it
 * @returns by the very reference of the policy, since objects that contradict each other share a name; policies that reach
 *   no route are left out
 */
export function tallyPolicies(
  routes: readonly PlannedRoute[],
  planAudited: (resolution: RouteResolution) => Plan,
): ReadonlyMap<ObjectRef, PolicyTally> {
  const tallies = new Map<ObjectRef, GrowingTally>();
  for (const { resolution, plan } of routes) {
    const { governed, audit, route } = resolution;
    const { target } = route;
    if (governed.by !== 'Nothing') tallyOf(tallies, governed.policy).routes.push({ target, plan });
    if (audit !== undefined) {
      const tally = tallyOf(tallies, audit.policy);
      tally.routes.push({ target, plan: planAudited(resolution) });
      if (governed.by === 'Nothing' && plan.outcome === 'Refused') tally.withdrawn.push(target);
    }
    tallyLosers(tallies, resolution);
  }
  return tallies;
}

type GrowingTally = { readonly [List in keyof PolicyTally]: PolicyTally[List][number][] };

function tallyOf(tallies: Map<ObjectRef, GrowingTally>, ref: ObjectRef): GrowingTally {
  const known = tallies.get(ref);
  if (known !== undefined) return known;
  const tally: GrowingTally = { routes: [], conflicts: [], outranked: [], withdrawn: [] };
  tallies.set(ref, tally);
  return tally;
}

function tallyLosers(tallies: Map<ObjectRef, GrowingTally>, resolution: RouteResolution): void {
  const { governed, audit, challengers, outranked = [], auditChallengers = [], route } = resolution;
  const enforced = governed.by === 'Nothing' ? undefined : governed.policy;
  const imagined = audit?.policy ?? enforced;
  const { target } = route;
  if (enforced !== undefined) {
    for (const ref of challengers) tallyOf(tallies, ref).conflicts.push({ target, winner: enforced });
  }
  if (imagined === undefined) return;
  for (const ref of auditChallengers) tallyOf(tallies, ref).conflicts.push({ target, winner: imagined });
  for (const ref of outranked) tallyOf(tallies, ref).outranked.push({ target, winner: enforced ?? imagined });
}
