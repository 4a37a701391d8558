import { isSameJson } from '../model/json-equality.ts';
import type { KubernetesObject } from '../model/kubernetes-object.ts';
import { MANAGED_BY, MANAGED_BY_LABEL } from '../model/managed-by.ts';
import { CLUSTER_SCOPED, OWN_GROUP, objectRole } from '../model/object-role.ts';
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
  /**
   * Namespaces whose parts changed since they were taken last; one that holds nothing any more is among them.
   *
   * @param extent `News`: without those in which nothing changed but what our own writes changed
   */
  readonly takeChanged: (extent?: 'All' | 'News') => ReadonlySet<string>;
  /** What changed since all was taken last; `Echoes`: nothing but what our own writes changed. */
  readonly waiting: () => 'Nothing' | 'Echoes' | 'News';
  readonly namespaces: () => Iterable<string>;
  /** Reads what people wrote in a part, one object after another: `snapshotOf` then finds it read. */
  readonly readAhead: (namespace: string) => Iterable<void>;
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

/** What changed of one object: as it stands, and as it stood; undefined where there is or was none. */
export type PartChange = {
  readonly object: KubernetesObject | undefined;
  readonly former: KubernetesObject | undefined;
};

/**
 * Makes parts that hold nothing yet.
 *
 * @param missingKinds target kinds `group/kind` that are not installed, now
 * @param isEcho whether a change is one that a write of our own made
 */
export function createClusterParts(
  settings: Settings,
  missingKinds: () => ReadonlySet<string>,
  isEcho: (change: PartChange) => boolean = () => false,
): ClusterParts {
  const assemble = createSnapshotAssembler(settings);
  const store: Store = {
    settings,
    isEcho,
    shared: new Map(),
    byNamespace: new Map(),
    latest: new Map(),
    changed: new Set(),
    echoed: new Set(),
    isNews: false,
  };
  const partSnapshot = (objects: Iterable<KubernetesObject>): Snapshot => ({
    ...assemble([...store.shared.values(), ...objects]),
    missingKinds: missingKinds(),
  });
  return {
    put: (object) => putObject(store, object),
    remove: (object) => removeObject(store, object),
    touch: (namespace) => touch(store, namespace),
    takeChanged: (extent = 'All') => takeChanged(store, extent),
    waiting: () => waiting(store),
    namespaces: () => store.byNamespace.keys(),
    *readAhead(namespace) {
      for (const object of store.byNamespace.get(namespace)?.values() ?? []) {
        if (apiGroup(object.apiVersion) === OWN_GROUP) yield void assemble([object]);
      }
    },
    snapshotOf(namespace, peerEvidence) {
      const snapshot = partSnapshot(store.byNamespace.get(namespace)?.values() ?? []);
      return peerEvidence === undefined ? snapshot : { ...snapshot, peerEvidence };
    },
    sharedSnapshot: () => partSnapshot([]),
    find(place) {
      const key = placeKey(place);
      const kept = store.byNamespace.get(place.namespace ?? place.name)?.get(key) ?? store.shared.get(key);
      return kept === undefined ? undefined : (store.latest.get(key) ?? kept);
    },
  };
}

type Shelf = Map<string, KubernetesObject>;

type Store = {
  readonly settings: Settings;
  readonly isEcho: (change: PartChange) => boolean;
  readonly shared: Shelf;
  readonly byNamespace: Map<string, Shelf>;
  /** Objects that changed since they were read in no way that is evaluated: what was worked out for the former one holds. */
  readonly latest: Shelf;
  readonly changed: Set<string>;
  readonly echoed: Set<string>;
  isNews: boolean;
};

function putObject(store: Store, object: KubernetesObject): void {
  const namespace = partOf(object, store.settings);
  const shelf = namespace === undefined ? store.shared : (store.byNamespace.get(namespace) ?? new Map());
  if (namespace !== undefined) store.byNamespace.set(namespace, shelf);
  const key = placeKey(placeOf(object));
  leaveOtherShelf(store, object, namespace);
  const former = shelf.get(key);
  const isEcho = store.isEcho({ object, former: store.latest.get(key) ?? former });
  if (former !== undefined && isSameInput(former, object)) {
    store.latest.set(key, sharing(object, former));
    return;
  }
  store.latest.delete(key);
  shelf.set(key, object);
  noteChange(store, namespace, isEcho ? 'Echo' : 'News');
}

/** Two states of an object share what they have in common: all but metadata and status. */
function sharing({ metadata, status }: KubernetesObject, former: KubernetesObject): KubernetesObject {
  const { status: _, ...input } = former;
  return { ...input, metadata, ...(status === undefined ? {} : { status }) };
}

/** A label decides for some objects whether they are shared. */
function leaveOtherShelf(store: Store, object: KubernetesObject, namespace: string | undefined): void {
  const { namespace: own } = object.metadata;
  if (own === undefined || objectRole(object) !== 'Other') return;
  const other = namespace === undefined ? store.byNamespace.get(own) : store.shared;
  const left = namespace === undefined ? own : undefined;
  if (other?.delete(placeKey(placeOf(object))) === true) noteChange(store, left, 'News');
}

function removeObject(store: Store, object: KubernetesObject): void {
  const namespace = partOf(object, store.settings);
  const shelf = namespace === undefined ? store.shared : store.byNamespace.get(namespace);
  const key = placeKey(placeOf(object));
  if (shelf?.delete(key) !== true) return;
  store.latest.delete(key);
  noteChange(store, namespace, store.isEcho({ object: undefined, former: object }) ? 'Echo' : 'News');
  if (namespace !== undefined && shelf.size === 0) store.byNamespace.delete(namespace);
}

function noteChange(store: Store, namespace: string | undefined, news: 'News' | 'Echo'): void {
  if (news === 'Echo' && namespace !== undefined) store.echoed.add(namespace);
  else touch(store, namespace);
}

function touch(store: Store, namespace: string | undefined): void {
  store.isNews = true;
  if (namespace !== undefined) store.changed.add(namespace);
  else for (const each of store.byNamespace.keys()) store.changed.add(each);
}

function takeChanged(store: Store, extent: 'All' | 'News'): ReadonlySet<string> {
  const { changed, echoed } = store;
  const taken = new Set(extent === 'All' ? [...changed, ...echoed] : changed);
  for (const namespace of taken) echoed.delete(namespace);
  changed.clear();
  store.isNews = false;
  return taken;
}

function waiting({ isNews, echoed }: Store): 'Nothing' | 'Echoes' | 'News' {
  if (isNews) return 'News';
  return echoed.size === 0 ? 'Nothing' : 'Echoes';
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
export function placeOf({ apiVersion, kind, metadata: { namespace, name } }: KubernetesObject): ObjectPlace {
  return { group: apiGroup(apiVersion), kind, namespace, name };
}

/** A key that no two objects share. Joined, since a template's parts would all be kept along with each of many thousand keys. */
export function placeKey({ group, kind, namespace, name }: ObjectPlace): string {
  return [group, kind, namespace ?? '', name].join('/');
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
