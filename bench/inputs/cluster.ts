import type { KubernetesObject } from '../../src/model/kubernetes-object.ts';

/** How large a cluster is to be; the same numbers give the same objects. */
export type ClusterSize = { readonly ingresses: number; readonly policies: number; readonly seed: number };

const GUARDRAILS = 20;
const INGRESSES_PER_NAMESPACE = 50;

/**
 * Makes up the objects of a cluster: Ingress as an API server lists them, with labels, annotations and managed fields, their
 * Namespaces and IngressClasses, CorsPolicies that name routes or select them, and 20 guardrails.
 */
export function generateCluster(size: ClusterSize): readonly KubernetesObject[] {
  const random = randomNumbers(size.seed);
  const namespaces = Math.max(1, Math.ceil(size.ingresses / INGRESSES_PER_NAMESPACE));
  return [
    ...counted(2).map((index) => ingressClass(index)),
    ...counted(namespaces).map((index) => namespaceObject(index)),
    ...counted(GUARDRAILS).map((index) => guardrail(index)),
    ...counted(size.ingresses).map((index) => ingress(index, namespaces, random)),
    ...counted(size.policies).map((index) => policy(index, size, namespaces)),
  ];
}

type Random = () => number;

/** A small generator of the xorshift family: equal numbers on every machine. */
function randomNumbers(seed: number): Random {
  let state = seed >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state / 2 ** 32;
  };
}

function counted(count: number): readonly number[] {
  return [...Array(count).keys()];
}

function hex(random: Random, length: number): string {
  return counted(length)
    .map(() => Math.floor(random() * 16).toString(16))
    .join('');
}

function uid(random: Random): string {
  return [8, 4, 4, 4, 12].map((length) => hex(random, length)).join('-');
}

function moment(index: number): string {
  const [day, hour, minute] = [(index % 28) + 1, index % 24, index % 60].map((part) => String(part).padStart(2, '0'));
  return `2025-03-${day}T${hour}:${minute}:00Z`;
}

function ingressClass(index: number): KubernetesObject {
  const controllers = ['k8s.io/ingress-nginx', 'traefik.io/ingress-controller'];
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'IngressClass',
    metadata: {
      name: index === 0 ? 'nginx' : 'traefik',
      creationTimestamp: moment(index),
      labels: { 'app.kubernetes.io/managed-by': 'Helm' },
      ...(index === 0 ? { annotations: { 'ingressclass.kubernetes.io/is-default-class': 'true' } } : {}),
    },
    spec: { controller: controllers[index] },
  };
}

function namespaceName(index: number): string {
  return `team-${String(index).padStart(4, '0')}`;
}

function namespaceObject(index: number): KubernetesObject {
  const name = namespaceName(index);
  return {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: {
      name,
      creationTimestamp: moment(index),
      labels: {
        'kubernetes.io/metadata.name': name,
        tier: index % 4 === 0 ? 'internal' : 'public',
        unit: `u${index % 20}`,
      },
    },
    spec: { finalizers: ['kubernetes'] },
    status: { phase: 'Active' },
  };
}

function guardrail(index: number): KubernetesObject {
  const base = index === 0 ? {} : { namespaceSelector: { matchLabels: { unit: `u${index}` } } };
  return {
    apiVersion: 'cors-operator.dev/v1alpha1',
    kind: 'ClusterCorsPolicy',
    metadata: { name: `guardrail-${index}`, creationTimestamp: moment(index), generation: 1 },
    spec: {
      ...base,
      guardrail: {
        allowOrigins: ['https://*.example.com', 'https://*.example.org', `https://partner-${index}.example.net`],
        allowMethods: ['GET', 'PUT', 'PATCH', 'DELETE'],
        maxAge: 7200,
      },
      enforcement: index % 5 === 0 ? 'Enforce' : 'Warn',
    },
  };
}

