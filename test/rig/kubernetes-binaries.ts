import type { BinaryRecipe } from './binary.ts';

/** What the committed Go module `k8s` pins. */
export const KUBERNETES_VERSION = '1.36.3';

const [MAJOR = '', MINOR = ''] = KUBERNETES_VERSION.split('.');

/** Without them a built binary calls itself v0.0.0-master, which version checks of charts refuse. */
const VERSION_FLAGS: readonly string[] = [
  `-X k8s.io/component-base/version.gitVersion=v${KUBERNETES_VERSION}`,
  `-X k8s.io/component-base/version.gitMajor=${MAJOR}`,
  `-X k8s.io/component-base/version.gitMinor=${MINOR}`,
];

/** The version that `k8s.io/kubernetes` itself requires. */
export const ETCD: BinaryRecipe = {
  name: 'etcd',
  module: 'k8s',
  package: 'go.etcd.io/etcd/server/v3',
  version: '3.6.8',
  versionArgs: ['--version'],
  inAssets: true,
  buildTime: '1 minute',
};

export const KUBE_APISERVER: BinaryRecipe = { ...kubernetesBinary('kube-apiserver', '4 minutes'), inAssets: true };

export const KUBE_CONTROLLER_MANAGER: BinaryRecipe = kubernetesBinary('kube-controller-manager', '1 minute');

export const KUBECTL: BinaryRecipe = {
  ...kubernetesBinary('kubectl', '30 seconds'),
  versionArgs: ['version', '--client'],
  inAssets: true,
};

/**
 * Recipe of a program of `k8s.io/kubernetes`.
 *
 * @param name its folder below `cmd`, which is its name
 * @param buildTime for people who wait
 */
export function kubernetesBinary(name: string, buildTime: string): BinaryRecipe {
  return {
    name,
    module: 'k8s',
    package: `k8s.io/kubernetes/cmd/${name}`,
    version: KUBERNETES_VERSION,
    ldflags: VERSION_FLAGS,
    versionArgs: ['--version'],
    buildTime,
  };
}
