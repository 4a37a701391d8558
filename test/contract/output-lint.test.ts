import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { clusterPolicyObject, ingressObject, ingressTarget, policyObject } from '../support/cluster-objects.ts';
import { inputFolder } from '../support/input-folder.ts';
import { ingressText, policyText, stream } from '../support/manifests.ts';
import { QUICKSTART, runInProcess, spawnProgram } from '../support/program.ts';
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

type LintIssue = z.infer<typeof lintDocument>['issues'][number];

/** A policy that goes beyond the guardrail in its fields and in a list of origins. One object per file: a line each is known. */
function beyondGuardrail(enforcement: string): Promise<string> {
  const policy = policyObject('web', {
    targetRefs: [ingressTarget('web')],
    allowOrigins: ['https://www.example.com', 'https://*.example.com'],
    allowOriginRegexes: ['^https://[a-z]+\\.example\\.org$'],
    allowOriginsFrom: [{ configMapKeyRef: { name: 'partners', key: 'origins' } }],
    allowMethods: ['PUT', 'DELETE'],
    maxAge: 600,
  });
  const guardrail = {
    allowOrigins: ['https://www.example.com', 'https://*.shop.example.com'],
    allowMethods: ['PUT'],
    maxAge: 60,
  };
  return inputFolder({
    'policy.json': JSON.stringify(policy, null, 1),
    'route.json': JSON.stringify(ingressObject('web'), null, 1),
    'list.yaml': `${configMap}  origins: |\n    # ours\n    https://partner.example.net\n`,
    'org.json': JSON.stringify(clusterPolicyObject('org', { guardrail, enforcement }), null, 1),
  });
}

const configMap =
  'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: partners\n  namespace: shop\n  labels: { cors-operator.dev/origins: "true" }\ndata:\n';

async function excesses(folder: string): Promise<readonly LintIssue[]> {
  const { stdout } = await runInProcess(['lint', '-f', folder, '-o', 'json']);
  const { issues } = lintDocument.parse(JSON.parse(stdout));
  return issues.filter(({ reason }) => reason === 'ExceedsGuardrail');
}

describe('lint and guardrails', () => {
  test.each([
    { enforcement: 'Enforce', severity: 'error', code: 1 },
    { enforcement: 'Warn', severity: 'warning', code: 0 },
    { enforcement: 'Audit', severity: 'info', code: 0 },
  ])('$enforcement: each violation is of severity $severity, exit $code', async ({ enforcement, severity, code }) => {
    const folder = await beyondGuardrail(enforcement);
    const found = await excesses(folder);
    expect(found.map((issue) => issue.path)).toEqual([
      'data.origins line 2',
      'spec.allowOrigins[1]',
      'spec.allowOriginRegexes[0]',
      'spec.allowMethods[1]',
      'spec.maxAge',
    ]);
    expect(new Set(found.map((issue) => issue.severity))).toEqual(new Set([severity]));
    expect((await runInProcess(['lint', '-f', folder])).code).toBe(code);
  });

  test('each names the guardrail and its field, the file and line of the entry, and an origin that shows it', async () => {
    const folder = await beyondGuardrail('Enforce');
    const [listed, wildcard, regex, method, age] = await excesses(folder);
    expect(listed).toMatchObject({
      object: { kind: 'ConfigMap', namespace: 'shop', name: 'partners' },
      source: `${folder}/list.yaml:10`,
      witness: 'https://partner.example.net',
    });
    const lines = (await readFile(`${folder}/policy.json`, 'utf8')).split('\n');
    const lineOf = (text: string): number => lines.findIndex((line) => line.includes(text)) + 1;
    expect(wildcard).toMatchObject({
      object: { kind: 'CorsPolicy', namespace: 'shop', name: 'web' },
      source: `${folder}/policy.json:${lineOf('https://*.example.com')}`,
      message: expect.stringContaining('spec.guardrail.allowOrigins of the guardrail org'),
    });
    expect(wildcard?.witness).toMatch(/^https:\/\/[a-z0-9.-]+\.example\.com$/);
    expect(regex?.witness).toMatch(/^https:\/\/[a-z]+\.example\.org$/);
    expect(regex?.source).toBe(`${folder}/policy.json:${lineOf('example\\\\.org')}`);
    expect(method?.message).toContain('spec.guardrail.allowMethods');
    expect(age?.message).toContain('narrowed to 60');
  });

  test('-o sarif: level, file and line, and the witness in the text', async () => {
    const folder = await beyondGuardrail('Warn');
    const { stdout } = await runInProcess(['lint', '-f', folder, '-o', 'sarif']);
    const [run] = sarif.parse(JSON.parse(stdout)).runs;
    const found = run?.results.filter(({ ruleId }) => ruleId === 'ExceedsGuardrail') ?? [];
    expect(found).toHaveLength(5);
    expect(new Set(found.map(({ level }) => level))).toEqual(new Set(['warning']));
    expect(found[1]?.message.text).toMatch(/ Lets in https:\/\/\S+\.example\.com\.$/);
    expect(found[0]?.locations[0]?.physicalLocation).toMatchObject({
      artifactLocation: { uri: expect.stringMatching(/list\.yaml$/) },
      region: { startLine: 10 },
    });
  });
});

const sarif = z.object({
  runs: z.array(
    z.object({
      results: z.array(
        z.object({
          ruleId: z.string(),
          level: z.string(),
          message: z.object({ text: z.string() }),
          locations: z.array(z.object({ physicalLocation: z.unknown() })),
        }),
      ),
    }),
  ),
});
