import { z } from 'zod';
import type { DeepReadonly } from './deep-readonly.ts';
import { labelSelectorShape } from './label-selector-schema.ts';
import { TARGET_REF_RULES, TARGET_REFS_RULES } from './schema/cel-rules.ts';
import { atomicList, boundedText, described, objectName } from './schema/field-schema.ts';
import { TARGET_KINDS } from './target-kind.ts';

export type { LabelRequirement, LabelSelector } from './label-selector-schema.ts';

const targetRef = z
  .strictObject({
    group: boundedText(253, described('API group of the route, `networking.k8s.io` for an Ingress.')),
    kind: boundedText(63, described('Kind of the route: Ingress, HTTPRoute, HTTPProxy, VirtualService or Mapping.')),
    name: objectName('Name of the route, in the namespace of the policy.'),
    sectionName: objectName('Name of one rule of an HTTPRoute; absent: the whole route.').optional(),
  })
  .meta(described('One route, in the namespace of the policy.', { rules: TARGET_REF_RULES }));

/** `spec.targetRefs`. */
export const targetRefsSchema = atomicList(
  targetRef,
  { min: 1, max: 16 },
  described('Routes named one by one, 1 to 16. Give exactly one of `targetRefs` and `targetSelector`.', {
    rules: TARGET_REFS_RULES,
  }),
);

/** `spec.targetSelector`. */
export const targetSelectorSchema = z
  .strictObject({
    kinds: atomicList(
      boundedText(63, { enum: TARGET_KINDS.map(({ kind }) => kind) }),
      { max: 8 },
      described('Kinds of routes to select; absent or empty: every kind that can be a target.'),
    ).optional(),
    ...labelSelectorShape,
  })
  .meta(
    described(
      'Routes of the namespace by label; empty selects all. Give exactly one of `targetRefs` and `targetSelector`.',
    ),
  );

/** One entry of `spec.targetRefs`. */
export type TargetRefSpec = DeepReadonly<z.output<typeof targetRef>>;

/** `spec.targetSelector`: routes of the policy's namespace by label; empty selects all. */
export type TargetSelector = DeepReadonly<z.output<typeof targetSelectorSchema>>;

/** Which routes a policy wants to govern; a valid one either names or selects them, a broken one may do both or neither. */
export type TargetClaim = {
  /** Routes named one by one. */
  readonly refs: readonly TargetRefSpec[];
  /** Routes by label; undefined selects none. */
  readonly selector: TargetSelector | undefined;
};
