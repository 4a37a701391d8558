import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { clusterResources } from '../../src/sources/cluster-resources.ts';
import { findHelm, type Helm } from '../rig/helm.ts';
import { type ChartValues, type Manifest, oneOf, renderChart } from './rendered-chart.ts';

let helm: Helm;

// Helm takes its time where many tests run at once.
vi.setConfig({ testTimeout: 60_000 });

beforeAll(async () => {
  helm = await findHelm();
}, 900_000);

afterAll(() => helm?.stop());

type Rule = {
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
  readonly verbs: readonly string[];
};

function rules(role: Manifest): readonly Rule[] {
  return role['rules'] as readonly Rule[];
}

/** One line per right: `verb group/resource`, and `@name` where only that object is meant. */
function rights(role: Manifest): readonly string[] {
  const lines = rules(role).flatMap(({ apiGroups = [], resources = [], resourceNames = [''], verbs }) =>
    apiGroups.flatMap((group) =>
      resources.flatMap((resource) =>
        resourceNames.flatMap((name) =>
          verbs.map((verb) => `${verb} ${group}/${resource}${name === '' ? '' : `@${name}`}`),
        ),
      ),
    ),
  );
  return lines.sort();
}

async function roleRights(kind: string, name: string, values: ChartValues = {}): Promise<readonly string[]> {
  return rights(oneOf(await renderChart(helm, values), kind, name));
}

/** What the program reads, by its own list. */
const READS = clusterResources.flatMap(({ group, plural }) =>
  ['get', 'list', 'watch'].map((verb) => `${verb} ${group}/${plural}`),
);

/** What the controller writes whatever is enabled: operations.md, RBAC. */
const STATUSES = [
  'patch cors-operator.dev/clustercorspolicies/status',
  'patch cors-operator.dev/corsexceptions/status',
  'patch cors-operator.dev/corspolicies/status',
  'create events.k8s.io/events',
  'patch events.k8s.io/events',
];

const INGRESSES = ['patch networking.k8s.io/ingresses'];

const MIDDLEWARES = ['create', 'delete', 'patch'].map((verb) => `${verb} traefik.io/middlewares`);

describe("the controller's account", () => {
  const cases = [
    { name: 'every dialect', values: {}, writes: [...INGRESSES, ...MIDDLEWARES] },
    { name: 'ingress-nginx', values: { dialects: ['ingress-nginx'] }, writes: INGRESSES },
    { name: 'traefik', values: { dialects: ['traefik'] }, writes: [...INGRESSES, ...MIDDLEWARES] },
    { name: 'gateway-api', values: { dialects: ['gateway-api'] }, writes: [] },
    { name: 'no dialect', values: { dialects: [] }, writes: [] },
  ];

  test.each(cases)('$name: exactly what it reads, and what it writes for it', async ({ values, writes }) => {
    const expected = [...READS, ...STATUSES, ...writes].sort();
    expect(await roleRights('ClusterRole', 'cors-operator-controller', values)).toEqual(expected);
  });

  test('in its own namespace: its Lease', async () => {
    const expected = ['create coordination.k8s.io/leases'].concat(
      ['get', 'update'].map((verb) => `${verb} coordination.k8s.io/leases@cors-operator`),
    );
    expect(await roleRights('Role', 'cors-operator-controller')).toEqual(expected.sort());
    expect(await roleRights('Role', 'cors-operator-controller', { instance: 'blue' })).toContain(
      'update coordination.k8s.io/leases@cors-operator-blue',
    );
  });

  test('gets its rights from these roles alone, and nobody else gets them', async () => {
    const objects = await renderChart(helm);
    const bindings = objects.filter(({ kind }) => kind === 'ClusterRoleBinding' || kind === 'RoleBinding');
    const subjects = [{ kind: 'ServiceAccount', name: 'cors-operator-controller', namespace: 'cors-system' }];
    expect(bindings.map((binding) => [binding['roleRef'], binding['subjects']])).toEqual(
      expect.arrayContaining(
        ['ClusterRole', 'Role'].map((kind) => [
          { apiGroup: 'rbac.authorization.k8s.io', kind, name: 'cors-operator-controller' },
          subjects,
        ]),
      ),
    );
    expect(bindings).toHaveLength(2);
  });
});

describe('roles for people', () => {
  const READ = ['get', 'list', 'watch'];
  const WRITE = ['create', 'delete', 'deletecollection', 'patch', 'update'];
  const on = (verbs: readonly string[], plural: string) => verbs.map((verb) => `${verb} cors-operator.dev/${plural}`);

  const roles = [
    {
      name: 'cors-operator-view',
      rights: ['corspolicies', 'clustercorspolicies', 'corsexceptions'].flatMap((plural) => on(READ, plural)),
      aggregatedTo: ['view', 'edit', 'admin'],
    },
    { name: 'cors-operator-edit', rights: on(WRITE, 'corspolicies'), aggregatedTo: ['edit', 'admin'] },
    { name: 'cors-operator-platform', rights: on([...READ, ...WRITE], 'clustercorspolicies'), aggregatedTo: [] },
    { name: 'cors-operator-exceptions', rights: on([...READ, ...WRITE], 'corsexceptions'), aggregatedTo: [] },
  ];

  test.each(roles)('$name', async ({ name, rights: expected, aggregatedTo }) => {
    const role = oneOf(await renderChart(helm), 'ClusterRole', name);
    expect(rights(role)).toEqual([...expected].sort());
    const labels = Object.entries(role.metadata.labels ?? {}).filter(([key]) => key.includes('/aggregate-to-'));
    expect(labels.map(([key, value]) => `${key}=${value}`).sort()).toEqual(
      aggregatedTo.map((to) => `rbac.authorization.k8s.io/aggregate-to-${to}=true`).sort(),
    );
  });

  test('roles.aggregate off: the cluster’s own roles stay as they are', async () => {
    const objects = await renderChart(helm, { 'roles.aggregate': false });
    const labels = objects.flatMap(({ metadata }) => Object.keys(metadata.labels ?? {}));
    expect(labels.filter((label) => label.includes('/aggregate-to-'))).toEqual([]);
  });
});

describe('every role', () => {
  test('no wildcard, no Secrets, no URL, no way to more rights', async () => {
    const roles = (await renderChart(helm)).filter(({ kind }) => kind === 'ClusterRole' || kind === 'Role');
    for (const role of roles) {
      for (const rule of rules(role)) {
        const words = [
          ...(rule.apiGroups ?? []),
          ...(rule.resources ?? []),
          ...rule.verbs,
          ...(rule.resourceNames ?? []),
        ];
        expect(words.filter((word) => /\*|^(secrets|escalate|bind|impersonate)$/.test(word))).toEqual([]);
        expect(rule.nonResourceURLs).toBeUndefined();
        expect(rule.apiGroups).not.toContain('rbac.authorization.k8s.io');
      }
    }
    expect(roles.length).toBeGreaterThan(5);
  });
});
