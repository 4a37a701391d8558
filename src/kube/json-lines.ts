/** Lines of a stream whose chunks may end anywhere, within a character too. */
export type LineSplitter = {
  /** The lines that the chunk completes, without their ends; empty ones are left out. */
  readonly push: (chunk: Buffer) => readonly Buffer[];
  /** What follows the last line's end. */
  readonly rest: () => Buffer;
  /** Bytes of the line that is not complete. */
  readonly pending: () => number;
};

const NEWLINE = 10;

/** Splits at line feeds, which JSON text never holds; a carriage return before one is JSON's white space. */
export function createLineSplitter(): LineSplitter {
  let pieces: Buffer[] = [];
  let pending = 0;
  const complete = (end: Buffer): Buffer => {
    const line = pieces.length === 0 ? end : Buffer.concat([...pieces, end]);
    pieces = [];
    pending = 0;
    return line;
  };
  return {
    push(chunk) {
      const lines: Buffer[] = [];
      let start = 0;
      for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
        const line = complete(chunk.subarray(start, end));
        start = end + 1;
        if (line.length > 0) {
          lines.push(line);
        }
      }
      if (start < chunk.length) {
        pieces.push(chunk.subarray(start));
        pending += chunk.length - start;
      }
      return lines;
    },
    rest: () => Buffer.concat(pieces),
    pending: () => pending,
  };
}
