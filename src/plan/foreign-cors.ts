import { isSameJson } from '../model/json-equality.ts';
import type { KubernetesObject } from '../model/kubernetes-object.ts';
import { POLICY_ANNOTATION, type RuleFilter, type TargetChanges } from './plan.ts';
import { filterKey, recordedKeys } from './record.ts';
import { annotationOf, isCorsFilter, ruleFilters } from './target-keys.ts';

/**
 * Keys of a target that changes would overwrite although somebody else wrote them: they hold another value, and no record
 * names them as ours. In the order of the changes.
 */
export function foreignKeys(object: KubernetesObject, changes: TargetChanges): readonly string[] {
  const differing: string[] = [];
  for (const key in changes.annotations) {
    const standing = annotationOf(object, key);
    if (standing !== undefined && standing !== changes.annotations[key] && key !== POLICY_ANNOTATION)
      differing.push(key);
  }
  for (const change of changes.filters) {
    if (isDifferentFilter(object, change)) differing.push(filterKey(change.rule));
  }
  if (differing.length === 0) return differing;
  const ours = recordedKeys(object);
  return differing.filter((key) => !ours.has(key));
}

function isDifferentFilter(object: KubernetesObject, change: RuleFilter): boolean {
  return ruleFilters(object, change.rule).some((filter) => isCorsFilter(filter) && !isSameJson(filter, change.filter));
}
