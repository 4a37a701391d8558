import { generateKeyPairSync } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { type ApiAccess, apiRequest } from './api-request.ts';
import { AUDIT_POLICY } from './audit-policy.ts';
import { findBinary } from './binary.ts';
import { freePort } from './free-port.ts';
import { kubeconfigText } from './kubeconfig.ts';
import { ETCD, KUBE_APISERVER, KUBE_CONTROLLER_MANAGER, KUBECTL } from './kubernetes-binaries.ts';
import { until } from './patience.ts';
import { createRigFolder } from './rig-folder.ts';
import { type ProcessCommand, type RigProcess, startProcess } from './rig-process.ts';
import { ADMIN, CONTROLLER_MANAGER, type RigUser, type TokenHolder, tokenFile, withToken } from './rig-users.ts';
import {
  apiServerArguments,
  auditArguments,
  certificatePath,
  controllerManagerArguments,
  etcdArguments,
  INPUT_FILES,
  type ServerLayout,
} from './server-arguments.ts';

/** What a suite wants of its control plane. */
export type ControlPlaneOptions = {
  /** Namespaces end, owned objects go with their owners, service accounts are made. Off: a second sooner, 100 MB less. */
  readonly controllerManager?: boolean;
  /** Users besides the admin, with no rights but those that RBAC objects give them. */
  readonly users?: readonly RigUser[];
  /** More flags of kube-apiserver. */
  readonly apiServerArguments?: readonly string[];
  /** Off for measurements. */
  readonly auditLog?: 'On' | 'Off';
};

/** What is known about one control plane while it runs. */
export type Plane = {
  readonly folder: string;
  readonly layout: ServerLayout;
  readonly options: ControlPlaneOptions;
  readonly binaries: Readonly<Record<'etcd' | 'apiServer' | 'kubectl', string>> & {
    readonly controllerManager: string | undefined;
  };
  readonly users: ReadonlyMap<string, TokenHolder>;
  /** By name: what was started last. */
  readonly servers: Map<string, RigProcess>;
};

/** Finds the programs and writes what the servers read; nothing runs yet. */
export async function preparePlane(options: ControlPlaneOptions): Promise<Plane> {
  const { controllerManager = false, users = [] } = options;
  const binaries = {
    etcd: await findBinary(ETCD),
    apiServer: await findBinary(KUBE_APISERVER),
    kubectl: await findBinary(KUBECTL),
    controllerManager: controllerManager ? await findBinary(KUBE_CONTROLLER_MANAGER) : undefined,
  };
  const folder = await createRigFolder();
  const holders = [ADMIN, CONTROLLER_MANAGER, ...users].map(withToken);
  const layout = {
    folder,
    etcdPort: await freePort(),
    etcdPeerPort: await freePort(),
    apiPort: await freePort(),
    controllerManagerPort: await freePort(),
    hasControllerManager: controllerManager,
  };
  await writeInputs(folder, holders);
  return {
    folder,
    layout,
    options,
    binaries,
    users: new Map(holders.map((each) => [each.name, each])),
    servers: new Map(),
  };
}

/** Writes {@link INPUT_FILES}: fresh keys for service accounts, and everybody's tokens. */
export async function writeInputs(folder: string, holders: readonly TokenHolder[]): Promise<void> {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  await writeFile(join(folder, INPUT_FILES.signingKey), privateKey, { mode: 0o600 });
  await writeFile(join(folder, INPUT_FILES.verifyingKey), publicKey);
  await writeFile(join(folder, INPUT_FILES.tokens), tokenFile(holders), { mode: 0o600 });
  await writeFile(join(folder, INPUT_FILES.auditPolicy), JSON.stringify(AUDIT_POLICY));
}

/** kube-apiserver is started only once etcd listens: else its client backs off for a whole second. */
export async function startEtcd(plane: Plane): Promise<void> {
  const { folder, layout, binaries } = plane;
  const etcd = start(plane, { name: 'etcd', path: binaries.etcd, args: etcdArguments(layout), folder });
  await until({ what: 'etcd', check: () => listens(layout.etcdPort), servers: [etcd] });
}

