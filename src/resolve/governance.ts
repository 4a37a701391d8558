import { isEmptySelector, matchesRequirement, matchesSelector, selectorRequirements } from '../model/label-selector.ts';
import type { ClusterPolicyObject, OriginListObject, Snapshot } from '../model/snapshot.ts';
import type { LabelSelector } from '../model/target-claim.ts';
import { type CompiledClusterPolicy, compileClusterPolicy } from './compiled-cluster-policy.ts';
import type { Ceiling } from './confinement.ts';
import type { OriginLists } from './origin-source.ts';
import { sortBySeniority } from './seniority.ts';

/** What the ClusterCorsPolicies do to one namespace; the same value for namespaces that are governed alike. */
export type Governance = {
  /** Oldest first. */
  readonly ceilings: readonly Ceiling[];
  /** Those whose default may apply to routes here, oldest first. */
  readonly defaults: readonly CompiledClusterPolicy[];
  /** Those whose namespaceSelector cannot be decided, because the Namespace is not in the input. */
  readonly undecided: readonly CompiledClusterPolicy[];
};

/** Compiled ClusterCorsPolicies of earlier snapshots, with the ConfigMaps that they were compiled with. */
export type CeilingMemory = WeakMap<
  ClusterPolicyObject,
  { readonly lists: readonly (OriginListObject | undefined)[]; readonly compiled: CompiledClusterPolicy }
>;

/** Compiles the ClusterCorsPolicies of a snapshot, oldest first; those that the memory holds only once. */
export function compileClusterPolicies(
  snapshot: Snapshot,
  lists: OriginLists,
  memory: CeilingMemory = new WeakMap(),
): readonly CompiledClusterPolicy[] {
  const dated = sortBySeniority(snapshot.clusterPolicies, ({ ref, creationTimestamp }) => ({
    namespace: '',
    name: ref.name,
    creationTimestamp,
  }));
  return dated.map((policy) => compileOnce(policy, lists, snapshot.settings.operatorNamespace, memory));
}

function compileOnce(
  policy: ClusterPolicyObject,
  lists: OriginLists,
  namespace: string,
  memory: CeilingMemory,
): CompiledClusterPolicy {
  const named = policy.spec?.guardrail?.allowOriginsFrom ?? [];
  const used = named.map(({ configMapKeyRef: { name } }) => lists.objects.get(`${namespace}/${name}`));
  const known = memory.get(policy);
  if (known?.lists.every((list, index) => list === used[index]) === true) return known.compiled;
  const compiled = compileClusterPolicy(policy, lists, namespace);
  memory.set(policy, { lists: used, compiled });
  return compiled;
}

/**
 * Tells for each namespace which ClusterCorsPolicies govern it.
 *
 * Without a namespaceSelector a ClusterCorsPolicy governs all but `kube-system` and the operator's own namespace. Of a Namespace
 * that is not in the input only the name is known: where the selector asks for more, a guardrail counts as governing it and a
 * default as not, so that neither lets something through.
 */
export function governanceByNamespace(
  compiled: readonly CompiledClusterPolicy[],
  snapshot: Snapshot,
): (namespace: string) => Governance {
  const byNamespace = new Map<string, Governance>();
  const byVerdicts = new Map<string, Governance>();
  return (namespace) => {
    const known = byNamespace.get(namespace);
    if (known !== undefined) return known;
    const verdicts = compiled.map((each) => governs(each, namespace, snapshot));
    const key = verdicts.join();
    const governance = byVerdicts.get(key) ?? combine(compiled, verdicts);
    byVerdicts.set(key, governance);
    byNamespace.set(namespace, governance);
    return governance;
  };
}

type Verdict = 'Yes' | 'No' | 'Undecided';

const NAME_LABEL = 'kubernetes.io/metadata.name';
const SYSTEM_NAMESPACE = 'kube-system';

function governs(compiled: CompiledClusterPolicy, namespace: string, snapshot: Snapshot): Verdict {
  const { anyNamespace, namespaceSelector } = compiled;
  if (anyNamespace) return 'Yes';
  if (namespaceSelector === undefined || isEmptySelector(namespaceSelector)) {
    return namespace === SYSTEM_NAMESPACE || namespace === snapshot.settings.operatorNamespace ? 'No' : 'Yes';
  }
  const labels = snapshot.namespaces.get(namespace);
  if (labels === undefined) return governsByName(namespaceSelector, namespace);
  return matchesSelector(namespaceSelector, labels) ? 'Yes' : 'No';
}

/** The API server keeps every namespace's name in a label of its own, so that requirements on it can be decided. */
function governsByName(selector: LabelSelector, namespace: string): Verdict {
  const requirements = selectorRequirements(selector);
  const onName = requirements.filter(({ key }) => key === NAME_LABEL);
  const labels = { [NAME_LABEL]: namespace };
  if (!onName.every((each) => matchesRequirement(each, labels))) return 'No';
  return onName.length === requirements.length ? 'Yes' : 'Undecided';
}

function combine(compiled: readonly CompiledClusterPolicy[], verdicts: readonly Verdict[]): Governance {
  const governing = compiled.filter((_, index) => verdicts[index] !== 'No');
  return {
    ceilings: governing.flatMap(({ ceiling }) => (ceiling === undefined ? [] : [ceiling])),
    defaults: compiled.filter((each, index) => verdicts[index] === 'Yes' && each.routeSelector !== undefined),
    undecided: compiled.filter((_, index) => verdicts[index] === 'Undecided'),
  };
}
