import type { ObjectRef } from '../model/reference.ts';
import { POLICY_ANNOTATION, type TargetChanges } from './plan.ts';
import { remembered } from './remembered.ts';

/** Adds the annotation that names the policy which governs a target. */
export type PolicyNaming = (changes: TargetChanges, policy: ObjectRef) => TargetChanges;

/** Makes a naming that gives the same value again for changes that many routes share. */
export function createPolicyNaming(): PolicyNaming {
  const namesOf = remembered((_: TargetChanges) => new Map<string, TargetChanges>());
  return (changes, policy) => {
    const name = policy.kind === 'CorsPolicy' ? policy.name : `${policy.kind}/${policy.name}`;
    const names = namesOf(changes);
    const known = names.get(name);
    if (known !== undefined) return known;
    const named = { ...changes, annotations: { ...changes.annotations, [POLICY_ANNOTATION]: name } };
    names.set(name, named);
    return named;
  };
}
