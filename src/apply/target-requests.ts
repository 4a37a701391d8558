import type { KubeCall, KubeClient, KubeResource } from '../kube/kube-client.ts';
import { collectionPath, objectPath } from '../kube/resource-path.ts';
import { type KubernetesObject, parseObject } from '../model/kubernetes-object.ts';
import { type ApiFailure, apiFailure } from './api-failure.ts';
import { managedFieldsPatch, type PatchOperation } from './managed-fields-patch.ts';
import type { OwnedUpdate } from './owned-objects.ts';
import type { GivenBack, TargetWrite } from './target-write.ts';

/** The answer to one request about one object. */
export type Answer = { readonly kind: 'Done'; readonly object: KubernetesObject | undefined } | ApiFailure;

/** Sends requests about targets and about objects of our own, each as our field manager. */
export type TargetRequests = {
  readonly get: (object: KubernetesObject) => Promise<Answer>;
  readonly write: (object: KubernetesObject, write: TargetWrite) => Promise<Answer>;
  /** Puts right who owns what; `Done` without a request when there is nothing to put right. */
  readonly release: (object: KubernetesObject, givenBack: readonly GivenBack[]) => Promise<Answer>;
  readonly create: (object: KubernetesObject) => Promise<Answer>;
  readonly update: (update: OwnedUpdate) => Promise<Answer>;
  readonly delete: (object: KubernetesObject) => Promise<Answer>;
};

export type RequestOptions = {
  readonly client: KubeClient;
  readonly fieldManager: string;
  /** The resource of an object; undefined when the server does not have it. */
  readonly resourceOf: (object: KubernetesObject) => KubeResource | undefined;
  /** Asked again in the moment in which a write leaves. */
  readonly isLeader: () => boolean;
};

/** Makes the sender of requests. */
export function createTargetRequests(options: RequestOptions): TargetRequests {
  const query = { fieldManager: options.fieldManager };
  const patch = (object: KubernetesObject, call: Omit<KubeCall, 'path' | 'method'>): Promise<Answer> =>
    send(options, object, { method: 'PATCH', ...call, query: { ...query, ...call.query } });
  return {
    get: (object) => send(options, object, { method: 'GET' }),
    write: (object, { kind, body, force }) =>
      kind === 'Apply'
        ? patch(object, { body, contentType: APPLY, ...(force ? { query: { force: 'true' } } : {}) })
        : patch(object, { body, contentType: MERGE }),
    release: async (object, givenBack) => {
      const body = managedFieldsPatch(object, options.fieldManager, givenBack);
      return body === undefined ? { kind: 'Done', object } : await patch(object, { body, contentType: JSON_PATCH });
    },
    create: (object) => send(options, object, { method: 'POST', body: object, query }),
    update: (update) => patch(update.standing, { body: replacement(update), contentType: JSON_PATCH }),
    delete: (object) => send(options, object, { method: 'DELETE', body: deletion(object) }),
  };
}

const APPLY = 'application/apply-patch+yaml';
const MERGE = 'application/merge-patch+json';
const JSON_PATCH = 'application/json-patch+json';

async function send(options: RequestOptions, object: KubernetesObject, call: Omit<KubeCall, 'path'>): Promise<Answer> {
  const resource = options.resourceOf(object);
  if (resource === undefined) {
    return { kind: 'Refused', message: `the cluster does not serve ${object.kind} of ${object.apiVersion}` };
  }
  const { name, namespace } = object.metadata;
  const path =
    call.method === 'POST'
      ? collectionPath(resource, namespace)
      : objectPath(resource, namespace === undefined ? { name } : { name, namespace });
  const permit = call.method === 'GET' ? {} : { permit: options.isLeader };
  try {
    return done(await options.client.send({ ...call, ...permit, path }), call);
  } catch (error) {
    return apiFailure(error);
  }
}

/** What a deletion answers is no matter; anything else answers the object as it stands now. */
function done(answer: unknown, { method }: Omit<KubeCall, 'path'>): Answer {
  if (method === 'DELETE') return { kind: 'Done', object: undefined };
  const parsed = parseObject(answer);
  return parsed.ok
    ? { kind: 'Done', object: parsed.value }
    : { kind: 'Failed', message: 'the API server answered with something that is no object' };
}

/** All of the spec is ours, so that what somebody added goes as well. */
function replacement({ standing, planned }: OwnedUpdate): readonly PatchOperation[] {
  const { uid, resourceVersion } = standing.metadata;
  return [
    { op: 'test', path: '/metadata/uid', value: uid },
    { op: 'test', path: '/metadata/resourceVersion', value: resourceVersion },
    { op: 'add', path: '/spec', value: planned['spec'] },
    { op: 'add', path: '/metadata/ownerReferences', value: planned.metadata['ownerReferences'] ?? [] },
  ];
}

function deletion({ metadata }: KubernetesObject): unknown {
  return {
    apiVersion: 'v1',
    kind: 'DeleteOptions',
    propagationPolicy: 'Background',
    preconditions: { uid: metadata.uid },
  };
}
