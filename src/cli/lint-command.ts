import type { z } from 'zod';
import type { Issue, Severity } from '../model/issue.ts';
import type { lintFlags } from './command-flags.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { githubReport } from './github-report.ts';
import { type Io, writePieces } from './io.ts';
import { formatIssueCounts, formatIssues } from './issue-report.ts';
import { jsonLists } from './json-stream.ts';
import { judgeInput, tellIssues } from './judged-input.ts';
import { type OutputStyle, outputStyle } from './output-style.ts';
import { sarifReport } from './sarif-report.ts';
import { allIssues } from './workspace.ts';
import { createYamlPrinter } from './yaml-text.ts';

type LintFlags = z.infer<typeof lintFlags>;

/** Lists every issue of the input, or of a namespace of a cluster. */
export async function runLint(io: Io, flags: LintFlags): Promise<ExitCode> {
  const { workspace, evaluation } = await judgeInput(io, flags, 'lint');
  const all = allIssues(workspace, evaluation);
  const issues = all.filter((issue) => !isMissingByChoice(issue));
  await writePieces(io.stdout, formatLint(issues, flags.output, outputStyle(io)));
  await tellIssues(io, all.filter(isMissingByChoice), flags);
  if (workspace.unreadable) {
    return EXIT.unusable;
  }
  return issues.some(({ severity }) => gravity[severity] >= gravity[flags.failOn]) ? EXIT.findings : EXIT.fine;
}

/** A kind that the cluster does without is nobody's mistake. */
function isMissingByChoice({ severity, reason }: Issue): boolean {
  return severity === 'info' && reason === 'KindMissing';
}

const gravity: Readonly<Record<Severity, number>> = { info: 0, warning: 1, error: 2 };

function formatLint(issues: readonly Issue[], format: LintFlags['output'], style: OutputStyle): Iterable<string> {
  switch (format) {
    case 'json':
      return jsonLists({ issues: issues.map(issueDocument) });
    case 'yaml':
      return [createYamlPrinter()({ issues: issues.map(issueDocument) })];
    case 'sarif':
      return [sarifReport(issues)];
    case 'github':
      return [githubReport(issues)];
    case 'table':
      return [`${formatIssues(issues, style)}${issues.length === 0 ? '' : '\n'}${formatIssueCounts(issues, style)}`];
  }
}

/** An issue as reports show it: a stable contract, its fields in this order. */
export function issueDocument(issue: Issue): Issue {
  const { severity, reason, path, message, suggestion, witness, object, source } = issue;
  return {
    severity,
    reason,
    path,
    message,
    ...(suggestion === undefined ? {} : { suggestion }),
    ...(witness === undefined ? {} : { witness }),
    ...(object === undefined ? {} : { object }),
    ...(source === undefined ? {} : { source }),
  };
}
