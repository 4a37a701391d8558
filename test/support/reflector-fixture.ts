import type { KubeClient } from '../../src/kube/kube-client.ts';
import { createReflector, type ObjectChange, type Reflector, type ReflectorOptions } from '../../src/kube/reflector.ts';
import type { FakeStore } from './fake-store.ts';
import { ingresses } from './kube-fixture.ts';

/** What a test keeps of an object. */
export type Kept = { readonly key: string; readonly uid: string; readonly version: string; readonly text: unknown };

export type Followed = {
  readonly reflector: Reflector<Kept>;
  /** Every change as `Added shop/web`. */
  readonly changes: string[];
  readonly batches: number[];
  readonly states: string[];
  readonly problems: string[];
  /** What the changes alone add up to. */
  readonly replayed: Map<string, Kept>;
};

/** A reflector of Ingresses that notes what it is told. */
export function follow(client: KubeClient, options: Partial<ReflectorOptions<Kept>> = {}): Followed {
  const changes: string[] = [];
  const batches: number[] = [];
  const states: string[] = [];
  const problems: string[] = [];
  const replayed = new Map<string, Kept>();
  const reflector = createReflector<Kept>({
    client,
    resource: ingresses,
    transform: ({ metadata: { name, namespace, uid, resourceVersion }, ...fields }) => ({
      key: `${namespace ?? ''}/${name}`,
      uid,
      version: resourceVersion,
      text: fields['text'],
    }),
    onChanges(batch) {
      batches.push(batch.length);
      for (const change of batch) {
        changes.push(`${change.type} ${change.key}`);
        replay(replayed, change);
      }
    },
    onState: (state) => states.push(state.status === 'Unknown' ? state.reason : state.status),
    onProblem: (problem) => problems.push('reason' in problem ? String(problem.reason) : problem.message),
    ...options,
  });
  return { reflector, changes, batches, states, problems, replayed };
}

function replay(map: Map<string, Kept>, change: ObjectChange<Kept>): void {
  if (change.type === 'Deleted') {
    if (!map.delete(change.key)) throw new Error(`deleted what was not there: ${change.key}`);
    return;
  }
  if ((change.type === 'Modified') !== map.has(change.key))
    throw new Error(`${change.type} out of turn: ${change.key}`);
  map.set(change.key, change.object);
}

/** Texts by key, as cached. */
export function cached({ reflector }: Followed): Readonly<Record<string, unknown>> {
  return byKey([...reflector.list()].map(({ key, uid, version }) => [key, `${uid}@${version}`]));
}

/** Texts by key, as stored. */
export function stored(store: FakeStore): Readonly<Record<string, unknown>> {
  return byKey(
    store
      .objects(ingresses)
      .map(({ metadata }) => [
        `${metadata.namespace ?? ''}/${metadata.name}`,
        `${metadata.uid}@${metadata.resourceVersion}`,
      ]),
  );
}

function byKey(entries: readonly (readonly [string, string])[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries([...entries].sort(([a], [b]) => (a < b ? -1 : 1)));
}
