import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse, parseAllDocuments } from 'yaml';
import type { Helm } from '../rig/helm.ts';

/** Folder of the chart. */
export const CHART: string = fileURLToPath(new URL('../../charts/cors-operator', import.meta.url));

/** An object as a manifest holds it. */
export type Manifest = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly [field: string]: unknown;
};

/** Values of a chart as `--set-json` takes them, by path. */
export type ChartValues = Readonly<Record<string, unknown>>;

/** Arguments that give values. */
export function valueArguments(values: ChartValues): readonly string[] {
  return Object.entries(values).flatMap(([path, value]) => ['--set-json', `${path}=${JSON.stringify(value)}`]);
}

/** Every object that an installation would create, hooks included. What was rendered once is not rendered again. */
export function renderChart(
  helm: Helm,
  values: ChartValues = {},
  release = 'cors-operator',
): Promise<readonly Manifest[]> {
  const args = ['template', release, CHART, '--namespace', 'cors-system', ...valueArguments(values)];
  const key = JSON.stringify(args);
  const known = rendered.get(key);
  if (known !== undefined) return known;
  const objects = helm.run(args).then(parseManifests);
  rendered.set(key, objects);
  return objects;
}

const rendered = new Map<string, Promise<readonly Manifest[]>>();

function parseManifests(text: string): readonly Manifest[] {
  return parseAllDocuments(text)
    .map((document) => document.toJS())
    .filter((object) => object !== null);
}

/** The one object of a kind and name. */
export function oneOf(objects: readonly Manifest[], kind: string, name: string): Manifest {
  const [first, ...others] = objects.filter((object) => object.kind === kind && object.metadata.name === name);
  if (first === undefined || others.length > 0)
    throw new Error(`${others.length === 0 ? 'no' : 'several'} ${kind} ${name}`);
  return first;
}

/** A file of the chart that is YAML or JSON. */
export function chartFile(name: string): Readonly<Record<string, unknown>> {
  return parse(readFileSync(`${CHART}/${name}`, 'utf8'));
}
