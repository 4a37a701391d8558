import { describe, expect, test } from 'vitest';
import { decideVerdict, type TestFile, type TestReport } from '../../scripts/test-verdict.ts';

const fine = { test: 0, check: 0 };

function report(counts: Partial<TestReport>): TestReport {
  return { numPassedTests: 3, numFailedTests: 0, numPendingTests: 0, numTodoTests: 0, testResults: [], ...counts };
}

function file(status: string, ...assertions: readonly string[]): TestFile {
  return { status, assertionResults: assertions.map((assertion) => ({ status: assertion })) };
}

describe('decideVerdict', () => {
  const rows = [
    { name: 'all passed', report: report({}), codes: fine, line: '3 passed, 0 failed', passed: true },
    {
      name: 'skipped and planned tests are said',
      report: report({ numPendingTests: 1, numTodoTests: 1 }),
      codes: fine,
      line: '3 passed, 0 failed, 2 skipped',
      passed: true,
    },
    {
      name: 'a failed test counts once, not again for its file or its runner',
      report: report({ numFailedTests: 1, testResults: [file('failed', 'passed', 'failed')] }),
      codes: { test: 1, check: 0 },
      line: '3 passed, 1 failed',
      passed: false,
    },
    {
      name: 'a file that does not load is a failure',
      report: report({ testResults: [file('failed'), file('passed', 'passed')] }),
      codes: { test: 1, check: 0 },
      line: '3 passed, 1 failed',
      passed: false,
    },
    {
      name: 'a runner that fails without a failed test is a failure',
      report: report({}),
      codes: { test: 1, check: 0 },
      line: '3 passed, 1 failed',
      passed: false,
    },
    {
      name: 'a failed check is a failure',
      report: report({}),
      codes: { test: 0, check: 1 },
      line: '3 passed, 1 failed',
      passed: false,
    },
    {
      name: 'a run without a passed test is a failure',
      report: report({ numPassedTests: 0, numPendingTests: 2 }),
      codes: fine,
      line: '0 passed, 1 failed, 2 skipped',
      passed: false,
    },
    { name: 'no report is a failure', report: undefined, codes: fine, line: '0 passed, 1 failed', passed: false },
  ] as const;

  test.each(rows)('$name', (row) => {
    expect(decideVerdict(row.report, row.codes)).toEqual({ line: row.line, passed: row.passed });
  });
});
