import type { Route, RouteParent } from '../model/route.ts';
import type { Snapshot } from '../model/snapshot.ts';
import type { Dialect } from './dialect.ts';
import { dialects } from './dialects/index.ts';

/** How the routes of a class, those that the snapshot leaves out among them, speak for how its controllers were started. */
export function classEvidence(dialect: Dialect, parent: RouteParent, snapshot: Snapshot): number {
  const { evidence } = dialect;
  if (parent.className === undefined || evidence === undefined) return 0;
  const key = evidenceKey(dialect, parent);
  let sum = snapshot.peerEvidence.get(key) ?? 0;
  for (const route of snapshot.routes) {
    if (route.parents.some((each) => evidenceKey(dialect, each) === key)) sum += evidence(route);
  }
  return sum;
}

/** What routes tell, for `Snapshot.peerEvidence` of snapshots that leave these routes out; empty for nearly all. */
export function routeEvidence(routes: readonly Route[]): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const dialect of dialects) {
    if (dialect.evidence !== undefined) addEvidence(sums, dialect, dialect.evidence, routes);
  }
  return sums;
}

function addEvidence(
  sums: Map<string, number>,
  dialect: Dialect,
  evidence: (route: Route) => number,
  routes: readonly Route[],
): void {
  for (const route of routes) {
    const value = evidence(route);
    if (value === 0) continue;
    for (const key of new Set(route.parents.map((parent) => evidenceKey(dialect, parent)))) {
      sums.set(key, (sums.get(key) ?? 0) + value);
    }
  }
}

function evidenceKey({ name }: Dialect, { classKind, className }: RouteParent): string {
  return `${name} ${classKind} ${className ?? ''}`;
}
