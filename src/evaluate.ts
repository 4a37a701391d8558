import { expiryIssues } from './model/cors-exception.ts';
import type { Issue } from './model/issue.ts';
import { sortedIssues } from './model/issue-order.ts';
import type { ExceptionObject, Snapshot } from './model/snapshot.ts';
import { compareText } from './model/text-order.ts';
import { classSpeeches } from './plan/class-speech.ts';
import { createPlanner } from './plan/planner.ts';
import { createProofMemory, type ProofMemory } from './plan/proof-memory.ts';
import { createRawCheck } from './plan/raw-cors.ts';
import { routeEvidence } from './plan/route-evidence.ts';
import { nextExceptionChange } from './resolve/live-exceptions.ts';
import type { RouteResolution } from './resolve/resolution.ts';
import { createMemory, type ResolutionMemory, resolveSnapshot } from './resolve/snapshot-resolution.ts';
import { type ClusterShare, mergeShares } from './status/cluster-share.ts';
import type { PlannedRoute } from './status/planned-route.ts';
import { clusterReports, policyReports } from './status/policy-reports.ts';
import type { PolicyReport, PolicyStatusReport } from './status/policy-status.ts';
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
export type RouteEvaluation = PlannedRoute;

/**
 * Decides everything: which policy governs each route, its effective policy, the plan per route, every status.
 *
 * Pure: the same snapshot in any order gives the same bytes.
 *
 * @param now milliseconds since 1970, for exceptions and their expiry
 */
export function evaluate(snapshot: Snapshot, now: number): Evaluation {
  const part = evaluatePart(snapshot, now);
  const cluster = evaluateCluster(snapshot, [part.share], now);
  return {
    routes: part.routes,
    statuses: [...cluster.statuses, ...part.statuses].sort(compareStatuses),
    issues: sortedIssues([...snapshot.issues, ...cluster.issues, ...part.issues()]),
  };
}

/** What follows from the objects of some namespaces. */
export type PartEvaluation = {
  /** As in {@link Evaluation}. */
  readonly routes: readonly RouteEvaluation[];
  /** Of CorsPolicies only. */
  readonly statuses: readonly PolicyStatusReport[];
  /** Of policies and routes, in no order; worked out when they are asked for, since a controller never does. */
  readonly issues: () => readonly Issue[];
  /** For {@link evaluateCluster}. */
  readonly share: ClusterShare;
  /** For `Snapshot.peerEvidence` of the other parts. */
  readonly evidence: ReadonlyMap<string, number>;
  /**
   * When something else follows from the same objects, milliseconds since 1970: an exception ends or begins. Undefined: never.
   */
  readonly changesAt: number | undefined;
};

/** What earlier evaluations worked out and later ones may use: it never changes what is decided. */
export type EvaluationMemory = ResolutionMemory & { readonly proofs: ProofMemory };

/** A memory of nothing yet. */
export function createEvaluationMemory(): EvaluationMemory {
  return { ...createMemory(), proofs: createProofMemory() };
}

/**
 * Decides for some namespaces of a cluster what {@link evaluate} would decide for them: policies only reach routes of their
 * own namespace, so that a change in one leaves the others as they are.
 *
 * @param snapshot all policies, routes and origin lists of these namespaces, what the routes of others tell as `peerEvidence`,
 *   and everything cluster-scoped, with the Gateways and the ConfigMaps of the operator's own namespace
 * @param now milliseconds since 1970, for exceptions and their expiry
 * @param memory of earlier parts and snapshots that share objects with this one
 */
export function evaluatePart(snapshot: Snapshot, now: number, memory = createEvaluationMemory()): PartEvaluation {
  const resolution = resolveSnapshot(snapshot, now, memory);
  const speechOf = classSpeeches(snapshot);
  const { ceilingsOf, mayStand } = resolution.guard;
  const plan = createPlanner(snapshot, { speechOf, mayStand, proofs: memory.proofs });
  const rawExcess = createRawCheck(speechOf, ceilingsOf);
  const routes = resolution.routes.map((route): RouteEvaluation => {
    const planned = { resolution: route, plan: plan(route) };
    const raw = rawExcess(planned);
    return raw.length === 0 ? planned : { ...planned, raw };
  });
  const planAudited = (route: RouteResolution) => plan(asIfEnforced(route));
  const { policies, share } = policyReports({ snapshot, resolution, routes, planAudited });
  const issues = (): readonly Issue[] => issuesOf(policies, routes);
  const evidence = routeEvidence(snapshot.routes);
  const changesAt = nextChange(snapshot, now);
  return { routes, statuses: policies.map(withoutIssues), issues, share, evidence, changesAt };
}

/** Only exceptions of policies that are there count. */
function nextChange({ exceptions, policies }: Snapshot, now: number): number | undefined {
  if (exceptions.length === 0) return undefined;
  const names = new Set(policies.map(({ ref }) => `${ref.namespace ?? ''}/${ref.name}`));
  return nextExceptionChange(exceptions, now, ({ namespace, name }) => names.has(`${namespace}/${name}`));
}

function issuesOf(policies: readonly PolicyReport[], routes: readonly RouteEvaluation[]): readonly Issue[] {
  const issues: Issue[] = [];
  for (const report of policies) for (const issue of report.issues) issues.push(issue);
  for (const route of routes) for (const issue of routeIssues(route)) issues.push(issue);
  return issues;
}

/** What follows for cluster-scoped objects. */
export type ClusterEvaluation = Pick<Evaluation, 'statuses' | 'issues'>;

/**
 * Decides the statuses of ClusterCorsPolicies and CorsExceptions.
 *
 * @param shares of all parts
 * @param now milliseconds since 1970
 */
export function evaluateCluster(
  { exceptions }: Pick<Snapshot, 'exceptions'>,
  shares: readonly ClusterShare[],
  now: number,
): ClusterEvaluation {
  const expiryOf = (exception: ExceptionObject) => expiryIssues(exception, now);
  const reports = clusterReports({ share: mergeShares(shares), exceptions, expiryOf, now });
  return { statuses: reports.map(withoutIssues), issues: reports.flatMap(({ issues }) => issues) };
}

function withoutIssues({ object, status }: PolicyReport): PolicyStatusReport {
  return { object, status };
}

function compareStatuses({ object: left }: PolicyStatusReport, { object: right }: PolicyStatusReport): number {
  return (
    compareText(left.kind, right.kind) ||
    compareText(left.namespace ?? '', right.namespace ?? '') ||
    compareText(left.name, right.name)
  );
}

/** A route as if the policy that only audits it governed it. */
function asIfEnforced(resolution: RouteResolution): RouteResolution {
  const { route, governed, audit } = resolution;
  return { route, governed: audit ?? governed, challengers: [], audit: undefined };
}
