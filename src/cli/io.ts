import type { Readable, Writable } from 'node:stream';

/** What a command reads from and writes to: the process's own, or a test's. */
export type Io = {
  readonly stdin: Readable;
  /** Results, and nothing else. */
  readonly stdout: Writable;
  /** Everything else. */
  readonly stderr: Writable;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether `stdout` is a terminal. */
  readonly isTerminal: boolean;
  /** Width of that terminal, when it is known. */
  readonly columns?: number | undefined;
};

/** Writes text and waits until the stream takes more, so that large results are not kept in memory twice. */
export async function writeText(stream: Writable, text: string): Promise<void> {
  if (stream.destroyed || stream.write(text)) {
    return;
  }
  await new Promise<void>((resolve) => {
    const done = (): void => {
      stream.off('drain', done).off('close', done).off('error', done);
      resolve();
    };
    stream.on('drain', done).on('close', done).on('error', done);
  });
}

/** Characters that are written at once. */
const CHUNK = 256 * 1024;

/** Writes a text that comes in many small pieces. */
export async function writePieces(stream: Writable, pieces: Iterable<string>): Promise<void> {
  let chunk = '';
  for (const piece of pieces) {
    chunk += piece;
    if (chunk.length >= CHUNK) {
      await writeText(stream, chunk);
      chunk = '';
    }
  }
  await writeText(stream, chunk);
}
