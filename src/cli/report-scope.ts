import type { Evaluation } from '../evaluate.ts';

/** What reports are about. */
export type ReportScope = {
  /** For messages: `the input`, `namespace shop`, `the cluster`. */
  readonly words: string;
  /** Whether what belongs to a namespace is shown; undefined: what belongs to none. */
  readonly shows: (namespace: string | undefined) => boolean;
};

/** All of what was read from files. */
export const wholeInput: ReportScope = { words: 'the input', shows: () => true };

/** One namespace of a cluster, or all of it. */
export function clusterScope(namespace: string | undefined): ReportScope {
  return namespace === undefined
    ? { words: 'the cluster', shows: () => true }
    : { words: `namespace ${namespace}`, shows: (each) => each === namespace };
}

/** An evaluation with the routes that reports show; everything was evaluated all the same. */
export function reportedRoutes(evaluation: Evaluation, scope: ReportScope): Evaluation {
  const routes = evaluation.routes.filter(({ resolution }) => scope.shows(resolution.route.target.namespace));
  return routes.length === evaluation.routes.length ? evaluation : { ...evaluation, routes };
}
