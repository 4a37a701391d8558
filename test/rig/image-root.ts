import { execFile } from 'node:child_process';
import { cp, mkdir, realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Node as the image of the project holds it, and as `npm test` runs. */
export const NODE: string = process.execPath;

/** A file or folder of this machine, and where an image holds it. */
export type ImageFile = { readonly from: string; readonly to: string };

/** Copies files and folders below the root folder of an image; links become what they point to. */
export async function copyIntoRoot(root: string, files: readonly ImageFile[]): Promise<void> {
  for (const { from, to } of files) {
    const target = join(root, to);
    await mkdir(dirname(target), { recursive: true });
    await cp(await realpath(from), target, { recursive: true, dereference: true });
  }
}

/** Copies a program below the root folder of an image, with the shared libraries that it needs at the paths where it looks for them. */
export async function copyProgram(root: string, program: ImageFile): Promise<void> {
  const libraries = await sharedLibraries(program.from);
  await copyIntoRoot(root, [program, ...libraries.map((path) => ({ from: path, to: path }))]);
}

/** None for a script, and for a program that is linked statically. */
async function sharedLibraries(program: string): Promise<readonly string[]> {
  // It fails for what is not linked dynamically, and says so.
  const { stdout } = await run('ldd', [await realpath(program)]).catch(() => ({ stdout: '' }));
  return [...stdout.matchAll(/(\/\S+) \(0x/g)].map(([, path = '']) => path);
}
