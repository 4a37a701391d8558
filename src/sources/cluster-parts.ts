import { isSameJson } from '../model/json-equality.ts';
import type { KubernetesObject } from '../model/kubernetes-object.ts';
import { MANAGED_BY, MANAGED_BY_LABEL } from '../model/managed-by.ts';
import { CLUSTER_SCOPED, objectRole } from '../model/object-role.ts';
import { apiGroup } from '../model/object-shape.ts';
import type { Settings } from '../model/settings.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { createSnapshotAssembler } from '../model/snapshot-assembly.ts';

/**
 * The objects of a cluster in parts: a part is what one namespace holds, with everything that all namespaces share. A change
 * leaves every part that it cannot touch as it is.
 */
export type ClusterParts = {
  /** Takes an object that is new or changed. */
  readonly put: (object: KubernetesObject) => void;
  readonly remove: (object: KubernetesObject) => void;
  /** Has a part evaluated again although nothing changed; every part without a name. */
  readonly touch: (namespace?: string) => void;
  /** Namespaces whose parts changed since the last call; one that holds nothing any more is among them. */
  readonly takeChanged: () => ReadonlySet<string>;
  /** Whether shared objects changed since the last call. */
  readonly takeSharedChange: () => boolean;
  readonly namespaces: () => Iterable<string>;
  /** @param peerEvidence as in {@link Snapshot} */
  readonly snapshotOf: (namespace: string, peerEvidence?: Snapshot['peerEvidence']) => Snapshot;
  /** What all parts share, without any route or policy. */
  readonly sharedSnapshot: () => Snapshot;
  /** As it was put; undefined when there is none. */
  readonly find: (place: ObjectPlace) => KubernetesObject | undefined;
};

/** Which object; `group` is "" for the core group. */
export type ObjectPlace = {
  readonly group: string;
  readonly kind: string;
  readonly namespace?: string | undefined;
  readonly name: string;
};

/** @param missingKinds target kinds `group/kind` that are not installed, now */
export function createClusterParts(settings: Settings, missingKinds: () => ReadonlySet<string>): ClusterParts {
  const assemble = createSnapshotAssembler(settings);
  const store: Store = {
    settings,
    shared: new Map(),
    byNamespace: new Map(),
    changed: new Set(),
    isSharedChanged: false,
  };
  const partSnapshot = (objects: Iterable<KubernetesObject>): Snapshot => ({
    ...assemble([...store.shared.values(), ...objects]),
    missingKinds: missingKinds(),
  });
  return {
    put: (object) => putObject(store, object),
    remove: (object) => removeObject(store, object),
    touch: (namespace) => touch(store, namespace),
    takeChanged: () => takeChanged(store),
    takeSharedChange: () => takeSharedChange(store),
    namespaces: () => store.byNamespace.keys(),
    snapshotOf(namespace, peerEvidence) {
      const snapshot = partSnapshot(store.byNamespace.get(namespace)?.values() ?? []);
      return peerEvidence === undefined ? snapshot : { ...snapshot, peerEvidence };
    },
    sharedSnapshot: () => partSnapshot([]),
    find(place) {
      const key = placeKey(place);
      return store.byNamespace.get(place.namespace ?? place.name)?.get(key) ?? store.shared.get(key);
    },
  };
}

type Shelf = Map<string, KubernetesObject>;

type Store = {
  readonly settings: Settings;
  readonly shared: Shelf;
  readonly byNamespace: Map<string, Shelf>;
  readonly changed: Set<string>;
  isSharedChanged: boolean;
};

function putObject(store: Store, object: KubernetesObject): void {
  const namespace = partOf(object, store.settings);
  const shelf = namespace === undefined ? store.shared : (store.byNamespace.get(namespace) ?? new Map());
  if (namespace !== undefined) store.byNamespace.set(namespace, shelf);
  const key = placeKey(placeOf(object));
  leaveOtherShelf(store, object, namespace);
  const former = shelf.get(key);
  shelf.set(key, object);
  if (former === undefined || !isSameInput(former, object)) noteChange(store, namespace);
}

/** A label decides for some objects whether they are shared. */
function leaveOtherShelf(store: Store, object: KubernetesObject, namespace: string | undefined): void {
  const { namespace: own } = object.metadata;
  if (own === undefined || objectRole(object) !== 'Other') return;
  const other = namespace === undefined ? store.byNamespace.get(own) : store.shared;
  if (other?.delete(placeKey(placeOf(object))) === true) noteChange(store, namespace === undefined ? own : undefined);
}

function removeObject(store: Store, object: KubernetesObject): void {
  const namespace = partOf(object, store.settings);
  const shelf = namespace === undefined ? store.shared : store.byNamespace.get(namespace);
  if (shelf?.delete(placeKey(placeOf(object))) !== true) return;
  noteChange(store, namespace);
  if (namespace !== undefined && shelf.size === 0) store.byNamespace.delete(namespace);
}

function noteChange(store: Store, namespace: string | undefined): void {
  touch(store, namespace);
  store.isSharedChanged ||= namespace === undefined;
}

function touch(store: Store, namespace: string | undefined): void {
  if (namespace !== undefined) store.changed.add(namespace);
  else for (const each of store.byNamespace.keys()) store.changed.add(each);
}

function takeChanged(store: Store): ReadonlySet<string> {
  const taken = new Set(store.changed);
  store.changed.clear();
  return taken;
}

function takeSharedChange(store: Store): boolean {
  const taken = store.isSharedChanged;
  store.isSharedChanged = false;
  return taken;
}

/**
 * The namespace that an object belongs to; undefined when all parts may need it: what is cluster-scoped, Gateways, the origin
 * lists of guardrails, and objects of dialects that are not our own, since routes of other namespaces may use them.
 */
function partOf(object: KubernetesObject, { operatorNamespace }: Settings): string | undefined {
  const role = objectRole(object);
  const { namespace, name } = object.metadata;
  if (role === 'Namespace') return name;
  if (CLUSTER_SCOPED.has(role) || role === 'Gateway' || namespace === undefined) return undefined;
  if (role === 'ConfigMap' && namespace === operatorNamespace) return undefined;
  return role === 'Other' && object.metadata.labels?.[MANAGED_BY_LABEL] !== MANAGED_BY ? undefined : namespace;
}

/** Where an object lies. */
function placeOf({ apiVersion, kind, metadata: { namespace, name } }: KubernetesObject): ObjectPlace {
  return { group: apiGroup(apiVersion), kind, namespace, name };
}

/** A key that no two objects share. */
export function placeKey({ group, kind, namespace, name }: ObjectPlace): string {
  return `${group}/${kind}/${namespace ?? ''}/${name}`;
}

/** Whether nothing changed that is evaluated: a status of ours, a version or a field manager is not. */
function isSameInput(left: KubernetesObject, right: KubernetesObject): boolean {
  return isSameJson(inputOf(left), inputOf(right));
}

function inputOf(object: KubernetesObject): unknown {
  const { resourceVersion: _version, managedFields: _managers, ...metadata } = object.metadata;
  const { status, ...rest } = object;
  return { ...rest, metadata, status: object.kind === 'GatewayClass' ? status : undefined };
}
