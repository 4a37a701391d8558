import { fieldsOf } from './json-fields.ts';
import type { KubeClient, KubeResource } from './kube-client.ts';
import { isKubeError } from './kube-error.ts';
import { apiVersionOf, groupVersionPath } from './resource-path.ts';

/**
 * Whether the server has a kind: `Terminating` while its definition is being deleted, `Hidden` when we may not ask,
 * `Unknown` when the server did not answer.
 */
export type ResourceAvailability = 'Served' | 'Terminating' | 'NotInstalled' | 'Hidden' | 'Unknown';

/**
 * Asks the server once per group-version. Never throws.
 *
 * @returns in the order of `resources`
 * @see https://kubernetes.io/docs/concepts/overview/kubernetes-api/#discovery-api
 */
export async function discoverResources(
  client: KubeClient,
  resources: readonly KubeResource[],
  signal?: AbortSignal,
): Promise<readonly ResourceAvailability[]> {
  const answers = new Map<string, Promise<Discovery>>();
  const ask = (resource: KubeResource): Promise<Discovery> => {
    const groupVersion = apiVersionOf(resource);
    const answer = answers.get(groupVersion) ?? readGroupVersion(client, resource, signal);
    answers.set(groupVersion, answer);
    return answer;
  };
  return Promise.all(resources.map(async (resource) => availabilityIn(await ask(resource), resource)));
}

/** Verbs by the names of a group-version's resources, or why they are not known. */
type Discovery = ReadonlyMap<string, readonly unknown[]> | 'NotInstalled' | 'Hidden' | 'Unknown';

async function readGroupVersion(client: KubeClient, resource: KubeResource, signal?: AbortSignal): Promise<Discovery> {
  try {
    const path = groupVersionPath(resource);
    return readVerbs(await client.send({ method: 'GET', path, ...(signal === undefined ? {} : { signal }) }));
  } catch (error) {
    if (isKubeError(error, 'NotFound')) {
      return 'NotInstalled';
    }
    return isKubeError(error, 'Forbidden') ? 'Hidden' : 'Unknown';
  }
}

function readVerbs(answer: unknown): Discovery {
  const list = fieldsOf(answer)['resources'];
  if (!Array.isArray(list)) {
    return 'Unknown';
  }
  const verbs = new Map<string, readonly unknown[]>();
  for (const entry of list) {
    const { name, verbs: own } = fieldsOf(entry);
    if (typeof name === 'string') {
      verbs.set(name, Array.isArray(own) ? own : []);
    }
  }
  return verbs;
}

/** A definition that is being deleted allows no `create` any more, and says so before its objects go. */
function availabilityIn(discovery: Discovery, resource: KubeResource): ResourceAvailability {
  if (typeof discovery === 'string') {
    return discovery;
  }
  const verbs = discovery.get(resource.plural);
  if (verbs === undefined) {
    return 'NotInstalled';
  }
  return verbs.includes('create') ? 'Served' : 'Terminating';
}
