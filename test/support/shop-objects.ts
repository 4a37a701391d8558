import type { KubernetesObject } from '../../src/model/kubernetes-object.ts';
import { isRecord } from '../../src/model/object-shape.ts';
import type { ClusterAdmin } from './cluster-admin.ts';
import { ingressObject, ingressTarget, policyObject } from './cluster-objects.ts';
import { conditionWords } from './condition-words.ts';

/** Annotations of ingress-nginx that tests look at. */
export const NGINX = {
  enable: 'nginx.ingress.kubernetes.io/enable-cors',
  origins: 'nginx.ingress.kubernetes.io/cors-allow-origin',
  methods: 'nginx.ingress.kubernetes.io/cors-allow-methods',
} as const;

/** An Ingress `web` of a namespace. */
export function webIngress(namespace: string, annotations: Readonly<Record<string, string>> = {}): KubernetesObject {
  return ingressObject('web', { namespace, annotations });
}

/** A CorsPolicy `web` for it, with one origin unless a test says otherwise. */
export function webPolicy(namespace: string, spec: Readonly<Record<string, unknown>> = {}): KubernetesObject {
  return policyObject('web', { targetRefs: [ingressTarget('web')], ...spec }, { namespace, generation: 1 });
}

/** An origin that tells a test's revisions apart. */
export function originOf(name: string | number): string {
  return `https://${name}.example.com`;
}

/** What the Ingress of a namespace grants now; undefined when nothing is said. */
export async function grantedOrigins(
  admin: ClusterAdmin,
  namespace: string,
  name = 'web',
): Promise<string | undefined> {
  const annotations = await admin.annotations({ kind: 'Ingress', namespace, name });
  return annotations[NGINX.enable] === 'true' ? annotations[NGINX.origins] : undefined;
}

/** A condition of a policy as `True Programmed`. */
export async function policyCondition(
  admin: ClusterAdmin,
  namespace: string,
  type: string,
  name = 'web',
): Promise<string> {
  return conditionWords(await admin.get({ kind: 'CorsPolicy', namespace, name }), type);
}

/** Whether the status of a policy speaks of what the policy says now, and says that all is well. */
export async function isReady(admin: ClusterAdmin, namespace: string, name = 'web'): Promise<boolean> {
  const policy = await admin.get({ kind: 'CorsPolicy', namespace, name });
  const status = policy?.['status'];
  const observed = isRecord(status) ? status['observedGeneration'] : undefined;
  return observed === policy?.metadata['generation'] && conditionWords(policy, 'Ready').startsWith('True ');
}

/** Many Ingresses of a namespace, `web-0` and so on, all with one label. */
export function manyIngresses(namespace: string, count: number): readonly KubernetesObject[] {
  return Array.from({ length: count }, (_, index) =>
    ingressObject(`web-${index}`, { namespace, labels: { shop: 'web' } }),
  );
}

/** A CorsPolicy `web` for all of them. */
export function manyPolicy(namespace: string, spec: Readonly<Record<string, unknown>> = {}): KubernetesObject {
  return policyObject('web', { targetSelector: { matchLabels: { shop: 'web' } }, ...spec }, { namespace });
}

/** How many Ingresses of a namespace grant exactly that. */
export async function countGranting(admin: ClusterAdmin, namespace: string, origins: string): Promise<number> {
  const found = await admin.list('Ingress', namespace);
  return found.filter(({ metadata: { annotations = {} } }) => annotations[NGINX.origins] === origins).length;
}
