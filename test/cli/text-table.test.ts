import { describe, expect, test } from 'vitest';
import { formatIssues } from '../../src/cli/issue-report.ts';
import { jsonLists } from '../../src/cli/json-stream.ts';
import { visible } from '../../src/cli/output-style.ts';
import { sortBySource } from '../../src/cli/source-order.ts';
import { formatTable } from '../../src/cli/text-table.ts';
import type { Issue } from '../../src/model/issue.ts';

describe('formatTable', () => {
  const rows = [
    ['a', 'long value', 'Reason: because of this and that'],
    ['longer name', 'b', ''],
  ];

  test('columns are as wide as what they hold, and nothing is wrapped', () => {
    expect(formatTable(['name', 'value', 'why'], rows, { color: false })).toBe(
      'NAME         VALUE       WHY\na            long value  Reason: because of this and that\nlonger name  b\n',
    );
  });

  test('only the last column is cut, from its end', () => {
    const lines = formatTable(['name', 'value', 'why'], rows, { color: false, columns: 50 }).split('\n');
    expect(lines[1]).toBe('a            long value  Reason: because of this…');
  });
});

describe('formatIssues', () => {
  const issue: Issue = {
    severity: 'error',
    reason: 'OriginWildcard',
    path: 'spec.allowOrigins[0]',
    message: 'a star stands for whole labels',
    suggestion: 'https://*.example.com',
    witness: 'https://evil-example.com',
    object: { kind: 'CorsPolicy', namespace: 'shop', name: 'web' },
    source: 'a.yaml:12',
  };

  test('file and object above, then line, severity, reason, and what helps below', () => {
    const warning: Issue = {
      ...issue,
      severity: 'warning',
      reason: 'Regex',
      path: '',
      message: 'no',
      source: 'a.yaml:7',
    };
    const { suggestion: _, witness: __, ...plain } = warning;
    expect(formatIssues([plain, issue], { color: false })).toBe(
      [
        'a.yaml  CorsPolicy shop/web',
        '   7  warning  Regex           no',
        '  12  error    OriginWildcard  spec.allowOrigins[0]: a star stands for whole labels',
        '                               write https://*.example.com',
        '                               lets in https://evil-example.com',
        '',
      ].join('\n'),
    );
  });

  test('no issues are no text', () => {
    expect(formatIssues([], { color: false })).toBe('');
  });

  test('sorted by file and line as a number, those without a source last', () => {
    const places = ['b.yaml:2', undefined, 'a.yaml:10', 'a.yaml:9', 'a.yaml'];
    const issues = places.map(
      (source): Issue => ({
        severity: 'error',
        reason: 'YamlSyntax',
        path: '',
        message: '',
        ...(source === undefined ? {} : { source }),
      }),
    );
    expect(sortBySource(issues).map(({ source }) => source)).toEqual([
      'a.yaml',
      'a.yaml:9',
      'a.yaml:10',
      'b.yaml:2',
      undefined,
    ]);
  });
});

describe('visible', () => {
  test.each([
    { name: 'text stays', text: 'Grüße, 日本 🙂', expected: 'Grüße, 日本 🙂' },
    { name: 'controls', text: 'a\u0000\u001b\u007f\u009bz', expected: 'a\\u{0}\\u{1b}\\u{7f}\\u{9b}z' },
    { name: 'marks that reorder', text: 'a\u202e\u2066b', expected: 'a\\u{202e}\\u{2066}b' },
  ])('$name', ({ text, expected }) => {
    expect(visible(text)).toBe(expected);
  });
});

describe('jsonLists', () => {
  test.each([
    { name: 'nothing', value: {} },
    { name: 'an empty list', value: { a: [] } },
    { name: 'lists with lines in texts', value: { a: [{ b: 'x\ny', c: [1, { d: [] }] }, 'z'], e: [], f: [null] } },
  ])('prints as JSON.stringify does: $name', ({ value }) => {
    expect([...jsonLists(value)].join('')).toBe(`${JSON.stringify(value, null, 2)}\n`);
  });
});
