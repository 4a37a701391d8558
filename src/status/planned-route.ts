import type { ObjectRef, TargetRef } from '../model/reference.ts';
import type { Plan } from '../plan/plan.ts';
import type { RawExcess } from '../plan/raw-cors.ts';
import type { RouteResolution } from '../resolve/resolution.ts';

/** A route, what governs it and what is to stand on it. */
export type PlannedRoute = {
  readonly resolution: RouteResolution;
  readonly plan: Plan;
  /** Present when CORS configuration stands on it that no policy wrote and that goes beyond guardrails, one entry for each. */
  readonly raw?: readonly RawExcess[];
};

/** An object in a message: `CorsPolicy shop/storefront`, `ClusterCorsPolicy org`. */
export function refText({ kind, namespace, name }: ObjectRef): string {
  return namespace === undefined ? `${kind} ${name}` : `${kind} ${namespace}/${name}`;
}

/** A route in a message: `Ingress shop/web`, `HTTPRoute shop/api rule v1`. */
export function targetText({ kind, namespace, name, sectionName }: TargetRef): string {
  const whole = `${kind} ${namespace}/${name}`;
  return sectionName === undefined ? whole : `${whole} rule ${sectionName}`;
}
