import type { Issue } from './issue.ts';
import type { KubernetesObject } from './kubernetes-object.ts';
import { CLUSTER_SCOPED, type ObjectRole, objectRole, roleIssue } from './object-role.ts';
import { apiGroup, isRecord, objectNamespace, objectRef } from './object-shape.ts';
import { compareText } from './text-order.ts';

/** The objects of an input, sorted out by what they are. */
export type InputObjects = {
  readonly byRole: ReadonlyMap<ObjectRole, RoleObjects>;
  readonly issues: readonly Issue[];
};

/** The objects of one role. */
export type RoleObjects = {
  /** Sorted by namespace and name, and for `Other` by kind before; each group, kind, namespace and name once. */
  readonly single: readonly KubernetesObject[];
  /** Objects that share group, kind, namespace and name but not their content: none of them is to be believed. */
  readonly contradicting: readonly KubernetesObject[];
};

/** Objects of a role that the input does not have. */
export const NO_OBJECTS: RoleObjects = { single: [], contradicting: [] };

/**
 * Sorts an input out, whatever its order.
 *
 * An object that stands there twice with the same content is used once (`ObjectDuplicate`, warning). With different contents
 * neither is used (error): which of them a cluster would keep depends on the order in which they are applied.
 */
export function sortInput(objects: readonly KubernetesObject[]): InputObjects {
  const tables = new Map<ObjectRole, RoleTable>();
  const issues: Issue[] = [];
  for (const object of objects) {
    const role = objectRole(object);
    const issue = role === 'Other' || role === 'Unread' || isOwn(role) ? roleIssue(object) : undefined;
    if (issue !== undefined && !isOwn(role)) issues.push(issue);
    if (role !== 'Unread') addObject(tableOf(tables, role), shelfOf(role, object), object);
  }
  const byRole = new Map<ObjectRole, RoleObjects>();
  for (const [role, table] of tables) byRole.set(role, settleTable(table, issues));
  return { byRole, issues };
}

/** By namespace, and for `Other` by kind and namespace; then by name. Most names have one object. */
type RoleTable = Map<string, Map<string, KubernetesObject | KubernetesObject[]>>;

/** How deep two objects are compared; deeper ones count as different. */
const MAX_DEPTH = 64;

function isOwn(role: ObjectRole): boolean {
  return role === 'CorsPolicy' || role === 'ClusterCorsPolicy' || role === 'CorsException';
}

function tableOf(tables: Map<ObjectRole, RoleTable>, role: ObjectRole): RoleTable {
  const known = tables.get(role);
  if (known !== undefined) return known;
  const table: RoleTable = new Map();
  tables.set(role, table);
  return table;
}

function shelfOf(role: ObjectRole, object: KubernetesObject): string {
  if (role === 'Other') return `${object.kind}/${object.metadata.namespace ?? ''}`;
  return CLUSTER_SCOPED.has(role) ? '' : objectNamespace(object);
}

function addObject(table: RoleTable, shelf: string, object: KubernetesObject): void {
  let byName = table.get(shelf);
  if (byName === undefined) {
    byName = new Map();
    table.set(shelf, byName);
  }
  const { name } = object.metadata;
  const former = byName.get(name);
  if (former === undefined) byName.set(name, object);
  else if (Array.isArray(former)) former.push(object);
  else byName.set(name, [former, object]);
}

function settleTable(table: RoleTable, issues: Issue[]): RoleObjects {
  const single: KubernetesObject[] = [];
  const contradicting: KubernetesObject[] = [];
  for (const [, byName] of sortedEntries(table)) {
    for (const [, held] of sortedEntries(byName)) {
      if (Array.isArray(held)) settleSharers(held, { single, contradicting }, issues);
      else single.push(held);
    }
  }
  return { single, contradicting };
}

function sortedEntries<T>(map: ReadonlyMap<string, T>): readonly (readonly [string, T])[] {
  return [...map].sort(([left], [right]) => compareText(left, right));
}

type Settled = { readonly single: KubernetesObject[]; readonly contradicting: KubernetesObject[] };

/** Objects of one kind, namespace and name: of several groups the first is kept, if its objects agree. */
function settleSharers(sharers: readonly KubernetesObject[], settled: Settled, issues: Issue[]): void {
  const kept: KubernetesObject[] = [];
  for (const twins of Map.groupBy(sharers, (each) => apiGroup(each.apiVersion)).values()) {
    const one = settleTwins(twins, issues);
    if (one === undefined) settled.contradicting.push(...twins);
    else kept.push(one);
  }
  const [first] = kept.sort((left, right) => compareText(left.apiVersion, right.apiVersion));
  if (first !== undefined) settled.single.push(first);
}

/** Objects of one group, kind, namespace and name: the one to use, or none when they contradict each other. */
function settleTwins(twins: readonly KubernetesObject[], issues: Issue[]): KubernetesObject | undefined {
  const [first, ...others] = twins;
  if (first === undefined || others.length === 0) return first;
  const object = objectRef(first);
  const words = `${first.kind} ${object.namespace === undefined ? '' : `${object.namespace}/`}${object.name}`;
  const same = others.every((other) => isSame(first, other, MAX_DEPTH));
  issues.push({
    severity: same ? 'warning' : 'error',
    reason: 'ObjectDuplicate',
    path: '',
    message: same
      ? `${words} stands in the input ${twins.length} times with the same content: one is enough`
      : `${words} stands in the input ${twins.length} times with different contents, so none is used: keep one`,
    object,
  });
  return same ? lowestText(twins) : undefined;
}

/** Equal objects may still hold their keys in different orders. */
function lowestText(twins: readonly KubernetesObject[]): KubernetesObject | undefined {
  const texts = twins.map((object) => ({ object, text: JSON.stringify(object) }));
  return texts.sort((left, right) => compareText(left.text, right.text))[0]?.object;
}

function isSame(left: unknown, right: unknown, depth: number): boolean {
  if (left === right) return true;
  if (depth === 0) return false;
  if (Array.isArray(left)) {
    return (
      Array.isArray(right) &&
      left.length === right.length &&
      left.every((each, index) => isSame(each, right[index], depth - 1))
    );
  }
  if (!isRecord(left) || !isRecord(right)) return false;
  const keys = Object.keys(left);
  if (keys.length !== Object.keys(right).length) return false;
  return keys.every((key) => Object.hasOwn(right, key) && isSame(left[key], right[key], depth - 1));
}
