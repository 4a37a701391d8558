import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { crdManifest } from '../../../scripts/reference/crd-manifest.ts';
import { OWN_KINDS } from '../../../scripts/reference/own-kind.ts';
import { type Schema, schemaProblems, valueProblems } from '../../support/structural-schema.ts';

const ROOT = join(import.meta.dirname, '../../..');

type Crd = {
  readonly metadata: { readonly name: string; readonly labels: Readonly<Record<string, string>> };
  readonly spec: {
    readonly scope: string;
    readonly names: {
      readonly kind: string;
      readonly categories: readonly string[];
      readonly shortNames: readonly string[];
    };
    readonly versions: readonly [
      {
        readonly subresources: object;
        readonly additionalPrinterColumns: readonly { readonly name: string; readonly jsonPath: string }[];
        readonly schema: {
          readonly openAPIV3Schema: Schema & { readonly properties: Readonly<Record<string, Schema>> };
        };
      },
    ];
  };
};

async function committed(plural: string): Promise<Crd> {
  return parse(await readFile(join(ROOT, `crds/cors-operator.dev_${plural}.yaml`), 'utf8')) as Crd;
}

describe.each(OWN_KINDS)('CRD of $kind', (kind) => {
  test('what is committed is what is generated', async () => {
    expect(await committed(kind.plural)).toEqual(crdManifest(kind));
  });

  test('spec and status are structural, bounded, atomic', async () => {
    const { spec, status } = (await committed(kind.plural)).spec.versions[0].schema.openAPIV3Schema.properties;
    expect(schemaProblems(spec, 'spec')).toEqual([]);
    expect(schemaProblems(status, 'status')).toEqual([]);
  });

  test('every field of the spec is described, lists and objects inside of it too', async () => {
    const { spec } = (await committed(kind.plural)).spec.versions[0].schema.openAPIV3Schema.properties;
    expect(undescribed(spec, 'spec')).toEqual([]);
  });

  test('carries the policy label, its category and its status', async () => {
    const crd = await committed(kind.plural);
    expect(crd.metadata.labels).toEqual({ 'gateway.networking.k8s.io/policy': 'Direct' });
    expect(crd.spec.names).toMatchObject({ categories: ['cors'], shortNames: [kind.shortName], kind: kind.kind });
    expect(crd.spec.versions[0].subresources).toEqual({ status: {} });
  });

  test('a status that was never written says that nobody has looked', async () => {
    const { status } = (await committed(kind.plural)).spec.versions[0].schema.openAPIV3Schema.properties;
    expect(status?.['default']).toMatchObject({
      observedGeneration: -1,
      conditions: [{ type: 'Ready', status: 'Unknown' }],
    });
    expect(valueProblems(status ?? {}, status?.['default'], 'status')).toEqual([]);
  });
});

test('the columns of a CorsPolicy are those that people look for', async () => {
  const columns = (await committed('corspolicies')).spec.versions[0].additionalPrinterColumns;
  expect(columns.map(({ name }) => name)).toEqual(['Ready', 'Routes', 'Native', 'Responder', 'Refused', 'Age']);
});

function undescribed(schema: Schema | undefined, path: string): readonly string[] {
  const { properties, items, description } = (schema ?? {}) as {
    properties?: Record<string, Schema>;
    items?: Schema;
    description?: string;
  };
  const own = typeof description === 'string' && /^[A-Z`].*\.$/s.test(description) ? [] : [path];
  const below = Object.entries(properties ?? {}).flatMap(([name, property]) =>
    undescribed(property, `${path}.${name}`),
  );
  return [...own, ...below, ...(items?.['type'] === 'object' ? undescribed(items, `${path}[]`) : [])];
}
