import type { ClusterFlags } from '../config.ts';
import { type ClusterAccess, loadClusterAccess, NO_CLUSTER } from '../kube/cluster-access.ts';
import { createKubeClient } from '../kube/http-client.ts';
import type { KubeClient } from '../kube/kube-client.ts';
import { isKubeError, type KubeError } from '../kube/kube-error.ts';
import { UnreachableError, UsageError } from './exit-code.ts';
import type { Io } from './io.ts';
import { programVersion } from './program-version.ts';

/** A cluster that commands may ask. */
export type ConnectedCluster = {
  readonly client: KubeClient;
  /** Of the context, or of the pod. */
  readonly namespace: string;
  /** For messages: `context kind-dev (https://127.0.0.1:6443)`. */
  readonly words: string;
};

/**
 * Finds the cluster that flags name, or that kubectl would ask.
 *
 * @returns undefined when nothing names one
 * @throws UsageError when what names it cannot be used
 */
export async function findCluster(
  io: Pick<Io, 'env'>,
  { kubeconfig, context }: Partial<ClusterFlags>,
): Promise<ClusterAccess | undefined> {
  try {
    return await loadClusterAccess({
      environment: io.env,
      ...(kubeconfig === undefined ? {} : { kubeconfig }),
      ...(context === undefined ? {} : { context }),
    });
  } catch (error) {
    if (!isKubeError(error, 'NoAccess')) {
      throw error;
    }
    if (error.message === NO_CLUSTER) {
      return undefined;
    }
    throw new UsageError(error.message);
  }
}

/**
 * The cluster that flags name, or that kubectl would ask.
 *
 * @throws UsageError
 */
export async function needCluster(io: Pick<Io, 'env'>, flags: Partial<ClusterFlags>): Promise<ClusterAccess> {
  const access = await findCluster(io, flags);
  if (access === undefined) {
    throw new UsageError(NO_CLUSTER);
  }
  return access;
}

/**
 * Works with a cluster as long as it takes, then ends every connection.
 *
 * @param command named to the server, for its logs
 * @throws UnreachableError when the cluster could not be asked, UsageError when it does not allow to
 */
export async function withCluster<T>(
  access: ClusterAccess,
  command: string,
  work: (cluster: ConnectedCluster) => Promise<T>,
): Promise<T> {
  const client = createKubeClient(access, { userAgent: `cors-operator/${programVersion} (${command})` });
  const words = clusterWords(access);
  try {
    return await work({ client, namespace: access.namespace, words });
  } catch (error) {
    throw isKubeError(error) ? explainedError(error, words) : error;
  } finally {
    await client.close();
  }
}

/** Which cluster, without what a URL may hold besides: some write a password into it. */
function clusterWords({ name, server }: ClusterAccess): string {
  const { protocol, host, pathname } = new URL(server);
  const place = `${protocol}//${host}${pathname.replace(/\/$/, '')}`;
  return name === 'in-cluster' ? `the cluster of this pod (${place})` : `context ${name} (${place})`;
}

/** Messages of the client hold neither tokens nor header values. */
function explainedError(error: KubeError, words: string): Error {
  const { reason, message } = error;
  switch (reason) {
    case 'Forbidden':
      return new UsageError(`${words} does not allow this: ${message}; ask for the right, or use another --context`);
    case 'Unauthorized':
      return new UnreachableError(
        `${words} does not accept the credentials: log in again, or use another --context`,
        error,
      );
    case 'NoAccess':
      return new UnreachableError(`${words}: ${message}; look at its entry in the kubeconfig`, error);
    default:
      return new UnreachableError(
        `${words} cannot be asked: ${message}; is it up, and are --kubeconfig and --context the ones that you mean?`,
        error,
      );
  }
}
