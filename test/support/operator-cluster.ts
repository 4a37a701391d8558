import { readFile, writeFile } from 'node:fs/promises';
import { expect } from 'vitest';
import type { KubernetesObject } from '../../src/model/kubernetes-object.ts';
import { renderChart } from '../chart/rendered-chart.ts';
import { type ControlPlane, type ControlPlaneOptions, startControlPlane } from '../rig/control-plane.ts';
import { installCrds } from '../rig/crds.ts';
import { findHelm } from '../rig/helm.ts';
import { until } from '../rig/patience.ts';
import { type OracleOptions, replayAudit, type Violation } from './audit-oracle.ts';
import { createAuditTail } from './audit-tail.ts';
import { type ClusterAdmin, createClusterAdmin } from './cluster-admin.ts';
import { ingressClassObject } from './cluster-objects.ts';
import { type OperatorProcess, startOperatorProcess } from './operator-process.ts';

/** A real control plane with our kinds, and controllers that work there with the rights that the chart gives them. */
export type OperatorCluster = {
  readonly plane: ControlPlane;
  readonly admin: ClusterAdmin;
  /** File of the kubeconfig of the controller's service account. */
  readonly kubeconfig: (instance?: string) => Promise<string>;
  /** The same by way of something that stands in between. */
  readonly kubeconfigVia: (way: Way, instance?: string) => Promise<string>;
  /** Starts a controller; it is ended with the cluster, if not before. */
  readonly start: (options?: OperatorStart) => Promise<OperatorProcess>;
  /** A new namespace of that name, with objects. */
  readonly open: (namespace: string, ...objects: readonly KubernetesObject[]) => Promise<void>;
  /**
   * Waits until controllers are done, then fails with everything that they did wrong since the beginning: a revision wider than
   * its policy, a key that is not theirs, a write after they were done.
   */
  readonly expectSound: (options?: SoundOptions) => Promise<void>;
  /** What all controllers said last, for people who look at a test that failed. */
  readonly lastWords: () => string;
  /** Ends controllers that a test left running. */
  readonly killOperators: () => Promise<void>;
  readonly stop: () => Promise<void>;
};

/** Another address of the API server, and what verifies it; the API server's own certificate where nothing is said. */
export type Way = { readonly url: string; readonly ca?: string };

export type OperatorStart = {
  /** "" when absent. */
  readonly instance?: string;
  /** Another kubeconfig than that of its service account. */
  readonly kubeconfig?: string;
  readonly flags?: readonly string[];
};

export type SoundOptions = {
  /** Seconds for which nothing may be written once they are done. */
  readonly quiet?: number;
} & Pick<OracleOptions, 'delay'>;

/** Installations whose rights are set up: the one without a name, and another. */
const INSTANCES = ['', 'blue'] as const;

/** Starts a cluster with classes `nginx` and `traefik`. */
export async function startOperatorCluster(options: ControlPlaneOptions = {}): Promise<OperatorCluster> {
  const plane = await startControlPlane(options);
  try {
    await installCrds(plane, ['own', 'gateway-api', 'traefik']);
    await applyManifests(plane, [namespaceManifest(OPERATOR_NAMESPACE), ...(await installationManifests())]);
    const admin = await createClusterAdmin(plane.kubeconfig);
    await admin.apply([ingressClassObject(), TRAEFIK_CLASS]);
    return clusterOf(plane, admin);
  } catch (error) {
    await plane.stop();
    throw error;
  }
}

const OPERATOR_NAMESPACE = 'cors-system';

/** User name of the account of an installation. */
export function accountOf(instance = ''): string {
  return `system:serviceaccount:${OPERATOR_NAMESPACE}:${accountName(instance)}`;
}

function accountName(instance: string): string {
  return instance === '' ? 'cors-operator-controller' : `${instance}-cors-operator-controller`;
}

const TRAEFIK_CLASS: KubernetesObject = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'IngressClass',
  metadata: { name: 'traefik' },
  spec: { controller: 'traefik.io/ingress-controller' },
};

/** Who the controller is, and what it may do, as the chart says it. */
async function installationManifests(): Promise<readonly object[]> {
  const helm = await findHelm();
  try {
    const rendered = INSTANCES.map((instance) =>
      renderChart(helm, { 'crds.enabled': false, instance }, instance === '' ? 'cors-operator' : instance),
    );
    return (await Promise.all(rendered)).flat().filter(({ kind }) => INSTALLED.has(kind));
  } finally {
    await helm.stop();
  }
}

