import { isSameJson } from '../../src/model/json-equality.ts';
import type { KubernetesObject } from '../../src/model/kubernetes-object.ts';
import { noChanges, type RuleFilter } from '../../src/plan/plan.ts';
import { storedTarget } from '../../src/plan/stored-target.ts';
import { annotationOf, isCorsFilter, ruleFilters } from '../../src/plan/target-keys.ts';
import type { Change } from './audit-timeline.ts';
import type { GovernedRoute } from './audit-world.ts';
import { NO_KEYS, type OwnKeys, withKeys } from './target-difference.ts';

/** Remembers per target which keys are the operator's to change, and what others last left in them. */
export type KeyKeeper = {
  /** Keys of all dialects that the target's controllers have spoken so far. */
  readonly keysOf: (change: Change, routes: readonly GovernedRoute[]) => OwnKeys;
  /** A target with every key that the operator changed as others last left it. */
  readonly original: (object: KubernetesObject) => KubernetesObject;
  /** Learns from a change, before it is judged: what stood in a key until our first write to it is its original. */
  readonly note: (change: Change, isOurs: boolean) => void;
};

/** Knows nothing yet. */
export function createKeyKeeper(): KeyKeeper {
  const keysByUid = new Map<string, OwnKeys>();
  const originals = new Map<string, Originals>();
  return {
    keysOf: ({ after }, routes) => {
      const uid = after?.metadata.uid ?? '';
      const keys = spokenKeys(keysByUid.get(uid) ?? NO_KEYS, routes);
      keysByUid.set(uid, keys);
      return keys;
    },
    original: (object) => {
      const known = originals.get(object.metadata.uid ?? '');
      return known === undefined ? object : putBack(object, known);
    },
    note: ({ before, after }, isOurs) => {
      if (before === undefined || after === undefined || before.metadata.uid !== after.metadata.uid) return;
      const uid = after.metadata.uid ?? '';
      const known = originals.get(uid);
      if (isOurs) originals.set(uid, remember(known ?? { annotations: new Map(), filters: new Map() }, before, after));
      else if (known !== undefined) originals.set(uid, follow(known, before, after));
    },
  };
}

function spokenKeys(known: OwnKeys, routes: readonly GovernedRoute[]): OwnKeys {
  let keys = known;
  for (const { route, speeches } of routes) {
    for (const speech of speeches) if (speech.ok) keys = withKeys(keys, speech.speaker.off(route));
  }
  return keys;
}

/** What stood in a key before the operator's first write to it, or what others wrote there since; null: nothing. */
type Originals = {
  readonly annotations: ReadonlyMap<string, string | null>;
  readonly filters: ReadonlyMap<number, RuleFilter['filter']>;
};

function remember(known: Originals, before: KubernetesObject, after: KubernetesObject): Originals {
  const annotations = new Map(known.annotations);
  for (const key of changedAnnotations(before, after)) {
    if (!annotations.has(key)) annotations.set(key, annotationOf(before, key) ?? null);
  }
  const filters = new Map(known.filters);
  for (const rule of changedRules(before, after)) if (!filters.has(rule)) filters.set(rule, corsFilter(before, rule));
  return { annotations, filters };
}

function follow(known: Originals, before: KubernetesObject, after: KubernetesObject): Originals {
  const annotations = new Map(known.annotations);
  for (const key of changedAnnotations(before, after)) {
    if (annotations.has(key)) annotations.set(key, annotationOf(after, key) ?? null);
  }
  const filters = new Map(known.filters);
  for (const rule of changedRules(before, after)) if (filters.has(rule)) filters.set(rule, corsFilter(after, rule));
  return { annotations, filters };
}

function putBack(object: KubernetesObject, { annotations, filters }: Originals): KubernetesObject {
  const changes = {
    ...noChanges,
    annotations: Object.fromEntries(annotations),
    filters: [...filters].map(([rule, filter]) => ({ rule, filter })),
  };
  return storedTarget(object, [{ changes }]);
}

function changedAnnotations(before: KubernetesObject, after: KubernetesObject): readonly string[] {
  const names = new Set([before, after].flatMap(({ metadata }) => Object.keys(metadata.annotations ?? {})));
  return [...names].filter((name) => annotationOf(before, name) !== annotationOf(after, name));
}

/** The API takes no more rules. */
const MAX_RULES = 16;

function changedRules(before: KubernetesObject, after: KubernetesObject): readonly number[] {
  const rules = Array.from({ length: MAX_RULES }, (_, rule) => rule);
  return rules.filter((rule) => !isSameJson(corsFilter(before, rule), corsFilter(after, rule)));
}

function corsFilter(object: KubernetesObject, rule: number): RuleFilter['filter'] {
  return ruleFilters(object, rule).find(isCorsFilter) ?? null;
}
