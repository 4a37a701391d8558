import type { Issue } from '../model/issue.ts';
import type { ObjectRef } from '../model/reference.ts';
import type { ExceptionObject, Snapshot } from '../model/snapshot.ts';
import { compareText } from '../model/text-order.ts';
import type { Plan } from '../plan/plan.ts';
import type { RouteResolution } from '../resolve/resolution.ts';
import type { SnapshotResolution } from '../resolve/snapshot-resolution.ts';
import { clusterPolicyStatus, guardrailStandings } from './cluster-policy-status.ts';
import { corsPolicyStatus } from './cors-policy-status.ts';
import { exceptionStatus } from './exception-status.ts';
import type { PlannedRoute } from './planned-route.ts';
import { clusterPolicyIssues, corsPolicyIssues, exceptionIssues } from './policy-issues.ts';
import type { PolicyReport } from './policy-status.ts';
import { EMPTY_TALLY, tallyPolicies } from './policy-tally.ts';
import { targetPresence } from './target-presence.ts';

/** What reports are made of. */
export type ReportInput = {
  readonly snapshot: Snapshot;
  readonly resolution: SnapshotResolution;
  readonly routes: readonly PlannedRoute[];
  /** Plans a route as if the policy in Audit mode governed it. */
  readonly planAudited: (resolution: RouteResolution) => Plan;
  /** What is wrong with an exception's `spec.expiresAt` by now. */
  readonly expiryOf: (exception: ExceptionObject) => readonly Issue[];
  /** Milliseconds since 1970. */
  readonly now: number;
};

/** One report per object of ours, sorted by kind, namespace and name; objects that share a name share one. */
export function policyReports(input: ReportInput): readonly PolicyReport[] {
  const { snapshot, resolution, expiryOf } = input;
  const tallies = tallyPolicies(input.routes, input.planAudited);
  const tallyOf = (ref: ObjectRef) => tallies.get(ref) ?? EMPTY_TALLY;
  const missingOf = targetPresence(snapshot);
  const standings = guardrailStandings(resolution.policies);
  const reports: PolicyReport[] = [
    ...resolution.policies.map((resolved) => {
      const { ref } = resolved.policy;
      const [tally, missing] = [tallyOf(ref), missingOf(resolved.policy)];
      const status = corsPolicyStatus(resolved, tally, missing);
      return { object: ref, status, issues: corsPolicyIssues(resolved, tally, missing) };
    }),
    ...resolution.clusterPolicies.map((resolved) => {
      const { ref } = resolved.policy;
      const status = clusterPolicyStatus(resolved, standings, tallyOf(ref));
      return { object: ref, status, issues: clusterPolicyIssues(resolved) };
    }),
    ...snapshot.exceptions.map((exception) => {
      const expiry = expiryOf(exception);
      const status = exceptionStatus(exception, expiry, input.now);
      return { object: exception.ref, status, issues: exceptionIssues(exception, expiry) };
    }),
  ];
  return mergeShared(reports.sort(compareReports));
}

function compareReports(left: PolicyReport, right: PolicyReport): number {
  return (
    compareText(left.object.kind, right.object.kind) ||
    compareText(left.object.namespace ?? '', right.object.namespace ?? '') ||
    compareText(left.object.name, right.object.name)
  );
}

/** Objects that contradict each other have one name and one status: the first by content, so that order does not matter. */
function mergeShared(reports: readonly PolicyReport[]): readonly PolicyReport[] {
  const merged: PolicyReport[] = [];
  for (const report of reports) {
    const former = merged.at(-1);
    if (former === undefined || compareReports(former, report) !== 0) merged.push(report);
    else merged[merged.length - 1] = mergeReports(former, report);
  }
  return merged;
}

function mergeReports(left: PolicyReport, right: PolicyReport): PolicyReport {
  const issues = [...left.issues, ...right.issues];
  const leftFirst = compareText(JSON.stringify(left.status), JSON.stringify(right.status)) <= 0;
  return { ...(leftFirst ? left : right), issues };
}
