import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildBinary } from './binary-build.ts';

/** A program that tests run, and how to make it where it is not at hand. */
export type BinaryRecipe = {
  /** File name, such as `kube-apiserver`. */
  readonly name: string;
  /** Folder below `test/rig/go` whose go.mod pins what it is built from. */
  readonly module: string;
  /** Import path of its main package; `.` for the module's own. */
  readonly package: string;
  /** Without a leading `v`; a changed one is built anew. */
  readonly version: string;
  /** Linker flags besides `-s -w`. */
  readonly ldflags?: readonly string[];
  readonly tags?: readonly string[];
  /** Needs a C compiler; most do not. */
  readonly cgo?: boolean;
  /**
   * Arguments that make it print its version. A binary on PATH is taken only if its output then holds `version`; without
   * these arguments PATH is not looked at.
   */
  readonly versionArgs?: readonly string[];
  /** How long a build takes, for people who wait: `3 minutes`. */
  readonly buildTime?: string;
  /** Names the file holds in folders such as KUBEBUILDER_ASSETS, when those are to be looked at. */
  readonly inAssets?: boolean;
};

/** Cache of binaries and of files of Go modules; safe to delete. `RIG_CACHE` puts it elsewhere. */
export function rigCache(): string {
  return process.env['RIG_CACHE'] ?? fileURLToPath(new URL('../../.cache/rig', import.meta.url));
}

/** Folder of the committed Go modules. */
export const GO_MODULES: string = fileURLToPath(new URL('go', import.meta.url));

/** Holds why binaries could not be prepared, so that suites that start later say it at once instead of trying again. */
export const RIG_PROBLEM = 'RIG_PROBLEM';

/**
 * Path of a program, made when it is not there yet.
 *
 * Looked for in this order: a variable of its own (`RIG_KUBE_APISERVER`), the folder `KUBEBUILDER_ASSETS`, PATH if the version
 * matches, the cache, a build with Go. Processes that need the same one build it once.
 *
 * @throws with one line that says how to get it
 */
export async function findBinary(recipe: BinaryRecipe): Promise<string> {
  const problem = process.env[RIG_PROBLEM];
  if (problem !== undefined) throw new Error(problem);
  const found = named(recipe) ?? inAssets(recipe) ?? onPath(recipe);
  if (found !== undefined) return found;
  const path = cachePath(recipe);
  if (isProgram(path)) return path;
  await buildBinary(recipe, path);
  return path;
}

/** The variable that names a program of one's own. */
export function variableOf({ name }: BinaryRecipe): string {
  return `RIG_${name.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_')}`;
}

/** Where a built program is kept: a folder per version and way of building, so that neither is ever mistaken for another. */
export function cachePath(recipe: BinaryRecipe): string {
  const { name, version, module, package: source, ldflags = [], tags = [], cgo = false } = recipe;
  const way = JSON.stringify([module, source, ldflags, tags, cgo, process.platform, process.arch]);
  const digest = createHash('sha256').update(way).digest('hex').slice(0, 8);
  return join(rigCache(), `${name}-${version}-${digest}`, name);
}

function named(recipe: BinaryRecipe): string | undefined {
  const variable = variableOf(recipe);
  const path = process.env[variable];
  if (path === undefined || path === '') return undefined;
  if (!isProgram(path)) throw new Error(`${variable}=${path} is not a program: correct or unset it`);
  return path;
}

function inAssets({ name, inAssets: isLookedFor = false }: BinaryRecipe): string | undefined {
  const folder = process.env['KUBEBUILDER_ASSETS'];
  if (!isLookedFor || folder === undefined || folder === '') return undefined;
  const path = join(folder, name);
  return isProgram(path) ? path : undefined;
}

/** Another version may behave otherwise, which would make a test's result depend on the machine. */
function onPath({ name, version, versionArgs }: BinaryRecipe): string | undefined {
  if (versionArgs === undefined) return undefined;
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const path = folders.map((folder) => join(folder, name)).find(isProgram);
  return path !== undefined && saysVersion(path, versionArgs, version) ? path : undefined;
}

function saysVersion(path: string, args: readonly string[], version: string): boolean {
  try {
    const output = execFileSync(path, [...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: 5000,
    });
    return output.split(/[^0-9A-Za-z.+-]+/).some((word) => word.replace(/^v/, '') === version);
  } catch {
    return false;
  }
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
