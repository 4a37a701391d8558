import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type BinaryRecipe, findBinary } from './binary.ts';
import { createRigFolder } from './rig-folder.ts';

/** What the committed Go module `helm` pins. */
const HELM_VERSION = '4.2.4';

export const HELM: BinaryRecipe = {
  name: 'helm',
  module: 'helm',
  package: 'helm.sh/helm/v4/cmd/helm',
  version: HELM_VERSION,
  ldflags: [`-X helm.sh/helm/v4/internal/version.version=v${HELM_VERSION}`],
  versionArgs: ['version', '--template', '{{.Version}}'],
  buildTime: '1 minute',
};

/** How a command ended, and what it wrote. */
export type HelmResult = { readonly code: number; readonly stdout: string; readonly stderr: string };

/** The real helm, with nothing of what it keeps for the user of this machine. */
export type Helm = {
  /** Standard output. @throws when it fails, with its message */
  readonly run: (args: readonly string[]) => Promise<string>;
  /** How it ended, for commands that are meant to fail. */
  readonly try: (args: readonly string[]) => Promise<HelmResult>;
  /** Removes what it kept. */
  readonly stop: () => Promise<void>;
};

/** Finds helm; for commands that need no cluster. */
export async function findHelm(): Promise<Helm> {
  return helmAt(await findBinary(HELM), {});
}

/**
 * A helm for a cluster.
 *
 * @param env more of its environment, such as KUBECONFIG
 */
export async function helmAt(path: string, env: Readonly<Record<string, string>>): Promise<Helm> {
  const folder = await createRigFolder();
  const own = {
    HELM_CACHE_HOME: join(folder, 'cache'),
    HELM_CONFIG_HOME: join(folder, 'config'),
    HELM_DATA_HOME: join(folder, 'data'),
    KUBECONFIG: join(folder, 'no-kubeconfig'),
  };
  const start = (args: readonly string[]) => spawnHelm(path, args, { ...process.env, ...own, ...env });
  return {
    try: start,
    run: async (args) => {
      const { code, stdout, stderr } = await start(args);
      if (code !== 0) throw new Error(`helm ${args.join(' ')}: ${stderr.trim()}`);
      return stdout;
    },
    stop: () => rm(folder, { recursive: true, force: true }),
  };
}

/** Rendered charts are larger than the default of 1 MiB. */
const MAXIMUM_OUTPUT = 64 * 2 ** 20;

function spawnHelm(path: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<HelmResult> {
  return new Promise((resolve) => {
    execFile(path, [...args], { env, maxBuffer: MAXIMUM_OUTPUT }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}
