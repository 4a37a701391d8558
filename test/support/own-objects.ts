import type { KubernetesObject } from '../../src/model/kubernetes-object.ts';

/** An object of one of our kinds, as it comes from a file. */
export function ownObject(
  kind: string,
  spec: unknown,
  annotations?: Readonly<Record<string, string>>,
): KubernetesObject {
  const metadata = { name: 'storefront', namespace: 'shop', ...(annotations !== undefined && { annotations }) };
  return { apiVersion: 'cors-operator.dev/v1alpha1', kind, metadata, spec };
}
