import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { countLines, splitDocuments, splitList } from '../../src/sources/document-split.ts';
import { MAX_DOCUMENTS } from '../../src/sources/input-limits.ts';

function parts(text: string): readonly (readonly [string, number])[] {
  return splitDocuments(text).map(({ start, end, line }) => [text.slice(start, end), line]);
}

describe('splitDocuments', () => {
  test.each([
    { name: 'one document', text: 'a: 1\n', documents: [['a: 1\n', 1]] },
    {
      name: 'two documents',
      text: 'a: 1\n---\nb: 2\n',
      documents: [
        ['a: 1\n', 1],
        ['\nb: 2\n', 2],
      ],
    },
    { name: 'dashes in front', text: '---\na: 1\n', documents: [['\na: 1\n', 1]] },
    {
      name: 'CR LF',
      text: 'a: 1\r\n---\r\nb: 2\r\n',
      documents: [
        ['a: 1\r\n', 1],
        ['\r\nb: 2\r\n', 2],
      ],
    },
    {
      name: 'a comment or a value behind the dashes',
      text: '--- # a\na: 1\n--- {b: 2}',
      documents: [
        [' # a\na: 1\n', 1],
        [' {b: 2}', 3],
      ],
    },
    { name: 'more than three dashes', text: 'a: 1\n----\n', documents: [['a: 1\n----\n', 1]] },
    { name: 'a word behind the dashes', text: 'a: |\n---x\n', documents: [['a: |\n---x\n', 1]] },
    { name: 'dashes that are indented', text: 'a: |\n  ---\n', documents: [['a: |\n  ---\n', 1]] },
    { name: 'an empty text', text: '', documents: [['', 1]] },
    { name: 'dashes alone', text: '---', documents: [] },
  ])('$name', ({ text, documents }) => {
    expect(parts(text)).toEqual(documents);
  });

  test('more documents than a file may have are not all listed', () => {
    expect(splitDocuments('---\n'.repeat(2 * MAX_DOCUMENTS))).toHaveLength(MAX_DOCUMENTS + 1);
  });

  test('any text: parts stand in order, with the line on which they start', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('---', '\n', '\r\n', 'a: 1', ' ', '--- ')), (pieces) => {
        const text = pieces.join('');
        let passed = 0;
        for (const { start, end, line } of splitDocuments(text)) {
          expect(start).toBeGreaterThanOrEqual(passed);
          expect(line).toBe(text.slice(0, start).split('\n').length);
          passed = end;
        }
      }),
    );
  });
});

describe('splitList', () => {
  const LIST = 'apiVersion: v1\nitems:\n- a: 1\n  b: 2\n# between\n- c: |\n    - d\nkind: List\nmetadata: {}\n';

  test('takes out the items with their lines and leaves the rest', () => {
    expect(splitList(LIST, 10)).toEqual({
      envelope: 'apiVersion: v1\nitems: []\nkind: List\nmetadata: {}\n',
      items: [
        { text: '  a: 1\n  b: 2\n# between\n', line: 12 },
        { text: '  c: |\n    - d\n', line: 15 },
      ],
    });
  });

  test('dashes may be indented, and lines may end in CR LF', () => {
    expect(splitList('kind: List\r\nitems:\r\n  - a: 1\r\n  - b: 2\r\n', 1)?.items).toEqual([
      { text: '    a: 1\r\n', line: 3 },
      { text: '    b: 2\r\n', line: 4 },
    ]);
  });

  test('a list of a kind is one too', () => {
    expect(splitList('kind: "IngressList"\nitems:\n- a: 1\n', 1)?.items).toHaveLength(1);
  });

  test.each([
    { name: 'another kind', text: 'kind: ConfigMap\nitems:\n- a: 1\n' },
    { name: 'no items', text: 'kind: List\n' },
    { name: 'items in brackets', text: 'kind: List\nitems: [{a: 1}]\n' },
    { name: 'a comment behind the key', text: 'kind: List\nitems: # all\n- a: 1\n' },
    { name: 'a first item below its dash', text: 'kind: List\nitems:\n-\n  a: 1\n' },
    { name: 'another item below its dash', text: 'kind: List\nitems:\n- a: 1\n-\n  b: 1\n' },
    { name: 'a dash with a tab', text: 'kind: List\nitems:\n- a: 1\n-\tb\n' },
    { name: 'a dash at the end', text: 'kind: List\nitems:\n- a: 1\n-' },
    { name: 'an indent as long as a file', text: `kind: List\nitems:\n${' '.repeat(1_000_000)}- a: 1\n` },
    { name: 'more items than can be held', text: `kind: List\nitems:\n${'- a\n'.repeat(MAX_DOCUMENTS + 1)}` },
  ])('leaves $name to the parser', ({ text }) => {
    expect(splitList(text, 1)).toBeUndefined();
  });
});

describe('countLines', () => {
  test.each([
    { name: 'line ends in between', from: 0, to: 5, lines: 2 },
    { name: 'not the one at the end', from: 0, to: 3, lines: 1 },
    { name: 'the one at the start', from: 1, to: 3, lines: 1 },
    { name: 'to behind the text', from: 0, to: 99, lines: 3 },
    { name: 'nothing', from: 2, to: 2, lines: 0 },
  ])('$name', ({ from, to, lines }) => {
    expect(countLines('a\nb\nc\n', from, to)).toBe(lines);
  });
});
