import type { KubeClient, KubeResource } from '../kube/kube-client.ts';
import { objectPath } from '../kube/resource-path.ts';
import { type KubernetesObject, parseObject } from '../model/kubernetes-object.ts';
import type { Fields } from '../model/object-shape.ts';
import { type ApiFailure, apiFailure } from './api-failure.ts';
import { isStatusStored, storedStatus } from './stored-status.ts';
import { isOlderRevision } from './target-memory.ts';

export type StatusWriterOptions = {
  readonly client: KubeClient;
  /** As of an installation. */
  readonly fieldManager: string;
  /** Asked before every write. */
  readonly isLeader: () => boolean;
  /** The resource of an object of our kinds. */
  readonly resourceOf: (object: KubernetesObject) => KubeResource | undefined;
  /** Milliseconds on a clock that only goes forward. */
  readonly now: () => number;
  /** Milliseconds since 1970, for transition times. */
  readonly date: () => number;
};

/** How one status write went. */
export type StatusResult =
  /** The status stands already; no request was made. */
  | { readonly kind: 'Unchanged' }
  | { readonly kind: 'Written' }
  /** Written less than a second ago: come again. */
  | { readonly kind: 'After'; readonly seconds: number }
  /** The object is gone, or another of its name: nothing to do. */
  | { readonly kind: 'Gone' }
  | { readonly kind: 'NotLeader' }
  /** With the queue's back-off, at least `retryAfter` seconds. */
  | { readonly kind: 'Retry'; readonly retryAfter?: number; readonly message: string };

/** Writes the status of objects of our kinds, only when it changed, at most once a second each. */
export type StatusWriter = {
  /**
   * @param object as the cache has it, with uid and status
   * @param status as `withWriteOutcomes` or the evaluation made it, without transition times
   */
  readonly write: (object: KubernetesObject, status: Fields) => Promise<StatusResult>;
  /** Forgets an object that is gone. */
  readonly forget: (uid: string) => void;
};

/** Milliseconds between two writes of one object's status. */
const PAUSE = 1000;

/** Makes a writer. */
export function createStatusWriter(options: StatusWriterOptions): StatusWriter {
  const written = new Map<string, Written>();
  return {
    write: (object, status) => writeStatus(options, written, object, status),
    forget: (uid) => {
      written.delete(uid);
    },
  };
}

/** The last write to an object, and what it came to until the cache has it too. */
type Written = { readonly at: number; readonly object: KubernetesObject | undefined };

async function writeStatus(
  options: StatusWriterOptions,
  written: Map<string, Written>,
  object: KubernetesObject,
  status: Fields,
): Promise<StatusResult> {
  const uid = object.metadata.uid ?? '';
  const former = written.get(uid);
  const latest = newest(object, former);
  if (former !== undefined && latest === object) settle(options, written, uid, former);
  const stored = storedStatus(latest['status'], status, timeText(options.date()));
  if (isStatusStored(latest['status'], stored)) return { kind: 'Unchanged' };
  const left = former === undefined ? 0 : former.at + PAUSE - options.now();
  if (left > 0) return { kind: 'After', seconds: left / 1000 };
  if (!options.isLeader()) return { kind: 'NotLeader' };
  const resource = options.resourceOf(object);
  if (resource === undefined) return { kind: 'Gone' };
  return await send(options, written, statusCall(options, resource, object, stored));
}

async function send(
  options: StatusWriterOptions,
  written: Map<string, Written>,
  call: Parameters<KubeClient['send']>[0],
): Promise<StatusResult> {
  try {
    const answer = parseObject(await options.client.send(call));
    if (answer.ok) {
      const { uid = '' } = answer.value.metadata;
      written.set(uid, { at: options.now(), object: { ...answer.value, spec: undefined } });
    }
    return { kind: 'Written' };
  } catch (error) {
    return options.isLeader() ? failure(apiFailure(error)) : { kind: 'NotLeader' };
  }
}

function newest(cached: KubernetesObject, former: Written | undefined): KubernetesObject {
  return former?.object !== undefined && isOlderRevision(cached, former.object) ? former.object : cached;
}

/** The cache has caught up: only the time of the write is still of use, and that not for long. */
function settle({ now }: StatusWriterOptions, written: Map<string, Written>, uid: string, { at }: Written): void {
  if (now() - at >= PAUSE) written.delete(uid);
  else written.set(uid, { at, object: undefined });
}

/** RFC 3339 in whole seconds, as Kubernetes writes times. */
function timeText(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/\.\d+Z$/, 'Z');
}

/** Tied to the uid, so that a policy of the same name that was made meanwhile gets no status that is not its own. */
function statusCall(
  { fieldManager, isLeader }: StatusWriterOptions,
  resource: KubeResource,
  object: KubernetesObject,
  status: Fields,
): Parameters<KubeClient['send']>[0] {
  const { apiVersion, kind } = object;
  const { name, namespace, uid } = object.metadata;
  const place = namespace === undefined ? { name } : { name, namespace };
  return {
    method: 'PATCH',
    path: objectPath(resource, place, 'status'),
    query: { fieldManager, force: 'true' },
    contentType: 'application/apply-patch+yaml',
    permit: isLeader,
    body: { apiVersion, kind, metadata: { ...place, uid }, status },
  };
}

function failure(failed: ApiFailure): StatusResult {
  switch (failed.kind) {
    case 'Gone':
      return { kind: 'Gone' };
    case 'Stale':
      return { kind: 'Retry', message: 'it changed while its status was written' };
    case 'TooLong':
    case 'Refused':
      return { kind: 'Retry', message: failed.message };
    case 'Failed': {
      const { message, retryAfter } = failed;
      return { kind: 'Retry', message, ...(retryAfter === undefined ? {} : { retryAfter }) };
    }
  }
}
