import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { structuralSchema } from '../../../scripts/reference/crd-schema.ts';
import { OWN_KINDS } from '../../../scripts/reference/own-kind.ts';
import type { KubernetesObject } from '../../../src/model/kubernetes-object.ts';
import { defaultSettings } from '../../../src/model/settings.ts';
import { assembleSnapshot } from '../../../src/model/snapshot-assembly.ts';
import { CASES, dialectCases, invalidCases } from '../../golden/golden-case.ts';
import { type ControlPlane, startControlPlane } from '../../rig/control-plane.ts';
import { installCrds } from '../../rig/crds.ts';
import { createDryRun, type DryRun } from '../../support/dry-run.ts';
import { type Schema, valueProblems, withDefaults } from '../../support/structural-schema.ts';
import { VALIDATION_CASES, type ValidationCase } from '../../support/validation-cases.ts';

const EXAMPLES = join(import.meta.dirname, '../../../examples');

let plane: ControlPlane;
let dryRun: DryRun;

beforeAll(async () => {
  plane = await startControlPlane();
  await installCrds(plane, ['own', 'gateway-api']);
  dryRun = await createDryRun(plane);
});
afterAll(() => plane.stop());

const schemas = new Map<string, Schema>(OWN_KINDS.map(({ kind, spec }) => [kind, structuralSchema(spec)]));

/** What our model of the API server says, which the fast tests use. */
function isRefusedByModel({ kind, spec }: Readonly<Record<string, unknown>>): boolean {
  const schema = schemas.get(String(kind));
  if (schema === undefined) throw new Error(`no schema of ${String(kind)}`);
  return valueProblems(schema, withDefaults(schema, spec), 'spec').length > 0;
}

function isRefusedByParser(object: KubernetesObject): boolean {
  const snapshot = assembleSnapshot([object], defaultSettings);
  const parsed = [...snapshot.policies, ...snapshot.clusterPolicies, ...snapshot.exceptions];
  return [...snapshot.issues, ...parsed.flatMap(({ issues }) => issues)].some(({ severity }) => severity === 'error');
}

function objectsIn(file: string): readonly KubernetesObject[] {
  return parseAllDocuments(readFileSync(file, 'utf8')).map((document) => document.toJS({ maxAliasCount: -1 }));
}

function isOwn({ apiVersion }: KubernetesObject): boolean {
  return apiVersion.startsWith('cors-operator.dev/');
}

