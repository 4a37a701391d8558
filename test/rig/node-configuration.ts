import { dirname, join } from 'node:path';
import { NODE_ADDRESS } from './node-namespace.ts';

/** Name of the one node. */
export const NODE_NAME = 'rig';

/** Addresses of Services. */
export const SERVICE_RANGE = '10.96.0.0/16';

/** Image of the process that holds a pod's namespaces. */
export const PAUSE_IMAGE = 'rig.local/pause:1';

/** Where containerd listens, inside the node's namespaces. */
export const CONTAINERD_SOCKET = '/run/containerd/containerd.sock';

const POD_RANGE = '10.244.0.0/24';

/** Where the configuration of pod networks lies. */
export function networkFolder(folder: string): string {
  return join(folder, 'networks');
}

/**
 * Without the right to raise limits of resources, which containers rarely have, it must not give pods a lower score for the kernel's
 * out-of-memory killer than its own.
 *
 * @param plugins paths of the network plugins
 * @see https://github.com/containerd/containerd/blob/main/docs/cri/config.md
 */
export function containerdConfiguration(folder: string, plugins: readonly string[]): string {
  return `
version = 3
root = ${JSON.stringify(join(folder, 'containerd'))}
state = "/run/containerd"
disabled_plugins = ["io.containerd.nri.v1.nri", "io.containerd.snapshotter.v1.erofs", "io.containerd.snapshotter.v1.blockfile"]
[grpc]
  address = "${CONTAINERD_SOCKET}"
[plugins."io.containerd.cri.v1.images"]
  snapshotter = "overlayfs"
[plugins."io.containerd.cri.v1.images".pinned_images]
  sandbox = "${PAUSE_IMAGE}"
[plugins."io.containerd.cri.v1.runtime"]
  restrict_oom_score_adj = true
  enable_cdi = false
[plugins."io.containerd.cri.v1.runtime".cni]
  bin_dirs = ${JSON.stringify(plugins.map(dirname))}
  conf_dir = ${JSON.stringify(networkFolder(folder))}
[plugins."io.containerd.cri.v1.runtime".containerd]
  default_runtime_name = "runc"
[plugins."io.containerd.cri.v1.runtime".containerd.runtimes.runc]
  runtime_type = "io.containerd.runc.v2"
[plugins."io.containerd.cri.v1.runtime".containerd.runtimes.runc.options]
  SystemdCgroup = false
`;
}

/** Pods hang on one bridge, which the node routes to. */
export const NETWORK_CONFIGURATION: object = {
  cniVersion: '1.0.0',
  name: 'rig',
  plugins: [
    {
      type: 'bridge',
      bridge: 'cni0',
      isGateway: true,
      ipMasq: false,
      hairpinMode: true,
      ipam: {
        type: 'host-local',
        dataDir: '/run/cni-addresses',
        ranges: [[{ subnet: POD_RANGE }]],
        routes: [{ dst: '0.0.0.0/0' }],
      },
    },
  ],
};

/**
 * Nobody but the node's own network reaches it, so that it asks nobody who may read logs. It never evicts: how full this machine is
 * says nothing about a test.
 *
 * @see https://kubernetes.io/docs/reference/config-api/kubelet-config.v1beta1/
 */
export function kubeletConfiguration(folder: string, cgroup: string): object {
  return {
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    kind: 'KubeletConfiguration',
    address: NODE_ADDRESS,
    authentication: { anonymous: { enabled: true }, webhook: { enabled: false } },
    authorization: { mode: 'AlwaysAllow' },
    containerRuntimeEndpoint: `unix://${CONTAINERD_SOCKET}`,
    cgroupDriver: 'cgroupfs',
    cgroupRoot: `/${cgroup}`,
    failCgroupV1: false,
    failSwapOn: false,
    makeIPTablesUtilChains: false,
    enforceNodeAllocatable: ['pods'],
    resolvConf: join(folder, 'resolv.conf'),
    podLogsDir: join(folder, 'pod-logs'),
    healthzBindAddress: '127.0.0.1',
    evictionHard: {
      'memory.available': '0%',
      'nodefs.available': '0%',
      'nodefs.inodesFree': '0%',
      'imagefs.available': '0%',
    },
    imageGCHighThresholdPercent: 100,
    oomScoreAdj: 0,
    nodeStatusUpdateFrequency: '4s',
    registryPullQPS: 0,
  };
}

/**
 * With the default of one second between two rounds, a Service that was just made refuses connections for so long. Limits of connections
 * are the machine's and stay.
 */
export function proxyConfiguration(kubeconfig: string): object {
  return {
    apiVersion: 'kubeproxy.config.k8s.io/v1alpha1',
    kind: 'KubeProxyConfiguration',
    mode: 'nftables',
    clientConnection: { kubeconfig },
    clusterCIDR: POD_RANGE,
    healthzBindAddress: '127.0.0.1:10256',
    metricsBindAddress: '127.0.0.1:10249',
    nftables: { minSyncPeriod: '100ms' },
    conntrack: { maxPerCore: 0, min: 0, tcpEstablishedTimeout: '0s', tcpCloseWaitTimeout: '0s' },
  };
}
