import type { Evaluation } from '../evaluate.ts';
import type { Issue, Severity } from '../model/issue.ts';
import { type Io, writeText } from './io.ts';
import { formatIssues } from './issue-report.ts';
import { outputStyle } from './output-style.ts';
import { createProgress } from './progress.ts';
import { type DialectFlags, settingsFlags } from './settings-flags.ts';
import { evaluateWorkspace, loadWorkspace, type Workspace } from './workspace.ts';

/** Flags that every command with an input has. */
export type InputFlags = DialectFlags & {
  readonly filename: readonly string[];
  readonly namespace?: string | undefined;
  readonly logLevel: 'error' | 'warn' | 'info' | 'debug';
  readonly logFormat: 'text' | 'json';
};

/** Input that was read, and everything that was decided about it. */
export type JudgedInput = { readonly workspace: Workspace; readonly evaluation: Evaluation };

/** Reads and evaluates what the flags name, with progress on a terminal. */
export async function judgeInput(io: Io, flags: InputFlags): Promise<JudgedInput> {
  const progress = createProgress(io);
  try {
    const workspace = await loadWorkspace({
      paths: flags.filename,
      defaultNamespace: flags.namespace,
      settings: settingsFlags(flags),
      responderDefault: 'Disabled',
      stdin: io.stdin,
      progress: (objects) => progress.show(`${objects} objects read`),
    });
    progress.show('deciding');
    return { workspace, evaluation: evaluateWorkspace(workspace, Date.now()) };
  } finally {
    progress.end();
  }
}

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
