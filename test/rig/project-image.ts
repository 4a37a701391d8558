import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { GenericContainer } from 'testcontainers';
import { writeBuildImage } from './build-image.ts';
import { buildDockerImage, importDockerImage } from './docker-build.ts';
import type { DockerEngine } from './docker-engine.ts';
import { createRigFolder } from './rig-folder.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Builds the project's Dockerfile as it stands: on an image of this machine's programs where the engine cannot pull, else on the one that
 * the Dockerfile names.
 */
export async function buildProjectImage(engine: DockerEngine, tag: string): Promise<void> {
  const labels = { VERSION: '1.2.3-test', REVISION: 'abc123' };
  if (engine.kind === 'Found') return buildDockerImage({ context: ROOT, tag, buildArgs: labels });
  const folder = await createRigFolder();
  try {
    const root = join(folder, 'root');
    const buildImage = 'cors-operator-build:local';
    await importDockerImage(root, buildImage, await writeBuildImage(root));
    const buildArgs = { ...labels, BUILD_IMAGE: buildImage };
    await buildDockerImage({ context: ROOT, tag, buildArgs, network: 'host' });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A container as a cluster with the Pod Security Standard `restricted` and a read-only root would run it, without a network. */
export class HardenedContainer extends GenericContainer {
  constructor(image: string) {
    super(image);
    this.hostConfig.ReadonlyRootfs = true;
    this.withNetworkMode('none').withDroppedCapabilities('ALL').withSecurityOpt('no-new-privileges:true');
  }
}
