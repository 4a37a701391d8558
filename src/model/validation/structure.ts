import type { z } from 'zod';
import type { Issue } from '../issue.ts';
import { isRecord } from '../object-shape.ts';
import { structuralIssues } from './structural-issues.ts';

type ZodIssue = z.core.$ZodIssue;

/** A value as its schema sees it: the output if it fits, and every way in which it does not. */
export type Structure<Value> = { readonly value: Value | undefined; readonly issues: readonly Issue[] };

/**
 * Applies a schema to a value that is bounded already.
 *
 * @param path of the value
 */
export function readStructure<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  path: string,
): Structure<z.output<Schema>> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return { value: parsed.data, issues: [] };
  const found = [...parsed.error.issues, ...hiddenIssues(schema, value, parsed.error.issues)];
  return { value: undefined, issues: structuralIssues(found.filter(isOurs), { schema, value, path }) };
}

/** zod does not look at the entries of a list that is too long; its first ones are looked at here. */
function hiddenIssues(schema: z.ZodType, value: unknown, issues: readonly ZodIssue[]): readonly ZodIssue[] {
  const long = issues.filter((issue) => issue.code === 'too_big' && issue.origin === 'array');
  if (long.length === 0) return [];
  const cut = long.reduce((whole, issue) => withShortList(whole, issue.path, maximumOf(issue)), value);
  const known = new Set(issues.map(({ path }) => path.join('\n')));
  return (schema.safeParse(cut).error?.issues ?? []).filter(({ path }) => !known.has(path.join('\n')));
}

function maximumOf(issue: ZodIssue): number {
  return issue.code === 'too_big' ? Number(issue.maximum) : 0;
}

function withShortList(value: unknown, keys: readonly PropertyKey[], length: number): unknown {
  const [key, ...rest] = keys;
  if (key === undefined) return Array.isArray(value) ? value.slice(0, length) : value;
  if (Array.isArray(value))
    return value.map((entry, index) => (index === key ? withShortList(entry, rest, length) : entry));
  return isRecord(value) ? { ...value, [key]: withShortList(value[String(key)], rest, length) } : value;
}

/** Texts of these lists are judged one by one, and there it is told in what way they are too long. */
const JUDGED_LISTS: ReadonlySet<PropertyKey | undefined> = new Set(['allowOrigins', 'allowOriginRegexes']);

function isOurs(issue: ZodIssue): boolean {
  if (issue.code === 'too_big' && issue.origin === 'string') return !JUDGED_LISTS.has(issue.path.at(-2));
  return !(issue.code === 'too_small' && issue.path.at(-1) === 'targetRefs');
}
