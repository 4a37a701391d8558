import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { settledAuditLog } from './audit-settling.ts';
import { kubeconfigText } from './kubeconfig.ts';
import { type KubectlInput, type KubectlResult, kubectlOf } from './kubectl.ts';
import {
  access,
  type ControlPlaneOptions,
  compact,
  kubeconfigOf,
  type Plane,
  preparePlane,
  serviceAccountToken,
  startApiServer,
  startControllerManager,
  startEtcd,
  stop,
  writeKubeconfig,
} from './plane.ts';
import { auditLogPath, certificatePath } from './server-arguments.ts';

export type { ControlPlaneOptions } from './plane.ts';

/** A real API server with its etcd on loopback, with RBAC and an audit log. */
export type ControlPlane = {
  /** `https://127.0.0.1:<port>`; the same after the API server was killed and started again. */
  readonly url: string;
  /** File with the certificate that verifies the API server. */
  readonly caFile: string;
  /** The admin's. */
  readonly token: string;
  /** File of the admin's kubeconfig. */
  readonly kubeconfig: string;
  /** File with one JSON event a line; see {@link ControlPlane.settleAuditLog}. */
  readonly auditLog: string;
  /** Holds everything of this control plane, servers' logs too; gone after `stop`. */
  readonly folder: string;
  /** `http://127.0.0.1:<port>`, plain. */
  readonly etcdUrl: string;
  /** File of the kubeconfig of a user that the options name. */
  readonly kubeconfigFor: (user: string) => Promise<string>;
  /** File of the kubeconfig of an existing service account, with a fresh token. */
  readonly kubeconfigForServiceAccount: (namespace: string, name: string) => Promise<string>;
  /** A fresh token of an existing service account; for at least 600 seconds. */
  readonly serviceAccountToken: (namespace: string, name: string, seconds?: number) => Promise<string>;
  /** Standard output of the real kubectl, as the admin. @throws when it fails, with its message */
  readonly kubectl: (args: readonly string[], input?: KubectlInput) => Promise<string>;
  /** How the real kubectl ended, for commands that are meant to fail. */
  readonly tryKubectl: (args: readonly string[], input?: KubectlInput) => Promise<KubectlResult>;
  /** Ends the API server at once, as a crash does. */
  readonly killApiServer: () => Promise<void>;
  /** Starts it again on the same etcd and port, with the same certificate; resolved once it is ready. */
  readonly startApiServer: () => Promise<void>;
  /** It stops answering, its connections stay open. */
  readonly pauseApiServer: () => void;
  readonly resumeApiServer: () => void;
  /** The same for its storage: reads may be answered, writes are not. */
  readonly pauseEtcd: () => void;
  readonly resumeEtcd: () => void;
  readonly stopEtcd: () => Promise<void>;
  readonly startEtcd: () => Promise<void>;
  /** Forgets all revisions up to now, so that older watches are `Expired`. */
  readonly compactEtcd: () => Promise<void>;
  /** Resolved once the audit log holds every request that was answered before. */
  readonly settleAuditLog: () => Promise<void>;
  /** Process ids by name of what runs now. */
  readonly processes: () => Readonly<Record<string, number>>;
  /** Ends everything and removes the folder; safe to call twice. */
  readonly stop: () => Promise<void>;
};

/**
 * Starts etcd and kube-apiserver, and kube-controller-manager if asked for; ready when it returns.
 *
 * Each call is a cluster of its own. Whatever fails, nothing is left behind.
 */
export async function startControlPlane(options: ControlPlaneOptions = {}): Promise<ControlPlane> {
  const plane = await preparePlane(options);
  try {
    await startEtcd(plane);
    await startApiServer(plane);
    await writeFile(join(plane.folder, 'kubeconfig'), kubeconfigText(access(plane)), { mode: 0o600 });
    if (plane.layout.hasControllerManager) await startControllerManager(plane);
    return controls(plane);
  } catch (error) {
    await stop(plane);
    throw error;
  }
}

function controls(plane: Plane): ControlPlane {
  const { folder, layout, servers } = plane;
  const { url, token } = access(plane);
  const kubeconfig = join(folder, 'kubeconfig');
  const server = (name: string) => {
    const found = servers.get(name);
    if (found === undefined) throw new Error(`${name} does not run`);
    return found;
  };
  return {
    url,
    token,
    kubeconfig,
    folder,
    caFile: certificatePath(folder),
    auditLog: auditLogPath(folder),
    etcdUrl: `http://127.0.0.1:${layout.etcdPort}`,
    ...identities(plane),
    ...kubectlOf({ path: plane.binaries.kubectl, kubeconfig, folder }),
    killApiServer: () => server('kube-apiserver').kill(),
    startApiServer: () => startApiServer(plane),
    pauseApiServer: () => server('kube-apiserver').signal('SIGSTOP'),
    resumeApiServer: () => server('kube-apiserver').signal('SIGCONT'),
    pauseEtcd: () => server('etcd').signal('SIGSTOP'),
    resumeEtcd: () => server('etcd').signal('SIGCONT'),
    stopEtcd: () => server('etcd').kill(),
    startEtcd: () => startEtcd(plane),
    compactEtcd: () => compact(layout.etcdPort),
    settleAuditLog: () => settledAuditLog(auditLogPath(folder), access(plane)),
    processes: () =>
      Object.fromEntries([...servers.values()].filter((each) => each.isRunning()).map(({ name, pid }) => [name, pid])),
    stop: () => stop(plane),
  };
}

function identities(
  plane: Plane,
): Pick<ControlPlane, 'kubeconfigFor' | 'kubeconfigForServiceAccount' | 'serviceAccountToken'> {
  const tokenOf = (namespace: string, name: string, seconds = 3600) =>
    serviceAccountToken(plane, `${namespace}/${name}`, seconds);
  return {
    kubeconfigFor: (user) => kubeconfigOf(plane, user),
    serviceAccountToken: tokenOf,
    kubeconfigForServiceAccount: async (namespace, name) =>
      writeKubeconfig(plane, `${namespace}.${name}`, { ...access(plane), token: await tokenOf(namespace, name) }),
  };
}
