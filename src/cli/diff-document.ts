import { isSameJson } from '../model/json-equality.ts';
import type { TargetRef } from '../model/reference.ts';
import { compareTargets } from '../model/target-order.ts';
import { type GrantEntry, grantDifference } from './grant-difference.ts';
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
  /** Targets that the controller would not write, since something is in the way. */
  readonly blocked: number;
};

/** Compares all routes. @param blocked as in {@link DiffCounts} */
export function diffDocument(before: readonly RouteSide[], after: readonly RouteSide[], blocked: number): DiffDocument {
  const former = new Map(before.map((side) => [targetKey(side.target), side]));
  const pairs = after.map((side) => ({ before: former.get(targetKey(side.target)), after: side }));
  const kept = new Set(after.map(({ target }) => targetKey(target)));
  const gone = before.filter(({ target }) => !kept.has(targetKey(target)));
  const routes = [...pairs, ...gone.map((side) => ({ before: side, after: undefined }))]
    .flatMap(changedRoute)
    .sort((left, right) => compareTargets(left.target, right.target));
  const count = (isCounted: (route: ChangedRoute) => boolean): number => routes.filter(isCounted).length;
  return {
    routes,
    counts: {
      routes: after.length + gone.length,
      added: count((route) => route.before === undefined),
      removed: count((route) => route.after === undefined),
      changed: count((route) => route.before !== undefined && route.after !== undefined),
      narrowed: count(({ narrowed }) => narrowed.length > 0),
      widened: count(({ widened }) => widened.length > 0),
      blocked,
    },
  };
}

type Pair = { readonly before: RouteSide | undefined; readonly after: RouteSide | undefined };

function changedRoute({ before, after }: Pair): readonly ChangedRoute[] {
  const target = after?.target ?? before?.target;
  const isSame = before !== undefined && after !== undefined && isSameJson(before.compared, after.compared);
  if (target === undefined || isSame) {
    return [];
  }
  return [
    {
      target,
      ...(before === undefined ? {} : { before: before.document }),
      ...(after === undefined ? {} : { after: after.document }),
      ...grantDifference(before?.grant, after?.grant),
    },
  ];
}

function targetKey({ group, kind, namespace, name, sectionName = '' }: TargetRef): string {
  return `${group}/${kind}/${namespace}/${name}/${sectionName}`;
}
