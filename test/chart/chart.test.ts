import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { parse } from 'yaml';
import { CONTROLLER_ENVIRONMENT } from '../../bench/controller/controller-process.ts';
import { findHelm, type Helm } from '../rig/helm.ts';
import { runInProcess, spawnProgram } from '../support/program.ts';
import { type PodSpec, restrictedViolations } from './pod-security.ts';
import {
  CHART,
  type ChartValues,
  chartFile,
  type Manifest,
  oneOf,
  renderChart,
  valueArguments,
} from './rendered-chart.ts';

let helm: Helm;

// Helm takes its time where many tests run at once.
vi.setConfig({ testTimeout: 60_000 });

beforeAll(async () => {
  helm = await findHelm();
}, 900_000);

afterAll(() => helm?.stop());

/** The pods of an object, as its template holds them. */
function podSpecs({ spec }: Manifest): readonly PodSpec[] {
  const { template } = (spec ?? {}) as { readonly template?: { readonly spec: PodSpec } };
  return template === undefined ? [] : [template.spec];
}

function onlyContainer(manifest: Manifest): PodSpec['containers'][number] {
  const [container] = podSpecs(manifest).flatMap(({ containers }) => containers);
  if (container === undefined) throw new Error(`${manifest.kind} ${manifest.metadata.name} has no container`);
  return container;
}

describe('the chart', () => {
  test('helm lint: nothing to say, warnings included', async () => {
    const { code, stdout, stderr } = await helm.try(['lint', '--strict', CHART]);
    expect(stderr + stdout).not.toMatch(/\[(WARNING|ERROR)\]/);
    expect(code).toBe(0);
  });

  test('version and appVersion are those of the program', () => {
    const { version }: { version: string } = JSON.parse(readFileSync('package.json', 'utf8'));
    expect(chartFile('Chart.yaml')).toMatchObject({ version, appVersion: version });
  });

  test('without values: exactly these objects', async () => {
    const objects = await renderChart(helm);
    expect(objects.map(({ kind, metadata: { name } }) => `${kind} ${name}`).sort()).toEqual([
      'ClusterRole cors-operator-controller',
      'ClusterRole cors-operator-edit',
      'ClusterRole cors-operator-exceptions',
      'ClusterRole cors-operator-platform',
      'ClusterRole cors-operator-view',
      'ClusterRoleBinding cors-operator-controller',
      'CustomResourceDefinition clustercorspolicies.cors-operator.dev',
      'CustomResourceDefinition corsexceptions.cors-operator.dev',
      'CustomResourceDefinition corspolicies.cors-operator.dev',
      'Deployment cors-operator-controller',
      'Job cors-operator-restore',
      'Lease cors-operator',
      'PodDisruptionBudget cors-operator-controller',
      'Role cors-operator-controller',
      'RoleBinding cors-operator-controller',
      'Service cors-operator-controller-metrics',
      'ServiceAccount cors-operator-controller',
    ]);
  });

  test('namespaced objects lie in the namespace of the release, and no object is taken for one of the operator', async () => {
    const objects = await renderChart(helm);
    const clusterScoped = /^(ClusterRole|ClusterRoleBinding|CustomResourceDefinition)$/;
    for (const { kind, metadata } of objects) {
      expect(metadata.namespace, `${kind} ${metadata.name}`).toBe(clusterScoped.test(kind) ? undefined : 'cors-system');
      expect(metadata.labels).toMatchObject({ 'app.kubernetes.io/managed-by': 'Helm' });
    }
  });

  test('names of a release with any name are short enough for a label', async () => {
    const objects = await renderChart(helm, {}, 'r'.repeat(53));
    for (const { kind, metadata } of objects) {
      if (kind !== 'CustomResourceDefinition') expect(metadata.name.length, metadata.name).toBeLessThanOrEqual(63);
    }
  });

  test('a second installation has objects of its own: no name is that of the first', async () => {
    const names = ({ kind, metadata: { name } }: Manifest) => `${kind} ${name}`;
    const first = (await renderChart(helm)).map(names);
    const second = await renderChart(helm, { instance: 'blue', 'crds.enabled': false }, 'blue');
    expect(second.map(names).filter((name) => first.includes(name))).toEqual([]);
    expect(onlyContainer(oneOf(second, 'Deployment', 'blue-cors-operator-controller')).args).toContain(
      '--instance=blue',
    );
    expect(onlyContainer(oneOf(second, 'Job', 'blue-cors-operator-restore')).args).toContain('--instance=blue');
    expect(oneOf(second, 'Lease', 'cors-operator-blue')).toBeDefined();
  });

  test('the controller is given the environment in which it is measured', async () => {
    const { env } = onlyContainer(oneOf(await renderChart(helm), 'Deployment', 'cors-operator-controller'));
    const given = Object.fromEntries(
      (env ?? []).flatMap(({ name, value }) => (value === undefined ? [] : [[name, value]])),
    );
    expect(given).toEqual(CONTROLLER_ENVIRONMENT);
  });

  test('NOTES: the policy that they show is a valid one', async () => {
    const notes = readFileSync(`${CHART}/templates/NOTES.txt`, 'utf8');
    const [, shown = ''] = /<<END\n(.*?)\n +END\n/s.exec(notes) ?? [];
    const text = shown.replaceAll(/^ {3}/gm, '').replaceAll('NAMESPACE', 'shop').replaceAll('NAME', 'storefront');
    expect(parse(text)).toMatchObject({ kind: 'CorsPolicy' });
    const { code, stdout } = await runInProcess(['lint', '-f', '-', '-o', 'json'], { stdin: text });
    expect(stdout).not.toContain('"severity": "error"');
    expect(code).toBe(0);
  });
});