const INSTALLED = new Set(['ServiceAccount', 'ClusterRole', 'ClusterRoleBinding', 'Role', 'RoleBinding', 'Lease']);

function namespaceManifest(name: string): KubernetesObject {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
}

async function applyManifests(plane: ControlPlane, manifests: readonly object[]): Promise<void> {
  const input = manifests.map((manifest) => JSON.stringify(manifest)).join('\n---\n');
  await plane.kubectl(['apply', '--server-side', '-f', '-'], { input });
}

function clusterOf(plane: ControlPlane, admin: ClusterAdmin): OperatorCluster {
  const started: OperatorProcess[] = [];
  const watched: Watched = { plane, users: INSTANCES.map(accountOf), known: new Set() };
  const killOperators = async (): Promise<void> => {
    await Promise.all(started.filter((operator) => operator.isRunning()).map((operator) => operator.kill()));
  };
  const kubeconfig = (instance = '') => plane.kubeconfigForServiceAccount(OPERATOR_NAMESPACE, accountName(instance));
  return {
    plane,
    admin,
    kubeconfig,
    kubeconfigVia: async (way, instance) => rewritten(await kubeconfig(instance), way),
    async start({ instance = '', kubeconfig: given, flags = [] } = {}) {
      const own = instance === '' ? [] : ['--instance', instance];
      const operator = startOperatorProcess([
        '--kubeconfig',
        given ?? (await kubeconfig(instance)),
        ...['--writes-per-second', '0', '--traefik-settle', '1', ...own, ...flags],
      ]);
      started.push(operator);
      return operator;
    },
    async open(namespace, ...objects) {
      await admin.apply([namespaceManifest(namespace)]);
      await admin.apply(objects);
    },
    expectSound: (sound) => expectSound(watched, sound),
    lastWords: () => started.map(lastWordsOf).join('\n'),
    killOperators,
    async stop() {
      await killOperators();
      await admin.close();
      await plane.stop();
    },
  };
}

function lastWordsOf({ pid, isRunning, log, stderr }: OperatorProcess): string {
  const lines = log()
    .slice(-LAST)
    .map((line) => JSON.stringify(line));
  return [`controller ${pid} ${isRunning() ? 'runs' : 'ended'} ${stderr()}`, ...lines].join('\n');
}

/** Lines. */
const LAST = 15;

let ways = 0;

async function rewritten(kubeconfig: string, { url, ca }: Way): Promise<string> {
  const config = JSON.parse(await readFile(kubeconfig, 'utf8'));
  const [{ cluster }] = config.clusters;
  cluster.server = url;
  if (ca !== undefined) cluster['certificate-authority-data'] = Buffer.from(ca).toString('base64');
  ways++;
  const path = `${kubeconfig}-way-${ways}`;
  await writeFile(path, JSON.stringify(config), { mode: 0o600 });
  return path;
}

/** Seconds without a write after which controllers count as done. */
const DONE = 2.5;

type Watched = {
  readonly plane: ControlPlane;
  readonly users: readonly string[];
  /** Audit ids of what a test failed with: the next one does not. */
  readonly known: Set<string>;
};

async function expectSound({ plane, users, known }: Watched, options: SoundOptions = {}): Promise<void> {
  const { quiet = 1, ...rest } = options;
  const tail = createAuditTail(plane.auditLog, users);
  await until({ what: 'an end of writes', check: () => Date.now() - tail.lastWrite() > DONE * 1000, interval: 100 });
  const quietSince = Date.now();
  await new Promise((resolve) => {
    setTimeout(resolve, quiet * 1000);
  });
  await plane.settleAuditLog();
  const violations = await replayAudit(plane.auditLog, { users, quietSince, ...rest });
  const news = violations.filter((violation) => !isLateEvent(violation) && !known.has(violation.auditId));
  for (const { auditId } of news) known.add(auditId);
  expect(news).toEqual([]);
}

/** How often something happened is told up to a minute later. */
function isLateEvent({ kind, object }: Violation): boolean {
  return kind === 'NotQuiet' && object.startsWith('events ');
}
