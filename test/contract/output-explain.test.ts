import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { z } from 'zod';
import type { KubernetesObject } from '../../src/model/kubernetes-object.ts';
import {
  clusterPolicyObject,
  ingressClassObject,
  ingressObject,
  ingressTarget,
  originListObject,
  policyObject,
} from '../support/cluster-objects.ts';
import { startFakeCluster } from '../support/fake-cluster.ts';
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
    expect(routes).toHaveLength(10);
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

type Explained = z.infer<typeof explainDocument>['routes'][number];
type Entry = Explained['entries'][number];

/** `field value` of entries, and how they stand to guardrails. */
function words({ entries }: Explained): readonly string[] {
  return entries.map(({ field, value, cutBy, allowedBy, exceeds }: Entry) =>
    [
      field,
      String(value),
      ...(cutBy === undefined ? [] : [`cut by ${cutBy.name}`]),
      ...(allowedBy === undefined ? [] : [`allowed by ${allowedBy.name} ${allowedBy.path}`]),
      ...(exceeds === undefined ? [] : [`beyond ${exceeds.name} (${exceeds.enforcement})`]),
    ].join(' '),
  );
}

function objectsFolder(objects: readonly KubernetesObject[]): Promise<string> {
  return inputFolder({ 'all.yaml': objects.map((object) => JSON.stringify(object)).join('\n---\n') });
}

/** One route whose policy asks for more than the guardrail leaves, in every field. */
function greedy(enforcement: string): readonly KubernetesObject[] {
  return [
    ingressClassObject(),
    ingressObject('web'),
    policyObject('web', {
      targetRefs: [ingressTarget('web')],
      allowOrigins: ['https://*.example.com', 'https://www.shop.example.com'],
      allowOriginRegexes: ['^https://[a-z]+\\.example\\.org$'],
      allowOriginsFrom: [{ configMapKeyRef: { name: 'partners', key: 'origins' } }],
      allowMethods: ['*'],
      allowHeaders: ['X-One', 'X-Two'],
      allowCredentials: true,
      maxAge: 600,
    }),
    originListObject('partners', { origins: '# partners\nhttps://partner.example.net\n' }),
    clusterPolicyObject('org', {
      guardrail: {
        allowOrigins: ['https://*.shop.example.com'],
        allowMethods: ['PUT'],
        allowHeaders: ['x-two'],
        allowCredentials: false,
        maxAge: 60,
      },
      enforcement,
    }),
  ];
}

describe('explain and guardrails', () => {
  test('Enforce: what is in force, where it comes from, and every cut with guardrail, path and witness', async () => {
    const [route] = await explain(['-f', await objectsFolder(greedy('Enforce'))]);
    expect(route && words(route)).toEqual([
      'allowOrigins https://www.shop.example.com',
      'allowOrigins https://*.shop.example.com',
      'allowOrigins https://partner.example.net cut by org',
      'allowOrigins https://*.example.com cut by org',
      'allowOriginRegexes ^https://[a-z]+\\.example\\.org$ cut by org',
      'allowMethods PUT',
      'allowMethods * cut by org',
      'allowHeaders X-Two',
      'allowHeaders X-One cut by org',
      'allowCredentials false',
      'allowCredentials true cut by org',
      'maxAge 60',
      'maxAge 600 cut by org',
    ]);
    const policy = { kind: 'CorsPolicy', namespace: 'shop', name: 'web' };
    expect(route?.entries[1]?.from).toEqual({ ...policy, path: 'spec.allowOrigins[0]' });
    expect(route?.entries[2]).toMatchObject({
      from: { kind: 'ConfigMap', namespace: 'shop', name: 'partners', path: 'data.origins line 2' },
      cutBy: { path: 'spec.guardrail.allowOrigins', witness: 'https://partner.example.net' },
    });
    expect(route?.entries[3]?.cutBy?.witness).toMatch(/^https:\/\/[a-z0-9.-]+\.example\.com$/);
    expect(route?.entries[4]?.cutBy?.witness).toMatch(/^https:\/\/[a-z]+\.example\.org$/);
    expect(route?.entries[8]?.cutBy).toEqual({ name: 'org', path: 'spec.guardrail.allowHeaders' });
    expect(route?.entries[12]).toMatchObject({ cutBy: { path: 'spec.guardrail.maxAge' } });
  });

  test.each(['Warn', 'Audit'] as const)('%s: everything is in force, and says what it goes beyond', async (mode) => {
    const [route] = await explain(['-f', await objectsFolder(greedy(mode))]);
    expect(route && words(route)).toEqual([
      `allowOrigins https://www.shop.example.com`,
      `allowOrigins https://partner.example.net beyond org (${mode})`,
      `allowOrigins https://*.example.com beyond org (${mode})`,
      `allowOriginRegexes ^https://[a-z]+\\.example\\.org$ beyond org (${mode})`,
      `allowMethods * beyond org (${mode})`,
      `allowHeaders X-One beyond org (${mode})`,
      'allowHeaders X-Two',
      `allowCredentials true beyond org (${mode})`,
      `maxAge 600 beyond org (${mode})`,
    ]);
  });

  test('the table says what came in the place of what, and why', async () => {
    const { stdout } = await runInProcess(['explain', '-f', await objectsFolder(greedy('Enforce'))]);
    const lines = stdout.split('\n').map((line) => line.replaceAll(/ {2,}/g, ' | '));
    expect(lines).toContain(
      'allowOrigins | https://*.shop.example.com | CorsPolicy shop/web spec.allowOrigins[0] | in place of https://*.example.com',
    );
    expect(lines).toContainEqual(
      expect.stringMatching(
        /^allowOrigins \| https:\/\/\*\.example\.com \| .* \| cut by org spec\.guardrail\.allowOrigins: lets in https:\S+; narrowed to https:\/\/\*\.shop\.example\.com$/,
      ),
    );
    expect(lines).toContain(
      'allowMethods | * | CorsPolicy shop/web spec.allowMethods[0] | cut by org spec.guardrail.allowMethods; narrowed to PUT',
    );
    expect(lines).toContain('maxAge | 60 | CorsPolicy shop/web spec.maxAge | in place of 600');
  });

  test('what a list of origins has to do with it is told beside the result, as what the policy has', async () => {
    const { stderr } = await runInProcess(['explain', '-f', await objectsFolder(greedy('Enforce'))]);
    expect(stderr).toContain('ConfigMap shop/partners');
    expect(stderr).toMatch(/data\.origins line 2: "https:\/\/partner\.example\.net" goes beyond/);
  });

  test('two guardrails: each cut is that of the guardrail which makes it', async () => {
    const objects = [
      ingressObject('web'),
      policyObject('web', {
        targetRefs: [ingressTarget('web')],
        allowOrigins: ['https://a.example.com', 'https://b.example.com', 'https://c.example.com'],
      }),
      clusterPolicyObject('first', { guardrail: { allowOrigins: ['https://a.example.com', 'https://b.example.com'] } }),
      clusterPolicyObject('second', {
        guardrail: { allowOrigins: ['https://b.example.com', 'https://c.example.com'] },
      }),
    ];
    const [route] = await explain(['-f', await objectsFolder(objects)]);
    expect(route && words(route)).toEqual([
      'allowOrigins https://b.example.com',
      'allowOrigins https://c.example.com cut by first',
      'allowOrigins https://a.example.com cut by second',
      'allowCredentials false',
    ]);
  });

  test('a time that only the guardrail names comes from the guardrail', async () => {
    const objects = [
      ingressObject('web'),
      policyObject('web', { targetRefs: [ingressTarget('web')], allowOrigins: ['https://a.example.com'] }),
      clusterPolicyObject('org', { guardrail: { maxAge: 0 } }),
    ];
    const [route] = await explain(['-f', await objectsFolder(objects)]);
    expect(route?.entries.at(-1)).toEqual({
      field: 'maxAge',
      value: 0,
      from: { kind: 'ClusterCorsPolicy', name: 'org', path: 'spec.guardrail.maxAge' },
    });
  });

  test('on a cluster: the same as on a folder', async () => {
    const cluster = await startFakeCluster(greedy('Enforce'));
    const { code, stdout } = await cluster.run(['explain', 'ingress/web', '-o', 'json']);
    const folder = await explain(['-f', await objectsFolder(greedy('Enforce'))]);
    expect({ code, routes: explainDocument.parse(JSON.parse(stdout)).routes }).toEqual({ code: 0, routes: folder });
  });
});

