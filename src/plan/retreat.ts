import type { Policy } from '../cors/policy.ts';
import { isSameJson } from '../model/json-equality.ts';
import type { KubernetesObject } from '../model/kubernetes-object.ts';
import type { Route } from '../model/route.ts';
import type { ClassSpeech } from './class-speech.ts';
import { firstExcess } from './containment.ts';
import type { Inexpressible, Reading } from './dialect.ts';
import { foreignKeys } from './foreign-cors.ts';
import { foreignConflict } from './native-plan.ts';
import type { TargetChanges } from './plan.ts';

/** What happens to CORS keys on a route where a policy is not written. */
export type Retreat =
  /** What stands may stay, with objects of our own that it uses; or nothing stands. */
  | { readonly kind: 'Stay'; readonly owned: readonly KubernetesObject[] }
  | { readonly kind: 'Off'; readonly changes: TargetChanges }
  /** Somebody else's keys grant something, and they are not ours to touch. */
  | { readonly kind: 'Foreign'; readonly problem: Inexpressible };

/** A route on which nothing new is written. */
export type RetreatRequest = {
  readonly route: Route;
  readonly speeches: readonly ClassSpeech[];
  readonly adoption: 'Additive' | 'Own';
  /** What stands may stay inside this policy, a plain one; undefined: nothing may, and off is said explicitly. */
  readonly policy: Policy | undefined;
};

/** Decides what becomes of the keys that stand on a route. */
export function retreat(request: RetreatRequest): Retreat {
  const open = request.speeches.filter((speech) => speech.ok);
  const readings = open.map(({ speaker }) => speaker.read(request.route, []));
  if (open.length === 0 || readings.every((reading) => mayStay(reading, request.policy))) {
    return { kind: 'Stay', owned: open.flatMap(({ speaker }) => speaker.inUse(request.route)) };
  }
  const changes = mergeChanges(open.map(({ speaker }) => speaker.off(request.route)));
  const foreign = request.adoption === 'Own' ? [] : foreignKeys(request.route.object, changes);
  if (foreign.length === 0) return { kind: 'Off', changes };
  return readings.every((reading) => reading.kind === 'Off')
    ? { kind: 'Stay', owned: [] }
    : { kind: 'Foreign', problem: foreignConflict(request.route.object, foreign) };
}

function mayStay(reading: Reading, policy: Policy | undefined): boolean {
  if (policy === undefined) return false;
  return reading.kind === 'Off' || (reading.kind === 'On' && firstExcess(reading, policy) === undefined);
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
