import type { Issue } from '../model/issue.ts';
import type { ObjectRef } from '../model/reference.ts';
import { remembered } from '../model/remembered.ts';
import type { ClusterPolicyObject, PolicyObject, Snapshot } from '../model/snapshot.ts';
import { compareTargets } from '../model/target-order.ts';
import { isStandingInside, type StandingGrant } from './ceiling-excess.ts';
import type { CompiledClusterPolicy } from './compiled-cluster-policy.ts';
import type { Ceiling } from './confinement.ts';
import { type DefaultContenders, defaultContenders } from './default-contenders.ts';
import { confinePolicy, type PolicyFields, requestPolicy } from './effective-policy.ts';
import type { CeilingWidening } from './exceptional-ceiling.ts';
import { type CeilingMemory, compileClusterPolicies, type Governance, governanceByNamespace } from './governance.ts';
import { liveExceptions } from './live-exceptions.ts';
import type { OriginLists } from './origin-source.ts';
import { type RankedPolicy, rankPolicies } from './policy-acceptance.ts';
import { type ClaimIndex, type Contender, claimsOn, indexClaims, type RankedContender } from './policy-claims.ts';
import type { EffectivePolicy, RouteResolution } from './resolution.ts';
import { resolveClaims } from './route-resolution.ts';

/** Everything that is decided before planning. */
export type SnapshotResolution = {
  /** Sorted by group, kind, namespace, name, sectionName. */
  readonly routes: readonly RouteResolution[];
  /** By precedence. */
  readonly policies: readonly ResolvedPolicy[];
  /** By precedence. */
  readonly clusterPolicies: readonly ResolvedClusterPolicy[];
  readonly guard: StandingGuard;
};

/** A CorsPolicy, whether it governs a route or not. */
export type ResolvedPolicy = {
  readonly policy: PolicyObject;
  /** One sentence why it is one too many in its namespace. */
  readonly excess: string | undefined;
  /** Undefined when it is invalid or one too many. */
  readonly effective: EffectivePolicy | undefined;
  /** ClusterCorsPolicies whose guardrail governs its namespace, oldest first. */
  readonly guardrails: readonly ObjectRef[];
};

/** A ClusterCorsPolicy, with what was found out about it. */
export type ResolvedClusterPolicy = {
  readonly policy: ClusterPolicyObject;
  /** References of its guardrail and of its default that did not resolve, and bad lines. */
  readonly issues: readonly Issue[];
  /** What its default grants, for each set of guardrails that it governs under. */
  readonly defaults: readonly EffectivePolicy[];
  /** Namespaces of routes for which its selector cannot be decided, sorted. */
  readonly undecidedNamespaces: readonly string[];
};

/** Guardrails, to be asked about what stands on routes. */
export type StandingGuard = {
  /** The ceilings of a namespace, whatever their enforcement, oldest first. */
  readonly ceilingsOf: (namespace: string) => readonly Ceiling[];
  /**
   * Whether what a policy left on a route of a namespace lies inside every guardrail that is enforced there, widened by the
   * policy's exception. A guardrail that is not valid lets stand what stands.
   */
  readonly mayStand: (policy: ObjectRef, namespace: string, grant: StandingGrant) => boolean;
};

/**
 * Decides which policy governs each route, and keeps what was found out about policies on the way.
 *
 * Atomic: the winner is taken whole. A sectionName beats a targetRef, that a selector, that a default; on one level the older
 * policy, then the first by name. The order of the snapshot's lists does not matter.
 *
 * @param now milliseconds since 1970: which exceptions act
 * @param memory of earlier snapshots that share objects with this one
 */
