import { loadClusterAccess } from '../../src/kube/cluster-access.ts';
import { createKubeClient } from '../../src/kube/http-client.ts';
import type { KubeCall, KubeClient, KubeResource } from '../../src/kube/kube-client.ts';
import { isKubeError } from '../../src/kube/kube-error.ts';
import { collectionPath, objectPath } from '../../src/kube/resource-path.ts';
import type { KubernetesObject } from '../../src/model/kubernetes-object.ts';
import { isRecord } from '../../src/model/object-shape.ts';
import { clusterResources } from '../../src/sources/cluster-resources.ts';
import { annotationsOf } from './condition-words.ts';

/** Which object a test speaks of. */
export type Place = { readonly kind: string; readonly namespace?: string; readonly name: string };

/** Hands of people and of their tools in a cluster, much faster than a kubectl for each. */
export type ClusterAdmin = {
  /** Server-side apply, taking over whatever others own. @param manager field manager, `git` when absent */
  readonly apply: (objects: readonly KubernetesObject[], manager?: string) => Promise<readonly KubernetesObject[]>;
  readonly create: (object: KubernetesObject, manager?: string) => Promise<KubernetesObject>;
  /** A merge patch, as people edit. @param manager `kubectl-edit` when absent */
  readonly edit: (place: Place, patch: object, manager?: string) => Promise<KubernetesObject>;
  /** Undefined when it is not there. */
  readonly get: (place: Place) => Promise<KubernetesObject | undefined>;
  /** {} for an object that is not there. */
  readonly annotations: (place: Place) => Promise<Readonly<Record<string, string>>>;
  readonly list: (kind: string, namespace?: string) => Promise<readonly KubernetesObject[]>;
  /** Fine when it is gone already. */
  readonly remove: (place: Place) => Promise<void>;
  readonly send: (call: KubeCall) => Promise<unknown>;
  readonly close: () => Promise<void>;
};

/** Acts with the rights of a kubeconfig. */
export async function createClusterAdmin(kubeconfig: string): Promise<ClusterAdmin> {
  const access = await loadClusterAccess({ environment: {}, kubeconfig });
  const client = createKubeClient(access, { userAgent: 'test-admin' });
  const get = (place: Place) => read(client, place);
  return {
    apply: (objects, manager = 'git') => inParallel(objects, (object) => apply(client, object, manager)),
    create: (object, manager = 'kubectl-create') => create(client, object, manager),
    edit: (place, body, manager = 'kubectl-edit') => edit(client, { place, body, manager }),
    get,
    annotations: async (place) => annotationsOf(await get(place)),
    list: (kind, namespace) => list(client, kind, namespace),
    remove: (place) => remove(client, place),
    send: client.send,
    close: client.close,
  };
}

/** Does something with each of many objects, several at once, and keeps their order. */
export async function inParallel<In, Out>(
  inputs: readonly In[],
  work: (input: In, index: number) => Promise<Out>,
): Promise<readonly Out[]> {
  const results: Out[] = [];
  const open = [...inputs.entries()];
  const takers = Array.from({ length: Math.min(AT_ONCE, open.length) }, async () => {
    for (let next = open.shift(); next !== undefined; next = open.shift()) {
      const [index, input] = next;
      results[index] = await work(input, index);
    }
  });
  await Promise.all(takers);
  return results;
}

const AT_ONCE = 16;

const FURTHER_RESOURCES: readonly KubeResource[] = [
  { group: 'coordination.k8s.io', version: 'v1', plural: 'leases', kind: 'Lease', namespaced: true },
  {
    group: 'apiextensions.k8s.io',
    version: 'v1',
    plural: 'customresourcedefinitions',
    kind: 'CustomResourceDefinition',
    namespaced: false,
  },
  {
    group: 'rbac.authorization.k8s.io',
    version: 'v1',
    plural: 'clusterroles',
    kind: 'ClusterRole',
    namespaced: false,
  },
  { group: 'events.k8s.io', version: 'v1', plural: 'events', kind: 'Event', namespaced: true },
];

function resourceOf(kind: string): KubeResource {
  const found = [...clusterResources, ...FURTHER_RESOURCES].find((resource) => resource.kind === kind);
  if (found === undefined) throw new Error(`no resource of kind ${kind} is known to tests`);
  return found;
}

function pathOf({ kind, namespace, name }: Place): string {
  return objectPath(resourceOf(kind), namespace === undefined ? { name } : { namespace, name });
}

function placeOf({ kind, metadata: { namespace, name } }: KubernetesObject): Place {
  return { kind, name, ...(namespace === undefined ? {} : { namespace }) };
}

async function apply(client: KubeClient, object: KubernetesObject, fieldManager: string): Promise<KubernetesObject> {
  const query = { fieldManager, force: 'true' };
  const path = pathOf(placeOf(object));
  return answered(
    await client.send({ method: 'PATCH', path, query, body: object, contentType: 'application/apply-patch+yaml' }),
  );
}

async function create(client: KubeClient, object: KubernetesObject, fieldManager: string): Promise<KubernetesObject> {
  const path = collectionPath(resourceOf(object.kind), object.metadata.namespace);
  return answered(await client.send({ method: 'POST', path, query: { fieldManager }, body: object }));
}

type Edit = { readonly place: Place; readonly body: object; readonly manager: string };

async function edit(client: KubeClient, { place, body, manager }: Edit): Promise<KubernetesObject> {
  const query = { fieldManager: manager };
  const path = pathOf(place);
  return answered(
    await client.send({ method: 'PATCH', path, query, body, contentType: 'application/merge-patch+json' }),
  );
}

async function read(client: KubeClient, place: Place): Promise<KubernetesObject | undefined> {
  try {
    return answered(await client.send({ method: 'GET', path: pathOf(place) }));
  } catch (error) {
    if (isKubeError(error, 'NotFound')) return undefined;
    throw error;
  }
}

async function list(client: KubeClient, kind: string, namespace?: string): Promise<readonly KubernetesObject[]> {
  const resource = resourceOf(kind);
  const answer = await client.send({ method: 'GET', path: collectionPath(resource, namespace) });
  const items = isRecord(answer) && Array.isArray(answer['items']) ? answer['items'] : [];
  const apiVersion = resource.group === '' ? resource.version : `${resource.group}/${resource.version}`;
  return items.map((item: unknown) => answered({ apiVersion, kind, ...(isRecord(item) ? item : {}) }));
}

async function remove(client: KubeClient, place: Place): Promise<void> {
  try {
    await client.send({ method: 'DELETE', path: pathOf(place) });
  } catch (error) {
    if (!isKubeError(error, 'NotFound')) throw error;
  }
}

function answered(value: unknown): KubernetesObject {
  if (!isObject(value)) throw new Error(`not an object: ${JSON.stringify(value)}`);
  return value;
}

/** The API server's word is enough: also what our own parser would refuse is an object. */
function isObject(value: unknown): value is KubernetesObject {
  return isRecord(value) && typeof value['kind'] === 'string' && isRecord(value['metadata']);
}
