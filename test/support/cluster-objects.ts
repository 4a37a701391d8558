import type { KubernetesObject, ObjectMetadata } from '../../src/model/kubernetes-object.ts';

/** Metadata by name, with what a test wants to say besides. */
export type Metadata = Partial<ObjectMetadata>;

type Fields = Readonly<Record<string, unknown>>;

/** An Ingress of namespace `shop` for one host, unless a test says otherwise. */
export function ingressObject(name: string, metadata: Metadata = {}, spec: Fields = {}): KubernetesObject {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name, namespace: 'shop', ...metadata },
    spec: { ingressClassName: 'nginx', rules: [ingressRule(`${name}.example.com`, '/')], ...spec },
  };
}

/** A rule of an Ingress with one Prefix path to Service `api`, port 80. */
export function ingressRule(host: string, path: string): Fields {
  const backend = { service: { name: 'api', port: { number: 80 } } };
  return { host, http: { paths: [{ path, pathType: 'Prefix', backend }] } };
}

/** An HTTPRoute of namespace `shop`, attached to Gateway `infra/public`. */
export function httpRouteObject(name: string, metadata: Metadata = {}, spec: Fields = {}): KubernetesObject {
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: { name, namespace: 'shop', ...metadata },
    spec: {
      parentRefs: [{ name: 'public', namespace: 'infra' }],
      hostnames: [`${name}.example.com`],
      rules: [{ backendRefs: [{ name: 'api', port: 80 }] }],
      ...spec,
    },
  };
}

/** A CorsPolicy of namespace `shop` for `https://app.example.com`. */
export function policyObject(name: string, spec: Fields, metadata: Metadata = {}): KubernetesObject {
  const origins = ['allowOrigins', 'allowOriginRegexes', 'allowOriginsFrom'].some((field) =>
    Object.hasOwn(spec, field),
  );
  return {
    apiVersion: 'cors-operator.dev/v1alpha1',
    kind: 'CorsPolicy',
    metadata: { name, namespace: 'shop', generation: 1, ...metadata },
    spec: origins ? spec : { allowOrigins: ['https://app.example.com'], ...spec },
  };
}

/** The `targetRefs` entry of an Ingress. */
export function ingressTarget(name: string): Fields {
  return { group: 'networking.k8s.io', kind: 'Ingress', name };
}

/** The `targetRefs` entry of an HTTPRoute, or of one of its rules. */
export function httpRouteTarget(name: string, sectionName?: string): Fields {
  const whole = { group: 'gateway.networking.k8s.io', kind: 'HTTPRoute', name };
  return sectionName === undefined ? whole : { ...whole, sectionName };
}

/** A ClusterCorsPolicy, enforcing unless its spec says otherwise. */
export function clusterPolicyObject(name: string, spec: Fields, metadata: Metadata = {}): KubernetesObject {
  return {
    apiVersion: 'cors-operator.dev/v1alpha1',
    kind: 'ClusterCorsPolicy',
    metadata: { name, generation: 1, ...metadata },
    spec: { enforcement: 'Enforce', ...spec },
  };
}

/** A CorsException of guardrail `org` for CorsPolicy `shop/p`, until March 2026 unless its spec says otherwise. */
export function exceptionObject(name: string, spec: Fields = {}, metadata: Metadata = {}): KubernetesObject {
  return {
    apiVersion: 'cors-operator.dev/v1alpha1',
    kind: 'CorsException',
    metadata: { name, generation: 1, ...metadata },
    spec: {
      guardrailRef: { name: 'org' },
      policyRefs: [{ namespace: 'shop', name: 'p' }],
      expiresAt: '2026-03-01T00:00:00Z',
      owner: 'platform',
      reason: 'migration',
      ...spec,
    },
  };
}

/** A Namespace with labels. */
export function namespaceObject(name: string, labels: Readonly<Record<string, string>> = {}): KubernetesObject {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } };
}

/** A ConfigMap of origins that policies may read. */
export function originListObject(
  name: string,
  data: Readonly<Record<string, string>>,
  metadata: Metadata = {},
): KubernetesObject {
  const labels = { 'cors-operator.dev/origins': 'true' };
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'shop', labels, ...metadata }, data };
}

/** An IngressClass of ingress-nginx, named `nginx` unless a test says otherwise. */
export function ingressClassObject(name = 'nginx', metadata: Metadata = {}): KubernetesObject {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'IngressClass',
    metadata: { name, ...metadata },
    spec: { controller: 'k8s.io/ingress-nginx' },
  };
}