export function resolveSnapshot(
  snapshot: Snapshot,
  now: number,
  memory: ResolutionMemory = createMemory(),
): SnapshotResolution {
  const lists: OriginLists = { objects: snapshot.originLists, readingsOf: memory.readingsOf };
  const compiled = compileClusterPolicies(snapshot, lists, memory.ceilings);
  const governanceOf = governanceByNamespace(compiled, snapshot);
  const { ceilingsFor } = liveExceptions(snapshot.exceptions, now, memory.widening);
  const ceilingsOf = ({ ref }: PolicyObject) => ceilingsFor(ref, governanceOf(ref.namespace ?? '').ceilings);
  const ranked = rankPolicies(snapshot, lists).map((each) => contend(each, lists, ceilingsOf));
  const defaults = defaultContenders(lists, snapshot.settings.operatorNamespace);
  const context: RouteContext = { index: indexClaims(ranked), governanceOf, defaults };
  const routes = [...snapshot.routes]
    .sort((left, right) => compareTargets(left.target, right.target))
    .map((route) => resolveClaims(route, levelsOf(route, context)));
  return {
    routes,
    policies: ranked.map(({ policy, contender: { excess, effective } }) => {
      const { ceilings } = governanceOf(policy.ref.namespace ?? '');
      return { policy, excess, effective, guardrails: ceilings.map((ceiling) => ceiling.policy) };
    }),
    clusterPolicies: resolvedClusterPolicies(compiled, snapshot, context),
    guard: {
      ceilingsOf: (namespace) => governanceOf(namespace).ceilings,
      mayStand: (policy, namespace, grant) =>
        ceilingsFor(policy, governanceOf(namespace).ceilings).every((ceiling) => isStandingInside(grant, ceiling)),
    },
  };
}

/**
 * What was worked out for objects of earlier snapshots, kept as long as they are: lists that were read, ceilings. Nothing of it
 * depends on time.
 */
export type ResolutionMemory = {
  readonly readingsOf: OriginLists['readingsOf'];
  readonly ceilings: CeilingMemory;
  readonly widening: CeilingWidening;
};

/** A memory of nothing yet. */
export function createMemory(): ResolutionMemory {
  return { readingsOf: remembered(() => new Map()), ceilings: new WeakMap(), widening: new WeakMap() };
}

type RouteContext = {
  readonly index: ClaimIndex;
  readonly governanceOf: (namespace: string) => Governance;
  readonly defaults: DefaultContenders;
};

function contend({ policy, rank, excess }: RankedPolicy, lists: OriginLists, ceilingsOf: CeilingsOf): RankedContender {
  const contender: Contender = {
    ref: policy.ref,
    audit: (policy.spec?.mode ?? policy.mode) === 'Audit',
    excess,
    effective: excess === undefined ? effectivePolicy(policy, lists, ceilingsOf) : undefined,
  };
  return { policy, rank, contender };
}

/** The ceilings for one policy. */
type CeilingsOf = (policy: PolicyObject) => readonly Ceiling[];

function effectivePolicy(
  policy: PolicyObject,
  lists: OriginLists,
  ceilingsOf: CeilingsOf,
): EffectivePolicy | undefined {
  const { spec, ref } = policy;
  if (spec === undefined) return undefined;
  const namespace = ref.namespace ?? '';
  const { strategy, adoption } = spec;
  const source: PolicyFields = { policy: ref, path: 'spec', namespace, fields: spec, strategy, adoption };
  return confinePolicy(source, requestPolicy(source, lists), ceilingsOf(policy));
}

function levelsOf(route: RouteResolution['route'], context: RouteContext): Parameters<typeof resolveClaims>[1] {
  const claims = claimsOn(context.index, route);
  const governance = context.governanceOf(route.target.namespace);
  if (governance.defaults.length === 0) return claims;
  const claimants = context.defaults.claimantsOf(route, governance);
  return claimants.length === 0 ? claims : [...claims, { level: 'Default', claimants }];
}

function resolvedClusterPolicies(
  compiled: readonly CompiledClusterPolicy[],
  snapshot: Snapshot,
  context: RouteContext,
): readonly ResolvedClusterPolicy[] {
  const undecided = new Map<CompiledClusterPolicy, string[]>();
  for (const namespace of new Set(snapshot.routes.map(({ target }) => target.namespace))) {
    for (const each of context.governanceOf(namespace).undecided) {
      const namespaces = undecided.get(each);
      if (namespaces === undefined) undecided.set(each, [namespace]);
      else namespaces.push(namespace);
    }
  }
  return compiled.map((each) => ({
    policy: each.policy,
    issues: [...each.issues, ...context.defaults.issuesOf(each)],
    defaults: context.defaults.effectiveOf(each),
    undecidedNamespaces: (undecided.get(each) ?? []).sort(),
  }));
}
