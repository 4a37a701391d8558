import type { TargetRef } from '../model/reference.ts';
import { type Condition, conditionsOf, type Finding } from './condition.ts';
import { isCosmetic } from './loss-gravity.ts';
import { refText } from './planned-route.ts';
import type { LostRoute, PolicyTally, TalliedRoute } from './policy-tally.ts';
import { planText } from './programming.ts';

/**
 * What a policy does to one of its targets.
 *
 * @see https://gateway-api.sigs.k8s.io/reference/spec/#policyancestorstatus
 */
export type PolicyAncestorStatus = {
  readonly ancestorRef: TargetRef;
  readonly controllerName: string;
  readonly conditions: readonly Condition[];
};

/** Name under which our entries of `status.ancestors` stand. */
export const CONTROLLER_NAME = 'cors-operator.dev/controller';

/** Most entries that the Gateway API allows. */
export const MAX_ANCESTORS = 16;

/** The worst routes of a policy, then by target: what is not said, what is off, what is lost to others, losses, the rest. */
export function ancestorsOf(tally: PolicyTally, generation: number): readonly PolicyAncestorStatus[] {
  const ranked: Ancestor[][] = [[], [], [], [], []];
  for (const route of tally.routes) keep(ranked[routeRank(route)], route);
  for (const lost of tally.conflicts) keep(ranked[CONFLICT_RANK], lost);
  return ranked
    .flat()
    .slice(0, MAX_ANCESTORS)
    .map((ancestor) => ({
      ancestorRef: ancestor.target,
      controllerName: CONTROLLER_NAME,
      conditions: conditionsOf(generation, findings(ancestor)),
    }));
}

type Ancestor = TalliedRoute | LostRoute;

const CONFLICT_RANK = 2;

function routeRank({ plan }: TalliedRoute): number {
  if (plan.outcome === 'NotExpressible') return 0;
  if (plan.outcome === 'Refused') return 1;
  return plan.losses.some(({ code }) => !isCosmetic(code)) ? 3 : 4;
}

/** A policy may govern ten thousand routes: no more are kept than can be shown. */
function keep(list: Ancestor[] | undefined, ancestor: Ancestor): void {
  if (list !== undefined && list.length < MAX_ANCESTORS) list.push(ancestor);
}

function findings(ancestor: Ancestor): readonly Finding[] {
  if ('winner' in ancestor) {
    const message = `governed by ${refText(ancestor.winner)}`;
    return [{ type: 'Accepted', status: 'False', reason: 'Conflicted', message }];
  }
  return [acceptedRoute(ancestor), programmedRoute(ancestor)];
}

function acceptedRoute({ plan }: TalliedRoute): Finding {
  if (plan.reason === 'PolicyInvalid')
    return { ...ACCEPTED, status: 'False', reason: 'Invalid', message: plan.message };
  if (plan.reason === 'ExceedsGuardrail' && plan.outcome === 'Refused') {
    return { ...ACCEPTED, status: 'False', reason: 'ExceedsGuardrail', message: plan.message };
  }
  return ACCEPTED;
}

const ACCEPTED: Finding = { type: 'Accepted', status: 'True', reason: 'Accepted', message: 'governs this route' };

function programmedRoute(route: TalliedRoute): Finding {
  const { plan } = route;
  const message = planText(route);
  const finding = (status: Finding['status'], reason: Finding['reason']): Finding => {
    return { type: 'Programmed', status, reason, message };
  };
  switch (plan.outcome) {
    case 'NotExpressible':
      return finding('False', 'NotExpressible');
    case 'Refused':
    case 'NoPolicy':
      return finding('False', 'Pending');
    case 'Native':
    case 'Responder':
      return finding('True', routeRank(route) === 3 ? 'ProgrammedWithLosses' : 'Programmed');
  }
}
