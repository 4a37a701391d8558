/** Chunks of a body between a connection that pushes and a reader that pulls. */
export type ChunkQueue = {
  /** @returns whether the sender may go on; else `onRoom` is called later */
  readonly push: (chunk: Buffer) => boolean;
  /** Nothing follows. */
  readonly end: () => void;
  /** What was pushed is still read, then the error is thrown. */
  readonly fail: (error: Error) => void;
  /** Next chunk; undefined at the end. One call at a time. */
  readonly next: () => Promise<Buffer | undefined>;
};

/** Bytes that wait until the sender is told to stop. */
const FULL = 1_048_576;

/** @param onRoom called when a reader has taken enough after `push` said no */
export function createChunkQueue(onRoom: () => void): ChunkQueue {
  const chunks: Buffer[] = [];
  let waiting = 0;
  let full = false;
  let end: { readonly error?: Error } | undefined;
  let wake: (() => void) | undefined;
  const awaken = () => {
    wake?.();
    wake = undefined;
  };
  const takeChunk = (): Buffer | undefined => {
    const chunk = chunks.shift();
    waiting -= chunk?.length ?? 0;
    if (full && waiting < FULL / 2) {
      full = false;
      onRoom();
    }
    return chunk;
  };
  return {
    push(chunk) {
      chunks.push(chunk);
      waiting += chunk.length;
      full ||= waiting >= FULL;
      awaken();
      return !full;
    },
    end() {
      end ??= {};
      awaken();
    },
    fail(error) {
      end ??= { error };
      awaken();
    },
    async next() {
      while (chunks.length === 0 && end === undefined) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      if (chunks.length === 0 && end?.error !== undefined) {
        throw end.error;
      }
      return takeChunk();
    },
  };
}
