import type { KubernetesObject } from '../model/kubernetes-object.ts';
import { CONTENTION_WINDOW, type ContentionState, noContention } from './contention.ts';
import type { Settling } from './target-steps.ts';
import type { GivenBack } from './target-write.ts';

/** What a writer remembers of one target between two passes. Nothing that a restart could not do without. */
export type TargetMemory = {
  /** As the API server answered our last write, until the cache has it too. */
  latest?: KubernetesObject | undefined;
  /** Keys that a restore gives back, until that is done. */
  givenBack: readonly GivenBack[];
  contention: ContentionState;
  /** When objects of ours were last made or changed, on the writer's clock. */
  ownedAt?: number;
  /** When the target last ceased to name one. */
  detachedAt?: number;
};

/** Memories of targets, by uid. */
export type TargetMemories = {
  readonly of: (uid: string) => TargetMemory;
  /** Forgets what a target needs no more. */
  readonly settle: (uid: string) => void;
  /** The cache has a target as the last pass left it. */
  readonly confirm: (object: KubernetesObject) => void;
  readonly forget: (uid: string) => void;
  /** Notes what a write left on a target. */
  readonly noteWrite: (uid: string, left: LastWrite) => void;
  /** What the last write left on a target, when that was in the last ten minutes. */
  readonly lastWrite: (uid: string) => LastWrite | undefined;
};

/** A record of ours, or none any more. */
export type LastWrite = 'Record' | 'NoRecord';

/** Remembers nothing yet. @param now milliseconds on a clock that only goes forward */
export function createTargetMemories(now: () => number): TargetMemories {
  const byUid = new Map<string, TargetMemory>();
  const written = new Map<string, { readonly at: number; readonly left: LastWrite }>();
  return {
    of(uid) {
      const known = byUid.get(uid);
      if (known !== undefined) return known;
      const memory: TargetMemory = { givenBack: [], contention: noContention };
      byUid.set(uid, memory);
      return memory;
    },
    settle: (uid) => settle(byUid, uid),
    confirm(object) {
      const { uid = '' } = object.metadata;
      const memory = byUid.get(uid);
      if (memory === undefined) return;
      newerObject(object, memory);
      settle(byUid, uid);
    },
    forget(uid) {
      byUid.delete(uid);
      written.delete(uid);
    },
    noteWrite(uid, left) {
      dropOld(written, now() - CONTENTION_WINDOW);
      written.delete(uid);
      written.set(uid, { at: now(), left });
    },
    lastWrite(uid) {
      const last = written.get(uid);
      return last !== undefined && now() - last.at < CONTENTION_WINDOW ? last.left : undefined;
    },
  };
}

function settle(byUid: Map<string, TargetMemory>, uid: string): void {
  const memory = byUid.get(uid);
  if (memory !== undefined && isEmpty(memory)) byUid.delete(uid);
}

/** The object as it stands now: the cache's, unless it has not seen our last write yet. */
export function newerObject(cached: KubernetesObject, memory: TargetMemory): KubernetesObject {
  const { latest } = memory;
  if (latest === undefined) return cached;
  if (isOlderRevision(cached, latest)) return { ...cached, metadata: latest.metadata };
  memory.latest = undefined;
  return cached;
}

/**
 * Seconds until the ingress controller knows of what was done last. What a process did not see itself counts as done when it
 * first looks.
 */
export function settlingOf(memory: TargetMemory, now: number, settleSeconds: number): Settling {
  const left = (at: number): number => Math.max(0, settleSeconds - (now - at) / 1000);
  memory.ownedAt ??= now;
  memory.detachedAt ??= now;
  return { owned: left(memory.ownedAt), detached: left(memory.detachedAt) };
}

/** Nothing is settling where nothing of ours stands beside a target. */
export const settled: Settling = { owned: 0, detached: 0 };

/** Entries were noted in the order of time. */
function dropOld(written: Map<string, { readonly at: number }>, before: number): void {
  for (const [uid, { at }] of written) {
    if (at >= before) return;
    written.delete(uid);
  }
}

function isEmpty({ latest, givenBack, contention, ownedAt, detachedAt }: TargetMemory): boolean {
  const isSettling = ownedAt !== undefined || detachedAt !== undefined;
  return latest === undefined && givenBack.length === 0 && contention.size === 0 && !isSettling;
}

/** Whether one state of an object is older than another. Resource versions are decimal numbers of any length. @see https://github.com/kubernetes/enhancements/issues/5504 */
export function isOlderRevision(left: KubernetesObject, right: KubernetesObject): boolean {
  const [former, later] = [versionOf(left), versionOf(right)];
  return former.length === later.length ? former < later : former.length < later.length;
}

function versionOf({ metadata }: KubernetesObject): string {
  const version = metadata['resourceVersion'];
  return typeof version === 'string' ? version : '';
}
