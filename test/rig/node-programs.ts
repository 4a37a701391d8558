import { findBinary } from './binary.ts';
import { HELM } from './helm.ts';
import { ETCD, KUBE_APISERVER, KUBE_CONTROLLER_MANAGER, KUBECTL } from './kubernetes-binaries.ts';
import {
  CONTAINERD,
  CONTAINERD_SHIM,
  CTR,
  KUBE_PROXY,
  KUBE_SCHEDULER,
  KUBELET,
  NETWORK_PLUGINS,
} from './node-binaries.ts';
import { ensurePrograms, isRoot } from './system-packages.ts';

/** Paths of what runs on a node, or speaks to it. */
export type NodePrograms = Readonly<
  Record<
    | 'apiServer'
    | 'containerd'
    | 'controllerManager'
    | 'ctr'
    | 'etcd'
    | 'helm'
    | 'kubectl'
    | 'kubelet'
    | 'proxy'
    | 'scheduler'
    | 'shim',
    string
  >
> & { readonly networkPlugins: readonly string[] };

/** What a node needs of the system, with the Debian package that brings it. */
const SYSTEM_PROGRAMS = {
  unshare: 'util-linux',
  nsenter: 'util-linux',
  mount: 'mount',
  ip: 'iproute2',
  nft: 'nftables',
  runc: 'runc',
};

/**
 * Prepares everything that a node is made of.
 *
 * @throws with one line that says how to get what is missing
 */
export async function prepareNode(): Promise<NodePrograms> {
  if (!isRoot())
    throw new Error('a node needs root: its namespaces, bridge and cgroups; or skip it with SKIP_TIERS=node');
  await ensurePrograms('the node tier', SYSTEM_PROGRAMS);
  const networkPlugins: string[] = [];
  for (const recipe of NETWORK_PLUGINS) networkPlugins.push(await findBinary(recipe));
  return {
    etcd: await findBinary(ETCD),
    apiServer: await findBinary(KUBE_APISERVER),
    controllerManager: await findBinary(KUBE_CONTROLLER_MANAGER),
    scheduler: await findBinary(KUBE_SCHEDULER),
    kubelet: await findBinary(KUBELET),
    proxy: await findBinary(KUBE_PROXY),
    containerd: await findBinary(CONTAINERD),
    shim: await findBinary(CONTAINERD_SHIM),
    ctr: await findBinary(CTR),
    kubectl: await findBinary(KUBECTL),
    helm: await findBinary(HELM),
    networkPlugins,
  };
}
