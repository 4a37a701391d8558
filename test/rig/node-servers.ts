import { existsSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { freePort } from './free-port.ts';
import { kubeconfigText } from './kubeconfig.ts';
import type { KubectlResult } from './kubectl.ts';
import {
  containerdConfiguration,
  kubeletConfiguration,
  NETWORK_CONFIGURATION,
  NODE_NAME,
  networkFolder,
  proxyConfiguration,
  SERVICE_RANGE,
} from './node-configuration.ts';
import { NODE_ADDRESS, type NodeNamespace } from './node-namespace.ts';
import type { NodePrograms } from './node-programs.ts';
import { until } from './patience.ts';
import { writeInputs } from './plane.ts';
import type { RigProcess } from './rig-process.ts';
import { ADMIN, CONTROLLER_MANAGER, type RigUser, type TokenHolder, withToken } from './rig-users.ts';
import {
  apiServerArguments,
  certificatePath,
  controllerManagerArguments,
  etcdArguments,
  type ServerLayout,
} from './server-arguments.ts';

/** Where the servers of a node run, and what of. */
export type NodeSetting = {
  readonly folder: string;
  readonly namespace: NodeNamespace;
  readonly programs: NodePrograms;
  /** Below it, pods get theirs. */
  readonly cgroup: string;
  /** kubectl as the admin, inside. */
  readonly tryKubectl: (args: readonly string[]) => Promise<KubectlResult>;
  /** Path of the admin's kubeconfig, which is written here. */
  readonly kubeconfig: string;
};

/** Starts containerd, which pods and images wait for, and nothing else does. */
export async function startContainerd(setting: NodeSetting): Promise<RigProcess> {
  const { folder, programs, namespace } = setting;
  await mkdir(networkFolder(folder));
  await writeFile(join(networkFolder(folder), '10-rig.conflist'), JSON.stringify(NETWORK_CONFIGURATION));
  const configuration = join(folder, 'containerd.toml');
  await writeFile(configuration, containerdConfiguration(folder, programs.networkPlugins));
  return namespace.start({
    name: 'containerd',
    path: programs.containerd,
    args: ['--config', configuration],
    folder,
    // It starts its shims by their names.
    env: { PATH: [dirname(programs.shim), process.env['PATH'] ?? ''].join(delimiter) },
  });
}

/** Starts etcd, kube-apiserver and what has to be there before a pod can be; resolved when the API server is ready. */
export async function startNodePlane(setting: NodeSetting): Promise<void> {
  const { folder, programs, namespace } = setting;
  const layout = await nodeLayout(folder);
  const holders = USERS.map(withToken);
  await writeInputs(folder, holders);
  await writeFile(join(folder, 'resolv.conf'), '');
  const etcd = namespace.start({ name: 'etcd', path: programs.etcd, args: etcdArguments(layout), folder });
  const args = [...apiServerArguments(layout), ...NODE_API_SERVER_ARGUMENTS];
  const server = namespace.start({ name: 'kube-apiserver', path: programs.apiServer, args, folder });
  const certificate = certificatePath(folder);
  await until({ what: 'a certificate', check: () => existsSync(certificate), servers: [etcd, server] });
  for (const holder of holders) await writeKubeconfig(setting, layout, holder);
  await untilKubectl(setting, ['get', '--raw', '/readyz'], [etcd, server]);
  const kubeconfig = kubeconfigPath(folder, CONTROLLER_MANAGER);
  start(setting, 'kube-controller-manager', programs.controllerManager, controllerManagerArguments(layout, kubeconfig));
  start(setting, 'kube-scheduler', programs.scheduler, schedulerArguments(kubeconfigPath(folder, SCHEDULER)));
}

/** Starts kubelet and kube-proxy; resolved when the node is ready. */
export async function startNodeAgents(setting: NodeSetting): Promise<void> {
  const { folder, programs, cgroup } = setting;
  const configuration = join(folder, 'kubelet.json');
  await writeFile(configuration, JSON.stringify(kubeletConfiguration(folder, cgroup)));
  const kubelet = start(setting, 'kubelet', programs.kubelet, [
    `--config=${configuration}`,
    `--kubeconfig=${kubeconfigPath(folder, KUBELET_USER)}`,
    `--root-dir=${join(folder, 'kubelet')}`,
    `--hostname-override=${NODE_NAME}`,
    `--node-ip=${NODE_ADDRESS}`,
  ]);
  const proxyFile = join(folder, 'proxy.json');
  await writeFile(proxyFile, JSON.stringify(proxyConfiguration(kubeconfigPath(folder, PROXY))));
  const proxy = start(setting, 'kube-proxy', programs.proxy, [
    `--config=${proxyFile}`,
    `--hostname-override=${NODE_NAME}`,
  ]);
  await untilKubectl(setting, ['get', 'serviceaccount', 'default'], [kubelet, proxy]);
  await untilKubectl(setting, ['wait', '--for=condition=Ready', '--timeout=1s', `node/${NODE_NAME}`], [kubelet, proxy]);
}

const KUBELET_USER: RigUser = { name: `system:node:${NODE_NAME}`, groups: ['system:nodes'] };
const SCHEDULER: RigUser = { name: 'system:kube-scheduler' };
const PROXY: RigUser = { name: 'system:kube-proxy' };
const USERS: readonly RigUser[] = [ADMIN, CONTROLLER_MANAGER, KUBELET_USER, SCHEDULER, PROXY];

/** Behind those of a control plane on loopback, and in their place: pods reach it by the Service `kubernetes`. */
const NODE_API_SERVER_ARGUMENTS: readonly string[] = [
  '--bind-address=0.0.0.0',
  `--advertise-address=${NODE_ADDRESS}`,
  '--endpoint-reconciler-type=lease',
  `--service-cluster-ip-range=${SERVICE_RANGE}`,
  '--authorization-mode=Node',
  '--enable-admission-plugins=NodeRestriction',
  '--kubelet-preferred-address-types=InternalIP',
];

async function nodeLayout(folder: string): Promise<ServerLayout> {
  return {
    folder,
    etcdPort: await freePort(),
    etcdPeerPort: await freePort(),
    apiPort: await freePort(),
    controllerManagerPort: await freePort(),
    hasControllerManager: true,
  };
}

function schedulerArguments(kubeconfig: string): readonly string[] {
  const access = ['--kubeconfig', '--authentication-kubeconfig', '--authorization-kubeconfig'];
  return [...access.map((flag) => `${flag}=${kubeconfig}`), '--bind-address=127.0.0.1', '--leader-elect=false'];
}

async function writeKubeconfig(
  setting: NodeSetting,
  layout: ServerLayout,
  { name, token }: TokenHolder,
): Promise<void> {
  const { folder, kubeconfig } = setting;
  const ca = readFileSync(certificatePath(folder), 'utf8');
  const text = kubeconfigText({ url: `https://${NODE_ADDRESS}:${layout.apiPort}`, ca, token });
  await writeFile(name === ADMIN.name ? kubeconfig : kubeconfigPath(folder, { name }), text, { mode: 0o600 });
}

function kubeconfigPath(folder: string, { name }: RigUser): string {
  return join(folder, `${name.replaceAll(':', '.')}.kubeconfig`);
}

function start({ namespace, folder }: NodeSetting, name: string, path: string, args: readonly string[]): RigProcess {
  return namespace.start({ name, path, args, folder });
}

function untilKubectl(
  { tryKubectl }: NodeSetting,
  args: readonly string[],
  servers: readonly RigProcess[],
): Promise<void> {
  const check = async () => (await tryKubectl(args)).code === 0;
  return until({ what: `kubectl ${args.join(' ')}`, check, servers, interval: 50 });
}
