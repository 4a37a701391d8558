import { RE2JS } from 're2js';
import { z } from 'zod';

/** A JSON object, as schemas are. */
export type JsonObject = { readonly [key: string]: unknown };

/**
 * Turns a zod schema into a structural schema, as CustomResourceDefinitions hold it.
 *
 * Throws on what Kubernetes forbids and no rewriting mends: a schema that cannot be said must not be published as if it were.
 *
 * @see https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#specifying-a-structural-schema
 */
export function structuralSchema(schema: z.ZodType): JsonObject {
  const json = z.toJSONSchema(schema, { target: 'openapi-3.0', io: 'input', reused: 'inline', cycles: 'throw' });
  return structural(json, 'schema');
}

/** Keys in the order in which people read them. */
const KEYS = [
  'description',
  'type',
  'format',
  'enum',
  'default',
  'minimum',
  'maximum',
  'minLength',
  'maxLength',
  'pattern',
  'minItems',
  'maxItems',
  'maxProperties',
  'required',
  'properties',
  'additionalProperties',
  'items',
  'x-kubernetes-list-type',
  'x-kubernetes-validations',
];

function structural(schema: unknown, place: string): JsonObject {
  if (!isObject(schema)) throw new Error(`${place}: not a schema`);
  return schema['type'] === 'integer' ? integer(rewritten(schema, place)) : rewritten(schema, place);
}

/** Bounds that only say what JavaScript can count to are left out. */
function integer({ minimum, maximum, ...rest }: JsonObject): JsonObject {
  const bounds = {
    ...(minimum !== Number.MIN_SAFE_INTEGER && { minimum }),
    ...(maximum !== Number.MAX_SAFE_INTEGER && { maximum }),
  };
  return { ...rest, format: 'maximum' in bounds ? 'int32' : 'int64', ...bounds };
}

function rewritten(schema: JsonObject, place: string): JsonObject {
  const entries = Object.entries(schema).filter(([key, value]) => key !== 'additionalProperties' || value !== false);
  const result: Record<string, unknown> = {};
  for (const [key, value] of entries.sort(([left], [right]) => rank(left, place) - rank(right, place))) {
    result[key] = rewrittenValue(key, value, place);
  }
  return result;
}

function rank(key: string, place: string): number {
  const index = KEYS.indexOf(key);
  if (index === -1) throw new Error(`${place}: Kubernetes has no ${key} here`);
  return index;
}

function rewrittenValue(key: string, value: unknown, place: string): unknown {
  switch (key) {
    case 'properties':
      return mapObject(value, (property, name) => structural(property, `${place}.${name}`));
    case 'items':
    case 'additionalProperties':
      return structural(value, `${place}[]`);
    case 'pattern':
      return checkedPattern(value, place);
    default:
      return value;
  }
}

function mapObject(value: unknown, change: (property: unknown, name: string) => JsonObject): JsonObject {
  if (!isObject(value)) throw new Error('properties are no object');
  return Object.fromEntries(Object.entries(value).map(([name, property]) => [name, change(property, name)]));
}

/** Kubernetes compiles patterns as RE2. */
function checkedPattern(value: unknown, place: string): string {
  if (typeof value !== 'string') throw new Error(`${place}: the pattern is no text`);
  RE2JS.compile(value);
  return value;
}

/** Whether a value is a JSON object. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
