import { MAXIMUM_NAMED_POLICIES } from '../../responder/metrics.ts';
import { type CountRegistry, createCountRegistry } from '../../responder/policy-counts.ts';
import {
  buildRoutingState,
  emptyRouting,
  type PackedRouting,
  type RoutingState,
} from '../../responder/routing-state.ts';
import type { StateHealth, StateProblem } from '../../responder/state-health.ts';
import type { GoodState } from './evaluation-task.ts';

/** What is served at the moment. */
export type LiveState = {
  readonly counts: CountRegistry;
  readonly routing: () => RoutingState;
  readonly health: () => StateHealth;
  /** The good state behind it; undefined before the first. */
  readonly good: () => GoodState | undefined;
  /** Milliseconds since 1970; undefined before the first. */
  readonly loadedAt: () => number | undefined;
  /** Serves a state from now on, whole. */
  readonly accept: (state: GoodState) => void;
  /**
   * Keeps what is served, and remembers that the newest input is wrong.
   *
   * @returns false when the same was already known
   */
  readonly reject: (problems: readonly StateProblem[]) => boolean;
  /**
   * Grants nothing any more in the name of policies that an exception widened which has ended.
   *
   * @param now milliseconds since 1970
   * @returns their names
   */
  readonly withdraw: (now: number) => readonly string[];
};

/** Nothing is loaded yet: no route is known. */
export function createLiveState(): LiveState {
  const counts = createCountRegistry(MAXIMUM_NAMED_POLICIES);
  let routing = buildRoutingState(emptyRouting, counts.countsOf);
  let health: StateHealth = { status: 'not ready', problems: [] };
  let good: GoodState | undefined;
  let loadedAt: number | undefined;
  return {
    counts,
    routing: () => routing,
    health: () => health,
    good: () => good,
    loadedAt: () => loadedAt,
    accept(state) {
      routing = buildRoutingState(state.routing, counts.countsOf);
      counts.retain(policyNames(state.routing));
      good = state;
      loadedAt = Date.now();
      health = { status: 'ok', problems: [] };
    },
    reject(problems) {
      const isNews = JSON.stringify(problems) !== JSON.stringify(health.problems);
      health = { status: good === undefined ? 'not ready' : 'warning', problems };
      return isNews;
    },
    withdraw(now) {
      if (good === undefined) return [];
      const due = good.expiries.filter(({ at }) => at <= now);
      const policies = new Set(due.flatMap((expiry) => expiry.policies));
      const expiries = good.expiries.slice(due.length);
      good = { ...good, routing: withoutPolicies(good.routing, policies), expiries };
      if (policies.size > 0) routing = buildRoutingState(good.routing, counts.countsOf);
      return [...policies];
    },
  };
}

function policyNames({ routes }: PackedRouting): ReadonlySet<string> {
  return new Set(routes.map(({ policyName }) => policyName));
}

function withoutPolicies(routing: PackedRouting, policies: ReadonlySet<string>): PackedRouting {
  const routes = routing.routes.map((route) =>
    policies.has(route.policyName) ? { ...route, policy: undefined } : route,
  );
  return { ...routing, routes };
}
