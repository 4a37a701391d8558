import { isSameJson } from '../model/json-equality.ts';
import type { KubernetesObject, ObjectMetadata } from '../model/kubernetes-object.ts';
import { isRecord } from '../model/object-shape.ts';
import { compareText } from '../model/text-order.ts';
import { type ListEntry, type Plan, POLICY_ANNOTATION, type RuleFilter } from './plan.ts';
import { annotationOf, isCorsFilter, listEntriesOf } from './target-keys.ts';

/**
 * A target as it would be stored once every plan of its routes is carried out. Nothing of what was given is changed; the
 * same object comes back when nothing differs.
 *
 * Keys keep their order and new ones follow, sorted. An annotation map, list or filter list that becomes empty disappears.
 *
 * @param plans those of all routes of this object
 */
export function storedTarget(object: KubernetesObject, plans: readonly Pick<Plan, 'changes'>[]): KubernetesObject {
  const withAnnotations = changeAnnotations(object, annotationChanges(object, plans));
  return changeFilters(
    withAnnotations,
    plans.flatMap((plan) => plan.changes.filters),
  );
}

type AnnotationChanges = ReadonlyMap<string, string | null>;

function annotationChanges(object: KubernetesObject, plans: readonly Pick<Plan, 'changes'>[]): AnnotationChanges {
  const changes = new Map<string, string | null>();
  const policies = new Set<string>();
  for (const { changes: planned } of plans) {
    for (const [key, value] of Object.entries(planned.annotations)) {
      if (key === POLICY_ANNOTATION && value !== null) policies.add(value);
      else changes.set(key, value);
    }
  }
  if (policies.size > 0) changes.set(POLICY_ANNOTATION, [...policies].sort(compareText).join(','));
  const entries = plans.flatMap((plan) => plan.changes.listEntries);
  for (const key of new Set(entries.map((entry) => entry.annotation))) {
    const value = changeList(
      annotationOf(object, key),
      entries.filter((entry) => entry.annotation === key),
    );
    changes.set(key, value);
  }
  return changes;
}

/**
 * A comma list with our entries where they have to be: in front, or gone.
 *
 * @returns the very same text when they are there already; null when nothing is left of the list
 */
export function changeList(value: string | undefined, entries: readonly ListEntry[]): string | null {
  const ours = new Set(entries.map((entry) => entry.entry));
  const first = new Set(entries.filter((entry) => entry.presence === 'First').map((entry) => entry.entry));
  const standing = listEntriesOf(value);
  const wanted = [...first, ...standing.filter((entry) => !ours.has(entry))];
  if (value !== undefined && isSameJson(standing, wanted)) return value;
  return wanted.length === 0 ? null : wanted.join(',');
}

function changeAnnotations(object: KubernetesObject, changes: AnnotationChanges): KubernetesObject {
  const standing = object.metadata.annotations ?? {};
  if (![...changes].some(([key, value]) => (annotationOf(object, key) ?? null) !== value)) return object;
  const kept = Object.entries(standing).flatMap(([key, value]): [string, string][] => {
    const changed = changes.get(key);
    if (changed === undefined) return [[key, value]];
    return changed === null ? [] : [[key, changed]];
  });
  const added = [...changes]
    .filter((change): change is [string, string] => change[1] !== null && !Object.hasOwn(standing, change[0]))
    .sort(([left], [right]) => compareText(left, right));
  return { ...object, metadata: withAnnotations(object.metadata, [...kept, ...added]) };
}

function withAnnotations(metadata: ObjectMetadata, entries: readonly (readonly [string, string])[]): ObjectMetadata {
  const { annotations: _, ...others } = metadata;
  if (entries.length === 0) return { ...others, name: metadata.name };
  return { ...metadata, annotations: Object.fromEntries(entries) };
}

function changeFilters(object: KubernetesObject, changes: readonly RuleFilter[]): KubernetesObject {
  const spec = object['spec'];
  if (changes.length === 0 || !isRecord(spec) || !Array.isArray(spec['rules'])) return object;
  const byRule = new Map(changes.map((change) => [change.rule, change.filter]));
  const standing: readonly unknown[] = spec['rules'];
  const rules = standing.map((rule, index) => {
    const filter = byRule.get(index);
    return filter === undefined || !isRecord(rule) ? rule : changeRule(rule, filter);
  });
  if (rules.every((rule, index) => rule === standing[index])) return object;
  return { ...object, spec: { ...spec, rules } };
}

type Rule = Readonly<Record<string, unknown>>;

function changeRule(rule: Rule, filter: Rule | null): Rule {
  const standing: readonly unknown[] = Array.isArray(rule['filters']) ? rule['filters'] : [];
  const filters = placeFilter(standing, filter);
  if (filters.length === standing.length && filters.every((each, index) => each === standing[index])) return rule;
  if (filters.length > 0) return { ...rule, filters };
  const { filters: _, ...others } = rule;
  return others;
}

/** In the place of the one that stands there; else in front, so that no filter before it can answer a preflight. */
function placeFilter(standing: readonly unknown[], filter: Rule | null): readonly unknown[] {
  const place = standing.findIndex(isCorsFilter);
  const others = standing.filter((each, index) => !isCorsFilter(each) || (index === place && filter !== null));
  if (filter === null) return others;
  if (place === -1) return [filter, ...others];
  return others.map((each, index) => (index === place && !isSameJson(each, filter) ? filter : each));
}
