import type { z } from 'zod';
import type { Issue } from '../model/issue.ts';
import type { KubernetesObject } from '../model/kubernetes-object.ts';
import { appliedObject } from './applied-object.ts';
import type { renderFlags } from './command-flags.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { type Io, writePieces, writeText } from './io.ts';
import { jsonLists } from './json-stream.ts';
import { type JudgedInput, judgeInput, tellIssues } from './judged-input.ts';
import { issueDocument } from './lint-command.ts';
import { outputStyle } from './output-style.ts';
import { routeObjects } from './reconciled-objects.ts';
import { renderClusterObjects, renderObjects } from './rendered-manifests.ts';
import { type RouteDocument, routeDocument } from './route-document.ts';
import { formatRoutes } from './route-report.ts';
import { allIssues } from './workspace.ts';

type RenderFlags = z.infer<typeof renderFlags>;

/** Prints the reconciled manifests, or what became of each route. */
export async function runRender(io: Io, flags: RenderFlags): Promise<ExitCode> {
  const judged = await judgeInput(io, flags, 'render');
  const { workspace, reported } = judged;
  const issues = allIssues(workspace, judged.evaluation);
  switch (flags.output) {
    case 'yaml':
      await writePieces(io.stdout, objectPieces(judged));
      break;
    case 'json':
      await writePieces(io.stdout, jsonLists({ routes: routeDocuments(judged), issues: issues.map(issueDocument) }));
      break;
    case 'table':
      await writeText(io.stdout, formatRoutes(reported, outputStyle(io), workspace.scope.words));
  }
  const told = flags.output === 'table' ? issues.filter(isNotInTable) : issues;
  await tellIssues(io, told, flags);
  if (workspace.unreadable) {
    return EXIT.unusable;
  }
  return issues.some(({ severity }) => severity === 'error') ? EXIT.findings : EXIT.fine;
}

/** The input's own documents reconciled; of a cluster, the routes and what belongs to them. */
function objectPieces({ workspace, evaluation, reported }: JudgedInput): Iterable<string> {
  return workspace.manifests === undefined
    ? renderClusterObjects(reported)
    : renderObjects(workspace.manifests, evaluation);
}

function* routeDocuments({
  workspace,
  evaluation,
  reported,
}: JudgedInput): Generator<RouteDocument & { readonly objects: readonly unknown[] }> {
  const objects = routeObjects(evaluation);
  const shown = workspace.manifests === undefined ? appliedObject : (object: KubernetesObject) => object;
  for (const route of reported.routes) {
    yield { ...routeDocument(route), objects: objects(route).map(shown) };
  }
}

/** The table of routes says already what became of them. */
function isNotInTable({ severity, object }: Issue): boolean {
  return severity === 'error' || (object?.kind !== 'Ingress' && object?.kind !== 'HTTPRoute');
}
