import { readFileSync } from 'node:fs';

/** The part of vitest's JSON report that is counted. */
export type TestReport = {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly testResults: readonly TestFile[];
};

/** One file of a report: `failed` without a failed assertion means that it could not even be loaded. */
export type TestFile = { readonly status: string; readonly assertionResults: readonly { readonly status: string }[] };

/** How the runners ended: exit codes, 0 for success. */
export type ExitCodes = { readonly test: number; readonly check: number };

/** The closing line of a run and whether the change may land. */
export type Verdict = { readonly line: string; readonly passed: boolean };

/**
 * Adds up what ran. A file that does not load, a runner that failed without a failed test, a failed check and a run
 * without a single passed test each count as one failure, so that no red run can close on "0 failed".
 *
 * @param report undefined when vitest wrote none
 */
export function decideVerdict(report: TestReport | undefined, codes: ExitCodes): Verdict {
  const passed = report?.numPassedTests ?? 0;
  const skipped = (report?.numPendingTests ?? 0) + (report?.numTodoTests ?? 0);
  const failures = (report?.numFailedTests ?? 0) + unloadedFiles(report);
  const testsFailed = failures === 0 && (codes.test !== 0 || passed === 0) ? 1 : failures;
  const failed = testsFailed + (codes.check === 0 ? 0 : 1);
  const line = `${passed} passed, ${failed} failed${skipped === 0 ? '' : `, ${skipped} skipped`}`;
  return { line, passed: failed === 0 };
}

function unloadedFiles(report: TestReport | undefined): number {
  const files = report?.testResults ?? [];
  return files.filter((file) => file.status === 'failed' && file.assertionResults.every(isNotFailed)).length;
}

function isNotFailed(assertion: { readonly status: string }): boolean {
  return assertion.status !== 'failed';
}

function readReport(path: string): TestReport | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    console.error(`no test report: ${error}`);
    return undefined;
  }
}

if (import.meta.main) {
  const [path = '', test = '1', check = '1'] = process.argv.slice(2);
  const verdict = decideVerdict(readReport(path), { test: Number(test), check: Number(check) });
  console.log(verdict.line);
  process.exitCode = verdict.passed ? 0 : 1;
}
