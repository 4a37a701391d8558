import { indexOwned } from '../apply/owned-objects.ts';
import type { GoalContext } from '../apply/target-goal.ts';
import type { PartEvaluation, RouteEvaluation } from '../evaluate.ts';
import type { KubernetesObject } from '../model/kubernetes-object.ts';
import type { ObjectRef, TargetRef } from '../model/reference.ts';
import type { Route } from '../model/route.ts';
import type { Snapshot } from '../model/snapshot.ts';
import type { Reading } from '../plan/dialect.ts';
import { createTargetReaders, type TargetReader } from '../plan/target-reader.ts';
import { createCeilingCheck } from '../resolve/ceiling-check.ts';
import type { ResolutionMemory } from '../resolve/snapshot-resolution.ts';
import { placeKey } from '../sources/cluster-parts.ts';

/** What was decided for one namespace, by target object and by policy. */
export type PartState = {
  readonly evaluation: KeptEvaluation;
  /** The routes of each target object, by `group/kind/namespace/name`. */
  readonly targets: ReadonlyMap<string, readonly RouteEvaluation[]>;
  /** Keys of the targets that each policy governs, by {@link policyKey}. */
  readonly governed: ReadonlyMap<string, ReadonlySet<string>>;
  readonly readerOf: (route: RouteEvaluation) => TargetReader | undefined;
  /** Whether what a controller makes of a target is wider than a guardrail that is enforced. */
  readonly isBeyondCeiling: (reading: Reading) => boolean;
  readonly ownedOf: (target: KubernetesObject, planned: readonly KubernetesObject[]) => readonly KubernetesObject[];
  readonly policyOf: GoalContext['policyOf'];
};

/** What a controller needs of an evaluation: what is left out need not be kept. */
type KeptEvaluation = Pick<PartEvaluation, 'routes' | 'statuses' | 'share' | 'changesAt'>;

/** Sorts out what was decided for a namespace. */
export function partState(
  namespace: string,
  { routes: _, ...rest }: Snapshot,
  { routes: decided, statuses, share, changesAt }: PartEvaluation,
  memory: ResolutionMemory,
): PartState {
  const routes = decided.map(withoutMatches);
  const snapshot: Snapshot = { ...rest, routes: routes.map(({ resolution }) => resolution.route) };
  const targets = groupByTarget(routes);
  return {
    evaluation: { routes, statuses, share, changesAt },
    targets,
    governed: groupByPolicy(targets),
    readerOf: lazily(
      () => createTargetReaders(snapshot),
      ({ resolution }) => resolution.route,
    ),
    isBeyondCeiling: lazily(
      () => beyondCeiling(namespace, snapshot, memory),
      (reading) => reading,
    ),
    ownedOf: indexOwned(snapshot.dialectObjects.values()),
    policyOf: (ref) => identityOf(snapshot, ref),
  };
}

/** Hosts and paths decided what they had to; of many thousand routes they are a good part of what there is to keep. */
function withoutMatches(evaluation: RouteEvaluation): RouteEvaluation {
  const { resolution } = evaluation;
  return { ...evaluation, resolution: { ...resolution, route: { ...resolution.route, matches: NO_MATCHES } } };
}

const NO_MATCHES: Route['matches'] = [];

/** A target object, whatever the rule: `group/kind/namespace/name`. */
function targetKey({ group, kind, namespace, name }: TargetRef): string {
  return placeKey({ group, kind, namespace, name });
}

/** A policy or another object of ours: `kind/namespace/name`. */
export function policyKey({ kind, namespace, name }: ObjectRef): string {
  return `${kind}/${namespace ?? ''}/${name}`;
}

function groupByTarget(routes: readonly RouteEvaluation[]): ReadonlyMap<string, readonly RouteEvaluation[]> {
  return Map.groupBy(routes, ({ resolution }) => targetKey(resolution.route.target));
}

function groupByPolicy(
  targets: ReadonlyMap<string, readonly RouteEvaluation[]>,
): ReadonlyMap<string, ReadonlySet<string>> {
  const governed = new Map<string, Set<string>>();
  for (const [target, routes] of targets) {
    for (const { resolution } of routes) {
      if (resolution.governed.by === 'Nothing') continue;
      const key = policyKey(resolution.governed.policy);
      const held = governed.get(key) ?? new Set<string>();
      governed.set(key, held.add(target));
    }
  }
  return governed;
}

/** Opening the classes of a part costs more than most parts ever need. */
function lazily<Key, Argument, Value>(
  make: () => (argument: Argument) => Value,
  argumentOf: (key: Key) => Argument,
): (key: Key) => Value {
  let made: ((argument: Argument) => Value) | undefined;
  return (key) => {
    made ??= make();
    return made(argumentOf(key));
  };
}

function beyondCeiling(namespace: string, snapshot: Snapshot, memory: ResolutionMemory): (reading: Reading) => boolean {
  const isBeyond = createCeilingCheck(snapshot, memory);
  return (reading) => reading.kind === 'On' && isBeyond(namespace, reading);
}

function identityOf(snapshot: Snapshot, ref: ObjectRef): ReturnType<GoalContext['policyOf']> {
  const found =
    ref.kind === 'CorsPolicy'
      ? snapshot.policies.find((policy) => policy.ref.namespace === ref.namespace && policy.ref.name === ref.name)
      : snapshot.clusterPolicies.find((policy) => policy.ref.name === ref.name);
  return found === undefined ? undefined : { uid: found.uid ?? '', generation: found.generation };
}