describe('pods', () => {
  test('every pod passes the Pod Security Standard restricted, with a read-only root', async () => {
    const pods = (await renderChart(helm)).flatMap(podSpecs);
    expect(pods).toHaveLength(2);
    expect(pods.flatMap(restrictedViolations)).toEqual([]);
  });

  test('the image: tag, digest and pull secrets', async () => {
    const image = async (values: ChartValues) =>
      onlyContainer(oneOf(await renderChart(helm, values), 'Deployment', 'cors-operator-controller')).image;
    const { appVersion } = chartFile('Chart.yaml');
    const digest = `sha256:${'0'.repeat(64)}`;
    expect(await image({})).toBe(`cors-operator:${appVersion}`);
    expect(await image({ 'image.repository': 'a/b', 'image.tag': '1.2.3' })).toBe('a/b:1.2.3');
    expect(await image({ 'image.digest': digest, 'image.tag': '1.2.3' })).toBe(`cors-operator@${digest}`);
    const objects = await renderChart(helm, { 'image.pullSecrets': [{ name: 'registry' }] });
    const pods = objects.flatMap(podSpecs);
    expect(pods).toEqual(pods.map(() => expect.objectContaining({ imagePullSecrets: [{ name: 'registry' }] })));
  });

  test('restore: before the release is deleted, as the controller, without a second try of the pod itself', async () => {
    const job = oneOf(await renderChart(helm), 'Job', 'cors-operator-restore');
    expect(job.metadata.annotations).toEqual({
      'helm.sh/hook': 'pre-delete',
      'helm.sh/hook-delete-policy': 'before-hook-creation,hook-succeeded',
    });
    const [pod] = podSpecs(job);
    expect(pod).toMatchObject({ serviceAccountName: 'cors-operator-controller', restartPolicy: 'Never' });
    expect(onlyContainer(job).args[0]).toBe('restore');
    expect(await renderChart(helm, { 'restore.enabled': false })).toSatisfy((objects: readonly Manifest[]) =>
      objects.every(({ kind }) => kind !== 'Job'),
    );
  });

  test('every flag is one that the program takes, also with every value set', async () => {
    const objects = await renderChart(helm, {
      instance: 'blue',
      'classes.nginx': 'ingress-nginx@1.11.0',
      'classes.public': 'traefik',
      'controller.logLevel': 'debug',
      'controller.writesPerSecond': 0,
      'traefik.settleSeconds': 0,
      'metrics.host': '[::]',
    });
    const pods = objects.flatMap(podSpecs).flatMap(({ containers }) => containers);
    expect(pods).toHaveLength(2);
    for (const { args } of pods) {
      const env = { KUBECONFIG: '', HOME: '/nonexistent', KUBERNETES_SERVICE_HOST: '' };
      const { stdout, stderr } = await spawnProgram(args, { env });
      // It read its flags, and only then found that there is no cluster.
      expect(stdout + stderr, args.join(' ')).toContain('no cluster');
    }
  });

  test('labels of pods cannot break the selector', async () => {
    const label = 'app.kubernetes.io/component';
    const values = { [`controller.podLabels`]: { [label]: 'other', team: 'web' }, commonLabels: { [label]: 'third' } };
    const { spec } = oneOf(await renderChart(helm, values), 'Deployment', 'cors-operator-controller');
    const { selector, template } = spec as {
      readonly selector: { readonly matchLabels: Readonly<Record<string, string>> };
      readonly template: Manifest;
    };
    expect(template.metadata.labels).toMatchObject({ ...selector.matchLabels, team: 'web' });
  });
});

