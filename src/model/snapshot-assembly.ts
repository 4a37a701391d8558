import { readGateway } from './gateway.ts';
import { readHttpRoute } from './http-route.ts';
import { classParents, type RouteReading, readIngress } from './ingress.ts';
import { type InputObjects, NO_OBJECTS, sortInput } from './input-objects.ts';
import type { Issue } from './issue.ts';
import { compareIssues } from './issue-order.ts';
import type { KubernetesObject } from './kubernetes-object.ts';
import type { Labels } from './label-selector.ts';
import type { ObjectRole } from './object-role.ts';
import { objectNamespace } from './object-shape.ts';
import { readOriginListObject } from './origin-list-object.ts';
import { createOwnObjectReader } from './own-objects.ts';
import { remembered } from './remembered.ts';
import type { Route } from './route.ts';
import { defaultIngressClass, readGatewayClass, readIngressClass } from './route-class.ts';
import type { Settings } from './settings.ts';
import type { OriginListObject, RouteClass, Snapshot } from './snapshot.ts';
import { compareTargets } from './target-order.ts';

/** Label that the API server puts on every Namespace, with its name; nobody can change it. */
const NAME_LABEL = 'kubernetes.io/metadata.name';

const NOTHING_MISSING: ReadonlySet<string> = new Set();

/** Reads objects into a snapshot; objects that it has read before cost next to nothing. */
export type SnapshotAssembler = (objects: readonly KubernetesObject[]) => Snapshot;

/** Makes an assembler that remembers what it read as long as the object itself is kept: objects never change. */
export function createSnapshotAssembler(settings: Settings): SnapshotAssembler {
  const readOwn = createOwnObjectReader();
  const readList = remembered(readOriginListObject);
  return (objects) => {
    const input = sortInput(objects);
    const issues: Issue[] = [...input.issues];
    const classes = readClasses(input);
    return {
      ...readOwn(input),
      routes: readRoutes(input, classes, issues),
      peerEvidence: NO_EVIDENCE,
      classes,
      namespaces: readNamespaces(input),
      originLists: readOriginLists(input, readList, issues),
      dialectObjects: readDialectObjects(input),
      missingKinds: NOTHING_MISSING,
      issues: issues.sort(compareIssues),
      settings,
    };
  };
}

const NO_EVIDENCE: ReadonlyMap<string, number> = new Map();

/**
 * Reads all objects of an input into one snapshot.
 *
 * Never throws on what objects hold: a wrong type is an issue of its object (`ObjectShape`) and leaves others alone. The same
 * objects in any order give the same snapshot.
 *
 * @param objects lists already unwrapped, namespaces filled in
 */
export function assembleSnapshot(objects: readonly KubernetesObject[], settings: Settings): Snapshot {
  return createSnapshotAssembler(settings)(objects);
}

function objectsOf(input: InputObjects, role: ObjectRole): readonly KubernetesObject[] {
  return (input.byRole.get(role) ?? NO_OBJECTS).single;
}

function readClasses(input: InputObjects): readonly RouteClass[] {
  return [
    ...objectsOf(input, 'GatewayClass').map(readGatewayClass),
    ...objectsOf(input, 'IngressClass').map(readIngressClass),
  ];
}

function readRoutes(input: InputObjects, classes: readonly RouteClass[], issues: Issue[]): readonly Route[] {
  const parents = classParents(defaultIngressClass(classes));
  const gateways = new Map(objectsOf(input, 'Gateway').map((object) => [namespacedName(object), readGateway(object)]));
  const routes: Route[] = [];
  const collect = (reading: RouteReading): void => {
    for (const route of reading.routes) routes.push(route);
    for (const issue of reading.issues) issues.push(issue);
  };
  for (const object of objectsOf(input, 'HTTPRoute')) collect(readHttpRoute(object, gateways));
  for (const object of objectsOf(input, 'Ingress')) collect(readIngress(object, parents));
  return routes.sort((left, right) => compareTargets(left.target, right.target));
}

function namespacedName(object: KubernetesObject): string {
  return `${objectNamespace(object)}/${object.metadata.name}`;
}

function readNamespaces(input: InputObjects): ReadonlyMap<string, Labels> {
  const namespaces = objectsOf(input, 'Namespace').map(({ metadata }): [string, Labels] => [
    metadata.name,
    { ...metadata.labels, [NAME_LABEL]: metadata.name },
  ]);
  return new Map(namespaces);
}

function readOriginLists(
  input: InputObjects,
  readList: typeof readOriginListObject,
  issues: Issue[],
): ReadonlyMap<string, OriginListObject> {
  const lists = new Map<string, OriginListObject>();
  for (const object of objectsOf(input, 'ConfigMap')) {
    const reading = readList(object);
    lists.set(namespacedName(object), reading.list);
    issues.push(...reading.issues);
  }
  return lists;
}

/** Gateways are among what dialects read, although routes need them first. */
function readDialectObjects(input: InputObjects): ReadonlyMap<string, KubernetesObject> {
  const objects = new Map<string, KubernetesObject>();
  for (const object of objectsOf(input, 'Other')) {
    const { name, namespace } = object.metadata;
    objects.set(`${object.kind}/${namespace ?? ''}/${name}`, object);
  }
  for (const object of objectsOf(input, 'Gateway')) {
    const key = `Gateway/${namespacedName(object)}`;
    const other = objects.get(key);
    if (other === undefined || object.apiVersion < other.apiVersion) objects.set(key, object);
  }
  return objects;
}
