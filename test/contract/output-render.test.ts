import { describe, expect, test } from 'vitest';
import { parseAllDocuments, parseDocument } from 'yaml';
import { inputFolder } from '../support/input-folder.ts';
import { ingressText, policyText, stream } from '../support/manifests.ts';
import { QUICKSTART, spawnProgram } from '../support/program.ts';
import { renderDocument } from './output-documents.ts';

const TIMEOUT = 30_000;
const CLASS = ['--class', 'nginx=ingress-nginx@1.15.1'];

function objectsOf(yaml: string): readonly Record<string, unknown>[] {
  return parseAllDocuments(yaml).map((document) => {
    expect(document.errors).toEqual([]);
    return document.toJS();
  });
}

describe('render -o json', () => {
  test('tells what became of every route, with the objects as they would be stored', { timeout: TIMEOUT }, async () => {
    const { code, stdout } = await spawnProgram(['render', '-f', QUICKSTART, '-o', 'json']);
    expect(code).toBe(1);
    const { routes, issues } = renderDocument.parse(JSON.parse(stdout));
    expect(new Set(routes.map(({ outcome }) => outcome))).toEqual(
      new Set(['Native', 'Responder', 'NotExpressible', 'Refused', 'NoPolicy']),
    );
    for (const { outcome, reason, policy } of routes) {
      expect(reason !== undefined).toBe(
        outcome === 'NotExpressible' || outcome === 'Refused' || outcome === 'Responder',
      );
      expect(policy === undefined).toBe(outcome === 'NoPolicy');
    }
    const catalog = routes.find(({ target }) => target.name === 'catalog');
    expect(catalog?.objects.map(({ kind }) => kind)).toEqual(['Ingress', 'Middleware']);
    expect(issues.some(({ reason }) => reason === 'OriginTrailingSlash')).toBe(true);
  });

  test('no route, no issue: empty lists', { timeout: TIMEOUT }, async () => {
    const folder = await inputFolder({ 'a.yaml': 'apiVersion: v1\nkind: Service\nmetadata: { name: web }\n' });
    const { code, stdout } = await spawnProgram(['render', '-f', folder, '-o', 'json']);
    expect({ code, document: JSON.parse(stdout) }).toEqual({ code: 0, document: { routes: [], issues: [] } });
  });
});

