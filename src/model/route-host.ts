import type { RouteMatch } from './route.ts';

/** Host part of a match. */
export type MatchHost = Pick<RouteMatch, 'host' | 'hostWildcard'>;

/** Requests for every host. */
export const ANY_HOST: MatchHost = { host: '', hostWildcard: 'None' };

/**
 * Reads the host of a route: lower case, without the trailing dot that names the root.
 *
 * @param depth what `*.` covers: one label for an Ingress, any number for an HTTPRoute
 * @see https://kubernetes.io/docs/concepts/services-networking/ingress/#hostname-wildcards
 * @see https://gateway-api.sigs.k8s.io/reference/spec/#hostname
 */
export function matchHost(text: string, depth: 'Single' | 'Any'): MatchHost {
  const lower = text.toLowerCase();
  const host = lower.endsWith('.') ? lower.slice(0, -1) : lower;
  if (host === '' || host === '*') return ANY_HOST;
  return { host, hostWildcard: host.startsWith('*.') ? depth : 'None' };
}
