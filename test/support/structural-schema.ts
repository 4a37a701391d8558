import { Environment } from '@marcbachmann/cel-js';
import { RE2JS } from 're2js';

/** A JSON object, as schemas are. */
export type Schema = { readonly [key: string]: unknown };

function isObject(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const TYPES = ['object', 'array', 'string', 'integer', 'number', 'boolean'];

const KEYWORDS = new Set([
  'description',
  'type',
  'format',
  'enum',
  'default',
  'nullable',
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
]);

/**
 * What Kubernetes would refuse in a schema, and what our own rules forbid: every node has a type, no keyword that a structural
 * schema does not know, no `additionalProperties: false`, legal defaults, RE2 patterns, bounds on everything, atomic lists.
 *
 * @see https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#specifying-a-structural-schema
 */
export function schemaProblems(schema: unknown, path: string): readonly string[] {
  if (!isObject(schema)) return [`${path}: no schema`];
  const unknown = Object.keys(schema).filter((key) => !KEYWORDS.has(key));
  return [
    ...unknown.map((key) => `${path}: ${key}`),
    ...(TYPES.includes(String(schema['type'])) ? [] : [`${path}: no type`]),
    ...boundProblems(schema, path),
    ...patternProblems(schema, path),
    ...defaultProblems(schema, path),
    ...ruleProblems(schema, path),
    ...childProblems(schema, path),
  ];
}

/** What a node of a type has to say besides its type. */
const NEEDED: Readonly<Record<string, (schema: Schema) => string | false>> = {
  string: (schema) => schema['maxLength'] === undefined && schema['enum'] === undefined && 'no maxLength',
  array: (schema) =>
    (schema['maxItems'] === undefined || schema['x-kubernetes-list-type'] !== 'atomic') && 'no bound or not atomic',
  integer: (schema) => !['int32', 'int64'].includes(String(schema['format'])) && 'no format',
  object: (schema) =>
    schema['additionalProperties'] !== undefined && schema['maxProperties'] === undefined && 'no maxProperties',
};

function boundProblems(schema: Schema, path: string): readonly string[] {
  const problem = NEEDED[String(schema['type'])]?.(schema);
  return typeof problem === 'string' ? [`${path}: ${problem}`] : [];
}

function patternProblems({ pattern }: Schema, path: string): readonly string[] {
  if (pattern === undefined) return [];
  try {
    RE2JS.compile(String(pattern));
    return [];
  } catch (error) {
    return [`${path}: ${String(error)}`];
  }
}

function defaultProblems(schema: Schema, path: string): readonly string[] {
  if (schema['default'] === undefined) return [];
  return valueProblems(schema, schema['default'], `${path} default`);
}

function ruleProblems(schema: Schema, path: string): readonly string[] {
  return rulesOf(schema).flatMap(({ rule, message }) => {
    const { valid } = ENVIRONMENT.check(rule);
    return [
      ...(valid ? [] : [`${path}: ${rule}`]),
      ...(message.length > 0 && !message.includes('\n') ? [] : [`${path}: message`]),
    ];
  });
}

function childProblems(schema: Schema, path: string): readonly string[] {
  const { properties, items, additionalProperties } = schema;
  if (properties !== undefined && additionalProperties !== undefined)
    return [`${path}: properties and additionalProperties`];
  const children = isObject(properties) ? Object.entries(properties) : [];
  return [
    ...children.flatMap(([name, child]) => schemaProblems(child, `${path}.${name}`)),
    ...(items === undefined ? [] : schemaProblems(items, `${path}[]`)),
    ...(additionalProperties === undefined ? [] : schemaProblems(additionalProperties, `${path}{}`)),
  ];
}

const ENVIRONMENT = new Environment({ unlistedVariablesAreDyn: true }).registerVariable('self', 'dyn');

type Rule = { readonly rule: string; readonly message: string };

function rulesOf(schema: Schema): readonly Rule[] {
  const rules = schema['x-kubernetes-validations'];
  return Array.isArray(rules)
    ? rules.filter((rule): rule is Rule => isObject(rule) && typeof rule['rule'] === 'string')
    : [];
}

/** A value with the defaults of its schema, as the API server fills them in; `null` counts as absent. */
export function withDefaults(schema: Schema, value: unknown): unknown {
  const { properties, items } = schema;
  if (Array.isArray(value)) return isObject(items) ? value.map((entry) => withDefaults(items, entry)) : value;
  if (!isObject(value) || !isObject(properties)) return value;
  const filled = Object.entries(properties).flatMap(([name, property]) => {
    const given = value[name] ?? (isObject(property) ? property['default'] : undefined);
    return given === undefined || !isObject(property) ? [] : [[name, withDefaults(property, given)]];
  });
  return Object.fromEntries(filled);
}

/** Why the API server refuses a value: its structural schema first; only a value that fits it is asked the CEL rules. */
export function valueProblems(schema: Schema, value: unknown, path: string): readonly string[] {
  const structural = structuralProblems(schema, value, path);
  return structural.length > 0 ? structural : celProblems(schema, value, path);
}

function structuralProblems(schema: Schema, value: unknown, path: string): readonly string[] {
  if (!hasType(schema, value)) return [`${path}: type`];
  const own = CHECKS.filter(([keyword, holds]) => schema[keyword] !== undefined && !holds(value, schema[keyword]));
  return [
    ...own.map(([keyword]) => `${path}: ${keyword}`),
    ...childrenProblems(schema, value, path, structuralProblems),
  ];
}

function hasType({ type }: Schema, value: unknown): boolean {
  if (type === 'object') return isObject(value);
  if (type === 'array') return Array.isArray(value);
  return type === 'integer' ? Number.isInteger(value) : typeof value === type;
}

type Check = readonly [keyword: string, holds: (value: unknown, bound: unknown) => boolean];

const CHECKS: readonly Check[] = [
  ['enum', (value, bound) => Array.isArray(bound) && bound.includes(value)],
  ['minimum', (value, bound) => Number(value) >= Number(bound)],
  ['maximum', (value, bound) => Number(value) <= Number(bound)],
  ['minLength', (value, bound) => [...String(value)].length >= Number(bound)],
  ['maxLength', (value, bound) => [...String(value)].length <= Number(bound)],
  ['pattern', (value, bound) => RE2JS.compile(String(bound)).test(String(value))],
  ['minItems', (value, bound) => Array.isArray(value) && value.length >= Number(bound)],
  ['maxItems', (value, bound) => Array.isArray(value) && value.length <= Number(bound)],
  ['maxProperties', (value, bound) => isObject(value) && Object.keys(value).length <= Number(bound)],
  [
    'required',
    (value, bound) => isObject(value) && Array.isArray(bound) && bound.every((name) => value[name] !== undefined),
  ],
  ['format', (value, bound) => bound !== 'date-time' || isDateTime(String(value))],
];

/** As strictly as the API server's own library takes it: a date that exists. */
function isDateTime(text: string): boolean {
  const day = Number(text.slice(8, 10));
  const date = new Date(text);
  return (
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/.test(text) &&
    !Number.isNaN(date.getTime()) &&
    day === new Date(text.slice(0, 10)).getUTCDate()
  );
}

/** Kubernetes writes fields that are reserved words of CEL with underscores. */
function escaped(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(escaped);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]) => [key === 'namespace' ? '__namespace__' : key, escaped(entry)]),
  );
}

function celProblems(schema: Schema, value: unknown, path: string): readonly string[] {
  const broken = rulesOf(schema).filter(({ rule }) => ENVIRONMENT.evaluate(rule, { self: escaped(value) }) !== true);
  return [...broken.map(({ message }) => `${path}: ${message}`), ...childrenProblems(schema, value, path, celProblems)];
}

function childrenProblems(
  { properties, items, additionalProperties }: Schema,
  value: unknown,
  path: string,
  problems: typeof structuralProblems,
): readonly string[] {
  if (Array.isArray(value)) {
    return isObject(items) ? value.flatMap((entry, index) => problems(items, entry, `${path}[${index}]`)) : [];
  }
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([name, entry]) => {
    const child = isObject(properties) ? properties[name] : additionalProperties;
    return isObject(child) && entry !== undefined ? problems(child, entry, `${path}.${name}`) : [];
  });
}
