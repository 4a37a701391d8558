import type { KubeResource } from '../kube/kube-client.ts';

/** A kind that is read from a cluster. */
export type ClusterResource = KubeResource & {
  /**
   * `Needed`: nothing is decided before all of its objects are known, since without them policies would look as if they were
   * gone, or wider than they are. `Optional`: a cluster may do without.
   */
  readonly need: 'Needed' | 'Optional';
  /** Defined by a CustomResourceDefinition, which takes its objects along when it is deleted. */
  readonly custom: boolean;
  readonly labelSelector?: string;
};

/** Every kind that an evaluation reads. */
export const clusterResources: readonly ClusterResource[] = [
  own('corspolicies', 'CorsPolicy', true),
  own('clustercorspolicies', 'ClusterCorsPolicy', false),
  own('corsexceptions', 'CorsException', false),
  networking('ingresses', 'Ingress', true),
  networking('ingressclasses', 'IngressClass', false),
  core('namespaces', 'Namespace', false),
  { ...core('configmaps', 'ConfigMap', true), labelSelector: 'cors-operator.dev/origins=true' },
  gateway('httproutes', 'HTTPRoute', true),
  gateway('gateways', 'Gateway', true),
  gateway('gatewayclasses', 'GatewayClass', false),
  {
    group: 'traefik.io',
    version: 'v1alpha1',
    plural: 'middlewares',
    kind: 'Middleware',
    namespaced: true,
    need: 'Optional',
    custom: true,
  },
];

function own(plural: string, kind: string, namespaced: boolean): ClusterResource {
  return { group: 'cors-operator.dev', version: 'v1alpha1', plural, kind, namespaced, need: 'Needed', custom: true };
}

function networking(plural: string, kind: string, namespaced: boolean): ClusterResource {
  return { group: 'networking.k8s.io', version: 'v1', plural, kind, namespaced, need: 'Needed', custom: false };
}

function core(plural: string, kind: string, namespaced: boolean): ClusterResource {
  return { group: '', version: 'v1', plural, kind, namespaced, need: 'Needed', custom: false };
}

function gateway(plural: string, kind: string, namespaced: boolean): ClusterResource {
  const group = 'gateway.networking.k8s.io';
  return { group, version: 'v1', plural, kind, namespaced, need: 'Optional', custom: true };
}
