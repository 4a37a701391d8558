import type { KubeResource } from './kube-client.ts';

/** Name of an object inside of its kind. */
export type ObjectName = { readonly namespace?: string; readonly name: string };

/** Path of a group-version: `/api/v1`, `/apis/networking.k8s.io/v1`. */
export function groupVersionPath(resource: Pick<KubeResource, 'group' | 'version'>): string {
  const version = encodeURIComponent(resource.version);
  return resource.group === '' ? `/api/${version}` : `/apis/${encodeURIComponent(resource.group)}/${version}`;
}

/** `v1`, `networking.k8s.io/v1`. */
export function apiVersionOf(resource: Pick<KubeResource, 'group' | 'version'>): string {
  return resource.group === '' ? resource.version : `${resource.group}/${resource.version}`;
}

/**
 * Path of all objects of a kind.
 *
 * @param namespace of one namespace; absent or "" for all
 */
export function collectionPath(resource: KubeResource, namespace = ''): string {
  const within = resource.namespaced && namespace !== '' ? `/namespaces/${encodeURIComponent(namespace)}` : '';
  return `${groupVersionPath(resource)}${within}/${encodeURIComponent(resource.plural)}`;
}

/**
 * Path of one object.
 *
 * @param subresource such as `status`
 */
export function objectPath(resource: KubeResource, object: ObjectName, subresource?: string): string {
  const path = `${collectionPath(resource, object.namespace)}/${encodeURIComponent(object.name)}`;
  return subresource === undefined ? path : `${path}/${encodeURIComponent(subresource)}`;
}
