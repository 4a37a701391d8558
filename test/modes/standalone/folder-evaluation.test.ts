import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { EvaluationTask, GoodState } from '../../../src/modes/standalone/evaluation-task.ts';
import { evaluateFolders } from '../../../src/modes/standalone/folder-evaluation.ts';
import { createCountRegistry } from '../../../src/responder/policy-counts.ts';
import { buildRoutingState, findDestination } from '../../../src/responder/routing-state.ts';
import { folderWith } from '../../support/standalone-process.ts';

const NOW = Date.UTC(2026, 0, 1);

function ingress(name: string, namespace = 'shop', extra = ''): string {
  return `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: ${name}, namespace: ${namespace}${extra} }
spec:
  ingressClassName: nginx
  rules:
    - host: ${name}.example.com
      http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: web, port: { number: 80 } } } }] }
`;
}

function policy(name: string, origin: string, targets: readonly string[] = [name]): string {
  const refs = targets.map((target) => `    - { group: networking.k8s.io, kind: Ingress, name: ${target} }\n`);
  return `apiVersion: cors-operator.dev/v1alpha1
kind: CorsPolicy
metadata: { name: ${name}, namespace: shop }
spec:
  targetRefs:
${refs.join('')}  allowOrigins: ["${origin}"]
`;
}

function taskFor(folder: string, knownErrors?: readonly string[], output?: string): EvaluationTask {
  return {
    task: 'evaluate',
    paths: [folder],
    defaultNamespace: undefined,
    settings: { classes: [{ name: 'nginx', dialect: 'ingress-nginx' }], dialect: undefined, dialectVersion: undefined },
    output,
    style: { color: false },
    knownErrors,
  };
}

async function good(folder: string, knownErrors?: readonly string[]): Promise<GoodState> {
  const result = await evaluateFolders(taskFor(folder, knownErrors), NOW);
  if (result.kind !== 'Good') {
    throw new Error(JSON.stringify(result));
  }
  return result;
}

function grantsAt({ routing }: GoodState, host: string) {
  return findDestination(buildRoutingState(routing, createCountRegistry(8).countsOf), host, '/', 'GET')?.grants;
}

