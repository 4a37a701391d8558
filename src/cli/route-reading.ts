import type { Policy } from '../cors/policy.ts';
import type { Evaluation, RouteEvaluation } from '../evaluate.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { classSpeeches } from '../plan/class-speech.ts';
import type { Dialect, Reading } from '../plan/dialect.ts';
import { storedTarget } from '../plan/stored-target.ts';

/** What a route's controller does with it once everything is written, and which dialect told so. */
export type RouteReading = { readonly dialect: Dialect; readonly reading: Reading };

/**
 * Tells what controllers really do with routes: their CORS configuration as it would stand, ours or somebody else's.
 *
 * @returns undefined for a route whose controller is not known
 */
export function createRouteReader(
  snapshot: Snapshot,
  evaluation: Evaluation,
): (route: RouteEvaluation) => RouteReading | undefined {
  const speechOf = classSpeeches(snapshot);
  return ({ resolution: { route }, plan }) => {
    const speech = route.parents.map((parent) => speechOf(parent, route.target.kind)).find(({ ok }) => ok);
    if (speech?.ok !== true) {
      return undefined;
    }
    const siblings = evaluation.routes.filter(({ resolution }) => resolution.route.object === route.object);
    const object = storedTarget(
      route.object,
      siblings.map((each) => each.plan),
    );
    return { dialect: speech.dialect, reading: speech.speaker.read({ ...route, object }, plan.owned) };
  };
}

/**
 * The policy that a controller's configuration amounts to for one origin; undefined when it adds no CORS headers. One that
 * echoes every origin lists this one.
 */
export function readPolicy(reading: Reading, origin: string): Policy | undefined {
  if (reading.kind !== 'On') {
    return undefined;
  }
  const { policy, anyOrigin } = reading;
  return anyOrigin === 'Echo'
    ? { ...policy, origins: { any: false, exact: [origin], wildcards: [], regexes: [] } }
    : policy;
}
