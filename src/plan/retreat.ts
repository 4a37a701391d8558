import { isSameJson } from '../model/json-equality.ts';
import type { KubernetesObject } from '../model/kubernetes-object.ts';
import type { Route } from '../model/route.ts';
import type { ClassSpeech } from './class-speech.ts';
import type { Grant } from './containment.ts';
import type { Inexpressible, Reading } from './dialect.ts';
import { foreignKeys } from './foreign-cors.ts';
import { foreignConflict } from './native-plan.ts';
import type { TargetChanges } from './plan.ts';

/** What happens to CORS keys on a route where a policy is not written. */
export type Retreat =
  /** What stands may stay, with objects of our own that it uses; or nothing stands. */
  | { readonly kind: 'Stay'; readonly owned: readonly KubernetesObject[]; readonly grants: 'Something' | 'Nothing' }
  | { readonly kind: 'Off'; readonly changes: TargetChanges }
  /** Somebody else's keys grant something, and they are not ours to touch. */
  | { readonly kind: 'Foreign'; readonly problem: Inexpressible };

/** A route on which nothing new is written. */
export type RetreatRequest = {
  readonly route: Route;
  readonly speeches: readonly ClassSpeech[];
  readonly adoption: 'Additive' | 'Own';
  /** Whether what its controllers make of the route may stay. */
  readonly mayStay: (readings: readonly Reading[]) => boolean;
};

/** Nothing may stay, and off is said explicitly. */
export function nothingStays(): boolean {
  return false;
}

/** What grants nothing may stay, and what lies inside of something. */
export function staysInside(isInside: (grant: Grant) => boolean): RetreatRequest['mayStay'] {
  return (readings) =>
    readings.every((reading) => reading.kind === 'Off' || (reading.kind === 'On' && isInside(reading)));
}

/** The same, but where nothing is granted, off is said explicitly. */
export function grantsInside(isInside: (grant: Grant) => boolean): RetreatRequest['mayStay'] {
  const areInside = staysInside(isInside);
  return (readings) => readings.some(isOn) && areInside(readings);
}

/** Decides what becomes of the keys that stand on a route. */
export function retreat(request: RetreatRequest): Retreat {
  const open = request.speeches.filter((speech) => speech.ok);
  const readings = standingReadings(request);
  const grants = readings.some(isOn) ? 'Something' : 'Nothing';
  if (open.length === 0 || request.mayStay(readings)) {
    return { kind: 'Stay', owned: open.flatMap(({ speaker }) => speaker.inUse(request.route)), grants };
  }
  const changes = mergeChanges(open.map(({ speaker }) => speaker.off(request.route)));
  const foreign = request.adoption === 'Own' ? [] : foreignKeys(request.route.object, changes);
  if (foreign.length === 0) return { kind: 'Off', changes };
  return readings.every((reading) => reading.kind === 'Off')
    ? { kind: 'Stay', owned: [], grants }
    : { kind: 'Foreign', problem: foreignConflict(request.route.object, foreign) };
}

/** What each known controller of a route makes of what stands on it. */
export function standingReadings({ route, speeches }: Pick<RetreatRequest, 'route' | 'speeches'>): readonly Reading[] {
  const readings: Reading[] = [];
  for (const speech of speeches) if (speech.ok) readings.push(speech.speaker.read(route, []));
  return readings;
}

/** Whether a reading grants something. */
export function isOn(reading: Reading): reading is Grant {
  return reading.kind === 'On';
}

/** Parents of one route share its object: what they say alike is said once. */
export function mergeChanges(all: readonly TargetChanges[]): TargetChanges {
  const different = all.filter((each, index) => all.findIndex((other) => isSameJson(each, other)) === index);
  return {
    annotations: Object.assign({}, ...different.map((each) => each.annotations)),
    listEntries: different.flatMap((each) => each.listEntries),
    filters: different.flatMap((each) => each.filters),
  };
}
