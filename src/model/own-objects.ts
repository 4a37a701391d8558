import { parseClusterCorsPolicy } from './cluster-cors-policy.ts';
import { readReach } from './cluster-policy-reach.ts';
import { parseCorsException } from './cors-exception.ts';
import { parseCorsPolicy } from './cors-policy.ts';
import { type InputObjects, NO_OBJECTS, type RoleObjects } from './input-objects.ts';
import type { Issue } from './issue.ts';
import type { KubernetesObject } from './kubernetes-object.ts';
import { roleIssue } from './object-role.ts';
import { isRecord, objectRef } from './object-shape.ts';
import { remembered } from './remembered.ts';
import type { ClusterPolicyObject, ExceptionObject, OwnObject, PolicyObject, Snapshot } from './snapshot.ts';
import { compareText } from './text-order.ts';

/** Parses the objects of our own kinds of an input, sorted by namespace and name. */
export type OwnObjectReader = (input: InputObjects) => Pick<Snapshot, 'policies' | 'clusterPolicies' | 'exceptions'>;

/**
 * Makes a reader that parses every object once.
 *
 * An object of an unknown version, or one that stands in the input with several contents, is kept as invalid: it still claims
 * its routes, and a guardrail still confines, so that a mistake never lets something wider take over.
 */
export function createOwnObjectReader(): OwnObjectReader {
  const policy = remembered((object: KubernetesObject) => parsePolicy(object, ownIssues(object)));
  const clusterPolicy = remembered((object: KubernetesObject) => parseClusterPolicy(object, ownIssues(object)));
  const exception = remembered((object: KubernetesObject) => parseException(object, ownIssues(object)));
  return ({ byRole }) => ({
    policies: readKind(byRole.get('CorsPolicy'), policy, parsePolicy),
    clusterPolicies: readKind(byRole.get('ClusterCorsPolicy'), clusterPolicy, parseClusterPolicy),
    exceptions: readKind(byRole.get('CorsException'), exception, parseException),
  });
}

type Parse<T> = (object: KubernetesObject, issues: readonly Issue[]) => T;

function readKind<T extends OwnObject<unknown>>(
  objects: RoleObjects = NO_OBJECTS,
  parseSingle: (object: KubernetesObject) => T,
  parse: Parse<T>,
): readonly T[] {
  const single = objects.single.map(parseSingle);
  const contradicting = objects.contradicting.map((object) => parse(object, [contradiction(object)]));
  return [...single, ...contradicting].sort(compareOwn);
}

function ownIssues(object: KubernetesObject): readonly Issue[] {
  const issue = roleIssue(object);
  return issue === undefined ? NO_ISSUES : [issue];
}

const NO_ISSUES: readonly Issue[] = [];

function parsePolicy(object: KubernetesObject, issues: readonly Issue[]): PolicyObject {
  const policy = withIssues(parseCorsPolicy(object), issues);
  const audit = isRecord(object['spec']) && object['spec']['mode'] === 'Audit';
  return policy.spec === undefined && audit ? { ...policy, mode: 'Audit' } : policy;
}

function parseClusterPolicy(object: KubernetesObject, issues: readonly Issue[]): ClusterPolicyObject {
  const policy = withIssues(parseClusterCorsPolicy(object), issues);
  return policy.spec === undefined ? { ...policy, reach: readReach(object) } : policy;
}

function parseException(object: KubernetesObject, issues: readonly Issue[]): ExceptionObject {
  return withIssues(parseCorsException(object), issues);
}

/** Errors from outside of the object's own fields make it invalid. */
function withIssues<T extends OwnObject<unknown>>(own: T, issues: readonly Issue[]): T {
  return issues.length === 0 ? own : { ...own, spec: undefined, issues: [...issues, ...own.issues] };
}

function contradiction(object: KubernetesObject): Issue {
  return {
    severity: 'error',
    reason: 'ObjectDuplicate',
    path: '',
    message: 'another object of this name stands in the input with other contents: keep one of them',
    object: objectRef(object),
  };
}

function compareOwn(left: OwnObject<unknown>, right: OwnObject<unknown>): number {
  return compareText(left.ref.namespace ?? '', right.ref.namespace ?? '') || compareText(left.ref.name, right.ref.name);
}
