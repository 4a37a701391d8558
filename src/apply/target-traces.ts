import type { KubernetesObject } from '../model/kubernetes-object.ts';
import { POLICY_ANNOTATION, RECORD_ANNOTATION } from '../plan/plan.ts';
import { annotationOf } from '../plan/target-keys.ts';
import { hasOwnEntries } from './managed-fields-patch.ts';

/**
 * Whether anything on a target tells that an installation has been there: a record, the name of a policy, or an entry in
 * managedFields. A target without, and with no object of ours beside it, has nothing to be restored.
 */
export function hasTraces(object: KubernetesObject, fieldManager: string): boolean {
  const isNamed = [RECORD_ANNOTATION, POLICY_ANNOTATION].some((key) => annotationOf(object, key) !== undefined);
  return isNamed || hasOwnEntries(object, fieldManager);
}
