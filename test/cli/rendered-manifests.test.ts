import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { applyPatch, createPatch, parsePatch } from 'diff';
import { describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { formatDiff } from '../../src/cli/manifest-diff.ts';
import { type RenderedFile, renderedText, renderManifests } from '../../src/cli/rendered-manifests.ts';
import { evaluateWorkspace, loadWorkspace } from '../../src/cli/workspace.ts';
import { outputProblem, writeManifests } from '../../src/cli/written-manifests.ts';
import { inputFolder } from '../support/input-folder.ts';
import { ingressText, policyText, stream } from '../support/manifests.ts';
import { QUICKSTART } from '../support/program.ts';

async function render(...paths: readonly string[]): Promise<readonly RenderedFile[]> {
  const settings = {
    classes: [
      { name: 'nginx', dialect: 'ingress-nginx@1.15.1' },
      { name: 'traefik', dialect: 'traefik@3.7.13' },
    ],
    dialect: undefined,
    dialectVersion: undefined,
  };
  const workspace = await loadWorkspace({
    paths,
    defaultNamespace: undefined,
    settings,
    responderDefault: 'Standalone',
  });
  return renderManifests(workspace.manifests, evaluateWorkspace(workspace, Date.parse('2026-01-01T00:00:00Z')));
}

/** Places and lengths of hunks. */
function headsOf(patch: string): readonly string[] {
  return parsePatch(patch).flatMap(({ hunks }) =>
    hunks.map((hunk) => `${hunk.oldStart},${hunk.oldLines} ${hunk.newStart},${hunk.newLines}`),
  );
}

const policy = policyText('web', '  allowOrigins: [https://a.example.com]\n');

describe('renderManifests', () => {
  test('the pieces before are the file, byte for byte', async () => {
    for (const file of await render(QUICKSTART)) {
      const before = file.pieces.map((piece) => piece.before).join('');
      expect(before).toBe(await readFile(file.path, 'utf8'));
    }
  });

  test('separators stay on lines of their own, also where a document is printed again', async () => {
    for (const file of await render(QUICKSTART)) {
      const text = renderedText(file);
      expect(text).not.toMatch(/^---[^\n]/m);
      expect(parseAllDocuments(text).flatMap(({ errors }) => errors)).toEqual([]);
    }
  });

  test('what is not changed stays as it is: comments alone, broken documents, line ends', async () => {
    const text = `# only a comment\n---\r\na: [\n---\n${ingressText('other')}---\n`;
    const folder = await inputFolder({ 'a.yaml': text });
    const [file] = await render(folder);
    expect(file && renderedText(file)).toBe(text);
  });

  test('objects of ours stand behind their target, and once', async () => {
    const traefik = ingressText('web').replace('nginx', 'traefik');
    const folder = await inputFolder({ 'a.yaml': stream(traefik, policy) });
    const [first] = await render(folder);
    const text = first === undefined ? '' : renderedText(first);
    expect(parseAllDocuments(text).map((document) => document.get('kind'))).toEqual([
      'Ingress',
      'Middleware',
      'CorsPolicy',
    ]);
    await writeFile(join(folder, 'a.yaml'), text);
    const [second] = await render(folder);
    expect(second && renderedText(second)).toBe(text);
  });

  test('a JSON file stays JSON, a List when there is more than one object', async () => {
    const object = parseAllDocuments(ingressText('web').replace('nginx', 'traefik'))[0]?.toJS();
    const folder = await inputFolder({ 'a.json': JSON.stringify(object), 'b.yaml': policy });
    const [file] = await render(folder);
    const value = JSON.parse(file === undefined ? '' : renderedText(file));
    expect(value).toMatchObject({
      apiVersion: 'v1',
      kind: 'List',
      items: [{ kind: 'Ingress' }, { kind: 'Middleware' }],
    });
  });
});

describe('formatDiff', () => {
  test('shows the lines that change, with their numbers in the file', async () => {
    const folder = await inputFolder({ 'a.yaml': stream(policy, ingressText('web')) });
    const diff = formatDiff(await render(folder), { color: false });
    const [head, , hunk] = diff.split('\n');
    expect(head).toBe(`--- a/${folder.slice(1)}/a.yaml`);
    expect(hunk).toMatch(/^@@ -15,6 \+15,\d+ @@ Ingress shop\/web$/);
    const changed = diff.split('\n').filter((line) => /^[-+] /.test(line));
    expect(changed.every((line) => /^\+ {2}(?: {2}\S+: |annotations:)/.test(line))).toBe(true);
  });

  test('context goes on over the ends of documents, changes that are near are one, others are not', async () => {
    const other = (name: string): string => policyText(name, '  allowOrigins: [https://b.example.com]\n');
    const folder = await inputFolder({
      'a.yaml': stream(ingressText('web').replace('nginx', 'traefik'), ingressText('api'), policy, ingressText('last')),
      'b.yaml': stream(other('api'), other('last')),
    });
    const hunks = formatDiff(await render(folder), { color: false })
      .split(/^@@ /m)
      .slice(1);
    expect(hunks.map((hunk) => hunk.replace(/\n.*/s, ''))).toEqual([
      expect.stringMatching(/ @@ Ingress shop\/web$/),
      expect.stringMatching(/ @@ Middleware shop\/\S+, Ingress shop\/api$/),
      expect.stringMatching(/ @@ Ingress shop\/last$/),
    ]);
    expect(hunks[1]).toMatch(/\n\+ +\S.*\n ---\n apiVersion: networking.k8s.io\/v1\n kind: Ingress\n metadata:\n/);
  });

  test.each([
    { name: 'the quickstart', text: undefined },
    { name: 'no line feed at the end, in a document that changes', text: stream(policy, ingressText('web').trimEnd()) },
    {
      name: 'no line feed at the end, in front of an object of ours',
      text: stream(policy, ingressText('web').replace('nginx', 'traefik').trimEnd()),
    },
    {
      name: 'no line feed at the end, in the context',
      text: `${stream(policy, ingressText('web').replace('metadata:\n', '# x\nmetadata:\n'))}---\n# a\n# b`,
    },
  ])('applied to the input it gives the output: $name', async ({ text }) => {
    const folder = text === undefined ? QUICKSTART : await inputFolder({ 'a.yaml': text });
    const changed = (await render(folder)).filter((file) => file.pieces.some(({ before, after }) => before !== after));
    expect(changed.length).toBeGreaterThan(0);
    for (const file of changed) {
      const before = file.pieces.map((piece) => piece.before).join('');
      const patch = formatDiff([file], { color: false });
      expect(applyPatch(before, patch, { autoConvertLineEndings: false })).toBe(renderedText(file));
      expect(headsOf(patch)).toEqual(headsOf(createPatch('', before, renderedText(file), '', '', { context: 3 })));
    }
  });

  test('nothing changes: nothing is shown', async () => {
    const folder = await inputFolder({ 'a.yaml': ingressText('web') });
    expect(formatDiff(await render(folder), { color: false })).toBe('');
  });
});

describe('writeManifests', () => {
  test('one file per input file, in the same folders, and only what differs', async () => {
    const files = { 'x/a.yaml': stream(policy, ingressText('web')), 'b.yml': ingressText('other') };
    const folder = await inputFolder(files);
    const output = join(await inputFolder(), 'out');
    const rendered = await render(folder);
    expect(await writeManifests(output, rendered)).toEqual([join(output, 'b.yml'), join(output, 'x/a.yaml')]);
    expect(await readFile(join(output, 'b.yml'), 'utf8')).toBe(files['b.yml']);
    const { mtimeMs } = await stat(join(output, 'x/a.yaml'));
    expect(await writeManifests(output, rendered)).toEqual([]);
    expect((await stat(join(output, 'x/a.yaml'))).mtimeMs).toBe(mtimeMs);
    expect(await readdir(output)).toEqual(['b.yml', 'x']);
  });

  test('files of several folders keep apart', async () => {
    const folder = await inputFolder({ 'one/a.yaml': ingressText('one'), 'two/a.yaml': ingressText('two') });
    const output = await inputFolder();
    const rendered = await render(join(folder, 'one'), join(folder, 'two/a.yaml'));
    expect(await writeManifests(output, rendered)).toEqual([join(output, 'one/a.yaml'), join(output, 'two/a.yaml')]);
  });

  test.each([
    { name: 'the input itself', output: 'in', wrong: true },
    { name: 'a folder inside of it', output: 'in/out/deep', wrong: true },
    { name: 'a folder beside it', output: 'inner', wrong: false },
  ])('results may not go where they are read from: $name', async ({ output, wrong }) => {
    const folder = await inputFolder({ 'in/a.yaml': ingressText('web') });
    expect((await outputProblem(join(folder, output), [join(folder, 'in')])) !== undefined).toBe(wrong);
  });
});
