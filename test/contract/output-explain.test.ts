import { describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { inputFolder } from '../support/input-folder.ts';
import { ingressText, policyText, stream } from '../support/manifests.ts';
import { QUICKSTART, runInProcess, spawnProgram } from '../support/program.ts';
import { explainDocument } from './output-documents.ts';

async function explain(args: readonly string[]): Promise<z.infer<typeof explainDocument>['routes']> {
  const { stdout } = await runInProcess(['explain', '-o', 'json', ...args]);
  return explainDocument.parse(JSON.parse(stdout)).routes;
}

describe('explain -o json', () => {
  test('as a process: each entry with the field it comes from', { timeout: 30_000 }, async () => {
    const args = ['explain', '-f', QUICKSTART, '-n', 'shop', 'ingress/storefront', '-o', 'json'];
    const { code, stdout } = await spawnProgram(args);
    expect(code).toBe(0);
    const from = { kind: 'CorsPolicy', namespace: 'shop', name: 'storefront' };
    const { routes } = explainDocument.parse(JSON.parse(stdout));
    expect(routes).toHaveLength(1);
    expect(routes[0]).toMatchObject({ outcome: 'Native', policy: from });
    expect(routes[0]?.entries).toEqual([
      { field: 'allowOrigins', value: 'https://www.example.com', from: { ...from, path: 'spec.allowOrigins[0]' } },
      { field: 'allowOrigins', value: 'https://admin.example.com', from: { ...from, path: 'spec.allowOrigins[1]' } },
      { field: 'allowMethods', value: 'PUT', from: { ...from, path: 'spec.allowMethods[0]' } },
      { field: 'allowMethods', value: 'DELETE', from: { ...from, path: 'spec.allowMethods[1]' } },
      { field: 'allowHeaders', value: 'Content-Type', from: { ...from, path: 'spec.allowHeaders[0]' } },
      { field: 'allowHeaders', value: 'X-Request-Id', from: { ...from, path: 'spec.allowHeaders[1]' } },
      { field: 'exposeHeaders', value: 'X-Request-Id', from: { ...from, path: 'spec.exposeHeaders[0]' } },
      { field: 'allowCredentials', value: true, from: { ...from, path: 'spec.allowCredentials' } },
      { field: 'maxAge', value: 600, from: { ...from, path: 'spec.maxAge' } },
    ]);
  });

  test('without a name: every route, those without a policy with no entries', async () => {
    const routes = await explain(['-f', QUICKSTART]);
    expect(routes).toHaveLength(9);
    for (const { outcome, policy, entries } of routes) {
      expect(policy === undefined).toBe(outcome === 'NoPolicy');
      expect(entries.length > 0).toBe(outcome !== 'NoPolicy' && outcome !== 'Refused');
    }
  });

  test('a default names the ClusterCorsPolicy and its field', async () => {
    const [route] = await explain(['-f', QUICKSTART, '--host', 'status.example.com']);
    expect(route?.entries[0]).toMatchObject({
      value: 'https://www.example.com',
      from: { kind: 'ClusterCorsPolicy', name: 'organisation', path: 'spec.default.allowOrigins[0]' },
    });
  });

  test('an origin of a list names its line', async () => {
    const folder = await inputFolder({
      'a.yaml': stream(
        policyText('web', '  allowOriginsFrom:\n    - configMapKeyRef: { name: partners, key: origins }\n'),
        ingressText('web'),
        'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: partners\n  namespace: shop\n  labels: { cors-operator.dev/origins: "true" }\ndata:\n  origins: |\n    # ours\n    https://one.example.com\n',
      ),
    });
    const [route] = await explain(['-f', folder]);
    expect(route?.entries[0]).toMatchObject({
      value: 'https://one.example.com',
      from: { kind: 'ConfigMap', namespace: 'shop', name: 'partners', path: 'data.origins line 2' },
    });
  });

  test('what a guardrail takes away is shown with the guardrail', async () => {
    const folder = await inputFolder({
      'a.yaml': stream(
        policyText('web', '  allowOrigins: [https://a.example.com, https://b.example.net]\n'),
        ingressText('web'),
        'apiVersion: cors-operator.dev/v1alpha1\nkind: ClusterCorsPolicy\nmetadata: { name: org }\nspec:\n  guardrail: { allowOrigins: ["https://*.example.com"] }\n  enforcement: Enforce\n',
      ),
    });
    const [route] = await explain(['-f', folder]);
    const cut = route?.entries.filter(({ cutBy }) => cutBy !== undefined);
    expect(cut).toEqual([
      {
        field: 'allowOrigins',
        value: 'https://b.example.net',
        from: { kind: 'CorsPolicy', namespace: 'shop', name: 'web', path: 'spec.allowOrigins[1]' },
        cutBy: { name: 'org', path: 'spec.guardrail.allowOrigins', witness: 'https://b.example.net' },
      },
    ]);
  });

  test.each([
    { name: 'a route that is not there', args: ['ingress/nothing'], code: 1 },
    { name: 'a route of another namespace', args: ['-n', 'ops', 'ingress/storefront'], code: 1 },
    { name: 'a host that nothing answers', args: ['--host', 'nothing.example.com'], code: 1 },
    { name: 'what names no route', args: ['storefront'], code: 2 },
    { name: 'a path without a host', args: ['--path', '/x'], code: 2 },
  ])('$name: exit $code and a message', async ({ args, code }) => {
    const result = await runInProcess(['explain', '-f', QUICKSTART, ...args]);
    expect(result.code).toBe(code);
    expect(result.stderr).toContain('error: ');
  });
});
