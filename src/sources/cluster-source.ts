import type { KubeClient, KubeResource } from '../kube/kube-client.ts';
import { createReflector, type ObjectChange, type Reflector, type ReflectorState } from '../kube/reflector.ts';
import type { KubernetesObject } from '../model/kubernetes-object.ts';
import { OWN_GROUP } from '../model/object-role.ts';
import { apiGroup } from '../model/object-shape.ts';
import type { Settings } from '../model/settings.ts';
import { type ClusterParts, createClusterParts, type PartChange } from './cluster-parts.ts';
import { type ClusterResource, clusterResources } from './cluster-resources.ts';
import { createObjectKeeper, type ObjectKeeper } from './object-keeper.ts';

export type ClusterSourceOptions = {
  readonly client: KubeClient;
  readonly settings: Settings;
  /** All namespaces when absent. */
  readonly namespace?: string;
  /** Told after objects changed, and when a kind becomes known or unknown. */
  readonly onChange?: () => void;
  /** Whether a change is one that a write of our own made. */
  readonly isEcho?: (change: PartChange) => boolean;
  /** Told of an object of our own kinds, also when nothing of it changed but its status. */
  readonly onOwn?: (object: KubernetesObject) => void;
  readonly onState?: (resource: ClusterResource, state: ReflectorState) => void;
  readonly onProblem?: (resource: ClusterResource, problem: Error) => void;
};

/** A cluster as a source of snapshots: it follows every kind that is evaluated. */
export type ClusterSource = {
  readonly parts: ClusterParts;
  readonly start: () => void;
  readonly stop: () => Promise<void>;
  /** Every kind was listed, or is known not to be there, as far as it is optional. */
  readonly isComplete: () => boolean;
  /** Settled when it is complete, or stopped. */
  readonly complete: Promise<void>;
  /** What is known of each kind. */
  readonly kinds: () => readonly KindState[];
  /** The resource of an object whose kind the cluster has; undefined when it has not, or that is not known. */
  readonly resourceOf: (object: Pick<KubernetesObject, 'apiVersion' | 'kind'>) => KubeResource | undefined;
};

/** A kind, and how much is known of it. */
export type KindState = {
  readonly resource: ClusterResource;
  readonly state: ReflectorState;
  readonly objects: number;
  /** Seconds since the server last said something about it. */
  readonly lastContact: number | undefined;
  /** Lists and watches that failed. */
  readonly failures: number;
};

/** Makes a source; nothing is read before it is started. */
export function createClusterSource(options: ClusterSourceOptions): ClusterSource {
  const { settings, onChange = () => undefined, onOwn } = options;
  const followed: Followed[] = [];
  const keeping = { ...options, keep: createObjectKeeper() };
  const parts = createClusterParts(settings, () => missingKinds(followed), options.isEcho);
  for (const resource of clusterResources) {
    const take = (changes: readonly ObjectChange<KubernetesObject>[]): void => {
      for (const change of changes) takeChange(parts, change);
      onChange();
      if (resource.group === OWN_GROUP && onOwn !== undefined) tellOwn(changes, onOwn);
    };
    followed.push({ resource, reflector: follow(resource, keeping, take, () => noteState(resource)) });
  }
  // What a kind's absence changes is only known here: every policy may name a target of it.
  const noteState = (resource: ClusterResource): void => {
    if (resource.need === 'Optional') parts.touch();
    onChange();
  };
  return {
    parts,
    start() {
      for (const { reflector } of followed) reflector.start();
    },
    stop: async () => void (await Promise.all(followed.map(({ reflector }) => reflector.stop()))),
    isComplete: () => followed.every(isKnown),
    complete: Promise.all(followed.map(settled)).then(() => undefined),
    kinds: () => followed.map(kindState),
    resourceOf: (object) => servedResource(followed, object),
  };
}

type Followed = { readonly resource: ClusterResource; readonly reflector: Reflector<KubernetesObject> };

function follow(
  resource: ClusterResource,
  { client, namespace, onState, onProblem, keep }: ClusterSourceOptions & { readonly keep: ObjectKeeper },
  onChanges: (changes: readonly ObjectChange<KubernetesObject>[]) => void,
  noteState: () => void,
): Reflector<KubernetesObject> {
  const { labelSelector } = resource;
  return createReflector<KubernetesObject>({
    client,
    resource,
    ...(resource.namespaced && namespace !== undefined ? { namespace } : {}),
    ...(labelSelector === undefined ? {} : { labelSelector }),
    transform: keep,
    deletions: resource.custom ? 'Confirmed' : 'AsTold',
    onChanges,
    onState(state) {
      onState?.(resource, state);
      noteState();
    },
    onProblem: (problem) => onProblem?.(resource, problem),
  });
}

function tellOwn(changes: readonly ObjectChange<KubernetesObject>[], onOwn: (object: KubernetesObject) => void): void {
  for (const change of changes) if (change.type !== 'Deleted') onOwn(change.object);
}

function takeChange(parts: ClusterParts, change: ObjectChange<KubernetesObject>): void {
  if (change.type === 'Deleted') parts.remove(change.previous);
  else parts.put(change.object);
}

function isKnown({ resource, reflector }: Followed): boolean {
  const { status } = reflector.state();
  if (status === 'Synced') return true;
  return reflector.resourceVersion() !== '' || (status === 'Unknown' && resource.need === 'Optional');
}

async function settled({ resource, reflector }: Followed): Promise<void> {
  await (resource.need === 'Needed' ? reflector.synced : reflector.settled);
}

function kindState({ resource, reflector }: Followed): KindState {
  return {
    resource,
    state: reflector.state(),
    objects: reflector.size(),
    lastContact: reflector.lastContact(),
    failures: reflector.counts().failures,
  };
}

function missingKinds(followed: readonly Followed[]): ReadonlySet<string> {
  const missing = followed.filter(({ reflector }) => {
    const state = reflector.state();
    return state.status === 'Unknown' && state.reason === 'NotInstalled';
  });
  return new Set(missing.map(({ resource: { group, kind } }) => `${group}/${kind}`));
}

function servedResource(
  followed: readonly Followed[],
  { apiVersion, kind }: Pick<KubernetesObject, 'apiVersion' | 'kind'>,
): KubeResource | undefined {
  const group = apiGroup(apiVersion);
  const found = followed.find(({ resource }) => resource.kind === kind && resource.group === group);
  return found !== undefined && found.reflector.state().status === 'Synced' ? found.resource : undefined;
}