function ingress(index: number, namespaces: number, random: Random): KubernetesObject {
  const app = `app-${Math.floor(index / namespaces) % 10}`;
  const name = `${app}-${index}`;
  const namespace = namespaceName(index % namespaces);
  const host = `${name}.${namespace}.example.com`;
  const labels = {
    'app.kubernetes.io/name': app,
    'app.kubernetes.io/instance': name,
    'app.kubernetes.io/managed-by': 'Helm',
    'app.kubernetes.io/version': `1.${index % 40}.${index % 7}`,
    'helm.sh/chart': `web-service-4.${index % 9}.0`,
  };
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: {
      name,
      namespace,
      uid: uid(random),
      resourceVersion: String(1_000_000 + index),
      generation: 1 + (index % 5),
      creationTimestamp: moment(index),
      labels,
      annotations: {
        'cert-manager.io/cluster-issuer': 'letsencrypt-production',
        'meta.helm.sh/release-name': name,
        'meta.helm.sh/release-namespace': namespace,
        ...(index % 10 === 9 ? {} : { 'nginx.ingress.kubernetes.io/proxy-body-size': '16m' }),
      },
      managedFields: [fieldsOfHelm(Object.keys(labels), index), fieldsOfController(index)],
    },
    spec: {
      ingressClassName: index % 10 === 9 ? 'traefik' : 'nginx',
      tls: [{ hosts: [host], secretName: `${name}-tls` }],
      rules: [{ host, http: { paths: counted(1 + (index % 2)).map((path) => ingressPath(path, name)) } }],
    },
    status: { loadBalancer: { ingress: [{ ip: `192.0.2.${index % 250}` }] } },
  };
}

/** Who owns which field: every object that an API server lists has it. */
function fieldsOfHelm(labels: readonly string[], index: number): Readonly<Record<string, unknown>> {
  return {
    manager: 'helm',
    operation: 'Update',
    apiVersion: 'networking.k8s.io/v1',
    time: moment(index),
    fieldsType: 'FieldsV1',
    fieldsV1: {
      'f:metadata': {
        'f:annotations': {
          '.': {},
          'f:cert-manager.io/cluster-issuer': {},
          'f:meta.helm.sh/release-name': {},
          'f:meta.helm.sh/release-namespace': {},
        },
        'f:labels': { '.': {}, ...Object.fromEntries(labels.map((label) => [`f:${label}`, {}])) },
      },
      'f:spec': { 'f:ingressClassName': {}, 'f:rules': {}, 'f:tls': {} },
    },
  };
}

function fieldsOfController(index: number): Readonly<Record<string, unknown>> {
  return {
    manager: 'nginx-ingress-controller',
    operation: 'Update',
    apiVersion: 'networking.k8s.io/v1',
    time: moment(index + 1),
    fieldsType: 'FieldsV1',
    fieldsV1: { 'f:status': { 'f:loadBalancer': { 'f:ingress': {} } } },
    subresource: 'status',
  };
}

function ingressPath(index: number, service: string): Readonly<Record<string, unknown>> {
  const backend = { service: { name: service, port: index === 0 ? { number: 80 } : { name: 'http' } } };
  return { path: index === 0 ? '/' : '/api', pathType: 'Prefix', backend };
}

function policy(index: number, size: ClusterSize, namespaces: number): KubernetesObject {
  const namespace = index % namespaces;
  return {
    apiVersion: 'cors-operator.dev/v1alpha1',
    kind: 'CorsPolicy',
    metadata: {
      name: `policy-${index}`,
      namespace: namespaceName(namespace),
      generation: 1,
      creationTimestamp: moment(index),
      labels: { 'app.kubernetes.io/managed-by': 'Helm' },
    },
    spec: { ...targets(index, size, namespaces), ...fields(index) },
  };
}

/** A third names two routes, the others select an app of their namespace. */
function targets(index: number, size: ClusterSize, namespaces: number): Readonly<Record<string, unknown>> {
  const turn = Math.floor(index / namespaces);
  if (turn % 3 !== 0) return { targetSelector: { matchLabels: { 'app.kubernetes.io/name': `app-${turn % 10}` } } };
  const refs = [0, 1].map((offset) => {
    const number = ((turn * 3 + offset) * namespaces + (index % namespaces)) % Math.max(1, size.ingresses);
    const app = `app-${Math.floor(number / namespaces) % 10}`;
    return { group: 'networking.k8s.io', kind: 'Ingress', name: `${app}-${number}` };
  });
  return { targetRefs: refs };
}

function fields(index: number): Readonly<Record<string, unknown>> {
  return {
    allowOrigins: [
      `https://www-${index}.example.com`,
      `https://admin-${index}.example.com`,
      ...(index % 2 === 0 ? [`https://*.preview-${index}.example.com`] : []),
    ],
    ...(index % 2 === 0 ? { wildcardDepth: 'Single' } : {}),
    ...(index % 25 === 0 ? { allowOriginRegexes: [`https://pr-[0-9]+\\.preview-${index}\\.example\\.org`] } : {}),
    allowMethods: ['GET', 'PUT', 'DELETE'],
    allowHeaders: ['Content-Type', 'X-Request-Id'],
    exposeHeaders: ['X-Total-Count'],
    allowCredentials: index % 3 === 0,
    maxAge: 600,
  };
}
