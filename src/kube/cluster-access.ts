import { delimiter, join } from 'node:path';
import type { ClusterAccess } from './access-credentials.ts';
import { type Clock, systemClock } from './clock.ts';
import { KubeError } from './kube-error.ts';
import { findServiceAccount } from './service-account.ts';

export type { AccessCredentials, ClusterAccess, TlsMaterial } from './access-credentials.ts';

/** Where to look for a cluster. */
export type ClusterAccessOptions = {
  /** The process's environment: KUBECONFIG, KUBERNETES_SERVICE_HOST, HOME, HTTPS_PROXY, NO_PROXY. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Path of `--kubeconfig`. */
  readonly kubeconfig?: string | undefined;
  /** `--context`. */
  readonly context?: string | undefined;
  /** Where a pod's token, CA and namespace are mounted. Default `/var/run/secrets/kubernetes.io/serviceaccount`. */
  readonly serviceAccountFolder?: string;
  readonly clock?: Clock;
};

/**
 * Finds the cluster as kubectl does: the flag, KUBECONFIG, `~/.kube/config`, else the pod's service account.
 *
 * client-node's `KubeConfig` is loaded only for what it alone can do (`auth-provider`): with the generated API it costs 80 MB
 * and, unbundled, a second; it ignores `tokenFile`, reads the CA for each request and refuses plain http.
 *
 * @throws KubeError `NoAccess` that says what is missing
 */
export async function loadClusterAccess(options: ClusterAccessOptions): Promise<ClusterAccess> {
  const clock = options.clock ?? systemClock;
  const { environment } = options;
  const paths = kubeconfigPaths(options);
  if (paths.length > 0) {
    const { findKubeconfigAccess } = await import('./kubeconfig-access.ts');
    const found = await findKubeconfigAccess({
      paths,
      needed: options.kubeconfig !== undefined || options.context !== undefined,
      context: options.context,
      environment,
      clock,
    });
    if (found !== undefined) {
      return found;
    }
  }
  const inCluster = await findServiceAccount(environment, options.serviceAccountFolder, clock);
  if (inCluster === undefined) {
    throw new KubeError('NoAccess', NO_CLUSTER);
  }
  return inCluster;
}

/** Message where nothing names a cluster; any other says what is wrong with what does. */
export const NO_CLUSTER =
  'no cluster: there is no kubeconfig (--kubeconfig, KUBECONFIG, ~/.kube/config), and this is no pod with a service account';

function kubeconfigPaths({ kubeconfig, environment }: ClusterAccessOptions): readonly string[] {
  if (kubeconfig !== undefined) {
    return [kubeconfig];
  }
  const listed = (environment['KUBECONFIG'] ?? '').split(delimiter).filter((path) => path !== '');
  if (listed.length > 0) {
    return listed;
  }
  const home = environment['HOME'] ?? environment['USERPROFILE'] ?? '';
  return home === '' ? [] : [join(home, '.kube', 'config')];
}
