import type { Route } from '../model/route.ts';
import { type CeilingExcess, ceilingExcess } from '../resolve/ceiling-excess.ts';
import type { Ceiling } from '../resolve/confinement.ts';
import type { RouteResolution } from '../resolve/resolution.ts';
import type { StandingGuard } from '../resolve/snapshot-resolution.ts';
import type { ClassSpeech, classSpeeches } from './class-speech.ts';
import type { Plan } from './plan.ts';
import { unionReading } from './reading-union.ts';
import { recordedKeys } from './record.ts';
import { isOn, standingReadings } from './retreat.ts';
import { annotationOf, isCorsFilter, ruleFilters } from './target-keys.ts';

/** CORS configuration of a route that is none of ours and goes beyond a guardrail. */
export type RawExcess = CeilingExcess & {
  readonly guardrail: { readonly name: string; readonly enforcement: Ceiling['enforcement'] };
  /** Where it stands on the route's object: an annotation, or a filter. */
  readonly path: string;
};

/**
 * Makes the question how what stands on a route, and is not ours to write, goes beyond the guardrails of its namespace, one
 * answer for each of them. Nothing is said about what a plan changes anyway.
 */
export function createRawCheck(
  speechOf: ReturnType<typeof classSpeeches>,
  ceilingsOf: StandingGuard['ceilingsOf'],
): (planned: { readonly resolution: RouteResolution; readonly plan: Plan }) => readonly RawExcess[] {
  return ({ resolution: { route }, plan }) => {
    const ceilings = ceilingsOf(route.target.namespace);
    if (ceilings.length === 0 || !isLeftAlone(plan)) return NOTHING;
    const speeches = route.parents.map((parent) => speechOf(parent, route.target.kind));
    const reading = unionReading(standingReadings({ route, speeches }));
    if (!isOn(reading) || isOurs(route, plan)) return NOTHING;
    return ceilings.flatMap((ceiling): readonly RawExcess[] => {
      const excess = ceilingExcess(reading, ceiling);
      if (excess === undefined) return NOTHING;
      const { policy, enforcement } = ceiling;
      return [
        { ...excess, guardrail: { name: policy.name, enforcement }, path: placeOf(route, speeches, excess.field) },
      ];
    });
  };
}

const NOTHING: readonly RawExcess[] = [];

function isLeftAlone({ outcome, changes }: Plan): boolean {
  if (outcome === 'Native' || outcome === 'Responder') return false;
  const { annotations, listEntries, filters } = changes;
  return listEntries.length === 0 && filters.length === 0 && Object.keys(annotations).length === 0;
}

/** What we wrote is put back, or was allowed when it was written. */
function isOurs({ object }: Route, { reason }: Plan): boolean {
  return reason !== 'ForeignCors' && recordedKeys(object).size > 0;
}

/** A word of each field that stands in the annotations which say it. */
const FIELD_WORDS: Readonly<Record<CeilingExcess['field'], string>> = {
  allowOrigins: 'origin',
  allowOriginRegexes: 'origin',
  allowMethods: 'methods',
  allowHeaders: 'allow-headers',
  exposeHeaders: 'expose',
  allowCredentials: 'credentials',
  maxAge: 'max-age',
};

function placeOf(route: Route, speeches: readonly ClassSpeech[], field: CeilingExcess['field']): string {
  if (route.target.kind !== 'Ingress') return filterPath(route);
  const keys = speeches.flatMap((speech) => corsKeys(route, speech));
  const key = keys.find((each) => each.includes(FIELD_WORDS[field])) ?? keys.find((each) => each.includes('enable'));
  const shown = key ?? keys[0];
  return shown === undefined ? 'metadata.annotations' : `metadata.annotations[${shown}]`;
}

/** Annotations of a route by which its controller is told about CORS, sorted. */
function corsKeys({ object, target }: Route, speech: ClassSpeech): readonly string[] {
  if (!speech.ok) return [];
  const { dialect } = speech;
  const lists = new Set(dialect.ownEntries(target).map(({ annotation }) => annotation));
  return Object.keys(object.metadata.annotations ?? {})
    .filter((key) => annotationOf(object, key) !== undefined)
    .filter((key) => lists.has(key) || dialect.isRestorable(key, undefined))
    .sort();
}

function filterPath({ object, rules }: Route): string {
  for (const rule of rules) {
    const filter = ruleFilters(object, rule).findIndex(isCorsFilter);
    if (filter !== -1) return `spec.rules[${rule}].filters[${filter}]`;
  }
  return `spec.rules[${rules[0] ?? 0}]`;
}
