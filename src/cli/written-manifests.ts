import { mkdir, readFile, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { type RenderedFile, renderedText } from './rendered-manifests.ts';

/**
 * Writes rendered files below a folder, each atomically: a reader sees the former file or the new one, never half of it.
 * A file that already says the same is not touched.
 *
 * @returns the paths that were written
 */
export async function writeManifests(directory: string, files: readonly RenderedFile[]): Promise<readonly string[]> {
  const written: string[] = [];
  for (const file of files) {
    const path = join(directory, file.name);
    const text = renderedText(file);
    if ((await currentText(path)) !== text) {
      await mkdir(dirname(path), { recursive: true });
      await replaceFile(path, text);
      written.push(path);
    }
  }
  return written;
}

/** Why results must not be written to a folder, or undefined: they would be read as input the next time. */
export async function outputProblem(directory: string, inputs: readonly string[]): Promise<string | undefined> {
  const output = await realFolder(directory);
  for (const input of inputs) {
    const real = await realFolder(input);
    if (output === real || output.startsWith(`${real}${sep}`)) {
      return `${directory} lies in the input ${input}: name a folder outside of it`;
    }
  }
  return undefined;
}

async function currentText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** Written beside the file, since only within one file system a rename is atomic; synced before, so that no crash leaves an empty file. */
async function replaceFile(path: string, text: string): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}.tmp`);
  try {
    await writeFile(temporary, text, { mode: 0o644, flush: true });
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** Real path of a folder, or of what there is of it. */
async function realFolder(path: string): Promise<string> {
  const full = resolve(path);
  try {
    return await realpath(full);
  } catch {
    const above = dirname(full);
    return above === full ? full : join(await realFolder(above), basename(full));
  }
}
