import type { RouteMatch } from '../model/route.ts';
import { compilePaths, type Found, findPath, type PathTable } from './path-table.ts';

/** Routes compiled for look-ups by host, path and method; the time of a look-up does not grow with their number. */
export type RouteTable<T> = {
  /** Matches that need nothing but host, path and method. */
  readonly plain: HostTable<T>;
  /** Matches that also need headers or query parameters: asked only when nothing plain matches. */
  readonly conditional: HostTable<T> | undefined;
};

type HostTable<T> = {
  readonly exact: ReadonlyMap<string, PathTable<T>>;
  /** By what follows `*.`. */
  readonly wildcards: ReadonlyMap<string, WildcardPaths<T>>;
  readonly any: PathTable<T> | undefined;
};

/** Paths for hosts with exactly one label before the base, and for hosts with more. */
type WildcardPaths<T> = { readonly near: PathTable<T>; readonly far: PathTable<T> | undefined };

/** A route's matches, and what a look-up is to give back for it. */
export type RouteEntry<T> = { readonly matches: readonly RouteMatch[]; readonly value: T };

/**
 * Compiles routes into a table. Of two entries with the same host, path and method the first one wins, so entries come
 * sorted by age, then by name.
 */
export function compileRouteTable<T>(entries: readonly RouteEntry<T>[]): RouteTable<T> {
  const found = entries.flatMap(({ matches, value }) => matches.map((match): Found<T> => ({ value, match })));
  const conditional = found.filter(({ match }) => match.conditional === true);
  return {
    plain: compileHosts(conditional.length === 0 ? found : found.filter(({ match }) => match.conditional !== true)),
    conditional: conditional.length === 0 ? undefined : compileHosts(conditional),
  };
}

/**
 * Finds the route of a request: the exact host, then wildcards, longest first, then routes for any host; in each of them
 * the exact path, then the longest prefix. What has no route for the path and method is passed over.
 *
 * @param host as in the request: any case, with or without port and trailing dot
 * @param path as in the request, without the query; bytes are compared, nothing is decoded
 */
export function findRoute<T>(table: RouteTable<T>, host: string, path: string, method: string): Found<T> | undefined {
  const found = findIn(table.plain, host, path, method);
  if (found !== undefined || table.conditional === undefined) return found;
  return findIn(table.conditional, host, path, method);
}

function compileHosts<T>(entries: readonly Found<T>[]): HostTable<T> {
  const exact = Map.groupBy(
    entries.filter(({ match }) => match.hostWildcard === 'None' && match.host !== ''),
    ({ match }) => match.host.toLowerCase(),
  );
  const wildcards = Map.groupBy(
    entries.filter(({ match }) => match.hostWildcard !== 'None'),
    ({ match }) => match.host.slice('*.'.length).toLowerCase(),
  );
  const any = entries.filter(({ match }) => match.hostWildcard === 'None' && match.host === '');
  return {
    exact: mapValues(exact, compilePaths),
    wildcards: mapValues(wildcards, compileWildcard),
    any: any.length === 0 ? undefined : compilePaths(any),
  };
}

function mapValues<T, U>(source: ReadonlyMap<string, T>, convert: (value: T) => U): ReadonlyMap<string, U> {
  return new Map([...source].map(([key, value]): [string, U] => [key, convert(value)]));
}

function compileWildcard<T>(entries: readonly Found<T>[]): WildcardPaths<T> {
  const far = entries.filter(({ match }) => match.hostWildcard === 'Any');
  return { near: compilePaths(entries), far: far.length === 0 ? undefined : compilePaths(far) };
}

function findIn<T>(hosts: HostTable<T>, host: string, path: string, method: string): Found<T> | undefined {
  const written = hosts.exact.get(host);
  const found = written === undefined ? undefined : findPath(written, path, method);
  if (found !== undefined) return found;
  const normal = normalHost(host);
  const paths = normal === host ? undefined : hosts.exact.get(normal);
  return (
    (paths === undefined ? undefined : findPath(paths, path, method)) ??
    findByWildcard(hosts, normal, path, method) ??
    (hosts.any === undefined ? undefined : findPath(hosts.any, path, method))
  );
}

function findByWildcard<T>(hosts: HostTable<T>, host: string, path: string, method: string): Found<T> | undefined {
  if (hosts.wildcards.size === 0) return undefined;
  const first = host.indexOf('.');
  if (first <= 0 || host.length > MAX_HOST_LENGTH) return undefined;
  for (let dot = first; dot !== -1; dot = host.indexOf('.', dot + 1)) {
    const wildcard = hosts.wildcards.get(host.slice(dot + 1));
    const paths = dot === first ? wildcard?.near : wildcard?.far;
    const found = paths === undefined ? undefined : findPath(paths, path, method);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Bytes of the longest host name: a longer one is none, and would make the walk over its dots long. */
const MAX_HOST_LENGTH = 253;

const UPPER = /[A-Z]+/g;

/** Lower case for ASCII only, without port and without the dot that names the root. */
function normalHost(host: string): string {
  const lower = host.replace(UPPER, (letters) => letters.toLowerCase());
  const colon = lower.lastIndexOf(':');
  const bracket = lower.lastIndexOf(']');
  const name = colon > bracket ? lower.slice(0, colon) : lower;
  return name.endsWith('.') ? name.slice(0, -1) : name;
}
