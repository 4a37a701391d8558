import { readdir, stat } from 'node:fs/promises';
import { basename, join, resolve, sep } from 'node:path';
import { type FSWatcher, watch } from 'chokidar';

/** Folders that are watched. */
export type FolderWatch = { readonly stop: () => Promise<void> };

/** What a watch is told. */
export type FolderWatchOptions = {
  readonly paths: readonly string[];
  /** Milliseconds since 1970: what changed later counts, even if it happened before watching began. */
  readonly since: number;
  /** Called once things have calmed down. */
  readonly onChange: () => void;
  readonly onError: (error: unknown) => void;
  /** From now on nothing is missed. */
  readonly onReady?: (() => void) | undefined;
};

/** Milliseconds of quiet before a change counts as complete, and at most between a change and the call. */
const QUIET = 100;
const LONGEST_WAIT = 1_000;

/**
 * Watches files and folders: writes, renames over a file, new and removed files, and the links that a mounted ConfigMap swaps.
 * Files of other kinds are ignored, whatever happens to them.
 */
export function watchFolders({ paths, since, onChange, onError, onReady }: FolderWatchOptions): FolderWatch {
  const changes = createDebounce(() => {
    watchUnseen(watcher, paths).catch(onError);
    onChange();
  });
  let isReady = false;
  const watcher = watch([...paths], { ignored: isIgnoredFolder, ignoreInitial: true, atomic: false });
  watcher.on('all', (_event, path) => {
    if (isRelevant(path)) {
      changes.note();
    }
  });
  // A swapped link to a folder changes no file that is watched; only the raw event tells.
  watcher.on('raw', (_event, path) => {
    if (isReady && basename(path ?? '').startsWith('..')) {
      changes.note();
    }
  });
  watcher.on('ready', () => {
    isReady = true;
    begin(watcher, { paths, since }, changes).then(onReady, onError);
  });
  watcher.on('error', onError);
  return {
    async stop() {
      changes.stop();
      await watcher.close();
    },
  };
}

/** Where no manifest is, and very many files may be. */
function isIgnoredFolder(path: string): boolean {
  const name = basename(path);
  return name === '.git' || name === 'node_modules';
}

/** Manifests, settings, folders, and the links of a mounted ConfigMap. */
function isRelevant(path: string): boolean {
  const name = basename(path);
  return /\.(ya?ml|json)$/.test(name) || !name.includes('.') || name.startsWith('..');
}

async function begin(
  watcher: FSWatcher,
  { paths, since }: Pick<FolderWatchOptions, 'paths' | 'since'>,
  changes: Debounce,
): Promise<void> {
  await watchUnseen(watcher, paths);
  await noteEarlierChanges(watcher.getWatched(), since, changes);
}

/**
 * Has everything watched that lies in a watched folder: what came between chokidar's list of the folder and its watch is not, so
 * that later nothing would tell of its change or removal.
 */
async function watchUnseen(watcher: FSWatcher, paths: readonly string[]): Promise<void> {
  const roots = paths.map((path) => resolve(path));
  for (const [folder, names] of Object.entries(watcher.getWatched())) {
    if (!roots.some((root) => isAtOrBelow(resolve(folder), root))) continue;
    const known = new Set(names);
    // A folder that is gone again was told by an event.
    const present = await readdir(folder).catch(() => []);
    watcher.add(present.filter((name) => !known.has(name)).map((name) => join(folder, name)));
  }
}

function isAtOrBelow(path: string, root: string): boolean {
  return path === root || path.startsWith(root.endsWith(sep) ? root : root + sep);
}

/**
 * Looks for what changed before each file and folder was watched: the first evaluation read them earlier, and chokidar lists a
 * folder before it begins to watch it. A folder changes with the names in it.
 *
 * @param watched names by folder
 */
async function noteEarlierChanges(
  watched: Readonly<Record<string, readonly string[]>>,
  since: number,
  changes: Debounce,
): Promise<void> {
  const paths = Object.entries(watched).flatMap(([folder, names]) => names.map((name) => join(folder, name)));
  for (const path of paths.filter((each) => isRelevant(each) || each in watched)) {
    // What is gone again was told by an event.
    const stats = await stat(path).catch(() => undefined);
    if (stats !== undefined && Math.max(stats.mtimeMs, stats.ctimeMs) >= since - CLOCK_GRAIN) {
      changes.note();
      return;
    }
  }
}

/** Milliseconds by which a file's time may lag behind the clock: systems write the time of their last tick. */
const CLOCK_GRAIN = 20;

type Debounce = { readonly note: () => void; readonly stop: () => void };

function createDebounce(onChange: () => void): Debounce {
  let timer: NodeJS.Timeout | undefined;
  let first = 0;
  const fire = (): void => {
    timer = undefined;
    onChange();
  };
  return {
    note() {
      const now = performance.now();
      first = timer === undefined ? now : first;
      clearTimeout(timer);
      timer = setTimeout(fire, Math.max(0, Math.min(QUIET, first + LONGEST_WAIT - now)));
    },
    stop: () => clearTimeout(timer),
  };
}
