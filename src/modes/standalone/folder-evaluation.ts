import { formatDiff } from '../../cli/manifest-diff.ts';
import { type RenderedFile, renderManifests } from '../../cli/rendered-manifests.ts';
import { routeDocument } from '../../cli/route-document.ts';
import { formatRoutes } from '../../cli/route-report.ts';
import { allIssues, evaluateWorkspace, type FileWorkspace, loadWorkspace } from '../../cli/workspace.ts';
import { writeManifests } from '../../cli/written-manifests.ts';
import type { Evaluation } from '../../evaluate.ts';
import { exceptionSpan } from '../../model/cors-exception.ts';
import type { Issue } from '../../model/issue.ts';
import type { StateProblem } from '../../responder/state-health.ts';
import type { EvaluationResult, EvaluationTask, GoodState, GrantExpiry } from './evaluation-task.ts';
import { exampleRequests } from './example-requests.ts';
import { errorKeys, inputErrors } from './input-errors.ts';
import { packRouting } from './routing-pack.ts';

/**
 * Reads the folders and evaluates them. Without objects because nothing could be read, or with errors that what is served
 * does not have, the input is wrong; a first state takes errors, whose policies grant nothing.
 *
 * @param now milliseconds since 1970
 */
export async function evaluateFolders(task: EvaluationTask, now: number): Promise<EvaluationResult> {
  const workspace = await loadWorkspace({
    paths: task.paths,
    defaultNamespace: task.defaultNamespace,
    settings: task.settings,
    responderDefault: 'Standalone',
  });
  const evaluation = evaluateWorkspace(workspace, now);
  const issues = allIssues(workspace, evaluation);
  const errors = inputErrors(issues);
  const wrong = wrongErrors(task, workspace, errors);
  return wrong.length > 0
    ? { kind: 'Wrong', problems: wrong.map(stateProblem) }
    : goodState({ task, workspace, evaluation, issues, errors, now });
}

function wrongErrors(task: EvaluationTask, workspace: FileWorkspace, errors: readonly Issue[]): readonly Issue[] {
  if (task.knownErrors === undefined) {
    return workspace.unreadable && workspace.manifests.objects.length === 0 ? errors : [];
  }
  const known = new Set(task.knownErrors);
  return errorKeys(errors).every((key) => known.has(key)) ? [] : errors;
}

function stateProblem({ source, reason, message }: Issue): StateProblem {
  return { source: source ?? '', reason, message };
}

type Evaluated = {
  readonly task: EvaluationTask;
  readonly workspace: FileWorkspace;
  readonly evaluation: Evaluation;
  readonly issues: readonly Issue[];
  readonly errors: readonly Issue[];
  readonly now: number;
};

async function goodState({ task, workspace, evaluation, issues, errors, now }: Evaluated): Promise<GoodState> {
  const rendered = renderManifests(workspace.manifests, evaluation);
  return {
    kind: 'Good',
    routing: packRouting(evaluation),
    documents: {
      routes: jsonDocument({ routes: evaluation.routes.map(routeDocument) }),
      issues: jsonDocument({ issues }),
    },
    report: {
      routes: formatRoutes(evaluation, task.style),
      diff: formatDiff(rendered, task.style),
      routeCount: evaluation.routes.length,
    },
    problems: errors.map(stateProblem),
    errors: errorKeys(errors),
    examples: exampleRequests(evaluation),
    expiries: expiriesOf(workspace, now),
    output: await writeOutput(task.output, rendered),
  };
}

function jsonDocument(value: unknown): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(value)}\n`);
}

async function writeOutput(
  directory: string | undefined,
  files: readonly RenderedFile[],
): Promise<GoodState['output']> {
  if (directory === undefined) {
    return { written: 0, problem: undefined };
  }
  try {
    return { written: (await writeManifests(directory, files)).length, problem: undefined };
  } catch (error) {
    return { written: 0, problem: error instanceof Error ? error.message : String(error) };
  }
}

function expiriesOf({ snapshot: { exceptions } }: FileWorkspace, now: number): readonly GrantExpiry[] {
  const changes = exceptions.flatMap(({ spec }): readonly GrantExpiry[] => {
    if (spec === undefined) return [];
    const { begin, end } = exceptionSpan(spec);
    const policies = spec.policyRefs.map(({ namespace, name }) => `CorsPolicy ${namespace}/${name}`);
    return [
      { at: begin, policies: [] },
      { at: end, policies },
    ];
  });
  return changes.filter(({ at }) => at > now).sort((left, right) => left.at - right.at);
}
