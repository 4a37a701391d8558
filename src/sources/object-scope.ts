/** What is known about where objects of a kind live. `Unknown` kinds count as namespaced, but are never written to. */
export type ObjectScope = 'Cluster' | 'Namespaced' | 'Unknown';

/** Scope of a kind, from its apiVersion and name. */
export function objectScope(apiVersion: string, kind: string): ObjectScope {
  const slash = apiVersion.indexOf('/');
  const group = slash === -1 ? '' : apiVersion.slice(0, slash);
  if (clusterScoped.get(group)?.includes(kind) === true) {
    return 'Cluster';
  }
  return clusterScoped.has(group) || namespacedGroups.has(group) ? 'Namespaced' : 'Unknown';
}

/** Cluster-scoped kinds of Kubernetes, the Gateway API and ours, by group. */
const clusterScoped: ReadonlyMap<string, readonly string[]> = new Map([
  ['', ['Namespace', 'Node', 'PersistentVolume']],
  [
    'admissionregistration.k8s.io',
    [
      'MutatingAdmissionPolicy',
      'MutatingAdmissionPolicyBinding',
      'MutatingWebhookConfiguration',
      'ValidatingAdmissionPolicy',
      'ValidatingAdmissionPolicyBinding',
      'ValidatingWebhookConfiguration',
    ],
  ],
  ['apiextensions.k8s.io', ['CustomResourceDefinition']],
  ['apiregistration.k8s.io', ['APIService']],
  ['certificates.k8s.io', ['CertificateSigningRequest', 'ClusterTrustBundle']],
  ['cors-operator.dev', ['ClusterCorsPolicy', 'CorsException']],
  ['flowcontrol.apiserver.k8s.io', ['FlowSchema', 'PriorityLevelConfiguration']],
  ['gateway.networking.k8s.io', ['GatewayClass']],
  ['networking.k8s.io', ['IPAddress', 'IngressClass', 'ServiceCIDR']],
  ['node.k8s.io', ['RuntimeClass']],
  ['rbac.authorization.k8s.io', ['ClusterRole', 'ClusterRoleBinding']],
  ['resource.k8s.io', ['DeviceClass', 'ResourceSlice']],
  ['scheduling.k8s.io', ['PriorityClass']],
  ['storage.k8s.io', ['CSIDriver', 'CSINode', 'StorageClass', 'VolumeAttachment', 'VolumeAttributesClass']],
]);

/** Groups of Kubernetes without any cluster-scoped kind. */
const namespacedGroups: ReadonlySet<string> = new Set([
  'apps',
  'autoscaling',
  'batch',
  'coordination.k8s.io',
  'discovery.k8s.io',
  'events.k8s.io',
  'policy',
]);
