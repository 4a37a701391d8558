import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { LayerImage } from './image-archive.ts';
import { copyProgram, NODE } from './image-root.ts';

const run = promisify(execFile);

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Makes an image of the program as it stands, with what the last stage of the Dockerfile holds, but without a Docker engine.
 *
 * @param folder new, for the root of the image
 * @param name as {@link LayerImage} has it
 */
export async function bundleImage(folder: string, name: string): Promise<LayerImage> {
  await mkdir(join(folder, 'app'), { recursive: true });
  await mkdir(join(folder, 'etc'));
  await run(NODE, ['scripts/build.ts', join(folder, 'app', 'cors-operator.mjs')], { cwd: ROOT });
  await copyProgram(folder, { from: NODE, to: '/usr/bin/node' });
  await writeFile(join(folder, 'etc/passwd'), 'nonroot:x:65532:65532::/:/none\n');
  return { name, root: folder, entrypoint: ['/usr/bin/node', '/app/cors-operator.mjs'], user: '65532:65532' };
}
