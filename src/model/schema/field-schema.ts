import { z } from 'zod';

/** A rule that the API server checks itself. */
export type CelRule = {
  readonly rule: string;
  readonly message: string;
};

/** What the structural schema of a field says beyond what zod knows. */
export type SchemaExtras = {
  /** Twins of checks that zod does not make. */
  readonly rules?: readonly CelRule[];
  /** Regular expression for the API server alone: our own validation says more precisely what is wrong. */
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxProperties?: number;
  readonly values?: readonly string[];
  readonly format?: string;
};

/** Metadata of a schema, as the conversion to a structural schema reads it. */
export function described(description: string, extras: SchemaExtras = {}): Record<string, unknown> {
  const { rules, values, ...rest } = extras;
  return {
    description,
    ...rest,
    ...(values !== undefined && { enum: values }),
    ...(rules !== undefined && { 'x-kubernetes-validations': rules.map((rule) => ({ ...rule })) }),
  };
}

/** A list that is replaced as a whole by whoever applies it. */
export function atomicList<Entry extends z.ZodType>(
  entry: Entry,
  bounds: ListLength,
  meta: Record<string, unknown>,
): z.ZodArray<Entry> {
  const list = z.array(entry).max(bounds.max);
  const bounded = bounds.min === undefined ? list : list.min(bounds.min);
  return bounded.meta({ ...meta, 'x-kubernetes-list-type': 'atomic' });
}

/** How many entries a list may hold. */
export type ListLength = { readonly min?: number; readonly max: number };

/** A text of a bounded length; a longer one is not looked at any further. */
export function boundedText(max: number, meta: Record<string, unknown>): z.ZodString {
  return z.string().max(max, { abort: true }).meta(meta);
}

const DNS_LABEL = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';

/** Name of an object: a DNS subdomain. */
export function objectName(description: string): z.ZodString {
  return z
    .string()
    .min(1, { abort: true })
    .max(253, { abort: true })
    .regex(
      new RegExp(`^${DNS_LABEL}(\\.${DNS_LABEL})*$`),
      'is not a name; write lower-case letters, digits, "-" and "."',
    )
    .meta({ description });
}

/** Name of a namespace: a DNS label. */
export function namespaceName(description: string): z.ZodString {
  return z
    .string()
    .min(1, { abort: true })
    .max(63, { abort: true })
    .regex(new RegExp(`^${DNS_LABEL}$`), 'is not the name of a namespace; write lower-case letters, digits and "-"')
    .meta({ description });
}
