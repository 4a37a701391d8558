import { normalizeMethod } from '../cors/method.ts';
import { printWildcard } from '../cors/origin-pattern.ts';
import type { RouteEvaluation } from '../evaluate.ts';
import type { CorsFields } from '../model/cors-policy.ts';
import type { ObjectRef, TargetRef } from '../model/reference.ts';
import type { Outcome } from '../model/route-reason.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { originEntryPath } from '../resolve/provenance.ts';
import type { Cut, GovernedByPolicy, OriginProvenance } from '../resolve/resolution.ts';
import { governingPolicy } from './route-document.ts';

/** One route as `explain` shows it: a stable contract. */
export type ExplainedRoute = {
  readonly target: TargetRef;
  readonly outcome: Outcome;
  /** Absent for NoPolicy. */
  readonly policy?: ObjectRef;
  /** What the route grants, field by field in the policy's order, and what guardrails took away. */
  readonly entries: readonly ExplainedEntry[];
};

/** One entry of an effective policy, or one that a guardrail cut. */
export type ExplainedEntry = {
  readonly field: string;
  readonly value: string | number | boolean;
  readonly from: ObjectRef & { readonly path: string };
  /** Present on an entry that is not in force. */
  readonly cutBy?: { readonly name: string; readonly path: string; readonly witness?: string };
};

/** Explains one route. */
export function explainRoute(snapshot: Snapshot, { resolution, plan }: RouteEvaluation): ExplainedRoute {
  const { governed, route } = resolution;
  const policy = governingPolicy(governed);
  return {
    target: route.target,
    outcome: plan.outcome,
    ...(policy === undefined ? {} : { policy }),
    entries: governed.by === 'Policy' ? policyEntries(snapshot, governed) : [],
  };
}

function policyEntries(snapshot: Snapshot, governed: GovernedByPolicy): readonly ExplainedEntry[] {
  const cuts = (governed.effective.cuts ?? [])
    .filter(({ guardrail }) => guardrail.enforcement === 'Enforce')
    .map(cutEntry);
  const entries = [...originEntries(governed), ...otherEntries(snapshot, governed)];
  return fieldOrder.flatMap((field) => [
    ...entries.filter((entry) => entry.field === field),
    ...cuts.filter((entry) => entry.field === field),
  ]);
}

const fieldOrder = [
  'allowOrigins',
  'allowOriginRegexes',
  'allowMethods',
  'allowHeaders',
  'exposeHeaders',
  'allowCredentials',
  'maxAge',
];

function cutEntry({ field, entry, place, guardrail, witness }: Cut): ExplainedEntry {
  const { name, path } = guardrail;
  return {
    field,
    value: entry,
    from: { ...place.from, path: place.path },
    cutBy: { name, path, ...(witness === undefined ? {} : { witness }) },
  };
}

function originEntries({ effective }: GovernedByPolicy): readonly ExplainedEntry[] {
  const { any, exact, wildcards, regexes } = effective.cors.origins;
  const entriesOf = (list: keyof OriginProvenance, values: readonly string[]): readonly ExplainedEntry[] =>
    values.map((value, index) => {
      const place = originEntryPath(effective.provenance, list, index);
      const field = list === 'regexes' ? 'allowOriginRegexes' : 'allowOrigins';
      return { field, value, from: { ...(place?.from ?? effective.policy), path: place?.path ?? `spec.${field}` } };
    });
  return [
    ...entriesOf('any', any ? ['*'] : []),
    ...entriesOf('exact', exact),
    ...entriesOf('wildcards', wildcards.map(printWildcard)),
    ...entriesOf('regexes', regexes),
  ];
}

function otherEntries(snapshot: Snapshot, governed: GovernedByPolicy): readonly ExplainedEntry[] {
  const { cors, policy } = governed.effective;
  const spec = governed.level === 'Default' ? 'spec.default' : 'spec';
  const fields = writtenFields(snapshot, governed);
  const list = (field: ListField): readonly ExplainedEntry[] =>
    cors[field].map((value) => ({
      field,
      value,
      from: { ...policy, path: `${spec}.${field}${indexText(fields?.[field] ?? [], value, field)}` },
    }));
  return [
    ...list('allowMethods'),
    ...list('allowHeaders'),
    ...list('exposeHeaders'),
    { field: 'allowCredentials', value: cors.allowCredentials, from: { ...policy, path: `${spec}.allowCredentials` } },
    ...(cors.maxAge === undefined
      ? []
      : [{ field: 'maxAge', value: cors.maxAge, from: { ...policy, path: `${spec}.maxAge` } }]),
  ];
}

type ListField = 'allowMethods' | 'allowHeaders' | 'exposeHeaders';

function writtenFields(snapshot: Snapshot, { policy, level }: GovernedByPolicy): CorsFields | undefined {
  if (level === 'Default') {
    return snapshot.clusterPolicies.find(({ ref }) => ref.name === policy.name)?.spec?.default;
  }
  return snapshot.policies.find(({ ref }) => ref.name === policy.name && ref.namespace === policy.namespace)?.spec;
}

/** Which entry of the field it is; the `*` of a field stands for entries that a guardrail put in its place. */
function indexText(written: readonly string[], value: string, field: ListField): string {
  const spell = (text: string): string => (field === 'allowMethods' ? normalizeMethod(text) : text.toLowerCase());
  const index = written.findIndex((each) => spell(each) === spell(value));
  const found = index === -1 ? written.indexOf('*') : index;
  return found === -1 ? '' : `[${found}]`;
}
