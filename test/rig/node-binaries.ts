import type { BinaryRecipe } from './binary.ts';
import { kubernetesBinary } from './kubernetes-binaries.ts';

/** Versions that the committed Go module `node` pins. */
const CONTAINERD_VERSION = '2.3.7';
const PLUGINS_VERSION = '1.9.1';

const CONTAINERD_SOURCE = 'github.com/containerd/containerd/v2';

export const KUBELET: BinaryRecipe = kubernetesBinary('kubelet', '30 seconds');
export const KUBE_PROXY: BinaryRecipe = kubernetesBinary('kube-proxy', '10 seconds');
export const KUBE_SCHEDULER: BinaryRecipe = kubernetesBinary('kube-scheduler', '10 seconds');

export const CONTAINERD: BinaryRecipe = containerdBinary('containerd', '1 minute');
export const CTR: BinaryRecipe = containerdBinary('ctr', '10 seconds');

/** Started by containerd, one per pod. */
export const CONTAINERD_SHIM: BinaryRecipe = containerdBinary('containerd-shim-runc-v2', '10 seconds');

/** Started by containerd for the network of a pod. */
export const NETWORK_PLUGINS: readonly BinaryRecipe[] = ['main/bridge', 'main/loopback', 'ipam/host-local'].map(
  (folder) => ({
    name: folder.split('/')[1] ?? folder,
    module: 'node',
    package: `github.com/containernetworking/plugins/plugins/${folder}`,
    version: PLUGINS_VERSION,
    buildTime: '10 seconds',
  }),
);

/** Snapshotters that are not used, and would need headers of C libraries, are left out. */
function containerdBinary(name: string, buildTime: string): BinaryRecipe {
  return {
    name,
    module: 'node',
    package: `${CONTAINERD_SOURCE}/cmd/${name}`,
    version: CONTAINERD_VERSION,
    ldflags: [`-X ${CONTAINERD_SOURCE}/version.Version=${CONTAINERD_VERSION}`],
    tags: ['no_btrfs', 'no_zfs', 'no_devmapper'],
    buildTime,
  };
}
