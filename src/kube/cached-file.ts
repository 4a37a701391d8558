import { readFile, stat } from 'node:fs/promises';
import type { Clock } from './clock.ts';
import { KubeError } from './kube-error.ts';

/** A small file that others replace now and then, such as a token. */
export type CachedFile = {
  /**
   * The same buffer as long as the file does not change; the last one when the file is away for the moment.
   *
   * @throws KubeError `NoAccess` when it could never be read
   */
  readonly read: () => Promise<Buffer>;
  /** Reads it again next time, even if it looks the same. */
  readonly forget: () => void;
};

/** Milliseconds between two looks at the file's date, and those after which it is read even if that stayed. */
const LOOK = 1000;
const READ = 60_000;

/** Reads a file when it is needed and has changed. */
export function createCachedFile(path: string, clock: Clock): CachedFile {
  let content: Buffer | undefined;
  let mark = '';
  let looked = Number.NEGATIVE_INFINITY;
  let read = Number.NEGATIVE_INFINITY;
  const refresh = async (): Promise<void> => {
    looked = clock.now();
    const { mtimeMs, ino, size } = await stat(path);
    const found = `${mtimeMs} ${ino} ${size}`;
    if (found !== mark || looked - read > READ) {
      const bytes = await readFile(path);
      content = content?.equals(bytes) === true ? content : bytes;
      mark = found;
      read = looked;
    }
  };
  return {
    async read() {
      try {
        if (content === undefined || clock.now() - looked > LOOK) {
          await refresh();
        }
      } catch (error) {
        if (content === undefined) {
          throw new KubeError('NoAccess', `${path} cannot be read`, { cause: error });
        }
      }
      return content ?? Buffer.alloc(0);
    },
    forget() {
      mark = '';
      looked = Number.NEGATIVE_INFINITY;
    },
  };
}
