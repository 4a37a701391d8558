import { installationOf } from '../../src/apply/installation.ts';
import { indexOwned } from '../../src/apply/owned-objects.ts';
import { type TargetGoal, targetGoal } from '../../src/apply/target-goal.ts';
import { createTargetWriter, type TargetResult, type TargetTask } from '../../src/apply/target-writer.ts';
import type { RouteEvaluation } from '../../src/evaluate.ts';
import { evaluate } from '../../src/evaluate.ts';
import type { KubernetesObject } from '../../src/model/kubernetes-object.ts';
import type { Settings } from '../../src/model/settings.ts';
import type { Snapshot } from '../../src/model/snapshot.ts';
import { assembleSnapshot } from '../../src/model/snapshot-assembly.ts';
import type { Reading } from '../../src/plan/dialect.ts';
import { createTargetReaders } from '../../src/plan/target-reader.ts';
import { createCeilingCheck } from '../../src/resolve/ceiling-check.ts';
import { ingressClassObject } from './cluster-objects.ts';
import { testSettings } from './resolved-cluster.ts';
import { type AppliedObjects, createAppliedObjects } from './server-side-apply.ts';

/** A cluster in memory with a writer that brings its targets to what its policies say. */
export type ApplyCluster = AppliedObjects & {
  /** Milliseconds; tests move it on. */
  now: number;
  isLeader: boolean;
  /** What is to be done about a target as everything stands now. */
  readonly task: (name: string, kind?: string) => TargetTask;
  readonly write: (task: TargetTask) => Promise<TargetResult>;
  /** One pass over a target. */
  readonly pass: (name: string) => Promise<TargetResult>;
  /** Passes until nothing is left to do, waiting as told, at most ten: the last one, with writes and events of all. */
  readonly converge: (name: string) => Promise<TargetResult>;
  /** What the target's controller does with what stands now. */
  readonly reading: (name: string) => Reading;
};

/** Starts with an IngressClass `nginx` and one of Traefik, `traefik`. */
export function createApplyCluster(
  objects: readonly KubernetesObject[] = [],
  { instance = '', settings = {} }: { readonly instance?: string; readonly settings?: Partial<Settings> } = {},
): ApplyCluster {
  const world = createAppliedObjects();
  for (const object of [ingressClassObject(), TRAEFIK_CLASS, ...objects]) world.put(object);
  const cluster: ApplyCluster = Object.assign(world, {
    now: 1_000_000,
    isLeader: true,
    task: (name: string, kind = 'Ingress') => taskFor(cluster.all(), name, kind, { ...testSettings, ...settings }),
    write: (task: TargetTask) => writer.write(task),
    pass: (name: string) => writer.write(cluster.task(name)),
    converge: async (name: string) => {
      const results = [await cluster.pass(name)];
      for (let last = results.at(-1); last !== undefined && last.next.kind !== 'Done' && results.length < 10; ) {
        if (last.next.kind === 'NotLeader') break;
        cluster.now += last.next.kind === 'After' ? last.next.seconds * 1000 : 100;
        last = await cluster.pass(name);
        results.push(last);
      }
      return summary(results);
    },
    reading: (name: string) => {
      const { reader, object } = cluster.task(name);
      return reader?.read(object, []) ?? { kind: 'Off' as const };
    },
  });
  const writer = createTargetWriter({
    client: world.client,
    installation: installationOf(instance),
    isLeader: () => cluster.isLeader,
    resourceOf: world.resourceOf,
    now: () => cluster.now,
  });
  return cluster;
}

function summary(results: readonly TargetResult[]): TargetResult {
  const last = results.at(-1);
  if (last === undefined) throw new Error('no pass was made');
  const writes = results.reduce((sum, each) => sum + each.writes, 0);
  return { ...last, writes, events: results.flatMap(({ events }) => events) };
}

const TRAEFIK_CLASS: KubernetesObject = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'IngressClass',
  metadata: { name: 'traefik' },
  spec: { controller: 'traefik.io/ingress-controller' },
};

/** What is to be done about a target among some objects. */
export function taskFor(
  objects: readonly KubernetesObject[],
  name: string,
  kind: string,
  settings: Settings,
): TargetTask {
  const snapshot = assembleSnapshot(objects, settings);
  const routes = evaluate(snapshot, 0).routes.filter(({ resolution: { route } }) => route.target.name === name);
  const own = routes.filter(({ resolution: { route } }) => route.target.kind === kind);
  const [first] = own;
  if (first === undefined) throw new Error(`no target ${name}`);
  const { route } = first.resolution;
  const goal = goalFor(own, snapshot);
  const isBeyond = createCeilingCheck(snapshot);
  const reader = createTargetReaders(snapshot)(route);
  return {
    target: route.target,
    object: route.object,
    owned: indexOwned(objects)(route.object, goal.kind === 'Hold' ? goal.owned : []),
    goal,
    reader,
    isBeyondCeiling: (object) => {
      const reading = reader?.read(object, []);
      return reading?.kind === 'On' && isBeyond(route.target.namespace, reading);
    },
  };
}

/** The goal of a target as evaluated. */
function goalFor(routes: readonly RouteEvaluation[], snapshot: Snapshot): TargetGoal {
  return targetGoal(routes, {
    knowledge: 'Known',
    policyOf: (ref) => {
      const found = snapshot.policies.find(
        ({ ref: each }) => each.name === ref.name && each.namespace === ref.namespace,
      );
      return found?.uid === undefined ? undefined : { uid: found.uid, generation: found.generation };
    },
  });
}
