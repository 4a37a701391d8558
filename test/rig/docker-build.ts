import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { getContainerRuntimeClient } from 'testcontainers';

/** An image to build, as `docker build` would. */
export type DockerBuild = {
  /** Folder with a Dockerfile and a `.dockerignore` that ignores everything but what its `!` lines name. */
  readonly context: string;
  readonly tag: string;
  readonly buildArgs: Readonly<Record<string, string>>;
  /** Network of what the build runs; the engine's own choice without. */
  readonly network?: 'host';
};

/**
 * Builds an image by the engine that DOCKER_HOST names.
 *
 * Not by the builder of testcontainers: it says nothing of why a build failed, and gives it no network where there is no bridge.
 *
 * @throws when the build fails, with its last output
 */
export async function buildDockerImage({ context, tag, buildArgs, network }: DockerBuild): Promise<void> {
  const options = { t: tag, buildargs: { ...buildArgs }, ...(network === undefined ? {} : { networkmode: network }) };
  const answer = await (await engine()).buildImage(tar(context, contextNames(context)), options);
  const output: string[] = [];
  for await (const line of createInterface({ input: answer })) {
    const { stream = '', error }: { readonly stream?: string; readonly error?: string } = JSON.parse(line);
    output.push(stream);
    if (error !== undefined) {
      const lastLines = output.join('').trim().split('\n').slice(-10);
      throw new Error(`docker build of ${tag}: ${error}\n${lastLines.join('\n')}`);
    }
  }
}

/** Makes an image of one layer from the root folder that it is to have. */
export async function importDockerImage(
  root: string,
  tag: string,
  env: Readonly<Record<string, string>>,
): Promise<void> {
  const [repository = tag, version = 'latest'] = tag.split(':');
  const changes = Object.entries(env).map(([name, value]) => `ENV ${name}=${JSON.stringify(value)}`);
  const answer = await (await engine()).importImage(tar(root, ['.']), { repo: repository, tag: version, changes });
  for await (const line of createInterface({ input: answer })) {
    const { error }: { readonly error?: string } = JSON.parse(line);
    if (error !== undefined) throw new Error(`docker import of ${tag}: ${error}`);
  }
}

/** Paths of an image's files, without its folders and what the engine itself puts into a container; sorted. */
export async function imageFiles(tag: string): Promise<readonly string[]> {
  const container = await (await engine()).createContainer({ Image: tag });
  try {
    const list = spawn('tar', ['-tf', '-'], { stdio: ['pipe', 'pipe', 'inherit'] });
    (await container.export()).pipe(list.stdin);
    const names: string[] = [];
    for await (const name of createInterface({ input: list.stdout })) names.push(name);
    return names.filter((name) => !name.endsWith('/') && !MOUNT_POINTS.has(name)).sort();
  } finally {
    await container.remove();
  }
}

/** Files that a container has in place of the engine's own. */
const MOUNT_POINTS: ReadonlySet<string> = new Set([
  '.dockerenv',
  'dev/console',
  'etc/hostname',
  'etc/hosts',
  'etc/mtab',
  'etc/resolv.conf',
]);

export async function removeDockerImage(tag: string): Promise<void> {
  await (await engine()).getImage(tag).remove({ force: true });
}

type Engine = Awaited<ReturnType<typeof getContainerRuntimeClient>>['container']['dockerode'];

async function engine(): Promise<Engine> {
  return (await getContainerRuntimeClient()).container.dockerode;
}

function contextNames(context: string): readonly string[] {
  const lines = readFileSync(join(context, '.dockerignore'), 'utf8').split('\n');
  return ['Dockerfile', ...lines.filter((line) => line.startsWith('!')).map((line) => line.slice(1))];
}

function tar(folder: string, names: readonly string[]): NodeJS.ReadableStream {
  const owner = ['--owner=0', '--group=0', '--numeric-owner'];
  return spawn('tar', ['-C', folder, ...owner, '-cf', '-', ...names], { stdio: ['ignore', 'pipe', 'inherit'] }).stdout;
}
