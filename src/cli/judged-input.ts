import type { ClusterFlags } from '../config.ts';
import type { Evaluation } from '../evaluate.ts';
import type { Issue, Severity } from '../model/issue.ts';
import { UsageError } from './exit-code.ts';
import { type Io, writeText } from './io.ts';
import { formatIssues } from './issue-report.ts';
import { outputStyle } from './output-style.ts';
import { createProgress, type Progress } from './progress.ts';
import { reportedRoutes } from './report-scope.ts';
import { type DialectFlags, settingsFlags } from './settings-flags.ts';
import { evaluateWorkspace, type FileWorkspace, loadWorkspace, type Workspace } from './workspace.ts';

/** Flags that every command with an input has. */
export type InputFlags = DialectFlags &
  Partial<ClusterFlags> & {
    /** Empty: a cluster is read. */
    readonly filename: readonly string[];
    readonly namespace?: string | undefined;
    readonly allNamespaces: boolean;
    readonly operatorNamespace?: string | undefined;
    readonly logLevel: 'error' | 'warn' | 'info' | 'debug';
    readonly logFormat: 'text' | 'json';
  };

/** Input that was read, and everything that was decided about it. */
export type JudgedInput = {
  readonly workspace: Workspace;
  /** Of all that was read. */
  readonly evaluation: Evaluation;
  /** The same with the routes that reports show. */
  readonly reported: Evaluation;
  /** When it was decided, in milliseconds since 1970. */
  readonly now: number;
};

/**
 * Reads and evaluates what the flags name, with progress on a terminal.
 *
 * @param command its name, for the server's logs
 */
export async function judgeInput(io: Io, flags: InputFlags, command: string): Promise<JudgedInput> {
  const progress = createProgress(io);
  try {
    const workspace =
      flags.filename.length > 0
        ? await readFiles(io, flags, progress)
        : await readCluster(io, flags, { command, progress });
    progress.show('deciding');
    return judge(workspace);
  } finally {
    progress.end();
  }
}

/** Decides everything about a workspace, now. */
export function judge(workspace: Workspace): JudgedInput {
  const now = Date.now();
  const evaluation = evaluateWorkspace(workspace, now);
  return { workspace, evaluation, reported: reportedRoutes(evaluation, workspace.scope), now };
}

/** Reads the files that flags name. */
export function readFiles(io: Io, flags: InputFlags, progress: Progress): Promise<FileWorkspace> {
  return loadWorkspace({
    paths: flags.filename,
    defaultNamespace: flags.namespace,
    operatorNamespace: flags.operatorNamespace,
    settings: settingsFlags(flags),
    responderDefault: 'Disabled',
    stdin: io.stdin,
    progress: (objects) => progress.show(`${objects} objects read`),
  });
}

/** Loaded only where a cluster is read: its client is much code. */
async function readCluster(
  io: Io,
  flags: InputFlags,
  { command, progress }: { readonly command: string; readonly progress: Progress },
): Promise<Workspace> {
  const { findCluster, withCluster } = await import('./cluster-connection.ts');
  const { readClusterWorkspace } = await import('./cluster-workspace.ts');
  const access = await findCluster(io, flags);
  if (access === undefined) {
    throw new UsageError(NOTHING_TO_READ);
  }
  return withCluster(access, command, (cluster) => readClusterWorkspace(cluster, flags, progress));
}

const NOTHING_TO_READ =
  '-f, --filename or CORS_OPERATOR_FILENAME: name the input: a file, a folder, or - for standard input; there is no kubeconfig either that would name a cluster (--kubeconfig, KUBECONFIG, ~/.kube/config)';

/** Issues that are told one by one on standard error; `lint` lists them all. */
const MAX_TOLD = 20;

const levels: Readonly<Record<InputFlags['logLevel'], readonly Severity[]>> = {
  error: ['error'],
  warn: ['error', 'warning'],
  info: ['error', 'warning', 'info'],
  debug: ['error', 'warning', 'info'],
};

/** Tells issues beside a result, on standard error. */
export async function tellIssues(
  io: Io,
  issues: readonly Issue[],
  { logLevel, logFormat }: Pick<InputFlags, 'logLevel' | 'logFormat'>,
): Promise<void> {
  const told = issues.filter(({ severity }) => levels[logLevel].includes(severity));
  if (logFormat === 'json') {
    await writeText(io.stderr, told.map((issue) => `${JSON.stringify(issue)}\n`).join(''));
    return;
  }
  const more = told.length > MAX_TOLD ? `\n${told.length - MAX_TOLD} more: lint lists them all\n` : '';
  const lead = io.isTerminal && told.length > 0 ? '\n' : '';
  await writeText(io.stderr, lead + formatIssues(told.slice(0, MAX_TOLD), outputStyle(io)) + more);
}
