import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readFileDocuments } from '../../src/sources/file-documents.ts';
import { MAX_DOCUMENTS, MAX_FILE_PROBLEMS } from '../../src/sources/input-limits.ts';
import { kubectlSchema } from '../../src/sources/kubectl-scalars.ts';
import { configMapText } from '../support/input-folder.ts';

const schema = kubectlSchema();

type Reading = ReturnType<typeof readFileDocuments>;

function read(text: string, path = 'a.yaml'): Reading {
  return readFileDocuments({ path, name: path, text }, { schema, namespace: 'default', progress: () => undefined });
}

function shown({ file }: Reading): readonly string[] {
  return file.documents.flatMap(({ objects }) =>
    objects.map(({ object, document, line }) => `${object.kind}/${object.metadata.name} ${document} :${line}`),
  );
}

function problems({ issues }: Reading): readonly string[] {
  return issues.map(({ reason, source }) => `${reason} ${source}`);
}

function json(name: string): string {
  return JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } }, null, 2);
}

const A = configMapText('a');
const B = configMapText('b');

describe('readFileDocuments', () => {
  test.each([
    { name: 'one document', text: A, objects: ['ConfigMap/a 0 :1'] },
    { name: 'two', text: `${A}---\n${B}`, objects: ['ConfigMap/a 0 :1', 'ConfigMap/b 1 :6'] },
    { name: 'dashes in front and behind', text: `---\n${A}---\n`, objects: ['ConfigMap/a 0 :2'] },
    {
      name: 'CR LF',
      text: `${A}---\n${B}`.replaceAll('\n', '\r\n'),
      objects: ['ConfigMap/a 0 :1', 'ConfigMap/b 1 :6'],
    },
    { name: 'comments and blank lines in front', text: `# a\n\n  # b\n${A}`, objects: ['ConfigMap/a 0 :4'] },
    { name: 'a comment behind the dashes', text: `--- # a\n# b\n${A}`, objects: ['ConfigMap/a 0 :3'] },
    { name: 'a directive', text: `%YAML 1.1\n# a\n---\n${A}`, objects: ['ConfigMap/a 1 :4'] },
    { name: 'an end marker', text: `${A}...\n---\n${B}`, objects: ['ConfigMap/a 0 :1', 'ConfigMap/b 1 :7'] },
    { name: 'empty documents', text: `---\n---\n# c\n---\nnull\n---\n${A}`, objects: ['ConfigMap/a 3 :7'] },
    { name: 'braces', text: '{apiVersion: v1, kind: A, metadata: {name: a}}', objects: ['A/a 0 :1'] },
    { name: 'JSON in YAML', text: `---\n${json('a')}\n---\n${B}`, objects: ['ConfigMap/a 0 :2', 'ConfigMap/b 1 :10'] },
    {
      name: 'JSON values in YAML',
      text: `${json('a')}\n${json('b')}`,
      objects: ['ConfigMap/a 0 :1', 'ConfigMap/b 1 :8'],
    },
  ])('YAML: $name', ({ text, objects }) => {
    const reading = read(text);
    expect(shown(reading)).toEqual(objects);
    expect(reading.issues).toEqual([]);
  });

  test.each([
    { name: 'one value', text: `\n\n${json('a')}\n`, objects: ['ConfigMap/a 0 :3'] },
    {
      name: 'several without anything between',
      text: json('a') + json('b'),
      objects: ['ConfigMap/a 0 :1', 'ConfigMap/b 1 :7'],
    },
    { name: 'null', text: 'null', objects: [] },
    { name: 'nothing', text: ' \n', objects: [] },
    {
      name: 'a List',
      text: `{"apiVersion":"v1","kind":"List","items":[\n${json('a')},\n${json('b')}]}`,
      objects: ['ConfigMap/a 0 :2', 'ConfigMap/b 0 :9'],
    },
  ])('JSON: $name', ({ text, objects }) => {
    const reading = read(text, 'a.json');
    expect(shown(reading)).toEqual(objects);
    expect(reading.issues).toEqual([]);
  });

  test('JSON with a million blank lines in front is found where it stands', () => {
    expect(shown(read('\n'.repeat(1_000_000) + json('a'), 'a.json'))).toEqual(['ConfigMap/a 0 :1000001']);
  });

  test('YAML in braces may hold what would be wrong in JSON', () => {
    const text = `{apiVersion: v1, kind: A, metadata: {name: a}, data: {x: 'is "k": 1', y: 'is "k": 2', z: "}"}}`;
    expect(shown(read(text))).toEqual(['A/a 0 :1']);
  });

  test.each([
    { name: 'a duplicate key', text: '{"a":1,\n"a":2}', problem: 'YamlDuplicateKey a.yaml:2' },
    { name: 'a prototype key', text: '{\n"__proto__":1}', problem: 'ObjectKey a.yaml:2' },
    { name: 'nesting', text: '['.repeat(500) + ']'.repeat(500), problem: 'YamlDepth a.yaml:1' },
  ])('JSON in YAML is refused like JSON: $name', ({ text, problem }) => {
    expect(problems(read(text))).toEqual([problem]);
  });

  test('a List in the form of kubectl: its items with their lines, each as a text of its own', () => {
    const items = [A, B].map((text) => `- ${text.trimEnd().replaceAll('\n', '\n  ')}\n`).join('');
    const reading = read(`# all\napiVersion: v1\nitems:\n${items}kind: List\nmetadata:\n  resourceVersion: ""\n`);
    expect(shown(reading)).toEqual(['ConfigMap/a 0 :4', 'ConfigMap/b 0 :8']);
    expect(reading.file.documents).toMatchObject([{ list: true }]);
    expect(reading.file.documents[0]?.objects.map(({ text: { whole, within } }) => [whole, within])).toEqual([
      [true, ''],
      [true, ''],
    ]);
  });

  test.each([
    {
      name: 'items below their dashes',
      text: `kind: List\napiVersion: v1\nitems:\n-\n  ${A.trimEnd().replaceAll('\n', '\n  ')}\n`,
      line: 5,
    },
    {
      name: 'braces',
      text: 'kind: List\napiVersion: v1\nitems: [\n  {apiVersion: v1, kind: ConfigMap, metadata: {name: a}}]\n',
      line: 4,
    },
    {
      name: 'a wide indent',
      text: `kind: List\napiVersion: v1\nitems:\n${' '.repeat(200)}- {apiVersion: v1, kind: ConfigMap, metadata: {name: a}}\n`,
      line: 4,
    },
  ])('a List in another form: $name', ({ text, line }) => {
    const reading = read(text);
    expect(shown(reading)).toEqual([`ConfigMap/a 0 :${line}`]);
    expect(reading.file.documents).toMatchObject([{ list: true }]);
    expect(reading.issues).toEqual([]);
  });

  test('items of a typed list leave their kind to the list', () => {
    const text = 'apiVersion: networking.k8s.io/v1\nkind: IngressList\nitems:\n- metadata: {name: a}\n';
    const reading = read(text);
    expect(shown(reading)).toEqual(['Ingress/a 0 :4']);
    expect(reading.file.documents[0]?.objects[0]?.text.whole).toBe(false);
  });

  test('a broken document stops no other, and is named by its line', () => {
    const reading = read(`${A}---\na: [\n---\n${B}---\nx: &a 1\n---\njust words\n`);
    expect(shown(reading)).toEqual(['ConfigMap/a 0 :1', 'ConfigMap/b 2 :8']);
    expect(problems(reading)).toEqual(['YamlSyntax a.yaml:7', 'YamlAlias a.yaml:13', 'ObjectShape a.yaml:15']);
  });

  test('a broken item stops no other, and is named by its line', () => {
    const items =
      '- apiVersion: v1\n  kind: A\n  metadata: {name: a}\n- a: *x\n- 7\n- kind: B\n  metadata: {name: 1}\n';
    const reading = read(`apiVersion: v1\nkind: List\nitems:\n${items}`);
    expect(shown(reading)).toEqual(['A/a 0 :4']);
    expect(problems(reading)).toEqual([
      'YamlAlias a.yaml:7',
      'ObjectShape a.yaml:8',
      'ObjectShape a.yaml:9',
      'ObjectShape a.yaml:10',
    ]);
  });

  test('a broken JSON value stops no other', () => {
    const reading = read(`${json('a')}\n{"a":1,}\n${json('b')}`, 'a.json');
    expect(shown(reading)).toEqual(['ConfigMap/a 0 :1', 'ConfigMap/b 2 :9']);
    expect(problems(reading)).toEqual(['YamlSyntax a.json:8']);
  });

  test.each([
    {
      name: 'YAML',
      path: 'a.yaml',
      text: `apiVersion: v1\nkind: A\nmetadata:\n  name: a\n  labels:\n    a: "1"\n    b: 2\n`,
    },
    {
      name: 'JSON',
      path: 'a.json',
      text: '{"apiVersion":"v1","kind":"A",\n"metadata":{\n"name":"a",\n\n"labels":{\n"a":"1",\n"b":2}}}',
    },
  ])('a field of a wrong type is named by its own line: $name', ({ path, text }) => {
    const reading = read(text, path);
    expect(problems(reading)).toEqual([`ObjectShape ${path}:7`]);
    expect(reading.issues[0]).toMatchObject({ path: 'metadata.labels.b' });
    expect(reading.issues[0]?.message).toMatch(/put it in quotes/);
  });

  test.each([
    { name: 'in a value', text: `${A}data:\n  x: {{ .Values.x }}\n` },
    { name: 'on a line of its own', text: `{{- if .Values.x }}\n${A}{{- end }}\n` },
  ])('a Helm template is known $name', ({ text }) => {
    const reading = read(text);
    expect(shown(reading)).toEqual([]);
    expect(reading.issues.length).toBeGreaterThan(0);
    for (const { message } of reading.issues) {
      expect(message).toMatch(/render it first: helm template/);
    }
  });

  test('braces that are only text are no template', () => {
    expect(read(`${A}data: {x: "{{ .Values.x }}"}\n`).issues).toEqual([]);
    expect(read('a: [1').issues[0]?.message).not.toMatch(/helm/i);
  });

  test('of very many problems the first are listed and the others counted', () => {
    const { issues } = read('a: 1\n---\n'.repeat(MAX_FILE_PROBLEMS * 2));
    expect(issues).toHaveLength(MAX_FILE_PROBLEMS + 1);
    expect(issues.at(-1)?.message).toMatch(/^\d{3} more problems of this file are not listed: mend those above/);
  });

  test('more documents than a file may hold are refused together', () => {
    const reading = read('---\na\n'.repeat(MAX_DOCUMENTS + 1));
    expect(problems(reading)).toEqual(['FileTooLarge a.yaml']);
    expect(reading.issues[0]?.message).toMatch(/split it/);
    expect(reading.file.documents).toEqual([]);
  });

  test('a JSON list of thousands is not read again for each of its items', () => {
    const item = JSON.parse(json('a'));
    const items = Array.from({ length: 5000 }, () => ({ ...item, data: { x: 'x'.repeat(500) } }));
    const reading = read(JSON.stringify({ apiVersion: 'v1', kind: 'List', items }, null, 2), 'a.json');
    expect(shown(reading)).toHaveLength(5000);
    expect(shown(reading).at(-1)).toBe(`ConfigMap/a 0 :${5 + 4999 * 10}`);
  });

  test('progress tells the objects so far, after each document', () => {
    const told: number[] = [];
    const progress = (objects: number): void => void told.push(objects);
    readFileDocuments(
      { path: 'a.yaml', name: 'a', text: `${A}---\n# c\n---\n${B}` },
      { schema, namespace: 'x', progress },
    );
    expect(told).toEqual([1, 1, 2]);
  });

  test('any text in any format: never throws; documents and lines lie inside of the file', () => {
    const pieces = [
      ...[A, B, json('a'), '---\n', '\r\n', '# c\n', '- ', 'items:\n', 'kind: List\n'],
      ...['{', '}', '[', '"', '{{', '\t', ': ', '&a ', '...\n'],
    ];
    const pieced = fc.array(fc.constantFrom(...pieces)).map((each) => each.join(''));
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: 'binary' }), pieced),
        fc.constantFrom('a.yaml', 'a.json'),
        (text, path) => {
          const { file, issues } = read(text, path);
          const offsets = file.documents.flatMap(({ start, end }) => [start, end]);
          expect(offsets).toEqual(offsets.toSorted((left, right) => left - right));
          expect(offsets.every((offset) => offset >= 0 && offset <= text.length)).toBe(true);
          const lines = [
            ...file.documents.flatMap(({ objects }) => objects.map(({ line }) => line)),
            ...issues.map(({ source }) => Number(source?.split(':').at(-1))),
          ];
          expect(lines.filter((line) => !(line >= 1 && line <= text.split('\n').length))).toEqual([]);
        },
      ),
      { numRuns: 300 },
    );
  });
});
