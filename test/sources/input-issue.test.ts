import { describe, expect, test } from 'vitest';
import { inputIssue } from '../../src/sources/input-issue.ts';

describe('inputIssue', () => {
  test('an issue of a file is an error of no object, unless said otherwise', () => {
    const problem = { reason: 'FileUnreadable', source: 'a.yaml:3', message: 'no' } as const;
    expect(inputIssue(problem)).toEqual({ ...problem, severity: 'error', path: '' });
    expect(inputIssue({ ...problem, severity: 'info' }).severity).toBe('info');
  });
});
