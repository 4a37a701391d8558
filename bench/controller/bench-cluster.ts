import { evaluate, type RouteEvaluation } from '../../src/evaluate.ts';
import { isSameJson } from '../../src/model/json-equality.ts';
import type { KubernetesObject } from '../../src/model/kubernetes-object.ts';
import { defaultSettings } from '../../src/model/settings.ts';
import { assembleSnapshot } from '../../src/model/snapshot-assembly.ts';
import { storedTarget } from '../../src/plan/stored-target.ts';
import { generateCluster } from '../inputs/cluster.ts';
import { type BenchPlane, pathOf } from './bench-plane.ts';

/** Objects of a cluster in which every Ingress is governed: by a policy, or by a default. */
export type BenchCluster = {
  /** Namespaces and classes. */
  readonly fixed: readonly KubernetesObject[];
  /** Policies, then Ingress. */
  readonly measured: readonly KubernetesObject[];
};

/** The generated cluster, with a default for whatever has no policy of its own. */
export function benchCluster(size: { readonly ingresses: number; readonly policies: number }): BenchCluster {
  const objects = generateCluster({ ...size, seed: 1 });
  const isFixed = ({ kind }: KubernetesObject): boolean => kind === 'Namespace' || kind === 'IngressClass';
  const ingresses = objects.filter(({ kind }) => kind === 'Ingress');
  const policies = objects.filter((object) => !isFixed(object) && object.kind !== 'Ingress');
  return { fixed: objects.filter(isFixed), measured: [...policies, EVERYBODY, ...ingresses] };
}

const EVERYBODY: KubernetesObject = {
  apiVersion: 'cors-operator.dev/v1alpha1',
  kind: 'ClusterCorsPolicy',
  metadata: { name: 'everybody' },
  spec: {
    enforcement: 'Enforce',
    guardrail: { maxAge: 7200 },
    default: {
      routeSelector: { matchLabels: { 'app.kubernetes.io/managed-by': 'Helm' } },
      allowOrigins: ['https://www.example.com', 'https://admin.example.com'],
      allowMethods: ['GET', 'PUT', 'DELETE'],
      allowHeaders: ['Content-Type', 'X-Request-Id'],
      maxAge: 600,
    },
  },
};

/** Kinds of which a fresh cluster holds none that was there before. */
const MEASURED_KINDS = ['Ingress', 'Middleware', 'CorsPolicy', 'ClusterCorsPolicy'];

/** Makes all measured objects anew. */
export async function refresh(bench: BenchPlane, cluster: BenchCluster): Promise<void> {
  for (const kind of MEASURED_KINDS) await bench.clear(kind);
  await bench.create(cluster.measured);
}

/** Edits the guardrail that governs every namespace: what each route is granted changes, and gets less as the number does. */
export async function limitMaxAge({ client }: BenchPlane, seconds: number): Promise<void> {
  await client.send({
    method: 'PATCH',
    path: pathOf(EVERYBODY),
    contentType: 'application/merge-patch+json',
    body: { spec: { guardrail: { maxAge: seconds } } },
  });
}

/** Targets and what stands beside them, as stored. */
export type StoredTargets = {
  readonly ingresses: readonly KubernetesObject[];
  readonly middlewares: readonly KubernetesObject[];
};

/** Reads them. */
export async function storedTargets(bench: BenchPlane): Promise<StoredTargets> {
  return { ingresses: await bench.list('Ingress'), middlewares: await bench.list('Middleware') };
}

/** How many targets do not hold what the evaluation of everything that is stored says; and how many are to hold something. */
export async function countMisses(
  bench: BenchPlane,
  cluster: BenchCluster,
): Promise<{ readonly missing: number; readonly planned: number }> {
  const stored = await storedTargets(bench);
  const policies = [...(await bench.list('CorsPolicy')), ...(await bench.list('ClusterCorsPolicy'))];
  const objects = [...cluster.fixed, ...policies, ...stored.ingresses, ...stored.middlewares];
  const { routes } = evaluate(assembleSnapshot(objects, { ...defaultSettings, responder: 'Disabled' }), Date.now());
  const middlewares = new Map(stored.middlewares.map((object) => [pathOf(object), object]));
  const planned = routes.filter(
    ({ plan: { changes } }) => Object.keys(changes.annotations).length + changes.listEntries.length > 0,
  );
  const missing = planned.filter((route) => !isHeld(route, middlewares));
  return { missing: missing.length, planned: planned.length };
}

function isHeld({ resolution, plan }: RouteEvaluation, middlewares: ReadonlyMap<string, KubernetesObject>): boolean {
  const { object } = resolution.route;
  const isStored = isSameJson(storedTarget(object, [plan]).metadata.annotations, object.metadata.annotations);
  return isStored && plan.owned.every((each) => isSameJson(middlewares.get(pathOf(each))?.['spec'], each['spec']));
}
