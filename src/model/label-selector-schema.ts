import { z } from 'zod';
import type { DeepReadonly } from './deep-readonly.ts';
import { NOT_EMPTY_RULES, REQUIREMENT_RULES } from './schema/cel-rules.ts';
import { atomicList, type CelRule, described } from './schema/field-schema.ts';

/** Most pairs of `matchLabels`. */
export const MAX_MATCH_LABELS = 32;

const LABEL_KEY =
  /^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
const LABEL_VALUE = /^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$/;

function labelKey(): z.ZodString {
  return z.string().max(317, { abort: true }).regex(LABEL_KEY, 'is not a label key; write [prefix/]name');
}

function labelValue(): z.ZodString {
  return z
    .string()
    .max(63, { abort: true })
    .regex(LABEL_VALUE, 'is not a label value; write letters, digits, "-", "_" and "."');
}

const requirement = z
  .strictObject({
    key: labelKey().meta({ description: 'Key of the label.' }),
    operator: z.enum(['In', 'NotIn', 'Exists', 'DoesNotExist']).meta({
      description: 'How the label and the values relate: `In`, `NotIn`, `Exists` or `DoesNotExist`.',
    }),
    values: atomicList(
      labelValue(),
      { max: 64 },
      described('Values for `In` and `NotIn`, at least one; none for `Exists` and `DoesNotExist`.'),
    ).optional(),
  })
  .meta(described('One requirement; all of them have to hold.', { rules: REQUIREMENT_RULES }));

/** One requirement of a label selector. */
export type LabelRequirement = DeepReadonly<z.output<typeof requirement>>;

/** Fields of a Kubernetes label selector. */
export const labelSelectorShape = {
  matchLabels: z
    .record(labelKey(), labelValue())
    .meta(described('Labels that must have exactly these values.', { maxProperties: MAX_MATCH_LABELS }))
    .optional(),
  matchExpressions: atomicList(requirement, { max: 16 }, described('Requirements that must all hold.')).optional(),
};

/** A Kubernetes label selector; empty selects everything. */
export function labelSelector(description: string, rules?: readonly CelRule[]) {
  return z.strictObject(labelSelectorShape).meta(described(description, rules === undefined ? {} : { rules }));
}

/** A Kubernetes label selector that must name something. */
export function namedLabelSelector(description: string) {
  return labelSelector(description, NOT_EMPTY_RULES);
}

/** A Kubernetes label selector; empty selects everything. */
export type LabelSelector = DeepReadonly<z.output<ReturnType<typeof labelSelector>>>;
