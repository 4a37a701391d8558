import { execFile } from 'node:child_process';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { makeCgroup, ownCgroup, removeCgroup } from './cgroups.ts';
import { type Helm, helmAt } from './helm.ts';
import { type LayerImage, packImage } from './image-archive.ts';
import { copyProgram } from './image-root.ts';
import { type KubectlInput, type KubectlResult, kubectlOf } from './kubectl.ts';
import { CONTAINERD_SOCKET, PAUSE_IMAGE } from './node-configuration.ts';
import { createNodeNamespace, type NodeNamespace } from './node-namespace.ts';
import { type NodePrograms, prepareNode } from './node-programs.ts';
import { type NodeSetting, startContainerd, startNodeAgents, startNodePlane } from './node-servers.ts';
import { until } from './patience.ts';
import { createRigFolder } from './rig-folder.ts';
import { programPath } from './system-packages.ts';

const run = promisify(execFile);

/** A cluster of one real node: pods run, Services lead to them. No names (DNS), no network policies, no load balancers. */
export type RigNode = {
  /** Standard output of the real kubectl, as the admin. @throws when it fails, with its message */
  readonly kubectl: (args: readonly string[], input?: KubectlInput) => Promise<string>;
  /** How the real kubectl ended, for commands that are meant to fail. */
  readonly tryKubectl: (args: readonly string[], input?: KubectlInput) => Promise<KubectlResult>;
  /** The real helm, as the admin. */
  readonly helm: Helm;
  /** Makes an image known to the node; pods that name it need no registry. */
  readonly loadImage: (image: LayerImage) => Promise<void>;
  /** Holds the servers' logs, below `pod-logs` those of pods; gone after `stop`. */
  readonly folder: string;
  /** Ends everything and removes what it left; safe to call twice. */
  readonly stop: () => Promise<void>;
};

/**
 * Starts a cluster of one node in namespaces of its own: outside are a folder and cgroups, which go with it. Whatever fails, and whatever
 * ends this process, nothing keeps running.
 *
 * @throws with one line that says what it needs
 */
export async function startNode(): Promise<RigNode> {
  const programs = await prepareNode();
  const folder = await createRigFolder();
  const cgroup = await ownCgroup('node');
  const stops: (() => Promise<void>)[] = [
    () => rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 }),
    () => removeCgroup(cgroup),
  ];
  const stop = async () => {
    for (const each of stops.toReversed()) await each();
  };
  try {
    await makeCgroup(cgroup);
    const namespace = await createNodeNamespace(folder);
    stops.push(namespace.end);
    const tools = await wrapTools(folder, namespace, programs);
    stops.push(tools.helm.stop);
    await startServers(
      { folder, namespace, programs, cgroup, tryKubectl: tools.tryKubectl, kubeconfig: tools.kubeconfig },
      tools,
    );
    return { ...tools, folder, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

type Tools = Pick<RigNode, 'kubectl' | 'tryKubectl' | 'helm' | 'loadImage'> & {
  readonly kubeconfig: string;
  readonly isContainerdReady: () => Promise<boolean>;
};

async function wrapTools(folder: string, namespace: NodeNamespace, programs: NodePrograms): Promise<Tools> {
  const kubeconfig = join(folder, 'kubeconfig');
  const ctr = await namespace.wrap('ctr', programs.ctr);
  const kubectl = await namespace.wrap('kubectl', programs.kubectl);
  const address = ['--address', CONTAINERD_SOCKET, '--namespace', 'k8s.io'];
  return {
    kubeconfig,
    ...kubectlOf({ path: kubectl, kubeconfig, folder }),
    helm: await helmAt(await namespace.wrap('helm', programs.helm), { KUBECONFIG: kubeconfig }),
    isContainerdReady: () => run(ctr, [...address, 'version']).then(isTrue, isFalse),
    loadImage: async (image) => {
      const parts = join(folder, `image-${image.name.replaceAll(/\W/g, '-')}`);
      await mkdir(parts);
      await run(ctr, [...address, 'images', 'import', await packImage(parts, image)]);
      await rm(parts, { recursive: true });
    },
  };
}

function isTrue(): boolean {
  return true;
}

function isFalse(): boolean {
  return false;
}

async function startServers(setting: NodeSetting, tools: Tools): Promise<void> {
  await Promise.all([startNodePlane(setting), startRuntime(setting, tools)]);
  await startNodeAgents(setting);
}

async function startRuntime(setting: NodeSetting, tools: Tools): Promise<void> {
  const containerd = await startContainerd(setting);
  await until({ what: 'containerd', check: tools.isContainerdReady, servers: [containerd], interval: 50 });
  await loadPauseImage(setting.folder, tools);
}

/** A pod's first process does nothing for as long as the pod lives. */
async function loadPauseImage(folder: string, { loadImage }: Tools): Promise<void> {
  const root = join(folder, 'pause');
  await copyProgram(root, { from: programPath('sleep') ?? 'sleep', to: '/usr/bin/sleep' });
  await loadImage({ name: PAUSE_IMAGE, root, entrypoint: ['/usr/bin/sleep', 'infinity'], user: '65534:65534' });
}