describe('explain and exceptions', () => {
  beforeEach(() => vi.useFakeTimers({ toFake: ['Date'], now: Date.parse('2026-03-01T00:00:00Z') }));
  afterEach(() => vi.useRealTimers());

  function excepted(spec: Readonly<Record<string, unknown>>): readonly KubernetesObject[] {
    return [
      ...greedy('Enforce'),
      {
        apiVersion: 'cors-operator.dev/v1alpha1',
        kind: 'CorsException',
        metadata: { name: 'launch', generation: 1 },
        spec: {
          guardrailRef: { name: 'org' },
          policyRefs: [{ namespace: 'shop', name: 'web' }],
          allowOrigins: ['https://partner.example.net'],
          expiresAt: '2026-06-01T00:00:00Z',
          owner: 'web team',
          reason: 'a launch',
          ...spec,
        },
      },
    ];
  }

  test('an entry that one lets through names it and its field; everything else stays cut', async () => {
    const [route] = await explain(['-f', await objectsFolder(excepted({ allowMethods: ['DELETE'] }))]);
    expect(route && words(route).slice(0, 9)).toEqual([
      'allowOrigins https://www.shop.example.com',
      'allowOrigins https://partner.example.net allowed by launch spec.allowOrigins',
      'allowOrigins https://*.shop.example.com',
      'allowOrigins https://*.example.com cut by org',
      'allowOriginRegexes ^https://[a-z]+\\.example\\.org$ cut by org',
      'allowMethods PUT',
      'allowMethods DELETE allowed by launch spec.allowMethods',
      'allowMethods * cut by org',
      'allowHeaders X-Two',
    ]);
  });

  test('the table names it', async () => {
    const { stdout } = await runInProcess(['explain', '-f', await objectsFolder(excepted({}))]);
    expect(stdout).toMatch(
      /https:\/\/partner\.example\.net +ConfigMap shop\/partners data\.origins line 2 +beyond org spec\.guardrail\.allowOrigins, allowed by CorsException launch spec\.allowOrigins$/m,
    );
  });

  test.each([
    { name: 'one that has ended', spec: { expiresAt: '2026-02-28T23:59:59Z' } },
    { name: 'one for another policy', spec: { policyRefs: [{ namespace: 'other', name: 'web' }] } },
    { name: 'one for another guardrail', spec: { guardrailRef: { name: 'another' } } },
  ])('$name lets nothing through', async ({ spec }) => {
    const [route] = await explain(['-f', await objectsFolder(excepted(spec))]);
    const [without] = await explain(['-f', await objectsFolder(greedy('Enforce'))]);
    expect(route).toEqual(without);
  });
});
