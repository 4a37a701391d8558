import type { CompiledPolicy } from '../cors/compiled-policy.ts';
import type { TargetRef } from '../model/reference.ts';
import type { BackendRef, RouteMatch } from '../model/route.ts';
import { compileRouteTable, findRoute, type RouteTable } from '../resolve/route-table.ts';
import { pathReadings } from './path-reading.ts';
import type { PolicyCounts } from './policy-counts.ts';

/** A route as the responder serves it. */
export type ServedRoute = {
  readonly target: TargetRef;
  readonly grants: Grants;
  /** Counts of the policy that governs it; of all routes without one together. */
  readonly counts: PolicyCounts;
};

/**
 * What a route grants: what its policy says; nothing, because its policy is invalid or refused; or none of our business,
 * because no policy governs it.
 */
export type Grants = CompiledPolicy | 'Nothing' | 'NoPolicy';

/** Everything that decides requests, in one immutable value: a request is answered from one of them, whole. */
export type RoutingState = { readonly table: RouteTable<ServedRoute> };

/** A routing state as plain data, as the thread that evaluates hands it over. */
export type PackedRouting = {
  /** Each different effective policy once. */
  readonly policies: readonly CompiledPolicy[];
  readonly routes: readonly PackedRoute[];
};

/** One route of a packed routing state. */
export type PackedRoute = {
  readonly target: TargetRef;
  readonly matches: readonly RouteMatch[];
  /** `namespace/name` of what governs it, "" for nothing. */
  readonly policyName: string;
  /** Index of its effective policy in `policies`; undefined when it grants nothing although a policy governs it. */
  readonly policy: number | undefined;
};

/** Where one request goes and what decides about it. */
export type Destination = {
  readonly route: ServedRoute;
  /** The route's own, or `Nothing` where a server behind us could read the path as another route's. */
  readonly grants: Grants;
  /** Undefined when the route sends such requests to no plain Service. */
  readonly backend: BackendRef | undefined;
};

/** No routes: every request is answered 404. */
export const emptyRouting: PackedRouting = { policies: [], routes: [] };

/** @param countsOf the counts of a policy by its name, the same object for ever, so that a swap resets no metric */
export function buildRoutingState(packed: PackedRouting, countsOf: (policyName: string) => PolicyCounts): RoutingState {
  const entries = packed.routes.map(({ target, matches, policyName, policy }) => ({
    matches,
    value: { target, grants: grantsOf(policyName, packed.policies, policy), counts: countsOf(policyName) },
  }));
  return { table: compileRouteTable<ServedRoute>(entries) };
}

function grantsOf(policyName: string, policies: readonly CompiledPolicy[], index: number | undefined): Grants {
  if (policyName === '') {
    return 'NoPolicy';
  }
  return (index === undefined ? undefined : policies[index]) ?? 'Nothing';
}

/**
 * Finds the route of a request.
 *
 * @param host lower case, without port
 * @param path as sent, without query; "" is no path and has no route
 * @param method for a preflight the one it asks about, whose route will get the request that follows
 */
export function findDestination(
  state: RoutingState,
  host: string,
  path: string,
  method: string,
): Destination | undefined {
  const found = path === '' ? undefined : findRoute(state.table, host, path, method);
  if (found === undefined) {
    return undefined;
  }
  const route = found.value;
  const agree = pathReadings(path).every(
    (reading) => findRoute(state.table, host, reading, method)?.value.grants === route.grants,
  );
  return { route, grants: agree ? route.grants : 'Nothing', backend: found.match.backend };
}
