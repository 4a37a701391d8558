import { isSameJson } from '../model/json-equality.ts';
import type { TargetRef } from '../model/reference.ts';
import { compareTargets } from '../model/target-order.ts';
import { createGrantComparison, type GrantDifference, type GrantEntry } from './grant-difference.ts';
import type { RouteSide, SideDocument } from './route-sides.ts';

/** What `diff` says: a stable contract. */
export type DiffDocument = {
  /** Those that differ, in the order of routes. */
  readonly routes: readonly ChangedRoute[];
  readonly counts: DiffCounts;
};

/** One route that differs. */
export type ChangedRoute = {
  readonly target: TargetRef;
  /** Absent for a route that is new. */
  readonly before?: SideDocument;
  /** Absent for a route that is gone. */
  readonly after?: SideDocument;
  /** Entries that are granted no more. */
  readonly narrowed: readonly GrantEntry[];
  /** Entries that are granted besides. */
  readonly widened: readonly GrantEntry[];
};

/** How many routes there are of each sort. */
export type DiffCounts = {
  /** All that were compared. */
  readonly routes: number;
  readonly added: number;
  readonly removed: number;
  /** There on both sides, and different. */
  readonly changed: number;
  /** Routes on which something is granted no more, and on which something is granted besides; some are both. */
  readonly narrowed: number;
  readonly widened: number;
  /** Routes that granted something and grant nothing any more. */
  readonly turnedOff: number;
  /** Different origins, wildcards and regexes that some route grants no more, and that some route grants besides. */
  readonly originsTurnedOff: number;
  readonly originsAllowed: number;
  /** Targets that the controller would not write, since something is in the way. */
  readonly blocked: number;
};

/** Compares all routes. @param blocked as in {@link DiffCounts} */
export function diffDocument(before: readonly RouteSide[], after: readonly RouteSide[], blocked: number): DiffDocument {
  const pairs = pairsOf(before, after);
  const differenceOf = createGrantComparison();
  const compared = pairs
    .flatMap((pair) => comparedRoute(pair, differenceOf))
    .sort((left, right) => compareTargets(left.route.target, right.route.target));
  const routes = compared.map(({ route }) => route);
  const turnedOff = compared.filter(({ isTurnedOff }) => isTurnedOff).length;
  return { routes, counts: { routes: pairs.length, ...countRoutes(routes), turnedOff, blocked } };
}

/** Different origins, wildcards and regexes among the entries of some routes, as they are written, in that order. */
export function differentOrigins(entries: readonly GrantEntry[]): readonly string[] {
  const origins = entries.filter(({ field }) => field === 'allowOrigins' || field === 'allowOriginRegexes');
  return [...new Set(origins.map(({ value }) => String(value)))];
}

function countRoutes(routes: readonly ChangedRoute[]): Omit<DiffCounts, 'routes' | 'turnedOff' | 'blocked'> {
  const count = (isCounted: (route: ChangedRoute) => boolean): number => routes.filter(isCounted).length;
  return {
    added: count((route) => route.before === undefined),
    removed: count((route) => route.after === undefined),
    changed: count((route) => route.before !== undefined && route.after !== undefined),
    narrowed: count(({ narrowed }) => narrowed.length > 0),
    widened: count(({ widened }) => widened.length > 0),
    originsTurnedOff: differentOrigins(routes.flatMap(({ narrowed }) => narrowed)).length,
    originsAllowed: differentOrigins(routes.flatMap(({ widened }) => widened)).length,
  };
}

/** A route on both sides, on one of them not there at all. */
type Pair = { readonly before: RouteSide | undefined; readonly after: RouteSide | undefined };

function pairsOf(before: readonly RouteSide[], after: readonly RouteSide[]): readonly Pair[] {
  const former = new Map(before.map((side) => [targetKey(side.target), side]));
  const kept = new Set(after.map(({ target }) => targetKey(target)));
  return [
    ...after.map((side) => ({ before: former.get(targetKey(side.target)), after: side })),
    ...before.filter(({ target }) => !kept.has(targetKey(target))).map((side) => ({ before: side, after: undefined })),
  ];
}

type ComparedRoute = { readonly route: ChangedRoute; readonly isTurnedOff: boolean };

type Comparison = (before: RouteSide['grant'], after: RouteSide['grant']) => GrantDifference;

function comparedRoute({ before, after }: Pair, differenceOf: Comparison): readonly ComparedRoute[] {
  const target = after?.target ?? before?.target;
  const isSame = before !== undefined && after !== undefined && isSameJson(before.compared, after.compared);
  if (target === undefined || isSame) {
    return [];
  }
  const route = {
    target,
    ...(before === undefined ? {} : { before: before.document }),
    ...(after === undefined ? {} : { after: after.document }),
    ...differenceOf(before?.grant, after?.grant),
  };
  return [{ route, isTurnedOff: isGranting(before) && !isGranting(after) }];
}

function isGranting(side: RouteSide | undefined): boolean {
  const grant = side?.grant;
  if (grant === undefined) {
    return false;
  }
  const { any, exact, wildcards, regexes } = grant.policy.origins;
  return any || grant.anyOrigin !== 'No' || grant.nullOrigin || exact.length + wildcards.length + regexes.length > 0;
}

function targetKey({ group, kind, namespace, name, sectionName = '' }: TargetRef): string {
  return `${group}/${kind}/${namespace}/${name}/${sectionName}`;
}
