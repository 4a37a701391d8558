import { compileMatcher } from '../src/cors/matcher.ts';
import type { OriginSet } from '../src/cors/policy.ts';
import { createEvaluationMemory, evaluate, evaluatePart } from '../src/evaluate.ts';
import type { KubernetesObject } from '../src/model/kubernetes-object.ts';
import { defaultSettings } from '../src/model/settings.ts';
import { assembleSnapshot } from '../src/model/snapshot-assembly.ts';
import type { Ceiling } from '../src/resolve/confinement.ts';
import { confinePolicy, type PolicyFields, type RequestedFields } from '../src/resolve/effective-policy.ts';
import { compileOriginCeiling } from '../src/resolve/origin-ceiling.ts';
import { type ClusterParts, createClusterParts } from '../src/sources/cluster-parts.ts';
import type { Effort } from './effort.ts';
import { generateCluster } from './inputs/cluster.ts';
import { originsOf } from './inputs/origins.ts';
import { atMost, type Row } from './row.ts';
import { pairedRatio } from './statistics.ts';

const now = Date.UTC(2026, 0, 1);

/** Rounds that only make the engine compile what it will run. */
const WARM_UP = 5;

/** What an edit costs under guardrails, and what a long list costs under a long ceiling. */
export async function benchGuardrails(effort: Effort): Promise<readonly Row[]> {
  return [changedPolicy(effort), longList(effort)];
}

function changedPolicy(effort: Effort): Row {
  const objects = generateCluster({ ingresses: 10_000, policies: 1000, seed: 1 });
  const cluster = warmCluster(objects);
  const rounds = Array.from({ length: effort.rounds + WARM_UP }, (_, round) => ({
    full: timed(() => evaluate(assembleSnapshot(objects, defaultSettings), now)),
    changed: average(EDITS, (edit) => timed(() => cluster.edit(round * EDITS + edit))),
  })).slice(WARM_UP);
  const ratio = pairedRatio(
    rounds.map(({ changed }) => changed),
    rounds.map(({ full }) => full),
  );
  return atMost({
    measure: 'one policy of 1 000 changed: its namespace evaluated again',
    peer: 'evaluating all of the cluster',
    value: ratio.upper * 100,
    unit: '%',
    target: 1,
    detail: `mean ${(ratio.mean * 100).toFixed(2)} %, 10 000 Ingress in 200 namespaces, 20 guardrails, ${ratio.slices} rounds`,
  });
}

/** Edits per round: a single one is too short to be measured. */
const EDITS = 20;

/** A cluster as a controller keeps it, everything evaluated once. */
function warmCluster(objects: readonly KubernetesObject[]): { readonly edit: (number: number) => void } {
  const parts = createClusterParts(defaultSettings, () => new Set());
  for (const object of objects) parts.put(object);
  const memory = createEvaluationMemory();
  for (const namespace of parts.takeChanged()) evaluatePart(parts.snapshotOf(namespace), now, memory);
  const policies = objects.filter(({ kind }) => kind === 'CorsPolicy');
  return {
    edit(number) {
      const policy = policies[(number * 37) % policies.length];
      if (policy !== undefined) parts.put(edited(policy, number));
      const changed = parts.takeChanged();
      if (changed.size !== 1) throw new Error(`${changed.size} namespaces changed`);
      for (const namespace of changed) evaluateNamespace(parts, namespace, memory);
    },
  };
}

function evaluateNamespace(
  parts: ClusterParts,
  namespace: string,
  memory: ReturnType<typeof createEvaluationMemory>,
): void {
  const { routes } = evaluatePart(parts.snapshotOf(namespace), now, memory);
  if (routes.length !== 50) throw new Error(`${routes.length} routes evaluated`);
}

function edited(policy: KubernetesObject, number: number): KubernetesObject {
  const spec = Object(policy['spec']);
  const allowOrigins = [...spec.allowOrigins, `https://edit-${number}.example.com`];
  return { ...policy, metadata: { ...policy.metadata, generation: number + 2 }, spec: { ...spec, allowOrigins } };
}

const ORIGINS = 1_000_000;
const PATTERNS = 1000;

function longList(effort: Effort): Row {
  const origins = manyOrigins();
  const ceiling = longCeiling();
  const rounds = Array.from({ length: Math.min(effort.rounds, 6) + 2 }, () => ({
    compile: timed(() => compileMatcher(origins)),
    confine: timed(() => confineAll(origins, ceiling)),
  })).slice(2);
  const ratio = pairedRatio(
    rounds.map(({ confine }) => confine),
    rounds.map(({ compile }) => compile),
  );
  return atMost({
    measure: '1 000 000 origins below a guardrail of 1 000 patterns',
    peer: 'compiling the origins',
    value: ratio.upper,
    unit: '×',
    target: 3,
    detail: `mean ${ratio.mean.toFixed(2)}, 950 wildcards and 50 regexes, one origin in a hundred outside, ${ratio.slices} rounds`,
  });
}

/** Most lie below a wildcard, one in ten below a regex only, one in a hundred below nothing. */
function manyOrigins(): OriginSet {
  const exact = originsOf(ORIGINS).map((origin, index) => {
    if (index % 100 === 99) return origin.replace('.apps.example.com', '.example.net');
    return index % 10 === 0 ? origin.replace('.apps.', `.pr-${index % 50}.`) : origin;
  });
  return { any: false, exact, wildcards: [], regexes: [] };
}

function longCeiling(): Ceiling {
  const wildcards = Array.from({ length: PATTERNS - 50 }, (_, index) => ({
    scheme: 'https',
    base: index === 0 ? 'apps.example.com' : `unit-${index}.example.com`,
    port: '',
    depth: 'Any' as const,
  }));
  const regexes = Array.from({ length: 50 }, (_, index) => `https://tenant-[0-9]+\\.pr-${index}\\.example\\.com`);
  return {
    policy: { kind: 'ClusterCorsPolicy', name: 'org' },
    enforcement: 'Enforce',
    origins: compileOriginCeiling({ any: false, exact: [], wildcards, regexes }),
    allowCredentials: true,
  };
}

function confineAll(origins: OriginSet, ceiling: Ceiling): void {
  const policy = { kind: 'CorsPolicy', namespace: 'shop', name: 'tenants' };
  const lists = { allowMethods: [], allowHeaders: [], exposeHeaders: [], allowCredentials: false };
  const from = { kind: 'ConfigMap', namespace: 'shop', name: 'tenants' };
  const positions = origins.exact.map((_, index) => index + 1);
  const span = { first: 0, count: ORIGINS, from, path: 'data.list', positions, unit: 'line' } as const;
  const none = { list: [], spans: [] };
  const entries = { any: [], exact: { list: origins.exact, spans: [span] }, wildcards: none, regexes: none };
  const source: PolicyFields = {
    policy,
    path: 'spec',
    namespace: 'shop',
    fields: { ...lists, allowOrigins: [], allowOriginRegexes: [], allowOriginsFrom: [], wildcardDepth: 'Any' },
    strategy: 'Auto',
    adoption: 'Additive',
  };
  const requested: RequestedFields = { request: { policy, path: 'spec', origins: entries, fields: lists }, issues: [] };
  const { cors } = confinePolicy(source, requested, [ceiling]);
  if (cors.origins.exact.length !== ORIGINS * 0.99) throw new Error(`${cors.origins.exact.length} origins left`);
}

function average(count: number, measure: (index: number) => number): number {
  let sum = 0;
  for (let index = 0; index < count; index++) sum += measure(index);
  return sum / count;
}

/** Milliseconds. */
function timed(work: () => void): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}
