import type { z } from 'zod';
import type { ClusterAccess } from '../kube/cluster-access.ts';
import type { Issue } from '../model/issue.ts';
import { assembleSnapshot } from '../model/snapshot-assembly.ts';
import type { Manifests } from '../sources/manifests.ts';
import { findCluster, needCluster, withCluster } from './cluster-connection.ts';
import { type ClusterWorkspace, readClusterWorkspace } from './cluster-workspace.ts';
import type { diffFlags } from './command-flags.ts';
import { type DiffDocument, diffDocument } from './diff-document.ts';
import { formatDifferences } from './diff-report.ts';
import { formatDocument } from './document-format.ts';
import { EXIT, type ExitCode, UsageError } from './exit-code.ts';
import { createFileOutlook } from './file-outlook.ts';
import { type Io, writeText } from './io.ts';
import { type JudgedInput, judge, readFiles, tellIssues } from './judged-input.ts';
import { targetRefOf, targetWords } from './object-words.ts';
import { outputStyle } from './output-style.ts';
import { createProgress, type Progress } from './progress.ts';
import { proposeObjects } from './proposed-objects.ts';
import { clusterScope } from './report-scope.ts';
import { type Blocked, type OutlookSides, outlookSides, type RouteSide, withDecisions } from './route-sides.ts';
import { createOutlook } from './target-outlook.ts';
import { relevantIssues, type Workspace } from './workspace.ts';

type DiffFlags = z.infer<typeof diffFlags>;

/** Says what would change for routes, and for whom. */
export async function runDiff(io: Io, flags: DiffFlags): Promise<ExitCode> {
  const progress = createProgress(io);
  const comparison = await compare(io, flags, progress).finally(() => progress.end());
  const document = diffDocument(comparison.before, comparison.after, comparison.blocked.length);
  await writeText(
    io.stdout,
    formatDocument(document, flags.output, () => formatDifferences(document, outputStyle(io))),
  );
  await tellBlocked(io, comparison.blocked, flags);
  await tellIssues(io, issuesOf(comparison, document), flags);
  if (comparison.inputs.some(({ workspace }) => workspace.unreadable)) {
    return EXIT.unusable;
  }
  return document.routes.length === 0 ? EXIT.fine : EXIT.findings;
}

/** Two sides, and everything that was read for them. */
type Comparison = {
  readonly before: readonly RouteSide[];
  readonly after: readonly RouteSide[];
  readonly blocked: readonly Blocked[];
  /** The last one is the side that is new. */
  readonly inputs: readonly JudgedInput[];
};

async function compare(io: Io, flags: DiffFlags, progress: Progress): Promise<Comparison> {
  if (flags.to.length > 0) {
    return compareFiles(io, flags, progress);
  }
  if (flags.filename.length === 0) {
    return compareCluster(await needCluster(io, flags), flags, progress);
  }
  const access = await findCluster(io, flags);
  return access === undefined
    ? compareReconciled(io, flags, progress)
    : compareProposal(io, flags, { access, progress });
}

/** Two inputs, as decided for each. */
async function compareFiles(io: Io, flags: DiffFlags, progress: Progress): Promise<Comparison> {
  if (flags.filename.length === 0) {
    throw new UsageError('--to needs -f beside it, which names what it is compared with');
  }
  if (flags.filename.includes('-') && flags.to.includes('-')) {
    throw new UsageError('standard input can be read once only: name a file or folder for -f or --to');
  }
  const before = judge(await readFiles(io, flags, progress));
  const after = judge(await readFiles(io, { ...flags, filename: flags.to }, progress));
  return {
    before: withDecisions(fileSides(before).decided),
    after: withDecisions(fileSides(after).decided),
    blocked: [],
    inputs: [before, after],
  };
}

/** An input without a cluster: as it stands, and as it would be stored. */
async function compareReconciled(io: Io, flags: DiffFlags, progress: Progress): Promise<Comparison> {
  const input = judge(await readFiles(io, flags, progress));
  progress.end();
  await writeText(io.stderr, 'no cluster is known: the input is compared with what render would make of it\n');
  const { standing, decided, blocked } = fileSides(input);
  return { before: standing, after: decided, blocked, inputs: [input] };
}

