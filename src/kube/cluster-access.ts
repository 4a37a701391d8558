import { delimiter, join } from 'node:path';
import type { SecureContextOptions } from 'node:tls';
import { type Clock, systemClock } from './clock.ts';
import { KubeError } from './kube-error.ts';
import { findServiceAccount } from './service-account.ts';

/** TLS towards the API server; the same object as long as nothing changed. */
export type TlsMaterial = Readonly<Pick<SecureContextOptions, 'ca' | 'cert' | 'key'>> & {
  readonly rejectUnauthorized?: boolean;
  readonly servername?: string;
};

/** What a request needs now. */
export type AccessCredentials = {
  readonly headers: Readonly<Record<string, string>>;
  readonly tls: TlsMaterial;
};

/** Where the API server is, and how to prove who we are. */
export type ClusterAccess = {
  /** URL without slash at the end; may have a path. */
  readonly server: string;
  /** The pod's own, or that of the context; "default" when neither says one. */
  readonly namespace: string;
  /** For people: `in-cluster`, or the context's name. */
  readonly name: string;
  /** URL of a proxy, http, https or socks5. */
  readonly proxy?: string;
  /**
   * Reads files again that changed and renews what expired.
   *
   * @throws KubeError `NoAccess`
   */
  readonly credentials: () => Promise<AccessCredentials>;
  /** The server refused them: what is remembered is read or got anew next time. */
  readonly forget: () => void;
};

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
