import type { KubeClient } from '../kube/kube-client.ts';
import { isKubeError, KubeError } from '../kube/kube-error.ts';
import { readPages } from '../kube/list-pages.ts';
import { apiVersionOf, collectionPath } from '../kube/resource-path.ts';
import { storedItem } from '../kube/stored-object.ts';
import type { KubernetesObject } from '../model/kubernetes-object.ts';
import type { ClusterResource } from './cluster-resources.ts';
import { keptObject } from './kept-object.ts';

/** How a cluster is read once. */
export type ListingOptions = {
  readonly client: KubeClient;
  readonly resources: readonly ClusterResource[];
  /** Where a namespaced kind is read that we may not read in all namespaces; absent: nowhere. */
  readonly namespace?: string | undefined;
  /** Told how many objects there are so far. */
  readonly progress?: ((objects: number) => void) | undefined;
};

/** A kind with its objects, and how much of it was seen. */
export type ListedKind = {
  readonly resource: ClusterResource;
  /** `NamespaceOnly`: RBAC shows one namespace of it. */
  readonly extent: 'All' | 'NamespaceOnly' | 'Hidden' | 'NotInstalled';
  readonly objects: readonly KubernetesObject[];
};

/**
 * Lists every kind once, as commands do that look at a cluster and end.
 *
 * @returns in the order of `resources`
 * @throws KubeError when some kind could not be asked for; `BadAnswer` where what answers is no API server
 */
export async function listCluster(options: ListingOptions): Promise<readonly ListedKind[]> {
  const abort = new AbortController();
  const run: Run = { ...options, signal: abort.signal, count: 0 };
  try {
    return await Promise.all(options.resources.map((resource) => listKind(run, resource)));
  } catch (error) {
    // The other lists would go on for nobody.
    abort.abort(error);
    throw error;
  }
}

type Run = ListingOptions & { readonly signal: AbortSignal; count: number };

async function listKind(run: Run, resource: ClusterResource): Promise<ListedKind> {
  try {
    return { resource, extent: 'All', objects: await listObjects(run, resource, '') };
  } catch (error) {
    if (isKubeError(error, 'NotFound')) return missingKind(resource);
    if (!isKubeError(error, 'Forbidden')) throw error;
    return await listNamespace(run, resource);
  }
}

/** Every API server has the kinds that no definition adds. */
function missingKind(resource: ClusterResource): ListedKind {
  if (resource.custom) return { resource, extent: 'NotInstalled', objects: [] };
  throw new KubeError('BadAnswer', `it has no ${resource.plural}, so it is no API server of Kubernetes`);
}

async function listNamespace(run: Run, resource: ClusterResource): Promise<ListedKind> {
  const hidden = { resource, extent: 'Hidden', objects: [] } as const;
  if (!resource.namespaced || run.namespace === undefined) return hidden;
  try {
    return { resource, extent: 'NamespaceOnly', objects: await listObjects(run, resource, run.namespace) };
  } catch (error) {
    if (isKubeError(error, 'Forbidden', 'NotFound')) return hidden;
    throw error;
  }
}

/** Attempts to read a list that takes longer than the server keeps it. */
const ATTEMPTS = 3;

/** Objects a page, as kubectl has them. */
const PAGE = 500;

async function listObjects(
  run: Run,
  resource: ClusterResource,
  namespace: string,
): Promise<readonly KubernetesObject[]> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await listOnce(run, resource, namespace);
    } catch (error) {
      if (attempt >= ATTEMPTS || !isKubeError(error, 'Expired')) throw error;
    }
  }
}

async function listOnce(run: Run, resource: ClusterResource, namespace: string): Promise<readonly KubernetesObject[]> {
  const { labelSelector, kind } = resource;
  const objects: KubernetesObject[] = [];
  const list = {
    client: run.client,
    path: collectionPath(resource, namespace),
    query: labelSelector === undefined ? {} : { labelSelector },
    limit: PAGE,
    signal: run.signal,
    onContact: () => run.progress?.(run.count),
  };
  await readPages(list, (item) => {
    const stored = storedItem(item, apiVersionOf(resource), kind);
    if (stored === undefined) throw new KubeError('BadAnswer', `GET ${list.path}: an item of the list is no object`);
    objects.push(keptObject(stored));
    run.count += 1;
  });
  return objects;
}
