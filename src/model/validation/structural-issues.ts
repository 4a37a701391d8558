import type { z } from 'zod';
import type { Issue } from '../issue.ts';
import { nearestName } from '../nearest-name.ts';
import { isRecord } from '../object-shape.ts';
import { pathBelow, pathOf } from './field-path.ts';
import { finding } from './finding.ts';
import { knownFields } from './known-field.ts';
import { quoted } from './quoted-text.ts';

type ZodIssue = z.core.$ZodIssue;

/** What the fields of one object are called where they are read. */
export type StructuralContext = {
  /** The schema that was applied, to suggest names of fields by. */
  readonly schema: z.ZodType;
  /** The value it was applied to. */
  readonly value: unknown;
  /** Path of that value. */
  readonly path: string;
};

/** Turns what zod says about a value into issues with reasons of our own. */
export function structuralIssues(issues: readonly ZodIssue[], context: StructuralContext): readonly Issue[] {
  return issues.flatMap((issue) => structuralIssue(issue, context));
}

function structuralIssue(issue: ZodIssue, context: StructuralContext): readonly Issue[] {
  const path = pathOf(context.path, issue.path);
  const value = valueAt(context.value, issue.path);
  switch (issue.code) {
    case 'unrecognized_keys':
      return unknownFields(issue.keys, issue.path, context);
    case 'invalid_type':
      return [typeIssue(issue.expected, value, path)];
    case 'invalid_value':
      return [valueIssue(issue.values.map(String), value, path)];
    case 'too_big':
      return sizeIssues(issue, value, path);
    case 'too_small':
      return [smallIssue(issue, path)];
    case 'invalid_key':
      return [finding('FieldValue', path, 'the key is not a label key; write it as [prefix/]name')];
    default:
      return [finding('FieldValue', path, `${shown(value)} ${issue.message}`)];
  }
}

function valueAt(value: unknown, keys: readonly PropertyKey[]): unknown {
  return keys.reduce<unknown>(valueBelow, value);
}

function valueBelow(value: unknown, key: PropertyKey): unknown {
  if (Array.isArray(value)) return typeof key === 'number' ? value[key] : undefined;
  return isRecord(value) && Object.hasOwn(value, key) ? value[String(key)] : undefined;
}

/** Most unknown fields of one object that are reported one by one. */
const MAX_UNKNOWN = 32;

function unknownFields(
  keys: readonly string[],
  parent: readonly PropertyKey[],
  context: StructuralContext,
): readonly Issue[] {
  const names = knownFields(context.schema, parent);
  return keys.slice(0, MAX_UNKNOWN).map((key) => {
    const suggestion = nearestName(key, names);
    const advice = suggestion === undefined ? 'remove it' : `write ${suggestion}`;
    return finding(
      'FieldUnknown',
      pathBelow(pathOf(context.path, parent), key),
      `there is no field ${quoted(key)}; ${advice}`,
      {
        suggestion,
      },
    );
  });
}

const EXPECTED: Readonly<Record<string, string>> = {
  array: 'a list',
  boolean: 'true or false, without quotes',
  int: 'a whole number',
  number: 'a number, without quotes',
  object: 'an object',
  record: 'an object whose values are texts',
  string: 'a text',
};

function typeIssue(expected: string, value: unknown, path: string): Issue {
  const wanted = EXPECTED[expected] ?? expected;
  if (value === undefined) return finding('FieldRequired', path, `the field is required; give it ${wanted}`);
  if (expected === 'int') return finding('MaxAgeInteger', path, `${shown(value)} is not a whole number of seconds`);
  return finding('FieldType', path, `${shown(value)} has the wrong type; write ${wanted}`, {
    suggestion: convertedText(expected, value),
  });
}

/** What a value of another type must have been meant to be. */
function convertedText(expected: string, value: unknown): string | undefined {
  if (expected === 'boolean' && (value === 'true' || value === 'false')) return value;
  if (expected === 'number' && typeof value === 'string' && /^\d{1,9}$/.test(value)) return value;
  const isScalar = typeof value === 'number' || typeof value === 'boolean';
  return expected === 'string' && isScalar ? JSON.stringify(String(value)) : undefined;
}

function valueIssue(values: readonly string[], value: unknown, path: string): Issue {
  const wanted = values.join(', ');
  if (value === undefined) return finding('FieldRequired', path, `the field is required; write one of ${wanted}`);
  if (typeof value !== 'string')
    return finding('FieldType', path, `${shown(value)} has the wrong type; write one of ${wanted}`);
  const suggestion = nearestName(value, values);
  return finding('FieldValue', path, `${quoted(value)} is not a value of this field; write one of ${wanted}`, {
    suggestion,
  });
}

function sizeIssues(issue: z.core.$ZodIssueTooBig, value: unknown, path: string): readonly Issue[] {
  switch (issue.origin) {
    case 'array':
      return [finding('FieldTooMany', path, `the list holds more than ${issue.maximum} entries; shorten it`)];
    case 'string':
      return [finding('FieldTooLong', path, `${shown(value)} is longer than ${issue.maximum} characters; shorten it`)];
    default:
      return [finding('MaxAgeRange', path, `${shown(value)} is above ${issue.maximum} seconds; write at most that`)];
  }
}

function smallIssue(issue: z.core.$ZodIssueTooSmall, path: string): Issue {
  switch (issue.origin) {
    case 'array':
      return finding('FieldRequired', path, 'the list is empty; name at least one');
    case 'string':
      return finding('FieldValue', path, 'the text is empty; write one, or remove the field if it may be absent');
    default:
      return finding('MaxAgeRange', path, 'the number of seconds is below 0; write 0 or more');
  }
}

/** A value as a message shows it; of lists and objects only that they are. */
function shown(value: unknown): string {
  if (typeof value === 'string') return quoted(value);
  if (Array.isArray(value)) return 'a list';
  return isRecord(value) ? 'an object' : String(value);
}