describe('CustomResourceDefinitions', () => {
  const plurals = ['clustercorspolicies', 'corsexceptions', 'corspolicies'];

  test('are those of crds/, and stay after an uninstall', async () => {
    const objects = await renderChart(helm);
    for (const plural of plurals) {
      const { metadata, ...rest } = oneOf(objects, 'CustomResourceDefinition', `${plural}.cors-operator.dev`);
      const committed: Manifest = parse(readFileSync(`crds/cors-operator.dev_${plural}.yaml`, 'utf8'));
      const { metadata: committedMetadata, ...committedRest } = committed;
      expect(rest).toEqual(committedRest);
      expect(metadata.labels).toMatchObject({ ...committedMetadata.labels });
      expect(metadata.annotations).toEqual({ 'helm.sh/resource-policy': 'keep' });
    }
  });

  test('crds.keep off: they go with the release', async () => {
    const objects = await renderChart(helm, { 'crds.keep': false });
    const annotations = objects
      .filter(({ kind }) => kind === 'CustomResourceDefinition')
      .map((crd) => crd.metadata.annotations);
    expect(annotations).toEqual([undefined, undefined, undefined]);
  });

  test('crds.enabled off: there are none', async () => {
    const objects = await renderChart(helm, { 'crds.enabled': false });
    expect(objects.filter(({ kind }) => kind === 'CustomResourceDefinition')).toEqual([]);
  });
});

type Schema = {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
};

/** Every schema in a schema, by its path. */
function schemas(schema: Schema, path = ''): readonly (readonly [string, Schema])[] {
  const { properties = {}, additionalProperties, items } = schema;
  return [
    [path, schema],
    ...Object.entries(properties).flatMap(([name, each]) => schemas(each, path === '' ? name : `${path}.${name}`)),
    ...(typeof additionalProperties === 'object' ? schemas(additionalProperties, `${path}.*`) : []),
    ...(items === undefined ? [] : schemas(items, `${path}[]`)),
  ];
}

/** Paths of what values.yaml says, without what lies in lists and free maps. */
function valuePaths(value: unknown, schema: Schema | undefined, path = ''): readonly string[] {
  if (schema?.properties === undefined || typeof value !== 'object' || value === null) return [path];
  return Object.entries(value).flatMap(([name, each]) =>
    valuePaths(each, schema.properties?.[name], path === '' ? name : `${path}.${name}`),
  );
}

describe('values', () => {
  const schema: Schema = JSON.parse(readFileSync(`${CHART}/values.schema.json`, 'utf8'));

  test('the schema is closed: no object takes what it does not list, but for what parent charts share', () => {
    const open = schemas(schema).filter(([, { type, additionalProperties: more }]) => {
      return type === 'object' && (more === undefined || more === true);
    });
    expect(open.map(([path]) => path)).toEqual(['global']);
  });

  test('values.yaml holds every value of the schema, and the schema describes every one', () => {
    const inSchema = schemas(schema).filter(([path, { properties }]) => properties === undefined && !/[*[]/.test(path));
    expect(valuePaths(chartFile('values.yaml'), schema).toSorted()).toEqual(
      inSchema
        .map(([path]) => path)
        .filter((path) => path !== 'global' && !path.startsWith('controller.resources.'))
        .concat('controller.resources.requests', 'controller.resources.limits')
        .toSorted(),
    );
    expect(inSchema.filter(([, { description }]) => description === undefined)).toEqual([]);
  });

  const wrong: readonly { readonly name: string; readonly values: ChartValues; readonly says: string }[] = [
    { name: 'an unknown value', values: { replicas: 3 }, says: 'replicas' },
    { name: 'an unknown value of the controller', values: { 'controller.replica': 3 }, says: 'replica' },
    { name: 'an unknown value of the image', values: { 'image.registry': 'example.com' }, says: 'registry' },
    { name: 'a number as text', values: { 'controller.replicas': '3' }, says: 'replicas' },
    { name: 'a word for a switch', values: { 'crds.keep': 'yes' }, says: 'keep' },
    { name: 'a dialect that is not spoken', values: { dialects: ['haproxy'] }, says: 'dialects' },
    { name: 'a digest that is none', values: { 'image.digest': 'latest' }, says: 'digest' },
    { name: 'a log level that is none', values: { 'controller.logLevel': 'verbose' }, says: 'logLevel' },
    { name: 'half a write', values: { 'controller.writesPerSecond': 0.5 }, says: 'writesPerSecond' },
    { name: 'a privileged port', values: { 'metrics.port': 80 }, says: 'port' },
    { name: 'a class of a dialect that is not spoken', values: { 'classes.nginx': 'haproxy' }, says: 'classes' },
    { name: 'an instance that is no name', values: { instance: 'Blue!' }, says: 'instance' },
    {
      name: 'a toleration with an unknown field',
      values: { 'controller.tolerations': [{ keys: 'a' }] },
      says: 'tolerations',
    },
    { name: 'a label that is none', values: { 'controller.podLabels': { team: 'a b' } }, says: 'podLabels' },
  ];

  test.each(wrong)('$name is refused', async ({ values, says }) => {
    const { code, stderr } = await helm.try(['template', 'x', CHART, ...valueArguments(values)]);
    expect(code).not.toBe(0);
    expect(stderr).toContain("don't meet the specifications of the schema");
    expect(stderr).toContain(says);
  });

  test('what parent charts share is not refused', async () => {
    expect(await renderChart(helm, { 'global.team': 'web' })).toHaveLength(17);
  });
});
