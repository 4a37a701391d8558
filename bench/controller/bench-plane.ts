import { loadClusterAccess } from '../../src/kube/cluster-access.ts';
import { createKubeClient } from '../../src/kube/http-client.ts';
import type { KubeClient, KubeResource } from '../../src/kube/kube-client.ts';
import { readPages } from '../../src/kube/list-pages.ts';
import { apiVersionOf, collectionPath, objectPath } from '../../src/kube/resource-path.ts';
import { storedItem } from '../../src/kube/stored-object.ts';
import { type KubernetesObject, parseObject } from '../../src/model/kubernetes-object.ts';
import { type ClusterResource, clusterResources } from '../../src/sources/cluster-resources.ts';
import { type ControlPlane, type ControlPlaneOptions, startControlPlane } from '../../test/rig/control-plane.ts';
import { installCrds } from '../../test/rig/crds.ts';
import { inParallel } from './in-parallel.ts';

/** A real API server, and a client of the benchmark's own. */
export type BenchPlane = {
  readonly plane: ControlPlane;
  readonly client: KubeClient;
  /** Creates objects, many at once, those of one kind after those of another as they come. */
  readonly create: (objects: readonly KubernetesObject[]) => Promise<void>;
  /** Deletes every object of a kind. */
  readonly clear: (kind: string) => Promise<void>;
  /** Every object of a kind, as stored. */
  readonly list: (kind: string) => Promise<readonly KubernetesObject[]>;
  readonly stop: () => Promise<void>;
};

/** Starts one with the kinds that a controller follows and the operator's own namespace. */
export async function startBenchPlane(options: ControlPlaneOptions): Promise<BenchPlane> {
  const plane = await startControlPlane(options);
  const access = await loadClusterAccess({ environment: {}, kubeconfig: plane.kubeconfig });
  const client = createKubeClient(access, { userAgent: 'bench', timeout: 300 });
  await installCrds(plane, ['own', 'gateway-api', 'traefik']);
  const bench: BenchPlane = {
    plane,
    client,
    create: (objects) => createAll(client, objects),
    clear: (kind) => clearKind(client, resourceOf(kind)),
    list: (kind) => listKind(client, resourceOf(kind)),
    async stop() {
      await client.close();
      await plane.stop();
    },
  };
  await bench.create([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: OPERATOR_NAMESPACE } }]);
  return bench;
}

/** Where the controller keeps its Lease. */
const OPERATOR_NAMESPACE = 'cors-operator';

/** The resource of a kind that a controller follows. */
export function resourceOf(kind: string): ClusterResource {
  const found = clusterResources.find((resource) => resource.kind === kind);
  if (found === undefined) throw new Error(`no resource of kind ${kind}`);
  return found;
}

/** Path of an object. */
export function pathOf({ kind, metadata: { name, namespace } }: KubernetesObject): string {
  return objectPath(resourceOf(kind), namespace === undefined ? { name } : { name, namespace });
}

/** Requests at once while objects are made: an API server does not get faster with more. */
const WRITERS = 48;

async function createAll(client: KubeClient, objects: readonly KubernetesObject[]): Promise<void> {
  for (const [kind, group] of Map.groupBy(objects, (object) => object.kind)) {
    const resource = resourceOf(kind);
    await inParallel(group, WRITERS, async (object) => {
      await client.send({
        method: 'POST',
        path: collectionPath(resource, object.metadata.namespace),
        query: { fieldManager: 'helm' },
        body: newObject(object),
      });
    });
  }
}

/** Without what the API server fills in. */
function newObject({ status: _status, metadata, ...rest }: KubernetesObject): unknown {
  const { uid: _uid, resourceVersion: _version, managedFields: _managers, generation: _generation, ...kept } = metadata;
  return { ...rest, metadata: kept };
}

async function clearKind(client: KubeClient, resource: KubeResource): Promise<void> {
  const namespaces = new Set((await listKind(client, resource)).map(({ metadata }) => metadata.namespace ?? ''));
  await inParallel(namespaces, WRITERS, async (namespace) => {
    await client.send({ method: 'DELETE', path: collectionPath(resource, namespace) });
  });
}

async function listKind(client: KubeClient, resource: KubeResource): Promise<readonly KubernetesObject[]> {
  const objects: KubernetesObject[] = [];
  const list = { client, path: collectionPath(resource), query: {}, limit: PAGE, signal: new AbortController().signal };
  await readPages({ ...list, onContact: () => undefined }, (item) => {
    const parsed = parseObject(storedItem(item, apiVersionOf(resource), resource.kind));
    if (parsed.ok) objects.push(parsed.value);
  });
  return objects;
}

const PAGE = 1000;
