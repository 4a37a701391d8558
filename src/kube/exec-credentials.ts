import type { OutgoingHttpHeaders } from 'node:http';
import type { RequestOptions } from 'node:https';
import { ExecAuth } from '@kubernetes/client-node/dist/exec_auth.js';
import { KubeError } from './kube-error.ts';
import type { KubeconfigCluster, KubeconfigExec } from './kubeconfig.ts';

/** What a credential program gave. */
export type ExecCredentials = {
  readonly token: string | undefined;
  readonly cert: string | undefined;
  readonly key: string | undefined;
};

/** A program that gives credentials, run when they are needed and expired. */
export type ExecSource = {
  /** @throws KubeError `NoAccess` */
  readonly read: () => Promise<ExecCredentials>;
  readonly forget: () => void;
};

/**
 * Runs it with client-node, and tells the program which version of the interface is meant, which client-node leaves out.
 *
 * @see https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins
 */
export function createExecSource(exec: KubeconfigExec, cluster: KubeconfigCluster): ExecSource {
  let auth = new ExecAuth();
  let running: Promise<ExecCredentials> | undefined;
  const user = { name: 'exec', exec: { ...exec, env: [...(exec.env ?? []), execInformation(exec, cluster)] } };
  const run = async (): Promise<ExecCredentials> => {
    const options: RequestOptions & { headers: OutgoingHttpHeaders } = { headers: {} };
    try {
      await auth.applyAuthentication(user, options);
    } catch (error) {
      throw execError(exec, error);
    }
    const bearer = options.headers['Authorization'];
    return {
      token: typeof bearer === 'string' ? bearer.replace(/^Bearer /, '') : undefined,
      cert: typeof options.cert === 'string' ? options.cert : undefined,
      key: typeof options.key === 'string' ? options.key : undefined,
    };
  };
  return {
    read() {
      running ??= run().finally(() => {
        running = undefined;
      });
      return running;
    },
    forget() {
      auth = new ExecAuth();
    },
  };
}

function execInformation(exec: KubeconfigExec, cluster: KubeconfigCluster): { name: string; value: string } {
  const information = {
    kind: 'ExecCredential',
    apiVersion: exec.apiVersion,
    spec: {
      interactive: false,
      ...(exec.provideClusterInfo === true ? { cluster: clusterInformation(cluster) } : {}),
    },
  };
  return { name: 'KUBERNETES_EXEC_INFO', value: JSON.stringify(information) };
}

function clusterInformation(cluster: KubeconfigCluster): Readonly<Record<string, unknown>> {
  return {
    server: cluster.server,
    'certificate-authority-data': cluster['certificate-authority-data'],
    'insecure-skip-tls-verify': cluster['insecure-skip-tls-verify'],
    'tls-server-name': cluster['tls-server-name'],
    'proxy-url': cluster['proxy-url'],
  };
}

/** What the program wrote to its error output is told, as kubectl does; what it wrote to its output is not. */
function execError(exec: KubeconfigExec, error: unknown): KubeError {
  const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
  if (missing) {
    return new KubeError('NoAccess', `${exec.command} is not installed. ${exec.installHint ?? ''}`.trim());
  }
  const told = error instanceof Error && error.constructor === Error ? error.message.trim().slice(0, 1000) : '';
  return new KubeError('NoAccess', `${exec.command} gave no credentials${told === '' ? '' : `: ${told}`}`);
}
