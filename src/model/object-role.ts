import { GATEWAY_GROUP } from './gateway.ts';
import { INGRESS_GROUP } from './ingress.ts';
import type { Issue } from './issue.ts';
import type { KubernetesObject } from './kubernetes-object.ts';
import { apiGroup, objectRef } from './object-shape.ts';

/** API group of our own kinds. */
export const OWN_GROUP = 'cors-operator.dev';

/** The only version of our own kinds. */
const OWN_VERSION = `${OWN_GROUP}/v1alpha1`;

/** What an object is to a snapshot. */
export type ObjectRole =
  | 'Ingress'
  | 'HTTPRoute'
  | 'IngressClass'
  | 'GatewayClass'
  | 'Gateway'
  | 'Namespace'
  | 'ConfigMap'
  | 'CorsPolicy'
  | 'ClusterCorsPolicy'
  | 'CorsException'
  /** A kind that a dialect may read. */
  | 'Other'
  /** Never read: Secrets, and versions that no API server serves any more. */
  | 'Unread';

/** Kinds whose objects have no namespace. */
export const CLUSTER_SCOPED: ReadonlySet<ObjectRole> = new Set<ObjectRole>([
  'IngressClass',
  'GatewayClass',
  'Namespace',
  'ClusterCorsPolicy',
  'CorsException',
]);

/** Tells what an object is by its group and kind. */
export function objectRole(object: KubernetesObject): ObjectRole {
  const group = apiGroup(object.apiVersion);
  const known = ROLES.get(object.kind);
  if (known === undefined || known.group !== group) {
    return object.kind === 'Ingress' && group === 'extensions' ? 'Unread' : 'Other';
  }
  const served = known.versions === undefined || known.versions.includes(object.apiVersion.slice(group.length + 1));
  return served ? known.role : 'Unread';
}

/**
 * What is wrong with an object's kind or version: `ObjectVersion` for a version that is not read, `KindUnknown` for a kind
 * that our group does not have, or one of ours in a group that is not ours.
 */
export function roleIssue(object: KubernetesObject): Issue | undefined {
  const group = apiGroup(object.apiVersion);
  const own = OWN_KINDS.includes(object.kind);
  if (group === OWN_GROUP) {
    if (!own) return issue(object, 'KindUnknown', `${group} has no kind ${object.kind}: use ${OWN_KINDS.join(', ')}`);
    if (object.apiVersion === OWN_VERSION) return undefined;
    return issue(object, 'ObjectVersion', `${object.apiVersion} is not known: use ${OWN_VERSION}`);
  }
  if (own) return { ...issue(object, 'KindUnknown', strangeGroup(object)), severity: 'warning' };
  if (objectRole(object) !== 'Unread' || object.kind === 'Secret') return undefined;
  return issue(object, 'ObjectVersion', `${object.apiVersion} is not read: use ${readVersion(object.kind)}`);
}

type KnownKind = { readonly group: string; readonly role: ObjectRole; readonly versions?: readonly string[] };

const OWN_KINDS: readonly string[] = ['ClusterCorsPolicy', 'CorsException', 'CorsPolicy'];

const ROLES: ReadonlyMap<string, KnownKind> = new Map<string, KnownKind>([
  ['Ingress', { group: INGRESS_GROUP, role: 'Ingress', versions: ['v1'] }],
  ['HTTPRoute', { group: GATEWAY_GROUP, role: 'HTTPRoute', versions: ['v1', 'v1beta1'] }],
  ['IngressClass', { group: INGRESS_GROUP, role: 'IngressClass' }],
  ['GatewayClass', { group: GATEWAY_GROUP, role: 'GatewayClass' }],
  ['Gateway', { group: GATEWAY_GROUP, role: 'Gateway' }],
  ['Namespace', { group: '', role: 'Namespace' }],
  ['ConfigMap', { group: '', role: 'ConfigMap' }],
  ['Secret', { group: '', role: 'Unread' }],
  ['CorsPolicy', { group: OWN_GROUP, role: 'CorsPolicy' }],
  ['ClusterCorsPolicy', { group: OWN_GROUP, role: 'ClusterCorsPolicy' }],
  ['CorsException', { group: OWN_GROUP, role: 'CorsException' }],
]);

function issue(object: KubernetesObject, reason: 'KindUnknown' | 'ObjectVersion', message: string): Issue {
  return {
    severity: 'error',
    reason,
    path: reason === 'KindUnknown' ? 'kind' : 'apiVersion',
    message,
    object: objectRef(object),
  };
}

function strangeGroup(object: KubernetesObject): string {
  return `${object.kind} of ${object.apiVersion} is not one of ours and is not read: ours has apiVersion ${OWN_VERSION}`;
}

function readVersion(kind: string): string {
  return kind === 'Ingress' ? `${INGRESS_GROUP}/v1` : `${GATEWAY_GROUP}/v1`;
}
