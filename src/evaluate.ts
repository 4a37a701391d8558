import { expiryIssues } from './model/cors-exception.ts';
import type { Issue } from './model/issue.ts';
import { sortedIssues } from './model/issue-order.ts';
import type { Snapshot } from './model/snapshot.ts';
import type { Plan } from './plan/plan.ts';
import { createPlanner } from './plan/planner.ts';
import type { RouteResolution } from './resolve/resolution.ts';
import { resolveSnapshot } from './resolve/snapshot-resolution.ts';
import { policyReports } from './status/policy-reports.ts';
import type { PolicyStatusReport } from './status/policy-status.ts';
import { routeIssues } from './status/route-issues.ts';

/** Every decision that follows from one snapshot. */
export type Evaluation = {
  /** One per route, sorted by group, kind, namespace, name, sectionName. */
  readonly routes: readonly RouteEvaluation[];
  /** One per object of ours, sorted by kind, namespace, name. */
  readonly statuses: readonly PolicyStatusReport[];
  /** Every issue of the input, of references, and of routes (losses, NotExpressible), sorted and unique. */
  readonly issues: readonly Issue[];
};

/** One route: which policy, and what to write. */
export type RouteEvaluation = { readonly resolution: RouteResolution; readonly plan: Plan };

/**
 * Decides everything: which policy governs each route, its effective policy, the plan per route, every status.
 *
 * Pure: the same snapshot in any order gives the same bytes.
 *
 * @param now milliseconds since 1970, for exceptions and their expiry
 */
export function evaluate(snapshot: Snapshot, now: number): Evaluation {
  const resolution = resolveSnapshot(snapshot);
  const plan = createPlanner(snapshot);
  const routes = resolution.routes.map((route): RouteEvaluation => ({ resolution: route, plan: plan(route) }));
  const reports = policyReports({
    snapshot,
    resolution,
    routes,
    planAudited: (route) => plan(asIfEnforced(route)),
    expiryOf: (exception) => expiryIssues(exception, now),
    now,
  });
  const issues = [...snapshot.issues];
  for (const report of reports) for (const issue of report.issues) issues.push(issue);
  for (const route of routes) for (const issue of routeIssues(route)) issues.push(issue);
  return {
    routes,
    statuses: reports.map(({ object, status }) => ({ object, status })),
    issues: sortedIssues(issues),
  };
}

/** A route as if the policy that only audits it governed it. */
function asIfEnforced(resolution: RouteResolution): RouteResolution {
  const { route, governed, audit } = resolution;
  return { route, governed: audit ?? governed, challengers: [], audit: undefined };
}
