import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { leaseResource } from '../../src/kube/lease-record.ts';
import type { KubernetesObject } from '../../src/model/kubernetes-object.ts';
import { type ClusterResource, clusterResources } from '../../src/sources/cluster-resources.ts';
import { type FakeApiServer, type LoggedRequest, startFakeApiServer } from './fake-api-server.ts';
import { statusBody } from './fake-store.ts';
import { inputFolder } from './input-folder.ts';
import { type ProgramResult, runInProcess } from './program.ts';

/** A cluster on loopback that answers what commands ask, until the test ends. */
export type FakeCluster = {
  readonly server: FakeApiServer;
  /** File of a kubeconfig whose context `test` has namespace `shop` and {@link TOKEN}. */
  readonly kubeconfig: string;
  readonly put: (object: KubernetesObject) => void;
  /** Refuses lists that RBAC would refuse. */
  readonly hide: (isHidden: (request: LoggedRequest) => boolean) => void;
  /** Runs a command line on it. */
  readonly run: (args: readonly string[], stdin?: string) => Promise<ProgramResult>;
};

/** What proves who asks; it must never be told. */
export const TOKEN = 'a-token-that-nobody-may-see';

/** Every API server has it; the fake one would answer 404. */
const DEFAULT_OBJECTS: readonly KubernetesObject[] = ['default', 'shop', 'cors-operator'].map((name) => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name },
}));

/** @param missing plurals of kinds that are not installed */
export async function startFakeCluster(
  objects: readonly KubernetesObject[] = [],
  missing: readonly string[] = [],
): Promise<FakeCluster> {
  const server = await startFakeApiServer();
  onTestFinished(server.close);
  const installed = clusterResources.filter(({ plural }) => !missing.includes(plural));
  for (const resource of [...installed, leaseResource]) server.store.install(resource);
  const put = (object: KubernetesObject): void => putObject(server, object);
  for (const object of [...DEFAULT_OBJECTS, ...objects]) put(object);
  const kubeconfig = await writeKubeconfig(server.url);
  return {
    server,
    kubeconfig,
    put,
    hide(isHidden) {
      server.setFault((request) =>
        isHidden(request) ? statusBody(403, 'Forbidden', 'you may not list this') : undefined,
      );
    },
    run: (args, stdin = '') => runInProcess([...args, '--kubeconfig', kubeconfig], { stdin }),
  };
}

/** File of a kubeconfig for an address. */
export async function writeKubeconfig(server: string): Promise<string> {
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'test',
    clusters: [{ name: 'test', cluster: { server } }],
    users: [{ name: 'test', user: { token: TOKEN } }],
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'test', namespace: 'shop' } }],
  };
  return join(await inputFolder({ config: JSON.stringify(config) }), 'config');
}

function putObject({ store }: FakeApiServer, { apiVersion: _, kind, metadata, ...fields }: KubernetesObject): void {
  const { name, namespace, uid, ...rest } = metadata;
  store.put(resourceOf(kind), {
    ...fields,
    name,
    metadata: rest,
    ...(namespace === undefined ? {} : { namespace }),
    ...(uid === undefined ? {} : { uid }),
  });
}

function resourceOf(kind: string): ClusterResource {
  const found = clusterResources.find((resource) => resource.kind === kind);
  if (found === undefined) throw new Error(`the fake cluster has no kind ${kind}`);
  return found;
}
