import type { ObjectRef } from '../model/reference.ts';
import type { ExceptionObject } from '../model/snapshot.ts';
import { compareText } from '../model/text-order.ts';
import type { EffectivePolicy } from '../resolve/resolution.ts';
import type { ResolvedClusterPolicy, SnapshotResolution } from '../resolve/snapshot-resolution.ts';
import { type GuardrailStandings, guardrailStandings, mergeStandings } from './cluster-policy-status.ts';
import { type ExceptionalPolicy, exceptionalPolicies } from './exception-standing.ts';
import type { PlannedRoute } from './planned-route.ts';
import type { PolicyTally } from './policy-tally.ts';

/** What the namespaces of one part of a cluster contribute to the statuses of ClusterCorsPolicies. */
export type ClusterShare = {
  readonly clusterPolicies: readonly ResolvedClusterPolicy[];
  readonly standings: GuardrailStandings;
  /** How many routes the default of each ClusterCorsPolicy governs, by its name. */
  readonly defaultRoutes: ReadonlyMap<string, number>;
  /** Those that exceptions name. */
  readonly exceptional: readonly ExceptionalPolicy[];
};

/** What the share of a part is made of. */
export type ShareInput = {
  readonly resolution: SnapshotResolution;
  readonly routes: readonly PlannedRoute[];
  readonly exceptions: readonly ExceptionObject[];
  readonly tallyOf: (ref: ObjectRef) => PolicyTally;
};

/** Keeps of a part what the statuses of ClusterCorsPolicies are made of. */
export function clusterShare({ resolution, routes, exceptions, tallyOf }: ShareInput): ClusterShare {
  const { policies, clusterPolicies } = resolution;
  const defaultRoutes = clusterPolicies.map(({ policy: { ref } }): [string, number] => [
    ref.name,
    tallyOf(ref).routes.length,
  ]);
  return {
    clusterPolicies,
    standings: guardrailStandings(policies, routes),
    defaultRoutes: new Map(defaultRoutes.filter(([, count]) => count > 0)),
    exceptional: exceptionalPolicies(policies, exceptions),
  };
}

/** Joins the shares of parts that have no namespace in common and were evaluated with the same ClusterCorsPolicies. */
export function mergeShares(shares: readonly ClusterShare[]): ClusterShare {
  const [first, ...others] = shares;
  if (first === undefined || others.length === 0) return first ?? NO_SHARE;
  const defaultRoutes = new Map<string, number>();
  for (const share of shares) {
    for (const [name, count] of share.defaultRoutes) defaultRoutes.set(name, (defaultRoutes.get(name) ?? 0) + count);
  }
  return {
    clusterPolicies: first.clusterPolicies.map((resolved, index) => ({
      ...resolved,
      defaults: differentDefaults(shares.flatMap(({ clusterPolicies }) => clusterPolicies[index]?.defaults ?? [])),
      undecidedNamespaces: shares
        .flatMap(({ clusterPolicies }) => clusterPolicies[index]?.undecidedNamespaces ?? [])
        .sort(compareText),
    })),
    standings: mergeStandings(shares.map(({ standings }) => standings)),
    defaultRoutes,
    exceptional: shares.flatMap(({ exceptional }) => exceptional),
  };
}

const NO_SHARE: ClusterShare = {
  clusterPolicies: [],
  standings: new Map(),
  defaultRoutes: new Map(),
  exceptional: [],
};

/** Every part works out for itself what a default grants there: mostly the same. */
function differentDefaults(defaults: readonly EffectivePolicy[]): readonly EffectivePolicy[] {
  const byText = new Map(defaults.map((each) => [JSON.stringify([each.refusal, each.issues]), each]));
  return [...byText.values()];
}
