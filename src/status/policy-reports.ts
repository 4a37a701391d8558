import type { Issue } from '../model/issue.ts';
import type { ObjectRef } from '../model/reference.ts';
import type { ExceptionObject, Snapshot } from '../model/snapshot.ts';
import { compareText } from '../model/text-order.ts';
import type { Plan } from '../plan/plan.ts';
import type { RouteResolution } from '../resolve/resolution.ts';
import type { SnapshotResolution } from '../resolve/snapshot-resolution.ts';
import { clusterPolicyStatus } from './cluster-policy-status.ts';
import { type ClusterShare, clusterShare } from './cluster-share.ts';
import { corsPolicyStatus } from './cors-policy-status.ts';
import { exceptionStandings } from './exception-standing.ts';
import { exceptionStatus } from './exception-status.ts';
import type { PlannedRoute } from './planned-route.ts';
import { clusterPolicyIssues, corsPolicyIssues, exceptionIssues } from './policy-issues.ts';
import type { PolicyReport } from './policy-status.ts';
import { EMPTY_TALLY, tallyPolicies } from './policy-tally.ts';
import { targetPresence } from './target-presence.ts';

/** What the reports of CorsPolicies are made of. */
export type ReportInput = {
  readonly snapshot: Snapshot;
  readonly resolution: SnapshotResolution;
  readonly routes: readonly PlannedRoute[];
  /** Plans a route as if the policy in Audit mode governed it. */
  readonly planAudited: (resolution: RouteResolution) => Plan;
};

/** The reports of a part's CorsPolicies, and what it contributes to those of ClusterCorsPolicies. */
export type PartReports = { readonly policies: readonly PolicyReport[]; readonly share: ClusterShare };

/** One report per CorsPolicy, sorted by namespace and name; objects that share a name share one. */
export function policyReports({ snapshot, resolution, routes, planAudited }: ReportInput): PartReports {
  const tallies = tallyPolicies(routes, planAudited);
  const tallyOf = (ref: ObjectRef) => tallies.get(ref) ?? EMPTY_TALLY;
  const missingOf = targetPresence(snapshot);
  const reports = resolution.policies.map((resolved): PolicyReport => {
    const { ref } = resolved.policy;
    const [tally, missing] = [tallyOf(ref), missingOf(resolved.policy)];
    const status = corsPolicyStatus(resolved, tally, missing);
    return { object: ref, status, issues: corsPolicyIssues(resolved, tally, missing) };
  });
  const share = clusterShare({ resolution, routes, exceptions: snapshot.exceptions, tallyOf });
  return { policies: mergeShared(reports.sort(compareReports)), share };
}

/** What the reports of cluster-scoped objects are made of. */
export type ClusterReportInput = {
  /** Of all namespaces. */
  readonly share: ClusterShare;
  readonly exceptions: readonly ExceptionObject[];
  /** What is wrong with an exception's `spec.expiresAt` by now. */
  readonly expiryOf: (exception: ExceptionObject) => readonly Issue[];
  /** Milliseconds since 1970. */
  readonly now: number;
};

/** One report per ClusterCorsPolicy and CorsException, sorted by kind and name; objects that share a name share one. */
export function clusterReports({ share, exceptions, expiryOf, now }: ClusterReportInput): readonly PolicyReport[] {
  const clusterPolicies = share.clusterPolicies.map(({ policy }) => policy);
  const standingOf = exceptionStandings({ exceptions, policies: share.exceptional, clusterPolicies }, now);
  const reports = [
    ...share.clusterPolicies.map((resolved): PolicyReport => {
      const { ref } = resolved.policy;
      const status = clusterPolicyStatus(resolved, share.standings, share.defaultRoutes.get(ref.name) ?? 0);
      return { object: ref, status, issues: clusterPolicyIssues(resolved) };
    }),
    ...exceptions.map((exception): PolicyReport => {
      const found = { expiry: expiryOf(exception), standing: standingOf(exception) };
      const status = exceptionStatus(exception, found, now);
      return { object: exception.ref, status, issues: exceptionIssues(exception, found) };
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
