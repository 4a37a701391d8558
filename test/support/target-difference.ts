import { isSameJson } from '../../src/model/json-equality.ts';
import type { KubernetesObject } from '../../src/model/kubernetes-object.ts';
import { isRecord } from '../../src/model/object-shape.ts';
import type { TargetChanges } from '../../src/plan/plan.ts';
import { annotationOf, isCorsFilter, listEntriesOf } from '../../src/plan/target-keys.ts';

/** What may change on targets: keys of the dialects that their controllers speak, and entries of lists that are ours. */
export type OwnKeys = {
  readonly annotations: ReadonlySet<string>;
  /** Entries of ours, by the annotation whose list they stand in. */
  readonly listEntries: ReadonlyMap<string, ReadonlySet<string>>;
  /** CORS filters of HTTPRoute rules. */
  readonly filters: boolean;
};

/** Nothing may change but what carries our own name. */
export const NO_KEYS: OwnKeys = { annotations: new Set(), listEntries: new Map(), filters: false };

/** Annotations that belong to us whatever the dialect. */
const OWN_PREFIX = 'cors-operator.dev/';

/** Kept by the API server; what they say follows from the rest. */
const KEPT_BY_SERVER: ReadonlySet<string> = new Set(['managedFields', 'resourceVersion', 'generation', 'annotations']);

/** Adds what switching CORS off would touch: a dialect's closed list of keys. */
export function withKeys(keys: OwnKeys, off: TargetChanges): OwnKeys {
  const listEntries = new Map(keys.listEntries);
  for (const { annotation, entry } of off.listEntries) {
    listEntries.set(annotation, new Set([...(listEntries.get(annotation) ?? []), entry]));
  }
  return {
    annotations: new Set([...keys.annotations, ...Object.keys(off.annotations)]),
    listEntries,
    filters: keys.filters || off.filters.length > 0,
  };
}

/** Paths of everything that two revisions differ in and that is not ours to change, sorted. */
export function foreignDifferences(
  before: KubernetesObject,
  after: KubernetesObject,
  keys: OwnKeys,
): readonly string[] {
  const paths = [
    ...differingAnnotations(before, after, keys),
    ...differingFields(before.metadata, after.metadata, KEPT_BY_SERVER).map((field) => `metadata.${field}`),
    ...differingFields(
      keys.filters ? withoutCorsFilters(before) : before,
      keys.filters ? withoutCorsFilters(after) : after,
      new Set(['metadata']),
    ),
  ];
  return paths.sort();
}

function differingAnnotations(before: KubernetesObject, after: KubernetesObject, keys: OwnKeys): readonly string[] {
  const names = new Set([before, after].flatMap(({ metadata }) => Object.keys(metadata.annotations ?? {})));
  return [...names]
    .filter((name) => !name.startsWith(OWN_PREFIX) && !keys.annotations.has(name))
    .filter((name) => !isSameJson(foreignPart(before, name, keys), foreignPart(after, name, keys)))
    .map((name) => `metadata.annotations[${name}]`);
}

/** What is left of an annotation without entries of ours; a list that holds nothing else is as good as none. */
function foreignPart(object: KubernetesObject, name: string, keys: OwnKeys): unknown {
  const value = annotationOf(object, name);
  const ours = keys.listEntries.get(name);
  if (ours === undefined) return value ?? null;
  return listEntriesOf(value).filter((entry) => !ours.has(entry));
}

type Fields = Readonly<Record<string, unknown>>;

function differingFields(before: Fields, after: Fields, except: ReadonlySet<string>): readonly string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].filter((name) => !except.has(name) && !isSameJson(before[name] ?? null, after[name] ?? null));
}

function withoutCorsFilters(object: KubernetesObject): KubernetesObject {
  const spec = object['spec'];
  const rules: unknown = isRecord(spec) ? spec['rules'] : undefined;
  if (!isRecord(spec) || !Array.isArray(rules)) return object;
  const stripped = rules.map((rule) => {
    if (!isRecord(rule) || !Array.isArray(rule['filters'])) return rule;
    const { filters, ...others } = rule;
    const foreign = Array.isArray(filters) ? filters.filter((filter) => !isCorsFilter(filter)) : [];
    return foreign.length === 0 ? others : { ...others, filters: foreign };
  });
  return { ...object, spec: { ...spec, rules: stripped } };
}
