import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { inputFolder } from '../support/input-folder.ts';
import { ingressText, policyText, stream } from '../support/manifests.ts';
import { QUICKSTART, spawnProgram } from '../support/program.ts';
import { lintDocument } from './output-documents.ts';

const TIMEOUT = 30_000;

describe('lint -o json', () => {
  test('holds every issue with its object and line, by file and line', { timeout: TIMEOUT }, async () => {
    const { code, stdout } = await spawnProgram(['lint', '-f', QUICKSTART, '-o', 'json']);
    expect(code).toBe(1);
    const { issues } = lintDocument.parse(JSON.parse(stdout));
    const wrong = issues.find(({ reason }) => reason === 'OriginTrailingSlash');
    expect(wrong).toMatchObject({
      severity: 'error',
      path: 'spec.allowOrigins[0]',
      suggestion: 'https://news.example.com',
      object: { kind: 'CorsPolicy', namespace: 'shop', name: 'newsletter' },
    });
    expect(wrong?.source).toMatch(/mistakes\.yaml:16$/);
    const places = issues.map(({ source }) => source?.replace(/\d+$/, (line) => line.padStart(6, '0')) ?? '');
    expect(places).toEqual([...places].sort());
  });

  test('is the same issues in yaml', { timeout: TIMEOUT }, async () => {
    const folder = await inputFolder({
      'a.yaml': policyText('shop', '  allowOrigins: [ "https://a.example.com/x" ]\n'),
    });
    const [json, yaml] = await Promise.all([
      spawnProgram(['lint', '-f', folder, '-o', 'json']),
      spawnProgram(['lint', '-f', folder, '-o', 'yaml']),
    ]);
    expect(lintDocument.parse(parse(yaml.stdout))).toEqual(lintDocument.parse(JSON.parse(json.stdout)));
  });

  test('names a line inside of a List, and inside of JSON', { timeout: TIMEOUT }, async () => {
    const policy = {
      apiVersion: 'cors-operator.dev/v1alpha1',
      kind: 'CorsPolicy',
      metadata: { name: 'p', namespace: 'shop' },
      spec: { targetSelector: {}, allowOrigins: ['https://a.example.com', 'https://b.example.com/'] },
    };
    const list = `apiVersion: v1\nitems:\n- apiVersion: cors-operator.dev/v1alpha1\n  kind: CorsPolicy\n  metadata:\n    name: q\n    namespace: shop\n  spec:\n    targetSelector: {}\n    allowOrigins:\n    - https://c.example.com/\nkind: List\n`;
    const folder = await inputFolder({ 'a.json': JSON.stringify(policy, null, 2), 'b.yaml': list });
    const { stdout } = await spawnProgram(['lint', '-f', folder, '-o', 'json']);
    const { issues } = lintDocument.parse(JSON.parse(stdout));
    const slashes = issues.filter(({ reason }) => reason === 'OriginTrailingSlash').map(({ source }) => source);
    expect(slashes).toEqual([`${folder}/a.json:12`, `${folder}/b.yaml:11`]);
  });
});

describe('lint in pipelines', () => {
  const folderWithWarning = (): Promise<string> =>
    inputFolder({
      'a.yaml': stream(
        policyText('web', '  allowOrigins:\n    - https://a.example.com\n    - https://a.example.com\n'),
        ingressText('web'),
      ),
      '.cors-operator.yaml': 'classes: { nginx: ingress-nginx@1.15.1 }\n',
    });

  test.each([
    { name: 'a warning is fine by default', args: [], code: 0 },
    { name: 'a warning is a finding on request', args: ['--fail-on', 'warning'], code: 1 },
    { name: 'so is what is told only for information', args: ['--fail-on', 'info'], code: 1 },
  ])('$name', { timeout: TIMEOUT }, async ({ args, code }) => {
    const folder = await folderWithWarning();
    expect((await spawnProgram(['lint', '-f', folder, ...args])).code).toBe(code);
  });

  test('-o github: one workflow command per issue, beside its line', { timeout: TIMEOUT }, async () => {
    const folder = await folderWithWarning();
    const { stdout } = await spawnProgram(['lint', '-f', folder, '-o', 'github']);
    const lines = stdout.trimEnd().split('\n');
    expect(
      lines.every((line) => /^::(?:error|warning|notice) file=[^,]+,line=\d+,title=[A-Za-z]+::\S/.test(line)),
    ).toBe(true);
    expect(lines.some((line) => line.includes(`file=${folder}/a.yaml,line=13,title=OriginDuplicate::`))).toBe(true);
  });

  test('-o sarif: every result names a rule that is listed, and a line', { timeout: TIMEOUT }, async () => {
    const folder = await folderWithWarning();
    const { stdout } = await spawnProgram(['lint', '-f', folder, '-o', 'sarif']);
    const log = JSON.parse(stdout);
    expect(log.version).toBe('2.1.0');
    const [run] = log.runs;
    expect(run.results.length).toBeGreaterThan(0);
    for (const result of run.results) {
      expect(run.tool.driver.rules[result.ruleIndex].id).toBe(result.ruleId);
      expect(result.locations[0].physicalLocation.region.startLine).toBeGreaterThan(0);
    }
  });
});
