import { parseOriginPattern, type Wildcard, type WildcardDepth } from '../cors/origin-pattern.ts';
import type { OriginsFrom } from '../model/cors-policy.ts';
import type { Issue } from '../model/issue.ts';
import type { StatusReason } from '../model/issue-reason.ts';
import { ORIGINS_LABEL } from '../model/origin-list-object.ts';
import type { ObjectRef } from '../model/reference.ts';
import type { OriginListObject } from '../model/snapshot.ts';
import type { FieldRole } from '../model/validation/field-context.ts';
import { concatEntries, type Entries, type OriginEntries, withoutDuplicates } from './origin-entries.ts';
import { type OriginList, readOriginList } from './origin-list.ts';
import { listIssues } from './origin-list-issues.ts';
import type { OriginSpan } from './resolution.ts';

/** Fields that name origins, of a policy, a default or a guardrail. */
export type OriginSource = {
  readonly allowOrigins: readonly string[];
  readonly allowOriginRegexes: readonly string[];
  readonly allowOriginsFrom: readonly OriginsFrom[];
  readonly wildcardDepth: WildcardDepth;
  readonly allowCredentials: boolean;
  readonly role: FieldRole;
  /** The object that holds the fields. */
  readonly from: ObjectRef;
  /** Where the fields stand: `spec`, `spec.default`, `spec.guardrail`. */
  readonly path: string;
  /** Where its ConfigMaps lie. */
  readonly namespace: string;
};

/** ConfigMaps, and what was read out of them: a list that several policies name is read once. */
export type OriginLists = {
  readonly objects: ReadonlyMap<string, OriginListObject>;
  readonly readingsOf: (list: OriginListObject) => Map<string, OriginList>;
};

/** All origins of a source, and what kept some of them out. */
export type GatheredOrigins = { readonly entries: OriginEntries; readonly issues: readonly Issue[] };

/**
 * Gathers the origins that fields and ConfigMaps name.
 *
 * A reference that does not resolve adds nothing and is an issue (`NotFound`, `NotLabelled`, `KeyNotFound`); so is a line that
 * is no origin (its own reason). An entry that does not parse is left out.
 */
export function gatherOrigins(source: OriginSource, lists: OriginLists): GatheredOrigins {
  const issues: Issue[] = [];
  const parts = [writtenEntries(source)];
  for (const [index, reference] of source.allowOriginsFrom.entries()) {
    const part = referencedEntries(source, lists, { ...reference.configMapKeyRef, index }, issues);
    if (part !== undefined) parts.push(part);
  }
  const entries = {
    any: parts.flatMap(({ any }) => any),
    exact: concatEntries(parts.map(({ exact }) => exact)),
    wildcards: concatEntries(parts.map(({ wildcards }) => wildcards)),
    regexes: concatEntries(parts.map(({ regexes }) => regexes)),
  };
  return { entries: withoutDuplicates(entries), issues };
}

/** Bytes that a source brings, as far as its references resolve. */
export function originBytes(source: Omit<OriginSource, 'role' | 'from' | 'path'>, lists: OriginLists): number {
  const written = [...source.allowOrigins, ...source.allowOriginRegexes].reduce((sum, { length }) => sum + length, 0);
  return source.allowOriginsFrom.reduce((sum, { configMapKeyRef: { name, key } }) => {
    const list = lists.objects.get(`${source.namespace}/${name}`);
    return sum + (list?.labelled === true ? (ownValue(list, key)?.length ?? 0) : 0);
  }, written);
}

type KeyReference = { readonly name: string; readonly key: string; readonly index: number };

function writtenEntries(source: OriginSource): OriginEntries {
  const place = { from: source.from, path: `${source.path}.allowOrigins`, unit: 'index' } as const;
  const any: number[] = [];
  const exact: string[] = [];
  const exactAt: number[] = [];
  const wildcards: Wildcard[] = [];
  const wildcardAt: number[] = [];
  for (const [index, text] of source.allowOrigins.entries()) {
    const pattern = parseOriginPattern(text, source.wildcardDepth);
    if (pattern?.kind === 'any') any.push(index);
    else if (pattern?.kind === 'exact') exactAt[exact.push(pattern.origin) - 1] = index;
    else if (pattern?.kind === 'wildcard') wildcardAt[wildcards.push(pattern.wildcard) - 1] = index;
  }
  const regexes = source.allowOriginRegexes;
  const regexPlace = { ...place, path: `${source.path}.allowOriginRegexes` };
  return {
    any: spansOf(any, place),
    exact: { list: exact, spans: spansOf(exactAt, place) },
    wildcards: { list: wildcards, spans: spansOf(wildcardAt, place) },
    regexes: { list: regexes, spans: spansOf([...regexes.keys()], regexPlace) },
  };
}

function spansOf(
  positions: readonly number[],
  place: Pick<OriginSpan, 'from' | 'path' | 'unit'>,
): readonly OriginSpan[] {
  return positions.length === 0 ? [] : [{ first: 0, count: positions.length, positions, ...place }];
}

function referencedEntries(
  source: OriginSource,
  lists: OriginLists,
  reference: KeyReference,
  issues: Issue[],
): OriginEntries | undefined {
  const object = lists.objects.get(`${source.namespace}/${reference.name}`);
  const text = object === undefined ? undefined : ownValue(object, reference.key);
  if (object === undefined || !object.labelled || text === undefined) {
    issues.push(unresolved(source, reference, object));
    return undefined;
  }
  const list = readOnce(source, lists.readingsOf(object), reference.key, text);
  const from = { kind: 'ConfigMap', namespace: source.namespace, name: reference.name };
  const path = `data.${reference.key}`;
  for (const issue of listIssues(list, { from, path, role: source.role })) issues.push(issue);
  return listEntries(list, { from, path, unit: 'line' });
}

function ownValue(list: OriginListObject, key: string): string | undefined {
  return Object.hasOwn(list.data, key) ? list.data[key] : undefined;
}

function readOnce(source: OriginSource, readings: Map<string, OriginList>, name: string, text: string): OriginList {
  const key = `${source.role} ${source.wildcardDepth} ${source.allowCredentials} ${name}`;
  const known = readings.get(key);
  if (known !== undefined) return known;
  const list = readOriginList(text, source);
  readings.set(key, list);
  return list;
}

function listEntries(list: OriginList, place: Pick<OriginSpan, 'from' | 'path' | 'unit'>): OriginEntries {
  const none: Entries<string> = { list: [], spans: [] };
  return {
    any: spansOf(list.anyLines, place),
    exact: { list: list.exact, spans: spansOf(list.exactLines, place) },
    wildcards: { list: list.wildcards, spans: spansOf(list.wildcardLines, place) },
    regexes: none,
  };
}

function unresolved(source: OriginSource, reference: KeyReference, object: OriginListObject | undefined): Issue {
  const name = `ConfigMap ${source.namespace}/${reference.name}`;
  const issue = (reason: StatusReason, message: string): Issue => ({
    severity: 'error',
    reason,
    path: `${source.path}.allowOriginsFrom[${reference.index}].configMapKeyRef`,
    message,
    object: source.from,
  });
  if (object === undefined) return issue('NotFound', `${name} is not there: none of its origins are allowed`);
  if (!object.labelled) {
    return issue('NotLabelled', `${name} is only read with the label ${ORIGINS_LABEL}: "true"`);
  }
  return issue('KeyNotFound', `${name} has no key ${reference.key}: none of its origins are allowed`);
}