describe('the CRDs', () => {
  test('are established, and tell tools that their objects are policies', async () => {
    const crds = JSON.parse(await plane.kubectl(['get', 'crds', '-o', 'json'])).items.filter((crd: KubernetesObject) =>
      crd.metadata.name.endsWith('.cors-operator.dev'),
    );
    expect(crds.map((crd: KubernetesObject) => crd.metadata.name)).toEqual([
      'clustercorspolicies.cors-operator.dev',
      'corsexceptions.cors-operator.dev',
      'corspolicies.cors-operator.dev',
    ]);
    for (const crd of crds) {
      expect(crd.status.conditions).toContainEqual(expect.objectContaining({ type: 'Established', status: 'True' }));
      // The API server takes a schema that is not structural and then prunes and defaults nothing.
      const types = crd.status.conditions.map(({ type }: { readonly type: string }) => type);
      expect(types).not.toContain('NonStructuralSchema');
      expect(crd.metadata.labels).toEqual({ 'gateway.networking.k8s.io/policy': 'Direct' });
    }
  });

  test.each([
    ['corspolicy.spec.allowOrigins', 'scheme://'],
    ['corspolicy.spec.maxAge', 'seconds'],
    ['corspolicy.status.conditions', 'Ready'],
    ['clustercorspolicy.spec.guardrail.allowOrigins', 'Highest set of origins'],
    ['corsexception.spec.expiresAt', 'RFC 3339'],
  ])('kubectl explain %s has a text', async (path, word) => {
    const text = await plane.kubectl(['explain', path]);
    expect(text.replaceAll(/\s+/g, ' ')).toContain(word);
  });

  test('kubectl get cors lists all three kinds', async () => {
    const { tryKubectl, kubectl } = plane;
    const target = { group: 'networking.k8s.io', kind: 'Ingress', name: 'storefront' };
    const spec = { targetRefs: [target], allowOrigins: ['https://www.example.com'] };
    const objects = [
      { kind: 'CorsPolicy', spec },
      { kind: 'ClusterCorsPolicy', spec: { enforcement: 'Audit', guardrail: { maxAge: 60 } } },
      {
        kind: 'CorsException',
        spec: {
          guardrailRef: { name: 'storefront' },
          policyRefs: [{ namespace: 'default', name: 'storefront' }],
          allowMethods: ['PUT'],
          expiresAt: '2030-01-01T00:00:00Z',
          owner: 'shop team',
          reason: 'a test',
        },
      },
    ].map((object) => ({ apiVersion: 'cors-operator.dev/v1alpha1', metadata: { name: 'storefront' }, ...object }));
    const input = objects.map((object) => JSON.stringify(object)).join('\n---\n');
    expect(await tryKubectl(['apply', '-f', '-'], { input })).toMatchObject({ code: 0 });
    const listed = (await kubectl(['get', 'cors', '-o', 'name'])).trim().split('\n').sort();
    expect(listed).toEqual([
      'clustercorspolicy.cors-operator.dev/storefront',
      'corsexception.cors-operator.dev/storefront',
      'corspolicy.cors-operator.dev/storefront',
    ]);
    for (const short of ['corspol', 'ccorspol', 'corsex'])
      expect(await kubectl(['get', short])).toContain('storefront');
  });

  test('a policy that nobody has looked at says so', async () => {
    const status = JSON.parse(await plane.kubectl(['get', 'corspolicy', 'storefront', '-o', 'json'])).status;
    expect(status).toMatchObject({
      observedGeneration: -1,
      conditions: [{ type: 'Ready', status: 'Unknown', observedGeneration: -1 }],
    });
    const [header = '', row = ''] = (await plane.kubectl(['get', 'corspolicies'])).split('\n');
    expect(header.split(/ +/)).toEqual(['NAME', 'READY', 'ROUTES', 'NATIVE', 'RESPONDER', 'REFUSED', 'AGE']);
    expect(row.split(/ +/).slice(0, 2)).toEqual(['storefront', 'Unknown']);
    const wait = ['wait', '--for=condition=Ready', '--timeout=1s', 'corspolicy/storefront'];
    expect((await plane.tryKubectl(wait)).code).not.toBe(0);
  });

  test('a field that does not exist is refused for people who use kubectl', async () => {
    const spec = { targetSelector: {}, allowOrigin: ['https://www.example.com'], allowOrigins: ['https://a.example'] };
    const object = { apiVersion: 'cors-operator.dev/v1alpha1', kind: 'CorsPolicy', metadata: { name: 'a' }, spec };
    const { code, stderr } = await plane.tryKubectl(['apply', '-f', '-'], { input: JSON.stringify(object) });
    expect(code).not.toBe(0);
    expect(stderr).toContain('spec.allowOrigin');
  });
});

describe('what the API server refuses by itself', () => {
  function isExpected({ issues, apiServer }: ValidationCase): boolean {
    return apiServer !== 'Lax' && issues.some((issue) => !issue.includes('(W)'));
  }

  test.each(VALIDATION_CASES)('$kind: $name', async (row) => {
    const { code, message } = await dryRun({
      apiVersion: 'cors-operator.dev/v1alpha1',
      kind: row.kind,
      metadata: { name: 'row-of-the-table' },
      spec: row.spec,
    });
    expect(code === 201 || code === 422 || code === 400, message).toBe(true);
    expect(code !== 201, message).toBe(isExpected(row));
  });
});

const examples = readdirSync(EXAMPLES, { recursive: true, encoding: 'utf8' })
  // Settings of the command line, no object.
  .filter((name) => /\.ya?ml$/.test(name) && !name.endsWith('.cors-operator.yaml'))
  .sort();

describe.each(examples)('example %s', (name) => {
  const objects = objectsIn(join(EXAMPLES, name));

  test.each(objects.map((object) => ({ name: `${object.kind} ${object.metadata.name}`, object })))(
    '$name',
    async ({ object }) => {
      const { code, message } = await dryRun(object);
      const isWrong = isOwn(object) && isRefusedByModel(object);
      expect(code, message).toBe(isWrong ? 422 : 201);
    },
  );
});

describe('golden inputs', () => {
  const inputs = [...dialectCases(), ...invalidCases()].map((name) => ({ name }));

  test.each(inputs)(
    '$name: the API server refuses what the model of it refuses, and nothing that the parser takes',
    async ({ name }) => {
      for (const object of objectsIn(join(CASES, name, 'input.yaml'))) {
        if (!isOwn(object)) continue;
        const { code, message } = await dryRun(object);
        const words = `${object.kind} ${object.metadata.name}: ${message}`;
        expect(code !== 201, words).toBe(isRefusedByModel(object));
        if (code !== 201) expect(isRefusedByParser(object), words).toBe(true);
      }
    },
  );

  test('every invalid case holds something that is refused', () => {
    for (const name of invalidCases()) {
      const objects = objectsIn(join(CASES, name, 'input.yaml')).filter(isOwn);
      expect(
        objects.some((object) => isRefusedByModel(object) && isRefusedByParser(object)),
        name,
      ).toBe(true);
    }
  });
});
