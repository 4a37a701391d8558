import type { KubernetesObject } from '../model/kubernetes-object.ts';
import type { ObjectRef } from '../model/reference.ts';
import { type ListEntry, noChanges, type Plan, type TargetChanges } from '../plan/plan.ts';
import { storedTarget } from '../plan/stored-target.ts';
import type { PlannedRoute } from '../status/planned-route.ts';
import type { WriteProblem } from './write-outcome.ts';

/** What is to become of one target object. */
export type TargetGoal =
  | HoldGoal
  /** Nothing new is written, and what stands stays. */
  | { readonly kind: 'Stay'; readonly problem?: WriteProblem }
  /** Nothing governs it any more: what stood before comes back. */
  | { readonly kind: 'Restore' };

/** Keys and objects that are to stand. */
export type HoldGoal = {
  readonly kind: 'Hold';
  /** Values to hold; null: must be absent. */
  readonly annotations: Readonly<Record<string, string | null>>;
  readonly listEntries: readonly ListEntry[];
  /** Objects of our own that are to stand beside it. */
  readonly owned: readonly KubernetesObject[];
  readonly policy: PolicyIdentity;
  readonly adoption: 'Additive' | 'Own';
};

/** The policy in the record. */
export type PolicyIdentity = { readonly uid: string; readonly generation: number };

/** What a goal depends on besides the routes. */
export type GoalContext = {
  /** Undefined for a policy that is not in the snapshot. */
  readonly policyOf: (ref: ObjectRef) => PolicyIdentity | undefined;
  /**
   * `Unknown`: some kind that decides about this target is not synced, not installed or hidden by RBAC (our own kinds,
   * Namespaces, its class), so that nothing follows from what is not seen.
   */
  readonly knowledge: 'Known' | 'Unknown';
};

/** Decides what is to become of a target. @param routes all routes of one object: one of an Ingress, one per named rule */
export function targetGoal(routes: readonly PlannedRoute[], context: GoalContext): TargetGoal {
  if (context.knowledge === 'Unknown') return STAY;
  if (routes[0]?.resolution.route.target.kind !== 'Ingress') return admissionGoal(routes);
  const route = routes.find((each) => governorOf(each) !== undefined);
  return route === undefined ? { kind: 'Restore' } : governedGoal(route, context);
}

const STAY: TargetGoal = { kind: 'Stay' };

const AT_ADMISSION: WriteProblem = {
  reason: 'Pending',
  message: 'filters of an HTTPRoute are written at admission, which this version does not have yet',
};

/** Nothing is in the way of a filter that stands already as it should, whoever wrote it. */
function admissionGoal(routes: readonly PlannedRoute[]): TargetGoal {
  const isOutstanding = routes.some((route) => {
    const { object } = route.resolution.route;
    const filters = { ...noChanges, filters: route.plan.changes.filters };
    return storedTarget(object, [{ changes: filters }]) !== object;
  });
  return isOutstanding ? { kind: 'Stay', problem: AT_ADMISSION } : STAY;
}

type Governor = NonNullable<PlannedRoute['resolution']['audit']>;

/** What governs a route, or else only audits it: what the latter left stays as long as its plan says so. */
function governorOf({ resolution: { governed, audit } }: PlannedRoute): Governor | undefined {
  return governed.by === 'Nothing' ? audit : governed;
}

function governedGoal(route: PlannedRoute, context: GoalContext): TargetGoal {
  const { plan } = route;
  const governor = governorOf(route);
  if (governor === undefined || isNothingNew(plan.changes)) return stayGoal(plan);
  return {
    kind: 'Hold',
    annotations: plan.changes.annotations,
    listEntries: plan.changes.listEntries,
    owned: plan.owned,
    policy: context.policyOf(governor.policy) ?? UNKNOWN_POLICY,
    adoption: governor.by === 'Policy' ? governor.effective.adoption : 'Additive',
  };
}

const UNKNOWN_POLICY: PolicyIdentity = { uid: '', generation: 0 };

function isNothingNew({ annotations, listEntries }: TargetChanges): boolean {
  return listEntries.length === 0 && Object.keys(annotations).length === 0;
}

function stayGoal({ reason, message }: Plan): TargetGoal {
  return reason === 'AnnotationSize' ? { kind: 'Stay', problem: { reason: 'TargetFull', message } } : STAY;
}
