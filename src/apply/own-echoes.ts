import { isSameJson } from '../model/json-equality.ts';
import type { KubernetesObject } from '../model/kubernetes-object.ts';
import { objectKey } from './owned-objects.ts';
import type { TargetRequests } from './target-requests.ts';

/** An object as it stands now and as it stood before; undefined where there is or was none. */
export type SeenChange = {
  readonly object: KubernetesObject | undefined;
  readonly former: KubernetesObject | undefined;
};

/**
 * What requests of ours are about to make of objects, until it comes back as a change. Such a change tells nothing that was not
 * known when it was decided.
 */
export type OwnEchoes = {
  /** Whether a change is what one request was about to make; each is told once. */
  readonly isEcho: (change: SeenChange) => boolean;
  /** Requests whose changes are expected back from the moment in which they are sent: a watch may be faster than the answer. */
  readonly expecting: (requests: TargetRequests) => TargetRequests;
};

/** Expects nothing yet. */
export function createOwnEchoes(): OwnEchoes {
  const expected: Expected = new Map();
  return {
    isEcho: (change) => takeEcho(expected, change),
    expecting: (requests) => ({
      ...requests,
      write: (object, write) => expectDuring(expected, object, write.after, () => requests.write(object, write)),
      create: (object) => expectDuring(expected, object, object, () => requests.create(object)),
      update: (update) => {
        const after = { ...update.standing, spec: update.planned['spec'] };
        return expectDuring(expected, update.standing, after, () => requests.update(update));
      },
      delete: (object) => expectDuring(expected, object, undefined, () => requests.delete(object)),
    }),
  };
}

/** As they will stand, by kind, namespace and name; undefined: gone. */
type Expected = Map<string, KubernetesObject | undefined>;

async function expectDuring<T extends { readonly kind: string }>(
  expected: Expected,
  object: KubernetesObject,
  after: KubernetesObject | undefined,
  send: () => Promise<T>,
): Promise<T> {
  const key = objectKey(object);
  expected.set(key, after);
  const answer = await send();
  if (answer.kind !== 'Done') expected.delete(key);
  return answer;
}

function takeEcho(expected: Expected, { object, former }: SeenChange): boolean {
  const place = object ?? former;
  const key = place === undefined ? '' : objectKey(place);
  if (!expected.has(key)) return false;
  const after = expected.get(key);
  const isEcho = object === undefined || after === undefined ? object === after : isWritten(object, former, after);
  if (isEcho) expected.delete(key);
  return isEcho;
}

/** Annotations and spec are as we wrote them; whatever else it holds is as it was. */
function isWritten(object: KubernetesObject, former: KubernetesObject | undefined, after: KubernetesObject): boolean {
  const isAsSent = isSameJson(
    [object.metadata.annotations, object['spec']],
    [after.metadata.annotations, after['spec']],
  );
  return isAsSent && (former === undefined || isSameJson(object.metadata.labels, former.metadata.labels));
}
