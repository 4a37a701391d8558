import type { Io } from './io.ts';

/** A line on the terminal that says how far long work has come. */
export type Progress = { readonly show: (text: string) => void; readonly end: () => void };

/** Milliseconds of work before anything is shown, and between two changes of it. */
const PATIENCE = 500;
const PACE = 100;

/** Shows progress on standard error, where results go to a terminal and work takes long; nothing elsewhere. */
export function createProgress(io: Io): Progress {
  if (!io.isTerminal) {
    return { show: () => undefined, end: () => undefined };
  }
  let next = performance.now() + PATIENCE;
  let shown = false;
  return {
    show: (text) => {
      if (performance.now() >= next) {
        next = performance.now() + PACE;
        shown = true;
        io.stderr.write(`\r\u001b[2K${text}…`);
      }
    },
    end: () => {
      if (shown) {
        io.stderr.write('\r\u001b[2K');
      }
    },
  };
}

/** Shows a text until some work is done that says nothing itself. */
export async function showWhile<T>(progress: Progress, text: string, work: Promise<T>): Promise<T> {
  const repeated = setInterval(() => progress.show(text), PATIENCE);
  try {
    return await work;
  } finally {
    clearInterval(repeated);
  }
}
