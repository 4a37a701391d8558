import type { KubernetesObject } from '../model/kubernetes-object.ts';
import { annotationOwners, type FieldOwner } from '../model/managed-fields.ts';
import { type Fields, isRecord } from '../model/object-shape.ts';
import { RECORD_ANNOTATION } from './plan.ts';
import { annotationOf, listEntriesOf } from './target-keys.ts';
import { textDigest } from './text-digest.ts';

/** What the operator wrote on one target and what stood there before, as it stands in the target's own annotation. */
export type TargetRecord = {
  /** The installation that wrote it; "" for the one without a name. */
  readonly instance: string;
  /** Of the target it was written for; "" where objects have none (files). */
  readonly uid: string;
  /** The policy it was written for last, as far as it was told. */
  readonly policy: { readonly uid: string; readonly generation: number };
  /** By annotation, or by {@link filterKey}. */
  readonly keys: Readonly<Record<string, RecordedKey>>;
};

/** One key of a record. */
export type RecordedKey = {
  /** What stood there before; absent: nothing did. */
  readonly original?: string;
  /** Who owned it before, if anybody did. */
  readonly manager?: FieldOwner;
  /** {@link valueHash} of what was written. */
  readonly hash?: string;
  /** Entries of ours in a list that others share, in place of all the rest. */
  readonly entries?: readonly string[];
};

/** A target's record, and whether it may be believed. */
export type RecordReading =
  | { readonly kind: 'None' | 'Unreadable' }
  /** `Copied`: the target was created with it, by somebody who copied or restored another, and holds what it says. */
  | { readonly kind: 'Own' | 'Copied'; readonly record: TargetRecord }
  /** Of another object: it says nothing about this one. */
  | { readonly kind: 'Foreign' };

/**
 * Reads the record of a target.
 *
 * Whoever may edit the target may forge it: it decides who owns a key, never what may be granted.
 */
export function readRecord(object: KubernetesObject): RecordReading {
  const text = annotationOf(object, RECORD_ANNOTATION);
  if (text === undefined) return { kind: 'None' };
  const record = parseRecord(text);
  if (record === undefined) return { kind: 'Unreadable' };
  if (record.uid === (object.metadata.uid ?? '')) return { kind: 'Own', record };
  return isCreatedWith(object, record) ? { kind: 'Copied', record } : { kind: 'Foreign' };
}

/** The record of a target, if it may be believed. */
export function believedRecord(object: KubernetesObject): TargetRecord | undefined {
  const reading = readRecord(object);
  return reading.kind === 'Own' || reading.kind === 'Copied' ? reading.record : undefined;
}

/**
 * Keys of a target that its record names as written by the operator: annotation keys, and {@link filterKey} for filters. A
 * record that cannot be read, or is of another object, names nothing, so that every key counts as somebody else's.
 */
export function recordedKeys(object: KubernetesObject): ReadonlySet<string> {
  return new Set(Object.keys(believedRecord(object)?.keys ?? {}));
}

/**
 * Whether the operator wrote something on a target and every annotation of it still holds what was written. One that somebody
 * edited since is not what was programmed, whoever wrote it first.
 */
export function isStandingAsWritten(object: KubernetesObject): boolean {
  const keys = Object.entries(believedRecord(object)?.keys ?? {});
  return keys.length > 0 && keys.every(([key, entry]) => isFilterKey(key) || isAsWritten(object, key, entry));
}

/** Text of a record, the same for the same record. */
export function recordText({ instance, uid, policy, keys }: TargetRecord): string {
  const sorted = Object.keys(keys).sort();
  const written = Object.fromEntries(sorted.map((key) => [key, keys[key]]));
  return JSON.stringify({ version: VERSION, instance, uid, policy, keys: written });
}

/** Sixteen hexadecimal digits of a value, or `absent` for none. Not secret: it tells edited values, not forged ones. */
export function valueHash(value: string | null | undefined): string {
  return value === null || value === undefined ? 'absent' : textDigest(value);
}

/** How a record names the CORS filter of one rule. */
export function filterKey(rule: number): string {
  return `spec.rules[${rule}].filters[CORS]`;
}

function isFilterKey(key: string): boolean {
  return key.startsWith('spec.rules[');
}

/** The format of records; another one is not read. */
const VERSION = 1;

/** More keys than any dialect has: a record that names more was not written by us. */
const MAX_KEYS = 128;

function parseRecord(text: string): TargetRecord | undefined {
  const parsed = parseJson(text);
  if (!isRecord(parsed) || (parsed['version'] ?? VERSION) !== VERSION) return undefined;
  const { instance = '', uid = '' } = parsed;
  const keys = parseKeys(parsed['keys']);
  if (typeof instance !== 'string' || typeof uid !== 'string' || keys === undefined) return undefined;
  return { instance, uid, policy: parsePolicy(parsed['policy']), keys };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function parsePolicy(value: unknown): TargetRecord['policy'] {
  const { uid, generation } = isRecord(value) ? value : {};
  return { uid: typeof uid === 'string' ? uid : '', generation: typeof generation === 'number' ? generation : 0 };
}

function parseKeys(value: unknown): TargetRecord['keys'] | undefined {
  if (!isRecord(value)) return undefined;
  const keys = Object.entries(value).map(([key, entry]) => [key, parseKey(entry)] as const);
  if (keys.length > MAX_KEYS || keys.some(([, entry]) => entry === undefined)) return undefined;
  return Object.fromEntries(keys) as TargetRecord['keys'];
}

function parseKey(value: unknown): RecordedKey | undefined {
  if (!isRecord(value)) return undefined;
  const { original, hash, entries } = value;
  if (!isOptionalText(original) || !isOptionalText(hash)) return undefined;
  if (entries !== undefined && !(Array.isArray(entries) && entries.every((entry) => typeof entry === 'string')))
    return undefined;
  const manager = parseOwner(value['manager']);
  return {
    ...(original === undefined ? {} : { original }),
    ...(manager === undefined ? {} : { manager }),
    ...(hash === undefined ? {} : { hash }),
    ...(entries === undefined ? {} : { entries }),
  };
}

function isOptionalText(value: unknown): value is string | undefined {
  return value === undefined || typeof value === 'string';
}

function parseOwner(value: unknown): FieldOwner | undefined {
  const { manager, operation }: Fields = isRecord(value) ? value : {};
  if (typeof manager !== 'string' || (operation !== 'Apply' && operation !== 'Update')) return undefined;
  return { manager, operation };
}

/**
 * Backups and copies bring a record along with what it speaks of. Then one manager wrote both in one go, and every value is
 * the recorded one.
 */
function isCreatedWith(object: KubernetesObject, { keys }: TargetRecord): boolean {
  const recorded = Object.entries(keys);
  if (recorded.length === 0 || !recorded.every(([key, entry]) => isAsWritten(object, key, entry))) return false;
  const present = recorded.map(([key]) => key).filter((key) => annotationOf(object, key) !== undefined);
  const owners = annotationOwners(object, RECORD_ANNOTATION);
  return owners.some((owner) => present.every((key) => annotationOwners(object, key).some(isSameOwner(owner))));
}

/** Whether a key still holds what a record says was written. */
export function isAsWritten(object: KubernetesObject, key: string, { hash, entries }: RecordedKey): boolean {
  const value = annotationOf(object, key);
  if (entries === undefined) return hash === valueHash(value);
  const standing = listEntriesOf(value);
  return entries.every((entry) => standing.includes(entry));
}

function isSameOwner(left: FieldOwner): (right: FieldOwner) => boolean {
  return (right) => left.manager === right.manager && left.operation === right.operation;
}
