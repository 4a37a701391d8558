import type { RouteEvaluation } from '../evaluate.ts';
import type { ObjectRef, TargetRef } from '../model/reference.ts';
import type { Loss, Outcome, RouteReason } from '../model/route-reason.ts';
import type { Governed } from '../resolve/resolution.ts';

/** One route as `render -o json` shows it, but for its objects. A stable contract. */
export type RouteDocument = {
  readonly target: TargetRef;
  /** Absent where the dialect could not be told. */
  readonly dialect?: string;
  readonly dialectVersion?: string;
  readonly outcome: Outcome;
  /** What governs the route; absent for NoPolicy. */
  readonly policy?: ObjectRef;
  /** Always present for NotExpressible and Refused. */
  readonly reason?: RouteReason;
  readonly message?: string;
  readonly losses: readonly Loss[];
};

/** Says what became of a route. */
export function routeDocument({ resolution, plan }: RouteEvaluation): RouteDocument {
  const policy = governingPolicy(resolution.governed);
  return {
    target: resolution.route.target,
    ...(plan.dialect === undefined ? {} : { dialect: plan.dialect }),
    ...(plan.dialectVersion === undefined ? {} : { dialectVersion: plan.dialectVersion }),
    outcome: plan.outcome,
    ...(policy === undefined ? {} : { policy }),
    ...(plan.reason === undefined ? {} : { reason: plan.reason }),
    ...(plan.message === '' ? {} : { message: plan.message }),
    losses: plan.losses,
  };
}

/** The policy that governs a route, valid or not. */
export function governingPolicy(governed: Governed): ObjectRef | undefined {
  return governed.by === 'Nothing' ? undefined : governed.policy;
}