describe('evaluateFolders', () => {
  it('evaluateFolders: a policy of several routes is packed once', async () => {
    const folder = await folderWith({
      'a.yaml': [ingress('one'), ingress('two'), policy('both', 'https://app.example', ['one', 'two'])].join('---\n'),
    });
    const state = await good(folder);
    expect(state.routing.policies).toHaveLength(1);
    expect(state.routing.routes.map(({ policyName }) => policyName)).toEqual(Array(2).fill('CorsPolicy shop/both'));
    expect(state.errors).toEqual([]);
  });

  it('evaluateFolders: routes without policy, with an invalid one and with a valid one are told apart', async () => {
    const parts = [
      ingress('none'),
      ingress('bad'),
      ingress('fine'),
      policy('bad', 'https://app.example/x'),
      policy('fine', 'https://app.example'),
    ];
    const state = await good(await folderWith({ 'a.yaml': parts.join('---\n') }));
    expect(grantsAt(state, 'none.example.com')).toBe('NoPolicy');
    expect(grantsAt(state, 'bad.example.com')).toBe('Nothing');
    expect(typeof grantsAt(state, 'fine.example.com')).toBe('object');
    expect(state.problems).toMatchObject([{ reason: 'OriginPath', source: expect.stringMatching(/a\.yaml:\d+$/) }]);
  });

  it('evaluateFolders: of two routes for one host and path the older one is served', async () => {
    const young = ingress('one', 'shop', ', creationTimestamp: "2025-05-05T00:00:00Z"').replace(
      'name: one',
      'name: aaa',
    );
    const old = ingress('one', 'shop', ', creationTimestamp: "2024-01-01T00:00:00Z"');
    const state = await good(await folderWith({ 'a.yaml': [young, old].join('---\n') }));
    expect(state.routing.routes.map(({ target }) => target.name)).toEqual(['one', 'aaa']);
  });

  it('evaluateFolders: nothing that can be read is wrong from the start', async () => {
    expect(await evaluateFolders(taskFor(join(await folderWith({}), 'none')), NOW)).toMatchObject({
      kind: 'Wrong',
      problems: [{ reason: 'FileUnreadable' }],
    });
  });

  it('evaluateFolders: an empty folder is no error, and serves nothing', async () => {
    expect((await good(await folderWith({}))).routing.routes).toEqual([]);
  });

  it('evaluateFolders: known errors are taken again, new ones are not, mended ones are gone', async () => {
    const folder = await folderWith({ 'a.yaml': ingress('one'), 'b.yaml': policy('one', 'https://app.example/x') });
    const { errors } = await good(folder);
    await writeFile(join(folder, 'b.yaml'), policy('one', 'https://other.example/y'));
    expect((await good(folder, errors)).errors).toEqual(errors);
    await writeFile(join(folder, 'c.yaml'), policy('two', 'https://app.example/x'));
    expect(await evaluateFolders(taskFor(folder, errors), NOW)).toMatchObject({ kind: 'Wrong' });
    await rm(join(folder, 'c.yaml'));
    await writeFile(join(folder, 'b.yaml'), policy('one', 'https://app.example'));
    expect((await good(folder, errors)).errors).toEqual([]);
  });

  it('evaluateFolders: exceptions that are yet to begin or end are told, the first to do so first', async () => {
    const exception = (name: string, expiresAt: string) => `apiVersion: cors-operator.dev/v1alpha1
kind: CorsException
metadata: { name: ${name} }
spec:
  guardrailRef: { name: org }
  policyRefs: [{ namespace: shop, name: ${name} }]
  allowOrigins: ["https://partner.example"]
  expiresAt: "${expiresAt}"
  owner: team
  reason: migration
`;
    const parts = [
      exception('past', '2025-01-01T00:00:00Z'),
      exception('later', '2026-03-01T00:00:00Z'),
      exception('sooner', '2026-02-01T00:00:00Z'),
      exception('far', '2027-06-01T00:00:00Z'),
    ];
    const state = await good(await folderWith({ 'a.yaml': parts.join('---\n') }));
    const far = Date.UTC(2027, 5, 1);
    expect(state.expiries).toEqual([
      { at: Date.UTC(2026, 1, 1), policies: ['CorsPolicy shop/sooner'] },
      { at: Date.UTC(2026, 2, 1), policies: ['CorsPolicy shop/later'] },
      { at: far - 400 * 24 * 60 * 60 * 1000, policies: [] },
      { at: far, policies: ['CorsPolicy shop/far'] },
    ]);
  });

  it('evaluateFolders: results that cannot be written are told, and the state is served all the same', async () => {
    const folder = await folderWith({ 'a.yaml': ingress('one'), 'b.yaml': policy('one', 'https://app.example') });
    const output = await folderWith({ taken: 'a file' });
    const failed = await evaluateFolders(taskFor(folder, undefined, join(output, 'taken')), NOW);
    expect(failed).toMatchObject({ kind: 'Good', output: { written: 0, problem: expect.any(String) } });
    const result = await evaluateFolders(taskFor(folder, undefined, output), NOW);
    expect(result).toMatchObject({ kind: 'Good', output: { problem: undefined } });
    expect(await readFile(join(output, 'a.yaml'), 'utf8')).toContain('kind: Ingress');
  });

  it('evaluateFolders: examples come first for what only the responder can answer', async () => {
    const parts = [
      ingress('plain'),
      policy('plain', 'https://app.example'),
      ingress('deep'),
      policy('deep', 'https://*.app.example'),
    ];
    const state = await good(await folderWith({ 'a.yaml': parts.join('---\n') }));
    expect(state.examples[0]).toMatchObject({ host: 'deep.example.com', origin: 'https://www.app.example' });
  });
});
