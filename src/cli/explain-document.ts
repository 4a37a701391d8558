import { normalizeMethod } from '../cors/method.ts';
import { printWildcard } from '../cors/origin-pattern.ts';
import type { RouteEvaluation } from '../evaluate.ts';
import type { CorsFields } from '../model/cors-policy.ts';
import type { ObjectRef, TargetRef } from '../model/reference.ts';
import type { Outcome } from '../model/route-reason.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { originEntryPath } from '../resolve/provenance.ts';
import type { GovernedByPolicy, OriginProvenance } from '../resolve/resolution.ts';
import { cutLines, type ExplainedLine, guardedLines } from './explain-guardrails.ts';
import type { ExplainedEntry } from './explained-entry.ts';
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

/** A route as data, and for people one note per entry; "" where there is nothing to say. */
export type RouteExplanation = { readonly document: ExplainedRoute; readonly notes: readonly string[] };

/** Explains one route. */
export function explainRoute(snapshot: Snapshot, { resolution, plan }: RouteEvaluation): RouteExplanation {
  const { governed, route } = resolution;
  const policy = governingPolicy(governed);
  const lines = governed.by === 'Policy' ? explainedLines(snapshot, governed) : [];
  return {
    document: {
      target: route.target,
      outcome: plan.outcome,
      ...(policy === undefined ? {} : { policy }),
      entries: lines.map(({ entry }) => entry),
    },
    notes: lines.map(({ note }) => note),
  };
}

function explainedLines(snapshot: Snapshot, governed: GovernedByPolicy): readonly ExplainedLine[] {
  const entries = [...originEntries(governed), ...otherEntries(snapshot, governed)];
  const inForce = entries.map(guardedLines(governed.effective));
  const cut = cutLines(governed.effective);
  return fieldOrder.flatMap((field) => [
    ...inForce.filter(({ entry }) => entry.field === field),
    ...cut.filter(({ entry }) => entry.field === field),
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
      : [{ field: 'maxAge', value: cors.maxAge, from: agePlace(snapshot, governed, cors.maxAge) }]),
  ];
}

/** A policy that names no time gets the one of a guardrail that allows less than browsers take without any. */
function agePlace(snapshot: Snapshot, governed: GovernedByPolicy, maxAge: number): ExplainedEntry['from'] {
  const guardrail =
    writtenFields(snapshot, governed)?.maxAge === undefined
      ? snapshot.clusterPolicies.find(
          ({ spec }) => spec?.enforcement === 'Enforce' && spec.guardrail?.maxAge === maxAge,
        )
      : undefined;
  return guardrail === undefined
    ? { ...governed.effective.policy, path: `${governed.level === 'Default' ? 'spec.default' : 'spec'}.maxAge` }
    : { ...guardrail.ref, path: 'spec.guardrail.maxAge' };
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
