import { isSameJson } from '../../../model/json-equality.ts';
import { isRecord } from '../../../model/object-shape.ts';
import type { Route } from '../../../model/route.ts';
import { ruleOf } from '../../target-keys.ts';

/**
 * A rule of a route that preflights never reach, in words; undefined when every rule is reached.
 *
 * A preflight is an OPTIONS request without any header of the application's own: a match on another method or on headers does
 * not see it, unless another match of the same route takes the same path without them.
 */
export function unreachedRule(route: Route): string | undefined {
  const matches = route.rules.flatMap((rule) => ruleMatches(route, rule));
  const open = matches.filter((match) => match.condition === undefined);
  const closed = matches.find(
    (match) => match.condition !== undefined && !open.some((other) => isSameJson(other.path, match.path)),
  );
  return closed === undefined ? undefined : `spec.rules[${closed.rule}] matches ${closed.condition}`;
}

type Match = {
  readonly rule: number;
  readonly path: unknown;
  /** What a preflight does not fulfil. */
  readonly condition: string | undefined;
};

const EVERY_PATH = { type: 'PathPrefix', value: '/' };

function ruleMatches(route: Route, rule: number): readonly Match[] {
  const listed = ruleOf(route.object, rule)?.['matches'];
  const matches: readonly unknown[] = Array.isArray(listed) && listed.length > 0 ? listed : [{}];
  return matches.filter(isRecord).map((match) => ({
    rule,
    path: { ...EVERY_PATH, ...(isRecord(match['path']) ? match['path'] : {}) },
    condition: condition(match),
  }));
}

function condition(match: Readonly<Record<string, unknown>>): string | undefined {
  const { method, headers } = match;
  if (typeof method === 'string' && method !== 'OPTIONS') return `only ${method}`;
  if (!Array.isArray(headers) || headers.length === 0) return undefined;
  const [first] = headers.filter(isRecord).map((header) => header['name']);
  return `only requests with the header ${String(first)}`;
}
