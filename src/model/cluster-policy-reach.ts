import type { KubernetesObject } from './kubernetes-object.ts';
import { isEmptySelector, readSelector } from './label-selector.ts';
import { isRecord } from './object-shape.ts';
import type { ClusterPolicyReach } from './snapshot.ts';
import type { LabelSelector } from './target-claim.ts';

/**
 * Reads how far a ClusterCorsPolicy reaches that is not valid as a whole.
 *
 * What cannot be read counts as reaching furthest for its guardrail (every namespace, Enforce), and not at all for its
 * default, which would grant something.
 */
export function readReach(object: KubernetesObject): ClusterPolicyReach {
  const spec = object['spec'];
  if (!isRecord(spec)) return { anyNamespace: true, enforcement: 'Enforce', guardrail: true };
  const { namespaceSelector, guardrail, enforcement } = spec;
  const selector = namespaceSelector === undefined ? undefined : readSelector(namespaceSelector);
  const routeSelector = readRouteSelector(spec['default']);
  return {
    ...(selector === undefined ? {} : { namespaceSelector: selector }),
    anyNamespace: namespaceSelector !== undefined && selector === undefined,
    enforcement: enforcement === 'Warn' || enforcement === 'Audit' ? enforcement : 'Enforce',
    guardrail: guardrail !== undefined && guardrail !== null,
    ...(routeSelector === undefined ? {} : { routeSelector }),
  };
}

function readRouteSelector(value: unknown): LabelSelector | undefined {
  const selector = isRecord(value) ? readSelector(value['routeSelector']) : undefined;
  return selector === undefined || isEmptySelector(selector) ? undefined : selector;
}
