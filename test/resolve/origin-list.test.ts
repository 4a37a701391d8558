import { describe, expect, test } from 'vitest';
import { type OriginListContext, REPORTED_LINES, readOriginList } from '../../src/resolve/origin-list.ts';

const plain: OriginListContext = { allowCredentials: false, wildcardDepth: 'Any', role: 'Grant' };

describe('readOriginList', () => {
  test('one entry a line, with the number of its line', () => {
    const list = readOriginList('https://a.example\nhttps://*.b.example:8443\nhttps://c.example', plain);
    expect(list.exact).toEqual(['https://a.example', 'https://c.example']);
    expect(list.exactLines).toEqual([1, 3]);
    expect(list.wildcards).toEqual([{ scheme: 'https', base: 'b.example', port: '8443', depth: 'Any' }]);
    expect(list.wildcardLines).toEqual([2]);
  });

  test.each([
    { name: 'a comment line', text: '# all of them\nhttps://a.example', lines: [2] },
    { name: 'a comment after spaces', text: '   # all\nhttps://a.example', lines: [2] },
    { name: 'a comment behind an entry', text: 'https://a.example # main', lines: [1] },
    { name: 'blank lines', text: '\n \n\t\nhttps://a.example\n\n', lines: [4] },
    { name: 'spaces round an entry', text: '  https://a.example\t', lines: [1] },
    { name: 'lines that end in CR LF', text: '\r\nhttps://a.example\r\n', lines: [2] },
    { name: 'no newline at the end', text: 'https://a.example', lines: [1] },
    { name: 'a byte order mark', text: '\uFEFFhttps://a.example', lines: [1] },
  ])('$name', ({ text, lines }) => {
    const list = readOriginList(text, plain);
    expect(list.exact).toEqual(['https://a.example']);
    expect(list.exactLines).toEqual(lines);
    expect(list.skipped).toBe(0);
  });

  test.each(['', '\n', '# nothing', '   '])('%j holds no entry and no problem', (text) => {
    const { exact, wildcards, anyLines, problems } = readOriginList(text, plain);
    expect([...exact, ...wildcards, ...anyLines, ...problems]).toEqual([]);
  });

  test('a # inside an entry is part of it, and no origin', () => {
    const list = readOriginList('https://a.example#x', plain);
    expect(list.exact).toEqual([]);
    expect(list.problems).toMatchObject([{ line: 1, issue: { severity: 'error', reason: 'OriginFragment' } }]);
  });

  test('a bad line is skipped and reported with its number, the rest is kept', () => {
    const list = readOriginList('https://a.example\nhttps://b.example/\nnull\nhttps://c.example', plain);
    expect(list.exact).toEqual(['https://a.example', 'https://c.example']);
    expect(list.problems.map(({ line, issue }) => [line, issue.reason])).toEqual([
      [2, 'OriginTrailingSlash'],
      [3, 'OriginNull'],
    ]);
    expect(list.skipped).toBe(2);
  });

  test('a line with a warning is kept', () => {
    const list = readOriginList('https://*.github.io', plain);
    expect(list.wildcards).toHaveLength(1);
    expect(list.problems).toMatchObject([{ line: 1, issue: { severity: 'warning' } }]);
    expect(list.skipped).toBe(0);
  });

  test('what is only a warning without credentials is skipped with them', () => {
    const list = readOriginList('https://*.github.io\nhttp://a.example', { ...plain, allowCredentials: true });
    expect(list.wildcards).toEqual([]);
    expect(list.exact).toEqual([]);
    expect(list.skipped).toBe(2);
  });

  test('* means any origin, and nothing with credentials', () => {
    expect(readOriginList('https://a.example\n*', plain).anyLines).toEqual([2]);
    const list = readOriginList('https://a.example\n*', { ...plain, allowCredentials: true });
    expect(list.anyLines).toEqual([]);
    expect(list.exact).toEqual(['https://a.example']);
    expect(list.problems).toMatchObject([{ line: 2, issue: { reason: 'OriginWildcardCredentials' } }]);
  });

  test('the depth of wildcards comes from the policy', () => {
    const list = readOriginList('https://*.a.example', { ...plain, wildcardDepth: 'Single' });
    expect(list.wildcards).toMatchObject([{ depth: 'Single' }]);
  });

  test('only the first bad lines are told one by one', () => {
    const list = readOriginList('nope\n'.repeat(1000), plain);
    expect(new Set(list.problems.map(({ line }) => line)).size).toBe(REPORTED_LINES);
    expect(list.skipped).toBe(1000);
  });
});
