import type { ObjectRef } from '../model/reference.ts';
import { remembered } from '../model/remembered.ts';
import { POLICY_ANNOTATION, type TargetChanges } from './plan.ts';

/** Adds the annotation that names the policy which governs a target. */
export type PolicyNaming = (changes: TargetChanges, policy: ObjectRef) => TargetChanges;

type Annotations = TargetChanges['annotations'];

/** Makes a naming that gives the same annotations again where many routes share them. */
export function createPolicyNaming(): PolicyNaming {
  const namesOf = remembered((_: Annotations) => new Map<string, Annotations>());
  return (changes, policy) => {
    const name = policy.kind === 'CorsPolicy' ? policy.name : `${policy.kind}/${policy.name}`;
    const names = namesOf(changes.annotations);
    const annotations = names.get(name) ?? { ...changes.annotations, [POLICY_ANNOTATION]: name };
    names.set(name, annotations);
    return { annotations, listEntries: changes.listEntries, filters: changes.filters };
  };
}
