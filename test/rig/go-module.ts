import { execFile } from 'node:child_process';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { rigCache } from './binary.ts';

const run = promisify(execFile);

/** A file or folder of a published Go module. */
export type ModuleSource = {
  /** `module/path@v1.2.3`. */
  readonly module: string;
  /** Name below the cache. */
  readonly name: string;
  /** Makes the text to keep out of the module's folder. */
  readonly read: (folder: string) => Promise<string>;
};

/**
 * Text out of a Go module, from the cache or, once, from the module's archive.
 *
 * @returns the path of the kept file
 * @throws with one line that says how to get it
 */
export async function moduleText({ module, name, read }: ModuleSource): Promise<string> {
  const path = join(rigCache(), name);
  const isCached = await readFile(path).then(
    () => true,
    () => false,
  );
  if (isCached) return path;
  const text = await read(await download(module));
  const unfinished = `${path}.${process.pid}`;
  await mkdir(dirname(path), { recursive: true });
  await writeFile(unfinished, text);
  await rename(unfinished, path);
  return path;
}

/** Outside of any module, so that no go.mod changes; checked against Go's checksum database. */
async function download(module: string): Promise<string> {
  process.stderr.write(`rig: fetching ${module} (once) …\n`);
  try {
    const { stdout } = await run('go', ['mod', 'download', '-json', module], {
      cwd: tmpdir(),
      env: { ...process.env, GOFLAGS: '' },
    });
    const answer: { readonly Dir: string } = JSON.parse(stdout);
    return answer.Dir;
  } catch (error) {
    throw new Error(`${module} cannot be had: install Go 1.26 or newer, with access to a Go module proxy`, {
      cause: error,
    });
  }
}
