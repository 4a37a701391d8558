import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** An image of one layer. */
export type LayerImage = {
  /** As pods name it, complete: `docker.io/library/name:tag`. */
  readonly name: string;
  /** Folder that is its root. */
  readonly root: string;
  readonly entrypoint: readonly string[];
  /** `uid:gid` */
  readonly user: string;
};

/**
 * Packs an image as `docker save` does, without an engine: `ctr images import` takes it.
 *
 * @param folder for the archive and what it is made of
 * @returns path of the archive
 * @see https://github.com/moby/docker-image-spec/blob/main/v1.2.md#combined-image-json--filesystem-changeset-format
 */
export async function packImage(folder: string, { name, root, entrypoint, user }: LayerImage): Promise<string> {
  const parts = join(folder, 'image');
  await mkdir(parts, { recursive: true });
  await tar(join(parts, 'layer.tar'), root, ['.']);
  const config = JSON.stringify({
    architecture: process.arch === 'x64' ? 'amd64' : process.arch,
    os: 'linux',
    config: { Entrypoint: entrypoint, User: user },
    rootfs: { type: 'layers', diff_ids: [`sha256:${await fileDigest(join(parts, 'layer.tar'))}`] },
  });
  const configName = `${createHash('sha256').update(config).digest('hex')}.json`;
  await writeFile(join(parts, configName), config);
  const manifest = [{ Config: configName, RepoTags: [name], Layers: ['layer.tar'] }];
  await writeFile(join(parts, 'manifest.json'), JSON.stringify(manifest));
  const archive = join(folder, 'image.tar');
  await tar(archive, parts, ['manifest.json', configName, 'layer.tar']);
  await rm(parts, { recursive: true });
  return archive;
}

async function tar(archive: string, folder: string, names: readonly string[]): Promise<void> {
  const fixed = ['--sort=name', '--mtime=@0', '--owner=0', '--group=0', '--numeric-owner'];
  await run('tar', [...fixed, '-cf', archive, '-C', folder, ...names]);
}

async function fileDigest(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
