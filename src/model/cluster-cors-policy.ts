import { type ClusterCorsPolicySpec, clusterCorsPolicySpecSchema } from './cluster-cors-policy-spec.ts';
import type { Issue } from './issue.ts';
import type { KubernetesObject } from './kubernetes-object.ts';
import { type Fields, isRecord } from './object-shape.ts';
import type { ClusterPolicyObject } from './policy-object.ts';
import { corsFieldsIssues } from './validation/cors-fields-issues.ts';
import { pathBelow } from './validation/field-path.ts';
import { readOwnObject } from './validation/own-object.ts';
import { emptySelectorIssues, selectorIssues } from './validation/selector-issues.ts';

export type { Guardrail } from './cluster-cors-policy-spec.ts';
export type { ClusterCorsPolicySpec };

/** Reads a ClusterCorsPolicy, all its problems at once. Findings about broad patterns do not apply to its guardrail. */
export function parseClusterCorsPolicy(object: KubernetesObject): ClusterPolicyObject {
  return readOwnObject(object, {
    schema: clusterCorsPolicySpecSchema,
    judge: clusterPolicyIssues,
    ref: { kind: 'ClusterCorsPolicy', name: object.metadata.name },
  });
}

function clusterPolicyIssues(spec: Fields, path: string): readonly Issue[] {
  const { guardrail, default: defaults } = spec;
  const guardrailPath = pathBelow(path, 'guardrail');
  return [
    ...selectorIssues(spec['namespaceSelector'], pathBelow(path, 'namespaceSelector')),
    ...(isRecord(guardrail) ? corsFieldsIssues(guardrail, guardrailPath, 'Ceiling') : []),
    ...(isRecord(defaults) ? defaultIssues(defaults, pathBelow(path, 'default')) : []),
  ];
}

function defaultIssues(defaults: Fields, path: string): readonly Issue[] {
  const selectorPath = pathBelow(path, 'routeSelector');
  return [
    ...selectorIssues(defaults['routeSelector'], selectorPath),
    ...emptySelectorIssues(defaults['routeSelector'], selectorPath),
    ...corsFieldsIssues(defaults, path, 'Grant'),
  ];
}