describe('render -o yaml', () => {
  test('prints every object of the input, in its order, ours behind their target', { timeout: TIMEOUT }, async () => {
    const { stdout } = await spawnProgram(['render', '-f', QUICKSTART, '-o', 'yaml']);
    const kinds = objectsOf(stdout).map(({ kind }) => kind);
    expect(kinds.slice(0, 3)).toEqual(['CorsPolicy', 'Ingress', 'Middleware']);
    expect(kinds.filter((kind) => kind === 'Ingress')).toHaveLength(9);
    expect(kinds.filter((kind) => kind === 'CorsPolicy')).toHaveLength(8);
  });

  test('leaves everything but the keys it writes as its author wrote it', { timeout: TIMEOUT }, async () => {
    const ingress = `# who owns this\n${ingressText('web', "  annotations:\n    team: 'checkout' # theirs\n")}`;
    const text = stream(policyText('web', '  allowOrigins: [https://a.example.com]\n'), ingress);
    const folder = await inputFolder({ 'a.yaml': text });
    const { stdout } = await spawnProgram(['render', '-f', folder, '-o', 'yaml', ...CLASS]);
    const added = stdout.split('\n').filter((line) => !text.split('\n').includes(line));
    expect(added.every((line) => /^ {4}(?:cors-operator\.dev|nginx\.ingress\.kubernetes\.io)\//.test(line))).toBe(true);
    expect(
      stdout
        .split('\n')
        .filter((line) => !added.includes(line))
        .join('\n'),
    ).toBe(text);
  });

  test('is its own fixed point', { timeout: TIMEOUT }, async () => {
    const first = await spawnProgram(['render', '-f', QUICKSTART, '-o', 'yaml']);
    const options = ['--class', 'traefik=traefik@3.7.13', ...CLASS];
    const settings = 'responder: Standalone\n';
    const folder = await inputFolder({ 'all.yaml': first.stdout, '.cors-operator.yaml': settings });
    const second = await spawnProgram(['render', '-f', folder, '-o', 'yaml', ...options]);
    expect(second.stdout).toBe(first.stdout);
  });

  test('takes its own record and owners without uid out', { timeout: TIMEOUT }, async () => {
    const ingress = ingressText('web', '  annotations:\n    cors-operator.dev/record: "{}"\n    kept: "yes"\n');
    const folder = await inputFolder({
      'a.yaml': stream(policyText('web', '  allowOrigins: [https://a.example.com]\n'), ingress),
    });
    const { stdout } = await spawnProgram(['render', '-f', folder, '-o', 'yaml', ...CLASS]);
    const [, target] = objectsOf(stdout);
    expect(target).toHaveProperty(['metadata', 'annotations', 'kept'], 'yes');
    expect(stdout).not.toContain('cors-operator.dev/record');
    expect(stdout).not.toContain('ownerReferences');
  });

  test.each([
    {
      name: 'a List in the form of kubectl',
      text: `apiVersion: v1\nitems:\n${itemLines(ingressText('web'))}kind: List\n`,
    },
    {
      name: 'a typed List whose items leave their kind out',
      text: `apiVersion: networking.k8s.io/v1\nkind: IngressList\nitems:\n${itemLines(ingressText('web').replace(/^apiVersion.*\nkind.*\n/, ''))}`,
    },
    {
      name: 'a JSON List',
      text: JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [parseDocument(ingressText('web')).toJS()] }),
    },
  ])('unwraps $name', { timeout: TIMEOUT }, async ({ text }) => {
    const policy = policyText('web', '  allowOrigins: [https://a.example.com]\n');
    const { code, stdout } = await spawnProgram(['render', '-f', '-', '-o', 'yaml', ...CLASS], {
      stdin: `${policy}---\n${text}\n`,
    });
    expect(code).toBe(0);
    const [, target] = objectsOf(stdout);
    expect(target).toMatchObject({ apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata: { name: 'web' } });
    expect(target).toHaveProperty(['metadata', 'annotations', 'nginx.ingress.kubernetes.io/enable-cors'], 'true');
  });

  test('strings that kubectl would read as something else stay strings', { timeout: TIMEOUT }, async () => {
    const object = parseDocument(ingressText('web')).toJS();
    object.metadata.labels = { on: 'yes', octal: '0777', plain: 'n', number: '1_000' };
    const policy = policyText('web', '  allowOrigins: [https://a.example.com]\n');
    const { stdout } = await spawnProgram(['render', '-f', '-', '-o', 'yaml', ...CLASS], {
      stdin: `${policy}---\n${JSON.stringify(object)}\n`,
    });
    for (const line of ['"on": "yes"', 'octal: "0777"', 'plain: "n"', 'number: "1_000"']) {
      expect(stdout).toContain(line);
    }
  });
});

describe('render and classes', () => {
  test('an unknown class says which option to give', { timeout: TIMEOUT }, async () => {
    const folder = await inputFolder({
      'a.yaml': stream(policyText('web', '  allowOrigins: [https://a.example.com]\n'), ingressText('web')),
    });
    const { stdout } = await spawnProgram(['render', '-f', folder, '-o', 'json']);
    const [route] = renderDocument.parse(JSON.parse(stdout)).routes;
    expect(route).toMatchObject({ outcome: 'NotExpressible', reason: 'ClassUnknown' });
    expect(route?.message).toContain('--class nginx=');
  });

  test.each([
    { name: '--class wins over the settings file', args: CLASS, dialect: 'ingress-nginx', version: '1.15.1' },
    {
      name: 'the settings file speaks for classes that no flag names',
      args: [],
      dialect: 'traefik',
      version: '3.7.13',
    },
    {
      name: '--dialect wins over everything',
      args: [...CLASS, '--dialect', 'traefik', '--dialect-version', '3.6.0'],
      dialect: 'traefik',
      version: '3.6.0',
    },
  ])('$name', { timeout: TIMEOUT }, async ({ args, dialect, version }) => {
    const folder = await inputFolder({
      'a.yaml': stream(policyText('web', '  allowOrigins: [https://a.example.com]\n'), ingressText('web')),
      '.cors-operator.yaml': 'classes: { nginx: traefik@3.7.13 }\n',
    });
    const { stdout } = await spawnProgram(['render', '-f', folder, '-o', 'json', ...args]);
    const [route] = renderDocument.parse(JSON.parse(stdout)).routes;
    expect(route).toMatchObject({ dialect, dialectVersion: version });
  });
});

/** Lines of an object as an item of a list whose dashes stand in the first column. */
function itemLines(text: string): string {
  return text.replace(/^/gm, '  ').replace(/^ {2}/, '- ').replace(/ +$/, '');
}