function fileSides({ workspace, evaluation }: JudgedInput): OutlookSides {
  return outlookSides(workspace.snapshot, evaluation, createFileOutlook(workspace.snapshot));
}

/** A cluster as it stands, and as the controller would leave it. */
function compareCluster(access: ClusterAccess, flags: DiffFlags, progress: Progress): Promise<Comparison> {
  return withCluster(access, 'diff', async (cluster) => {
    const input = judge(await readClusterWorkspace(cluster, flags, progress));
    const { standing, decided, blocked } = clusterSides(input, flags);
    return { before: standing, after: decided, blocked, inputs: [input] };
  });
}

type Place = { readonly access: ClusterAccess; readonly progress: Progress };

/** A cluster as the controller would leave it, and the same with proposed objects. All namespaces count: a guardrail reaches far. */
function compareProposal(io: Io, flags: DiffFlags, { access, progress }: Place): Promise<Comparison> {
  return withCluster(access, 'diff', async (cluster) => {
    const defaultNamespace = flags.namespace ?? cluster.namespace;
    const proposal = await readFiles(io, { ...flags, namespace: defaultNamespace }, progress);
    const standing = await readClusterWorkspace(cluster, { ...flags, allNamespaces: true }, progress);
    const before = judge(standing);
    const after = judge(proposedWorkspace(standing, proposal));
    const sides = { before: clusterSides(before, flags), after: clusterSides(after, flags) };
    return {
      before: withDecisions(sides.before.decided),
      after: withDecisions(sides.after.decided),
      blocked: sides.after.blocked,
      inputs: [before, after],
    };
  });
}

function proposedWorkspace(
  standing: ClusterWorkspace,
  { manifests, issues, unreadable }: Workspace & { readonly manifests: Manifests },
): Workspace {
  const objects = proposeObjects(
    standing.kinds.flatMap((kind) => kind.objects),
    manifests.objects.map(({ object }) => object),
    new Date().toISOString(),
  );
  const { missingKinds } = standing.snapshot;
  return {
    manifests,
    settings: standing.settings,
    snapshot: { ...assembleSnapshot(objects, standing.settings), missingKinds },
    issues,
    unreadable: unreadable || standing.unreadable,
    scope: clusterScope(undefined),
  };
}

function clusterSides({ workspace, reported }: JudgedInput, { instance }: DiffFlags): OutlookSides {
  const knowledge = workspace.unreadable ? 'Unknown' : 'Known';
  return outlookSides(workspace.snapshot, reported, createOutlook(workspace.snapshot, { instance, knowledge }));
}

/** What is wrong with the input, with routes that change, and with what governs them. */
function issuesOf({ inputs }: Comparison, { routes }: DiffDocument): readonly Issue[] {
  const after = inputs.at(-1);
  const others = inputs.slice(0, -1).flatMap(({ workspace }) => workspace.issues);
  if (after === undefined) {
    return others;
  }
  const changed = new Set(routes.map(({ target }) => targetWords(target)));
  const concerned = after.reported.routes.filter(({ resolution }) => changed.has(targetWords(resolution.route.target)));
  return [...others, ...relevantIssues(after.workspace, after.evaluation, concerned)].filter(isNotInDocument);
}

/** What a route loses stands in the document. */
function isNotInDocument({ severity, object }: Issue): boolean {
  return severity === 'error' || (object?.kind !== 'Ingress' && object?.kind !== 'HTTPRoute');
}

async function tellBlocked(
  io: Io,
  blocked: readonly Blocked[],
  { logLevel, logFormat }: Pick<DiffFlags, 'logLevel' | 'logFormat'>,
): Promise<void> {
  if (logLevel === 'error') {
    return;
  }
  for (const { target, problem } of blocked) {
    const { reason, message } = problem;
    const line =
      logFormat === 'json'
        ? JSON.stringify({ severity: 'warning', reason, message, object: targetRefOf(target) })
        : `warning: ${targetWords(target)} would be left as it is: ${reason}: ${message}`;
    await writeText(io.stderr, `${line}\n`);
  }
}
