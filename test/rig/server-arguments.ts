import { join } from 'node:path';

/** Ports and files that the servers of one control plane share. */
export type ServerLayout = {
  readonly folder: string;
  readonly etcdPort: number;
  readonly etcdPeerPort: number;
  readonly apiPort: number;
  readonly controllerManagerPort: number;
  readonly hasControllerManager: boolean;
};

/** Where the API server writes the certificate that it makes for itself; it verifies itself, so it is its own CA file. */
export function certificatePath(folder: string): string {
  return join(folder, 'certs', 'apiserver.crt');
}

/** Where the API server writes its audit log. */
export function auditLogPath(folder: string): string {
  return join(folder, 'audit.log');
}

/** Files that have to be there before the API server starts. */
export const INPUT_FILES = {
  signingKey: 'service-accounts.key',
  verifyingKey: 'service-accounts.pub',
  tokens: 'tokens.csv',
  auditPolicy: 'audit-policy.json',
} as const;

/** One member that elects itself after one short election timeout, and that does not wait for the disk. */
export function etcdArguments({ folder, etcdPort, etcdPeerPort }: ServerLayout): readonly string[] {
  const client = `http://127.0.0.1:${etcdPort}`;
  const peer = `http://127.0.0.1:${etcdPeerPort}`;
  return [
    '--name=rig',
    `--data-dir=${join(folder, 'etcd')}`,
    '--unsafe-no-fsync',
    '--log-level=error',
    '--heartbeat-interval=10',
    '--election-timeout=50',
    `--listen-client-urls=${client}`,
    `--advertise-client-urls=${client}`,
    `--listen-peer-urls=${peer}`,
    `--initial-advertise-peer-urls=${peer}`,
    `--initial-cluster=rig=${peer}`,
  ];
}

/** RBAC on, nobody anonymous, a certificate of its own making. */
export function apiServerArguments(layout: ServerLayout): readonly string[] {
  const { folder, etcdPort, apiPort, hasControllerManager } = layout;
  return [
    `--etcd-servers=http://127.0.0.1:${etcdPort}`,
    '--bind-address=127.0.0.1',
    `--secure-port=${apiPort}`,
    `--cert-dir=${join(folder, 'certs')}`,
    '--endpoint-reconciler-type=none',
    '--service-cluster-ip-range=10.0.0.0/24',
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-key-file=${join(folder, INPUT_FILES.verifyingKey)}`,
    `--service-account-signing-key-file=${join(folder, INPUT_FILES.signingKey)}`,
    `--token-auth-file=${join(folder, INPUT_FILES.tokens)}`,
    '--authorization-mode=RBAC',
    '--anonymous-auth=false',
    '--profiling=false',
    '--allow-privileged=true',
    // Nobody makes service accounts without the controller manager, so that every pod would be refused.
    ...(hasControllerManager ? [] : ['--disable-admission-plugins=ServiceAccount']),
  ];
}

/** The log is never rotated: a test reads all of it. */
export function auditArguments(folder: string): readonly string[] {
  return [
    `--audit-policy-file=${join(folder, INPUT_FILES.auditPolicy)}`,
    `--audit-log-path=${auditLogPath(folder)}`,
    '--audit-log-maxsize=1000000',
  ];
}

/** Namespaces end and owned objects go with their owners; its default of 20 requests a second would take 5 s to start. */
export function controllerManagerArguments(layout: ServerLayout, kubeconfig: string): readonly string[] {
  const { folder, controllerManagerPort } = layout;
  return [
    `--kubeconfig=${kubeconfig}`,
    `--authentication-kubeconfig=${kubeconfig}`,
    `--authorization-kubeconfig=${kubeconfig}`,
    '--bind-address=127.0.0.1',
    `--secure-port=${controllerManagerPort}`,
    `--cert-dir=${join(folder, 'controller-manager-certs')}`,
    '--leader-elect=false',
    '--profiling=false',
    '--use-service-account-credentials=true',
    `--service-account-private-key-file=${join(folder, INPUT_FILES.signingKey)}`,
    `--root-ca-file=${certificatePath(folder)}`,
    '--kube-api-qps=1000',
    '--kube-api-burst=2000',
  ];
}
