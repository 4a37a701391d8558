import { z } from 'zod';

/** Names of the fields that a schema has at a place; none where it has no fields of its own. */
export function knownFields(schema: z.ZodType, keys: readonly PropertyKey[]): readonly string[] {
  const place = keys.reduce<z.core.$ZodType | undefined>(schemaBelow, schema);
  const object = place === undefined ? undefined : unwrapped(place);
  return object instanceof z.ZodObject ? Object.keys(object.shape) : [];
}

function schemaBelow(schema: z.core.$ZodType | undefined, key: PropertyKey): z.core.$ZodType | undefined {
  const inner = schema === undefined ? undefined : unwrapped(schema);
  if (inner instanceof z.ZodArray) return inner.element;
  return inner instanceof z.ZodObject && typeof key === 'string' ? inner.shape[key] : undefined;
}

function unwrapped(schema: z.core.$ZodType): z.core.$ZodType {
  return schema instanceof z.ZodOptional || schema instanceof z.ZodDefault ? unwrapped(schema.unwrap()) : schema;
}
