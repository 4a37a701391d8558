import type { Dirent, Stats } from 'node:fs';
import { lstat, readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import type { Issue } from '../model/issue.ts';
import { systemReason } from './file-text.ts';
import { inputIssue } from './input-issue.ts';

/** Name of the settings file beside the input. */
const SETTINGS_FILE = '.cors-operator.yaml';

/** What `-f` names on standard input. */
export const STANDARD_INPUT = '-';

/** A file to read. */
export type ListedFile = {
  /** As it was named; `-` is standard input. */
  readonly path: string;
  /** Path below the folder that holds all of the input. */
  readonly name: string;
};

/** The files that a command is to read, each once, and the settings files beside them. */
export type FileListing = {
  readonly files: readonly ListedFile[];
  readonly settingsFiles: readonly string[];
  readonly issues: readonly Issue[];
};

/**
 * Lists what `-f` names: files as they are, folders recursively with each folder's names in byte order. Of a folder only
 * `.yaml`, `.yml` and `.json` files count; hidden files and folders are left out, so that the `..data` of a mounted
 * ConfigMap is not read beside the links that lead into it. Links are followed; whatever they lead to is listed once, so
 * that folders full of links to one another are gone through once each.
 */
export async function listFiles(paths: readonly string[]): Promise<FileListing> {
  const listing: Listing = {
    files: [],
    folders: [],
    settingsFiles: new Set(),
    innerSettings: new Set(),
    issues: [],
    seen: new Set(),
  };
  for (const path of paths) {
    await listRoot(listing, path);
  }
  const base = commonFolder(listing.folders);
  const files = listing.files.map((path) => ({ path, name: nameBelow(base, path) }));
  return { files, settingsFiles: [...listing.settingsFiles], issues: [...listing.issues, ...ignoredSettings(listing)] };
}

type Listing = {
  readonly files: string[];
  /** Folders that were named, and those of files that were. */
  readonly folders: string[];
  readonly settingsFiles: Set<string>;
  /** Settings files below a folder that was named. */
  readonly innerSettings: Set<string>;
  readonly issues: Issue[];
  /** Real paths of files and folders, and standard input. */
  readonly seen: Set<string>;
};

const manifestName = /^[^.].*\.(?:yaml|yml|json)$/;

/** Files for other programs that lie in folders of manifests. */
const foreignName = /^kustomization\.ya?ml$/;

async function listRoot(listing: Listing, path: string): Promise<void> {
  if (path === STANDARD_INPUT) {
    addFile(listing, path, path);
    return;
  }
  const found = await lookAt(listing, path);
  if (found === undefined) {
    return;
  }
  listing.folders.push(resolve(found.stats.isDirectory() ? path : dirname(path)));
  if (found.stats.isDirectory()) {
    await addSettings(listing, join(path, SETTINGS_FILE));
    await listFolder(listing, path, [found.real]);
  } else if (basename(path) === SETTINGS_FILE) {
    listing.settingsFiles.add(path);
  } else {
    await addSettings(listing, join(dirname(path), SETTINGS_FILE));
    listFile(listing, path, found);
  }
}

type Found = { readonly stats: Stats; readonly real: string };

async function lookAt(listing: Listing, path: string): Promise<Found | undefined> {
  try {
    return { stats: await stat(path), real: await realpath(path) };
  } catch (error) {
    unreadable(listing, path, systemReason(error));
    return undefined;
  }
}

function unreadable(listing: Listing, path: string, message: string): void {
  listing.issues.push(inputIssue({ reason: 'FileUnreadable', source: path, message }));
}

/** A link that leads nowhere exists: settings that somebody meant to give are not passed over. */
async function addSettings(listing: Listing, path: string): Promise<void> {
  const exists = await lstat(path).then(
    () => true,
    (error: unknown) => !(error instanceof Error && 'code' in error && error.code === 'ENOENT'),
  );
  if (exists) {
    listing.settingsFiles.add(path);
  }
}

/** @param above real paths of the folders around this one, itself included */
async function listFolder(listing: Listing, folder: string, above: readonly string[]): Promise<void> {
  const real = above.at(-1) ?? folder;
  if (listing.seen.has(real)) {
    return;
  }
  listing.seen.add(real);
  for (const entry of await entriesOf(listing, folder)) {
    const path = join(folder, entry.name);
    if (entry.name === SETTINGS_FILE && above.length > 1) {
      listing.innerSettings.add(path);
    }
    if (!entry.name.startsWith('.') && (!entry.isFile() || isManifest(entry.name))) {
      await listEntry(listing, path, above);
    }
  }
}

async function entriesOf(listing: Listing, folder: string): Promise<readonly Dirent[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    const named = entries.map((entry) => ({ entry, bytes: Buffer.from(entry.name) }));
    return named.sort((left, right) => Buffer.compare(left.bytes, right.bytes)).map(({ entry }) => entry);
  } catch (error) {
    unreadable(listing, folder, systemReason(error));
    return [];
  }
}

function isManifest(name: string): boolean {
  return manifestName.test(name) && !foreignName.test(name);
}

async function listEntry(listing: Listing, path: string, above: readonly string[]): Promise<void> {
  const found = await lookAt(listing, path);
  if (found?.stats.isDirectory() === true) {
    if (above.includes(found.real)) {
      unreadable(listing, path, 'this link leads back to a folder around it: remove the link');
    } else {
      await listFolder(listing, path, [...above, found.real]);
    }
  } else if (found !== undefined && isManifest(basename(path))) {
    listFile(listing, path, found);
  }
}

function listFile(listing: Listing, path: string, found: Found): void {
  if (!found.stats.isFile()) {
    unreadable(listing, path, `it is ${fileKind(found.stats)}, not a regular file: pipe into -f - instead`);
    return;
  }
  addFile(listing, path, found.real);
}

function addFile(listing: Listing, path: string, real: string): void {
  if (!listing.seen.has(real)) {
    listing.seen.add(real);
    listing.files.push(path);
  }
}

function ignoredSettings({ innerSettings, settingsFiles }: Listing): readonly Issue[] {
  return [...innerSettings]
    .filter((path) => !settingsFiles.has(path))
    .map((path) => {
      const message = `settings are read beside what -f names only: to use these, give -f ${dirname(path)}`;
      return inputIssue({ reason: 'SettingsInvalid', source: path, message, severity: 'info' });
    });
}

function commonFolder(folders: readonly string[]): string {
  const [first = '', ...others] = folders;
  let common = first;
  for (const folder of others) {
    while (common !== folder && !folder.startsWith(withSeparator(common))) {
      common = dirname(common);
    }
  }
  return common;
}

function nameBelow(base: string, path: string): string {
  return path === STANDARD_INPUT ? 'stdin.yaml' : relative(base, resolve(path));
}

function withSeparator(folder: string): string {
  return folder.endsWith(sep) ? folder : `${folder}${sep}`;
}

function fileKind(stats: Stats): string {
  if (stats.isFIFO()) {
    return 'a pipe';
  }
  return stats.isSocket() ? 'a socket' : 'a device';
}
