import { objectKey } from '../apply/owned-objects.ts';
import type { RouteEvaluation } from '../evaluate.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { storedTarget } from '../plan/stored-target.ts';
import type { TargetOutlook } from './target-outlook.ts';

/**
 * Makes the question what `render` would make of a target of files; all of its routes are given. Files tell nobody's keys
 * apart, so that whatever is decided is written.
 */
export function createFileOutlook({
  dialectObjects,
}: Snapshot): (routes: readonly [RouteEvaluation, ...RouteEvaluation[]]) => TargetOutlook {
  const standing = new Map([...dialectObjects.values()].map((object) => [objectKey(object), object]));
  return (routes) => {
    const { object } = routes[0].resolution.route;
    const plans = routes.map(({ plan }) => plan);
    const planned = plans.flatMap(({ owned }) => owned);
    return {
      before: { object, owned: planned.flatMap((each) => standing.get(objectKey(each)) ?? []) },
      after: { object: storedTarget(object, plans), owned: planned },
      problem: undefined,
    };
  };
}
