import type { Route } from '../model/route.ts';
import { sortBySeniority } from './seniority.ts';

/**
 * Which namespace is served under each host, "" for routes of any host: of several namespaces that claim a host, the one of
 * the oldest object, then of the first by `namespace/name`. Routes of the others are `HostClaimed`.
 *
 * @returns by host as in {@link Route.matches}, `*.` included
 */
export function hostOwners(routes: readonly Route[]): ReadonlyMap<string, string> {
  const owners = new Map<string, string>();
  const contested = new Set<string>();
  for (const route of routes) {
    for (const { host } of route.matches) noteClaim(owners, contested, host, route.target.namespace);
  }
  if (contested.size > 0) settleClaims(owners, contested, routes);
  return owners;
}

function noteClaim(owners: Map<string, string>, contested: Set<string>, host: string, namespace: string): void {
  const owner = owners.get(host);
  if (owner === undefined) owners.set(host, namespace);
  else if (owner !== namespace) contested.add(host);
}

function settleClaims(owners: Map<string, string>, contested: Set<string>, routes: readonly Route[]): void {
  const claimants = routes.filter((route) => route.matches.some(({ host }) => contested.has(host)));
  const youngestFirst = sortBySeniority(claimants, ({ target, object }) => ({
    namespace: target.namespace,
    name: target.name,
    creationTimestamp: object.metadata.creationTimestamp,
  })).toReversed();
  for (const route of youngestFirst) {
    for (const { host } of route.matches) {
      if (contested.has(host)) owners.set(host, route.target.namespace);
    }
  }
}
