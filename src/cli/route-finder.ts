import type { Evaluation, RouteEvaluation } from '../evaluate.ts';
import { compileRouteTable, findRoute } from '../resolve/route-table.ts';
import { sortBySeniority } from '../resolve/seniority.ts';
import type { AnsweringRoutes } from './prediction.ts';

/** What leads to a route. */
export type Address = { readonly host: string; readonly path: string; readonly method: string };

/** Finds the routes that answer a request and its preflight. */
export type RouteFinder = (address: Address) => AnsweringRoutes;

/** Makes a finder: of two routes for the same host and path, the older one answers. */
export function createRouteFinder(evaluation: Evaluation): RouteFinder {
  const oldestFirst = sortBySeniority(evaluation.routes, ({ resolution: { route } }) => ({
    namespace: route.target.namespace,
    name: route.target.name,
    creationTimestamp: route.object.metadata.creationTimestamp,
  }));
  const table = compileRouteTable(oldestFirst.map((value) => ({ matches: value.resolution.route.matches, value })));
  return ({ host, path, method }) => {
    const answering = (asked: string): RouteEvaluation | undefined =>
      findRoute(table, host, withoutQuery(path), asked)?.value;
    return { preflight: answering('OPTIONS'), actual: answering(method) };
  };
}

function withoutQuery(path: string): string {
  return path.replace(/[?#].*$/s, '');
}