/** Resolved once it is ready and the first namespaces are there. */
export async function startApiServer(plane: Plane): Promise<void> {
  const { folder, layout, binaries, options } = plane;
  const audit = options.auditLog === 'Off' ? [] : auditArguments(folder);
  const args = [...apiServerArguments(layout), ...audit, ...(options.apiServerArguments ?? [])];
  const server = start(plane, { name: 'kube-apiserver', path: binaries.apiServer, args, folder });
  // It can be ready a moment before the first namespaces are there.
  for (const path of ['/readyz', '/api/v1/namespaces/default', '/api/v1/namespaces/kube-system']) {
    await until({ what: path, check: () => answers(plane, path), servers: [server] });
  }
}

/** Resolved once it works: when it has made the first service account. */
export async function startControllerManager(plane: Plane): Promise<void> {
  const { folder, layout, binaries } = plane;
  const kubeconfig = await kubeconfigOf(plane, CONTROLLER_MANAGER.name);
  const args = controllerManagerArguments(layout, kubeconfig);
  const path = binaries.controllerManager ?? '';
  const manager = start(plane, { name: 'kube-controller-manager', path, args, folder });
  const account = '/api/v1/namespaces/default/serviceaccounts/default';
  await until({ what: 'the first service account', check: () => answers(plane, account), servers: [manager] });
}

function start(plane: Plane, command: ProcessCommand): RigProcess {
  const server = startProcess(command);
  plane.servers.set(command.name, server);
  return server;
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

async function answers(plane: Plane, path: string): Promise<boolean> {
  if (!existsSync(certificatePath(plane.folder))) return false;
  return (await apiRequest(access(plane), path)).status === 200;
}

/** How a user reaches the API server. */
export function access(plane: Plane, user: string = ADMIN.name): ApiAccess {
  const holder = plane.users.get(user);
  if (holder === undefined) throw new Error(`no user ${user}: name it in the options of startControlPlane`);
  return {
    url: `https://127.0.0.1:${plane.layout.apiPort}`,
    ca: readFileSync(certificatePath(plane.folder), 'utf8'),
    token: holder.token,
  };
}

/** Writes the kubeconfig of a user and says where. */
export async function kubeconfigOf(plane: Plane, user: string): Promise<string> {
  return writeKubeconfig(plane, user, access(plane, user));
}

/** Writes a kubeconfig and says where. */
export async function writeKubeconfig(plane: Plane, user: string, to: ApiAccess): Promise<string> {
  const path = join(plane.folder, `kubeconfig-${user.replaceAll(/[^A-Za-z0-9.-]/g, '_')}`);
  await writeFile(path, kubeconfigText(to), { mode: 0o600 });
  return path;
}

/**
 * A fresh token of an existing service account.
 *
 * @param account `namespace/name`
 * @param seconds for how long, at least 600
 */
export async function serviceAccountToken(plane: Plane, account: string, seconds: number): Promise<string> {
  const [namespace = '', name = ''] = account.split('/');
  const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`;
  const { status, body } = await apiRequest(access(plane), path, {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenRequest',
    spec: { expirationSeconds: seconds },
  });
  if (status !== 201) throw new Error(`no token for service account ${account}: ${body}`);
  const answer: { readonly status: { readonly token: string } } = JSON.parse(body);
  return answer.status.token;
}

/** Ends every server and removes the folder. */
export async function stop(plane: Plane): Promise<void> {
  // Nothing is worth saving, and an API server that ends on its own terms takes seconds.
  await Promise.all([...plane.servers.values()].map((server) => server.kill()));
  await rm(plane.folder, { recursive: true, force: true });
}

/**
 * Has etcd forget all revisions up to now.
 *
 * @see https://etcd.io/docs/v3.6/dev-guide/api_grpc_gateway/
 */
export async function compact(etcdPort: number): Promise<void> {
  const ask = async (path: string, body: object) => {
    const response = await fetch(`http://127.0.0.1:${etcdPort}/v3/${path}`, {
      method: 'POST',
      body: JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`etcd refused ${path}: ${text}`);
    const answer: { readonly header: { readonly revision: string } } = JSON.parse(text);
    return answer;
  };
  const key = Buffer.from('/').toString('base64');
  const { header } = await ask('kv/range', { key });
  await ask('kv/compaction', { revision: header.revision, physical: true });
}
