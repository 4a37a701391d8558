import type { z } from 'zod';
import type { Issue } from '../model/issue.ts';
import type { renderFlags } from './command-flags.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { type Io, writePieces, writeText } from './io.ts';
import { jsonLists } from './json-stream.ts';
import { type JudgedInput, judgeInput, tellIssues } from './judged-input.ts';
import { issueDocument } from './lint-command.ts';
import { outputStyle } from './output-style.ts';
import { routeObjects } from './reconciled-objects.ts';
import { renderObjects } from './rendered-manifests.ts';
import { type RouteDocument, routeDocument } from './route-document.ts';
import { formatRoutes } from './route-report.ts';
import { allIssues } from './workspace.ts';

type RenderFlags = z.infer<typeof renderFlags>;

/** Prints the reconciled manifests, or what became of each route. */
export async function runRender(io: Io, flags: RenderFlags): Promise<ExitCode> {
  const judged = await judgeInput(io, flags);
  const issues = allIssues(judged.workspace, judged.evaluation);
  switch (flags.output) {
    case 'yaml':
      await writePieces(io.stdout, renderObjects(judged.workspace.manifests, judged.evaluation));
      break;
    case 'json':
      await writePieces(io.stdout, jsonLists({ routes: routeDocuments(judged), issues: issues.map(issueDocument) }));
      break;
    case 'table':
      await writeText(io.stdout, formatRoutes(judged.evaluation, outputStyle(io)));
  }
  const told = flags.output === 'table' ? issues.filter(isNotInTable) : issues;
  await tellIssues(io, told, flags);
  if (judged.workspace.unreadable) {
    return EXIT.unusable;
  }
  return issues.some(({ severity }) => severity === 'error') ? EXIT.findings : EXIT.fine;
}

function* routeDocuments({
  evaluation,
}: JudgedInput): Generator<RouteDocument & { readonly objects: readonly unknown[] }> {
  const objects = routeObjects(evaluation);
  for (const route of evaluation.routes) {
    yield { ...routeDocument(route), objects: objects(route) };
  }
}

/** The table of routes says already what became of them. */
function isNotInTable({ severity, object }: Issue): boolean {
  return severity === 'error' || (object?.kind !== 'Ingress' && object?.kind !== 'HTTPRoute');
}
